//! Writing a version: the document as text, checked on request, with what it would change.

use domain::{
    ids::ProgramId,
    program::{Document, Finding, Report, commented},
};
use web::{
    Button, Callout, Field, FieldErrors, Form, Markup, Page, PostForm, Tone, button_row, chip,
    hidden, html, section,
};

use super::change_list;
use crate::program::{
    actions::{
        draft::{DraftFault, SaveDraft},
        found::CreateProgram,
    },
    review::{Review, review},
    store::{self, State},
};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};

/// The form of a program that does not exist yet.
pub(super) fn creation(
    req: &Req<'_, '_>,
    form: &Form,
    errors: &FieldErrors,
    report: Option<&Report>,
) -> Page {
    let body = PostForm::new("/program", req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(html! {
            @if let Some(report) = report { (findings(report)) }
            (document_field(form))
        })
        .actions(button_row(html! {
            (Button::primary("Create program").submits("do", "save"))
            (Button::secondary("Check").submits("do", "check"))
            (Button::quiet("Cancel").href("/program"))
        }));
    Page::new("New program")
        .crumb("Programs", "/program")
        .intro(
            "Change the name in the first lines and any rules that differ. It is saved as a draft.",
        )
        .body(body)
}

/// `POST /program`
pub(in crate::program) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let document = source(&form);
    if form.text("do") == "check" {
        let report = domain::program::check(&document);
        let page = creation(req, &form, &FieldErrors::new(), Some(&report));
        return req.page(page);
    }
    match (CreateProgram { document: &document }).run(&mut req.cx) {
        Ok((program_id, row, _)) => {
            let to = format!("/program/{program_id}/versions/{}", row.number);
            Ok(req.go(&to, "Program created. Its first version is a draft."))
        }
        Err(DraftFault::Faulty(report)) => {
            let errors = summary(&report);
            let page = creation(req, &form, &errors, Some(&report));
            Err(req.page_undone(&page))
        }
        Err(DraftFault::Other(AppError::Invalid(errors))) => {
            let page = creation(req, &form, &errors, None);
            Err(req.page_undone(&page))
        }
        Err(DraftFault::Other(error)) => Err(error),
    }
}

/// `/program/{program_id}/drafts/new?from=3`
pub(in crate::program) fn new(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let program_id: ProgramId = req.id("program_id")?;
    store::program(&mut req.cx, &program_id)?;
    let from = req.query().get("from").and_then(|text| text.parse().ok()).unwrap_or(1);
    let row = store::version(&mut req.cx, &program_id, from)?;
    let form = Form::from_pairs([("document", commented(&row.source).as_str())]);
    let page = page(req, (&program_id, None), &form, Shown::default());
    req.page(page)
}

/// `/program/{program_id}/versions/{number}/edit`
pub(in crate::program) fn edit(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = super::version::target(req)?;
    store::program(&mut req.cx, &program_id)?;
    let row = store::version(&mut req.cx, &program_id, number)?;
    if row.state != State::Draft {
        let to = format!("/program/{program_id}/versions/{number}");
        return Ok(req.go(&to, "Only a draft can be edited."));
    }
    let form = Form::from_pairs([
        ("document", commented(&row.source).as_str()),
        ("note", row.note.as_str()),
        ("version", row.version.to_string().as_str()),
    ]);
    let page = page(req, (&program_id, Some(number)), &form, Shown::default());
    req.page(page)
}

/// `POST /program/{program_id}/drafts`
pub(in crate::program) fn save_new(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let program_id: ProgramId = req.id("program_id")?;
    save_as(req, (&program_id, None))
}

/// `POST /program/{program_id}/versions/{number}/edit`
pub(in crate::program) fn save(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = super::version::target(req)?;
    save_as(req, (&program_id, Some(number)))
}

type Target<'a> = (&'a ProgramId, Option<i64>);

fn save_as(req: &mut Req<'_, '_>, target: Target<'_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let document = source(&form);
    store::program(&mut req.cx, target.0)?;
    if form.text("do") == "check" {
        let report = domain::program::check(&document);
        let review = match Document::parse(&document) {
            Ok(parsed) => Some(review(&mut req.cx, target.0, &parsed)?),
            Err(_) => None,
        };
        let shown = Shown { report: Some(report), review, errors: FieldErrors::new() };
        let page = page(req, target, &form, shown);
        return req.page(page);
    }
    let saving = SaveDraft {
        program_id: target.0,
        number: target.1,
        document: &document,
        note: form.text("note"),
        expected_version: form.text("version").parse().ok(),
    };
    let shown = match saving.run(&mut req.cx) {
        Ok((row, report)) => {
            let to = format!("/program/{}/versions/{}", target.0, row.number);
            let words = match report.warnings.len() {
                0 => "Draft saved.".to_owned(),
                1 => "Draft saved with one warning.".to_owned(),
                count => format!("Draft saved with {count} warnings."),
            };
            return Ok(req.go(&to, &words));
        }
        Err(DraftFault::Faulty(report)) => {
            let errors = summary(&report);
            Shown { report: Some(*report), review: None, errors }
        }
        Err(DraftFault::Other(AppError::Invalid(errors))) => Shown { errors, ..Shown::default() },
        Err(DraftFault::Other(AppError::Stale)) => {
            let mut errors = FieldErrors::new();
            errors.add(
                "document",
                "Someone else saved this draft while you were editing. Copy your text, reopen the \
                 draft and merge the two.",
            );
            Shown { errors, ..Shown::default() }
        }
        Err(DraftFault::Other(error)) => return Err(error),
    };
    let page = page(req, target, &form, shown);
    Err(req.page_undone(&page))
}

#[derive(Default)]
struct Shown {
    report: Option<Report>,
    review: Option<Review>,
    errors: FieldErrors,
}

fn page(req: &Req<'_, '_>, target: Target<'_>, form: &Form, shown: Shown) -> Page {
    let home = format!("/program/{}", target.0);
    let (title, action, back) = match target.1 {
        Some(number) => {
            let here = format!("{home}/versions/{number}");
            (format!("Edit version {number}"), format!("{here}/edit"), here)
        }
        None => ("New draft".to_owned(), format!("{home}/drafts"), home.clone()),
    };
    let body = PostForm::new(action, req.csrf())
        .idempotency(req.form_token())
        .errors(&shown.errors)
        .body(html! {
            @if let Some(report) = &shown.report { (findings(report)) }
            @if let Some(review) = &shown.review { (section("Preview of changes", differences(req, review))) }
            (hidden("version", form.text("version")))
            (document_field(form))
            (Field::text("note", "Note").filled(form).errors(&shown.errors).max_length(1_000)
                .hint("The purpose of this version; approvers read it"))
        })
        .actions(button_row(html! {
            (Button::primary("Save draft").submits("do", "save"))
            (Button::secondary("Check").submits("do", "check"))
            (Button::quiet("Cancel").href(back))
        }));
    Page::new(title).crumb("Program", home).body(body)
}

/// The text of the document; browsers send line ends as CR LF.
fn source(form: &Form) -> String {
    form.raw("document").unwrap_or("").replace("\r\n", "\n")
}

fn document_field(form: &Form) -> Markup {
    html! {
        (Field::textarea("document", "Document")
            .value(form.raw("document").unwrap_or(""))
            .hint("TOML. The rule behind a number stands beside it. Your own comments are not kept; use the note")
            .rows(40).required())
    }
}

fn summary(report: &Report) -> FieldErrors {
    let mut errors = FieldErrors::new();
    let count = report.errors.len() + report.unlisted;
    let first = report.errors.first().map(ToString::to_string).unwrap_or_default();
    let words = if count == 1 {
        format!("Not saved: {first}")
    } else {
        format!("Not saved: {count} errors, listed above. The first: {first}")
    };
    errors.add("document", words);
    errors
}

/// What a check found, with lines and what to do. Rule PG-03.
pub(super) fn findings(report: &Report) -> Markup {
    let line = |finding: &Finding| {
        html! {
            li {
                strong { "Line " (finding.line) ", column " (finding.column) }
                @if !finding.key.is_empty() { " " code { (finding.key) } }
                ": " (finding.message) " " (finding.remedy)
                @if let Some(reason) = &finding.reason {
                    " " small { "Why: " (reason) @if let Some(source) = finding.source { " (" (source) ")" } }
                }
            }
        }
    };
    html! {
        @if !report.errors.is_empty() {
            (Callout::danger("This document has errors")
                .body(html! { ul { @for finding in &report.errors { (line(finding)) } } }))
        }
        @if !report.warnings.is_empty() {
            (Callout::warn("Warnings: these settings are known to cause problems")
                .body(html! { ul { @for finding in &report.warnings { (line(finding)) } } }))
        }
        @if report.unlisted > 0 { p { "And " (report.unlisted) " more." } }
        @if report.errors.is_empty() && report.warnings.is_empty() {
            (Callout::good("No errors or warnings"))
        }
    }
}

/// The difference in words with the partners touched. Rule PG-04.
pub(super) fn differences(req: &Req<'_, '_>, review: &Review) -> Markup {
    let may_open = req.cx.actor.may(Permission::PartnersRead);
    let Some(base) = review.base else {
        return html! { p { "This is the program's first version, so there is nothing to compare." } };
    };
    if review.changes.is_empty() {
        return html! { p { "The rules are the same as in version " (base) "." } };
    }
    let changes: Vec<_> = review.changes.iter().collect();
    let count = |index: usize| {
        Some(review.touched.iter().filter(|partner| partner.changes.contains(&index)).count())
    };
    html! {
        p { "Compared with version " (base) ":" }
        (change_list(&changes, count))
        @if review.touched.is_empty() {
            p { "No partners are affected." }
        } @else {
            details {
                summary { (review.touched.len()) " partners are affected" }
                ul {
                    @for touched in review.touched.iter().take(500) {
                        li {
                            @if may_open {
                                a href=(format!("/partners/{}", touched.partner.partner_id)) { (touched.partner.name) }
                            } @else {
                                (touched.partner.name)
                            }
                            " (" (touched.partner.track) ", " (touched.partner.tier) "): "
                            @for (position, change) in touched.changes.iter().filter_map(|i| review.changes.get(*i)).enumerate() {
                                @if position > 0 { "; " }
                                (change.words)
                            }
                            @if touched.worse { " " (chip(Tone::Warn, "worse terms")) }
                        }
                    }
                }
                @if review.touched.len() > 500 { p { "And " (review.touched.len() - 500) " more." } }
            }
        }
    }
}
