//! The vendor's own settings: its name, where its portal answers, its time zone.

use maud::html;
use serde_json::json;
use web::{Button, Field, FieldErrors, Form, Page, PostForm};

use crate::{
    audit,
    identity::{vendors, zones},
};
use frame::{ctx::Cx, error::AppError, reply::Reply, request::Req};

db::row! {
    struct Settings {
        name: String,
        host: String,
        zone: String,
    }
}

fn present(cx: &mut Cx<'_, '_>) -> Result<Settings, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_one_as(
        "SELECT name, host, zone FROM vendors WHERE vendor_id = $1",
        db::params![vendor_id.as_str()],
    )?)
}

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let now = present(&mut req.cx)?;
    let form = Form::from_pairs([("name", now.name), ("host", now.host), ("zone", now.zone)]);
    let page = page(req, &form, &FieldErrors::new());
    req.page(page)
}

fn page(req: &Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Page {
    let fields = html! {
        (Field::text("name", "Company").filled(form).errors(errors).max_length(200).required()
            .hint("Partners see it on every page and in every mail"))
        (Field::text("host", "Host name").filled(form).errors(errors).max_length(253)
            .hint("The portal's host name, for example partners.acme.example; leave empty for any"))
        (Field::text("zone", "Time zone").filled(form).errors(errors).required()
            .hint("For people who have not set their own. Program deadlines use the time zone in \
                   the program document")
            .suggestions(zones::names()).short())
    };
    Page::new("Settings").narrow().body(
        PostForm::new("/settings/vendor", req.csrf())
            .idempotency(req.form_token())
            .errors(errors)
            .body(fields)
            .actions(Button::primary("Save")),
    )
}

pub(super) fn save(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let wanted = Settings {
        name: req.form.text("name").to_owned(),
        host: req.form.text("host").to_owned(),
        zone: req.form.text("zone").to_owned(),
    };
    let mut errors = vendors::faults(&wanted.name, &wanted.host, &wanted.zone);
    let before = present(&mut req.cx)?;
    let here = req.input.header(&http::header::HOST).unwrap_or("");
    let here = here.split(':').next().unwrap_or("").to_lowercase();
    if !wanted.host.is_empty() && wanted.host != before.host && wanted.host != here {
        errors.add(
            "host",
            format!(
                "You are signed in at {here}. With a different host name nobody could sign in \
                 here. Open this page under the new name first, then set it"
            ),
        );
    }
    if before.host != wanted.host && taken(&mut req.cx, &wanted.host)? {
        errors.add("host", TAKEN);
    }
    if !errors.is_empty() {
        let form = req.form.clone();
        let page = page(req, &form, &errors);
        return Err(req.page_undone(&page));
    }
    let vendor_id = req.cx.vendor();
    let changed = req.cx.tx.execute(
        "UPDATE vendors SET name = $2, host = $3, zone = $4 WHERE vendor_id = $1",
        db::params![vendor_id.as_str(), &wanted.name, &wanted.host, &wanted.zone],
    );
    // Another vendor may have taken it at the same moment, in its own lane.
    changed.map_err(|error| if error.is_unique() { taken_now() } else { error.into() })?;
    audit::record(
        &mut req.cx,
        &audit::Entry {
            action: "identity.vendor_changed",
            object_kind: "vendor",
            object_id: vendor_id.as_str(),
            before: json!({ "name": before.name, "host": before.host, "zone": before.zone }),
            after: json!({ "name": wanted.name, "host": wanted.host, "zone": wanted.zone }),
        },
    )?;
    Ok(req.go("/settings/vendor", "Saved."))
}

const TAKEN: &str = "Another vendor already uses this host name";

fn taken_now() -> AppError {
    AppError::field("host", TAKEN)
}

fn taken(cx: &mut Cx<'_, '_>, host: &str) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let other = cx.tx.query_opt_as::<i64, _>(
        "SELECT 1 FROM vendors WHERE host = $1 AND vendor_id <> $2",
        db::params![host, vendor_id.as_str()],
    )?;
    Ok(other.is_some())
}
