//! Sending a file.

use web::{Button, Choice, Field, FieldErrors, Form, Page, PostForm, RadioCards, html};

use crate::imports::{actions::upload::Upload, kind::Kind};
use frame::{error::AppError, reply::Reply, request::Req};

/// `/imports/new?kind=accounts`
pub(super) fn new(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let kind = url.get("kind").and_then(Kind::from_word).map_or("", Kind::word);
    let form = Form::from_pairs([("kind", kind)]);
    let page = page(req, &form, &FieldErrors::new());
    req.page(page)
}

fn page(req: &Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Page {
    let kinds =
        Kind::ALL.iter().map(|kind| Choice::new(kind.word(), kind.label()).detail(kind.words()));
    let limit = req.cx.app.config.upload_limit >> 20;
    let body = PostForm::new("/imports", req.csrf())
        .multipart()
        .idempotency(req.form_token())
        .errors(errors)
        .body(html! {
            (RadioCards::new("kind", "What does the file contain?").choices(kinds).filled(form).errors(errors).required())
            (Field::file("file", "File").accepts(".csv,.txt,.tsv,.xlsx").required().errors(errors)
                .hint(format!("CSV or XLSX, up to {limit} MB, with column names in the first row")))
            (Field::text("encoding", "Encoding").filled(form).errors(errors).max_length(40).short()
                .hint("Leave it empty unless letters are wrong: then a name such as windows-1250"))
        })
        .actions(html! {
            (Button::primary("Upload file"))
            (Button::quiet("Cancel").href("/imports"))
        });
    Page::new("Import a file")
        .crumb("Imports", "/imports")
        .intro("Nothing is saved yet. Next you match columns to fields, then you see every row with a problem.")
        .narrow()
        .body(body)
}

/// `POST /imports`
pub(super) fn upload(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let mut errors = FieldErrors::new();
    let kind = Kind::from_word(form.text("kind"));
    if kind.is_none() {
        errors.add("kind", "Choose what the file contains");
    }
    let file = form.file("file").filter(|file| !file.bytes.is_empty());
    if file.is_none() {
        errors.add("file", "Choose a file that is not empty");
    }
    if let (Some(kind), Some(file)) = (kind, file) {
        let sending = Upload {
            kind,
            file_name: &file.file_name,
            content: &file.bytes,
            encoding: form.text("encoding").trim(),
        };
        match sending.run(&mut req.cx) {
            Ok(import) => {
                let to = format!("/imports/{}/mapping", import.import_id);
                return Ok(req.go(&to, "File uploaded. Check how its columns were matched."));
            }
            Err(AppError::Invalid(found)) => errors = found,
            Err(error) => return Err(error),
        }
    }
    let page = page(req, &form, &errors);
    Err(req.page_undone(&page))
}
