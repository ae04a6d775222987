//! One import: how far it is, what was found, what came of it.

use domain::ids::ImportId;
use http::header::HeaderName;
use web::{
    Button, Callout, Column, Detail, Facts, Icon, Markup, Page, PostForm, Row, StepState, Stepper,
    Table, html, post_button, section,
};

use super::{count, mark};
use crate::imports::{
    actions::change::{self, Begin},
    finding::{Finding, Level, Remark},
    store::{self, Import, State},
};
use frame::{error::AppError, reply::Reply, request::Req};

/// How many findings the page lists; the file has all.
const SHOWN: i64 = 100;
/// The most findings of one download.
const MOST: i64 = 500_000;

/// `/imports/{import_id}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: ImportId = req.id("import_id")?;
    let import = store::find(&mut req.cx, &id)?;
    let findings = store::findings(&mut req.cx, &id, (0, SHOWN))?;
    let findings: Vec<Finding> = findings.into_iter().map(|(_, finding)| finding).collect();
    let zone = req.zone()?;
    let step = step(req, &import);
    let facts = Facts::new()
        .row("What", import.kind.label())
        .row("Sent by", &import.created_by_name)
        .row("Sent", web::instant(import.created_at, &zone))
        .row_if("Ended", import.finished_at.map(|at| web::instant(at, &zone)));
    let body = Detail::new(html! {
        (step)
        @if !import.report.remarks.is_empty() {
            (section("Notes", remarks(&import.report.remarks)))
        }
        @if !findings.is_empty() { (section(title(&import), table(&import, &findings))) }
    })
    .aside("Import", facts);
    let page = Page::new(format!("Import {}", import.file_name))
        .crumb("Imports", "/imports")
        .status(mark(import.state))
        .tabs(stepper(&import))
        .body(body);
    let reply = req.page(page)?;
    Ok(if import.state.is_busy() {
        // The page is fetched again until the job is done; it can be left at any time.
        reply.header(HeaderName::from_static("refresh"), "2")
    } else {
        reply
    })
}

fn stepper(import: &Import) -> Markup {
    use StepState::{Ahead, Current, Done};
    let (map, check, write) = match import.state {
        State::Uploaded => (Current, Ahead, Ahead),
        State::Checking | State::Faulty | State::Failed => (Done, Current, Ahead),
        State::Checked | State::Running => (Done, Done, Current),
        State::Done => (Done, Done, Done),
        State::Cancelled => (Ahead, Ahead, Ahead),
    };
    let open = !import.state.is_busy() && !import.state.is_over();
    let mapping = format!("/imports/{}/mapping", import.import_id);
    html! {
        (Stepper::new("Steps of the import")
            .step("File", None, Done)
            .step("Columns", open.then_some(mapping.as_str()), map)
            .step("Check", None, check)
            .step("Import", None, write))
    }
}

fn step(req: &Req<'_, '_>, import: &Import) -> Markup {
    let report = &import.report;
    let mapping = format!("/imports/{}/mapping", import.import_id);
    match import.state {
        State::Uploaded => html! {
            (super::form::reading(import))
            (Button::primary("Review columns").href(mapping))
        },
        State::Checking => busy(req, import, "Checking every row. Nothing is imported yet."),
        State::Running => {
            busy(req, import, "Importing. All rows appear at once when the last one is done.")
        }
        State::Faulty => html! {
            (Callout::danger(format!("{} errors: nothing was imported", count(report.faults))).body(html! {
                p { "A file is imported completely or not at all. Correct the rows below in the file and upload it again, or change the columns." }
            }).actions(html! {
                (Button::primary("Upload corrected file").href(format!("/imports/new?kind={}", import.kind.word())))
                (Button::secondary("Change columns").href(mapping))
            }))
        },
        State::Failed => html! {
            (Callout::danger("The import failed").body(html! { p { (report.failure) } }).actions(html! {
                (Button::secondary("Review columns").href(mapping))
            }))
        },
        State::Checked => ready(req, import, &mapping),
        State::Done => done(import),
        State::Cancelled => html! { (Callout::info("This import was cancelled")) },
    }
}

fn busy(req: &Req<'_, '_>, import: &Import, words: &str) -> Markup {
    let progress = crate::imports::progress(req.cx.app).ok();
    let standing = progress.and_then(|all| all.standing(import.import_id.as_str()));
    let (done, total) = standing.unwrap_or((0, import.report.rows));
    let told = match standing {
        Some((done, total)) => format!("{} of {} rows", count(done), count(total)),
        None => format!("{} rows", count(import.report.rows)),
    };
    html! {
        p { (words) }
        (web::progress("Progress", done, total.max(1), &told))
        p { "You can leave this page; the import continues." }
        p { a href=(format!("/imports/{}", import.import_id)) { "Refresh" } }
    }
}

fn ready(req: &Req<'_, '_>, import: &Import, mapping: &str) -> Markup {
    let report = &import.report;
    let rows = report.rows.saturating_sub(report.left_out);
    let here = format!("/imports/{}", import.import_id);
    let writing = PostForm::new(format!("{here}/run"), req.csrf())
        .idempotency(req.form_token())
        .actions(html! {
            (Button::primary(format!("Import {} rows", count(rows))).icon(Icon::Import))
            (Button::secondary("Change columns").href(mapping))
        });
    html! {
        (Callout::good(format!("{} of {} rows can be imported", count(rows), count(report.rows))).body(html! {
            @if report.left_out > 0 {
                p { (count(report.left_out)) " rows will be skipped, for the reasons listed below." }
            }
            (writing)
        }))
        (post_button(&format!("{here}/cancellation"), &req.csrf(), Button::quiet("Cancel import")))
    }
}

fn done(import: &Import) -> Markup {
    let report = &import.report;
    let facts = Facts::new()
        .row("Rows in the file", count(report.rows))
        .row("Created", count(report.made))
        .row("Changed", count(report.changed))
        .row("Unchanged", count(report.unchanged))
        .row_if(
            "Held back",
            (report.held > 0).then(|| {
                html! {
                    (count(report.held)) " " a href="/direct-attempts" { "view" }
                }
            }),
        )
        .row_if(
            "To decide",
            (report.asked > 0).then(|| {
                html! {
                    (count(report.asked)) " " a href="/accounts" { "same company?" }
                }
            }),
        )
        .row("Skipped", count(report.left_out));
    let (href, label) = match import.kind {
        crate::imports::Kind::Accounts => ("/accounts", "View accounts"),
        crate::imports::Kind::DirectOpportunities => {
            ("/direct-opportunities", "View opportunities")
        }
        crate::imports::Kind::Partners => ("/partners", "View partners"),
        crate::imports::Kind::PartnerUsers | crate::imports::Kind::VendorUsers => {
            ("/people", "View people")
        }
        crate::imports::Kind::Registrations => ("/registrations", "View registrations"),
    };
    html! { (facts) p { (Button::primary(label).href(href)) } }
}

fn remarks(remarks: &[Remark]) -> Markup {
    html! {
        ul {
            @for remark in remarks.iter().take(100) {
                li {
                    (remark.words) ". "
                    small {
                        @if remark.rows == 1 { "Line " (remark.first_line) }
                        @else { (count(remark.rows)) " rows, the first in line " (remark.first_line) }
                    }
                }
            }
            @if remarks.len() > 100 { li { "And " (remarks.len() - 100) " more." } }
        }
    }
}

fn title(import: &Import) -> String {
    if import.report.faults > 0 { "Errors".to_owned() } else { "Skipped rows".to_owned() }
}

fn table(import: &Import, findings: &[Finding]) -> Markup {
    let all = import.report.faults + import.report.left_out;
    let table = Table::new("Rows with problems")
        .column(Column::number("Line"))
        .column(Column::text("Column"))
        .column(Column::text("Value"))
        .column(Column::text("Reason"))
        .rows(findings.iter().map(|finding| {
            Row::new()
                .cell(finding.line.to_string())
                .cell(&finding.column)
                .cell(&finding.value)
                .cell(html! {
                    (finding.reason)
                    @if finding.level == Level::LeftOut && import.report.faults > 0 { " (skipped)" }
                })
        }));
    html! {
        (table)
        @if all > findings.len().try_into().unwrap_or(u64::MAX) {
            p { "The first " (findings.len()) " of " (count(all)) "." }
        }
        (Button::secondary("Download all as CSV").icon(Icon::Export)
            .href(format!("/imports/{}/findings.csv", import.import_id)))
    }
}

/// `/imports/{import_id}/findings.csv`
pub(super) fn findings_csv(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: ImportId = req.id("import_id")?;
    store::find(&mut req.cx, &id)?;
    let csv = csv(req, &id)?;
    Ok(Reply::csv("import-findings.csv", &csv))
}

/// Every finding of an import as CSV.
pub(in crate::imports) fn csv(req: &mut Req<'_, '_>, id: &ImportId) -> Result<String, AppError> {
    let mut csv = web::csv_line(["level", "line", "column", "value", "reason"]);
    for (_, finding) in store::findings(&mut req.cx, id, (0, MOST))? {
        csv.push_str(&web::csv_line([
            finding.level.word(),
            &finding.line.to_string(),
            &finding.column,
            &finding.value,
            &finding.reason,
        ]));
    }
    Ok(csv)
}

/// `POST /imports/{import_id}/run`
pub(super) fn run(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: ImportId = req.id("import_id")?;
    Begin { import_id: &id, write: true }.run(&mut req.cx)?;
    Ok(Reply::see_other(&format!("/imports/{id}")))
}

/// `POST /imports/{import_id}/cancellation`
pub(super) fn cancel(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: ImportId = req.id("import_id")?;
    change::cancel(&mut req.cx, &id)?;
    Ok(req.go("/imports", "Import cancelled; its file is deleted."))
}
