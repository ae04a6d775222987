//! Profile and password.

use maud::html;
use web::{Button, Callout, Field, FieldErrors, Form, Page, PostForm, Secret};

use super::{me, tabs};
use crate::identity::{
    attempts::{self, Limit},
    memberships, passwords,
    profile::{self, Profile},
    zones,
};
use frame::{
    error::AppError,
    reply::Reply,
    request::Req,
    routes::{HashJob, HashWork, Hashed},
};

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (user_id, _) = me(req)?;
    let own = profile::of(&mut req.cx, &user_id)?;
    let form = Form::from_pairs([("name", own.name), ("phone", own.phone), ("zone", own.zone)]);
    let page = page(req, &form, &FieldErrors::new())?;
    req.page(page)
}

fn page(req: &mut Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Result<Page, AppError> {
    let (user_id, _) = me(req)?;
    let person = memberships::person(&mut req.cx, &user_id)?.ok_or(AppError::NotFound)?;
    let vendors = zones::vendor_zone_name(&mut req.cx)?;
    let sides = memberships::sides_of(&mut req.cx, &user_id)?.len();
    let fields = html! {
        (Field::text("name", "Name").filled(form).errors(errors).autocomplete("name")
            .max_length(200).required())
        (Field::tel("phone", "Phone").filled(form).errors(errors).autocomplete("tel")
            .max_length(40).short())
        (Field::text("zone", "Time zone").filled(form).errors(errors).placeholder(vendors.as_str())
            .hint(format!("For all dates and times. Leave empty to use {vendors}"))
            .suggestions(zones::names()).short())
    };
    Ok(Page::new("My settings").tabs(tabs("/settings")).narrow().body(html! {
        p { "You sign in as " strong { (person.shown_email()) } "." }
        @if sides > 1 {
            p { a href="/memberships" { "Switch company" } }
        }
        (PostForm::new("/settings", req.csrf()).idempotency(req.form_token()).errors(errors)
            .body(fields).actions(Button::primary("Save")))
    }))
}

pub(super) fn save(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (user_id, _) = me(req)?;
    let wanted = Profile {
        name: req.form.text("name").to_owned(),
        phone: req.form.text("phone").to_owned(),
        zone: req.form.text("zone").to_owned(),
    };
    let errors = wanted.faults();
    if !errors.is_empty() {
        let form = req.form.clone();
        let page = page(req, &form, &errors)?;
        return Err(req.page_undone(&page));
    }
    profile::set(&mut req.cx, &user_id, &wanted)?;
    Ok(req.go("/settings", "Saved."))
}

pub(super) fn show_password(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = password_page(req, &FieldErrors::new())?;
    req.page(page)
}

fn password_page(req: &mut Req<'_, '_>, errors: &FieldErrors) -> Result<Page, AppError> {
    let (user_id, _) = me(req)?;
    let has_one = passwords::stored(&mut req.cx, &user_id)?.is_some();
    let fields = html! {
        @if has_one {
            (Field::password(Secret::OldPassword, "Current password").errors(errors)
                .autocomplete("current-password").required())
        } @else {
            (Callout::info("You sign in with links sent by mail")
                .body("With a password you can sign in without waiting for a mail."))
        }
        (Field::new_password("New password").errors(errors)
            .autocomplete("new-password").required()
            .hint("8 to 256 characters of any kind. Your other sessions end"))
    };
    let label = if has_one { "Change password" } else { "Set password" };
    Ok(Page::new("Password")
        .crumb("My settings", "/settings")
        .tabs(tabs("/settings/password"))
        .narrow()
        .body(
            PostForm::new("/settings/password", req.csrf())
                .errors(errors)
                .body(fields)
                .actions(Button::primary(label)),
        ))
}

pub(super) fn before_password(req: &mut Req<'_, '_>) -> Result<HashWork, AppError> {
    let (user_id, _) = me(req)?;
    let person = memberships::person(&mut req.cx, &user_id)?.ok_or(AppError::NotFound)?;
    attempts::check(&mut req.cx, Limit::CodeByPerson, user_id.as_str())?;
    let new = Secret::Password.of(&req.form).to_owned();
    if let Some(words) = passwords::fault(&new, &person.email) {
        let mut errors = FieldErrors::new();
        errors.add(Secret::Password.name(), words);
        let page = password_page(req, &errors)?;
        return Err(req.page_undone(&page));
    }
    let old = Secret::OldPassword.of(&req.form).to_owned();
    let job = match passwords::stored(&mut req.cx, &user_id)? {
        Some(phc) => HashJob::Replace { old, phc, new },
        None => HashJob::Hash { password: new },
    };
    Ok(HashWork { job, known: Some(req.cx.actor.reference()) })
}

/// Sets the new password when the present one was right; wrong ones are counted. Rule ID-01.
pub(super) fn after_password(req: &mut Req<'_, '_>, hashed: &Hashed) -> Result<Reply, AppError> {
    let (user_id, _) = me(req)?;
    match &hashed.phc {
        Some(phc) if hashed.verified => {
            passwords::set_password(&mut req.cx, &user_id, phc)?;
            Ok(req
                .go("/settings/password", "Your password is set. Your other sessions have ended."))
        }
        Some(_) | None => {
            attempts::count(&mut req.cx, Limit::CodeByPerson, user_id.as_str())?;
            let mut errors = FieldErrors::new();
            errors.add(Secret::OldPassword.name(), "This is not your current password");
            let page = password_page(req, &errors)?;
            let shown = req.chrome()?.page(&page);
            Ok(Reply::page_with(http::StatusCode::UNPROCESSABLE_ENTITY, shown))
        }
    }
}
