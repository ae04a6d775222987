//! The list of imports, and sending a file.

use web::{
    Button, Choice, Column, Empty, Field, FieldErrors, Form, Icon, Page, PostForm, RadioCards, Row,
    Table, html, pager,
};

use super::mark;
use crate::{
    core::{error::AppError, reply::Reply, request::Req},
    imports::{
        actions::upload::Upload,
        kind::Kind,
        store::{self, State},
    },
};

const PAGE: i64 = 50;

/// `/imports`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let (rows, next) = store::list(&mut req.cx, url.get("after"), PAGE)?;
    let zone = req.zone()?;
    let mut table = Table::new("Imports, the newest first")
        .column(Column::text("File"))
        .column(Column::text("What"))
        .column(Column::text("State"))
        .column(Column::number("Rows"))
        .column(Column::number("Made"))
        .column(Column::text("Sent by"))
        .column(Column::date("Sent"))
        .empty(
            Empty::new(
                Icon::Import,
                "Nothing was imported yet",
                "Bring accounts, opportunities, partners and people from a CSV or XLSX file. You \
                 see what will happen before anything is written.",
            )
            .action(Button::primary("Import a file").href("/imports/new")),
        );
    for import in rows {
        let line = Row::new()
            .href(format!("/imports/{}", import.import_id))
            .cell(&import.file_name)
            .cell(import.kind.label())
            .cell(mark(import.state))
            .cell(count(import.report.rows))
            .cell(if import.state == State::Done {
                count(import.report.made)
            } else {
                String::new()
            })
            .cell(&import.created_by_name)
            .cell(web::instant(import.created_at, &zone));
        table = table.row(if import.state == State::Cancelled { line.quiet() } else { line });
    }
    let page = Page::new("Imports")
        .actions(Button::primary("Import a file").icon(Icon::Import).href("/imports/new"))
        .body(html! { (table) (pager(&url, None, next.as_deref(), "The newest first")) });
    req.page(page)
}

pub(super) fn count(number: u64) -> String {
    web::number_text(i64::try_from(number).unwrap_or(i64::MAX))
}

/// `/imports/new?kind=accounts`
pub(super) fn new(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let kind = url.get("kind").and_then(Kind::from_word).map_or("", Kind::word);
    let form = Form::from_pairs([("kind", kind)]);
    let page = page(req, &form, &FieldErrors::new());
    req.page(page)
}

fn page(req: &Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Page {
    let kinds = Kind::ALL
        .into_iter()
        .map(|kind| Choice::new(kind.word(), kind.label()).detail(kind.words()));
    let limit = req.cx.app.config.upload_limit >> 20;
    let body = PostForm::new("/imports", req.csrf())
        .multipart()
        .idempotency(req.form_token())
        .errors(errors)
        .body(html! {
            (RadioCards::new("kind", "What are its rows?").choices(kinds).filled(form).errors(errors).required())
            (Field::file("file", "File").accepts(".csv,.txt,.tsv,.xlsx").required().errors(errors)
                .hint(format!("CSV or XLSX, up to {limit} MB, with the names of the columns in the first row")))
        })
        .actions(html! {
            (Button::primary("Send the file"))
            (Button::quiet("Cancel").href("/imports"))
        });
    Page::new("Import a file")
        .crumb("Imports", "/imports")
        .intro("Nothing is written yet: next you see which column fills which field, and then every row that does not fit.")
        .narrow()
        .body(body)
}

/// `POST /imports`
pub(super) fn upload(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let mut errors = FieldErrors::new();
    let kind = Kind::from_word(form.text("kind"));
    if kind.is_none() {
        errors.add("kind", "Choose what the rows are");
    }
    let file = form.file("file").filter(|file| !file.bytes.is_empty());
    if file.is_none() {
        errors.add("file", "Choose a file that is not empty");
    }
    if let (Some(kind), Some(file)) = (kind, file) {
        let sending = Upload { kind, file_name: &file.file_name, content: &file.bytes };
        match sending.run(&mut req.cx) {
            Ok(import) => {
                let to = format!("/imports/{}/mapping", import.import_id);
                return Ok(req.go(&to, "The file is read. Look at how its columns are understood."));
            }
            Err(AppError::Invalid(found)) => errors = found,
            Err(error) => return Err(error),
        }
    }
    let page = page(req, &form, &errors);
    Err(req.page_undone(&page))
}
