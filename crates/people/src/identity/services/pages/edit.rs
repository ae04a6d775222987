//! Making a service identity, changing it, and extending its life.

use jiff::tz::TimeZone;
use maud::{Markup, html};
use web::{Button, CheckboxGroup, Choice, Field, FieldErrors, Form, Page, PostForm, day, day_text};

use super::{LIST, at_days, below, days_ahead, here};
use crate::identity::{
    api_keys,
    services::{
        api::load,
        change::{self, Change, NewService, create_service},
        rules,
        store::Service,
    },
};
use frame::{
    access::{Permission, Permissions},
    error::AppError,
    reply::Reply,
    request::Req,
};

/// What the acting person can give a service identity.
fn offered(req: &Req<'_, '_>) -> Permissions {
    req.cx.actor.permissions.both(Permissions::of_services())
}

fn words(permissions: Permissions) -> Vec<&'static str> {
    permissions.list().into_iter().map(Permission::word).collect()
}

fn texts(form: &Form, errors: &FieldErrors) -> Markup {
    html! {
        (Field::text("name", "Name").filled(form).errors(errors).max_length(100).required()
            .autofocus().hint("As people will read it wherever it acts, for example: CRM sync"))
        (Field::textarea("purpose", "Purpose").filled(form).errors(errors).max_length(1000).rows(3)
            .hint("What it does, and where it runs"))
    }
}

fn boxes(req: &Req<'_, '_>, errors: &FieldErrors) -> CheckboxGroup {
    words(offered(req))
        .into_iter()
        .fold(CheckboxGroup::new("scopes", "What it may do"), |group, word| {
            group.choice(Choice::new(word, word))
        })
        .hint("As little as will do. Deciding is not offered: people decide.")
        .errors(errors)
        .required()
}

fn lifetimes() -> Vec<Choice> {
    ["30", "90", "365", "730"].map(|n| Choice::new(n, format!("{n} days"))).into()
}

/// `/service-identities/new`
pub(in crate::identity::services) fn new(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = new_page(req, &Form::from_pairs([("days", "365")]), &FieldErrors::new());
    req.page(page)
}

fn new_page(req: &Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Page {
    let fields = html! {
        (texts(form, errors))
        (boxes(req, errors).filled(form))
        (Field::select("days", "Expires after", lifetimes()).filled(form).errors(errors).short()
            .hint("You can extend it later"))
    };
    Page::new("Create a service identity")
        .crumb("Service identities", LIST)
        .intro("You own it and answer for what it does, until a colleague takes it over.")
        .narrow()
        .body(
            PostForm::new(LIST, req.csrf())
                .idempotency(req.form_token())
                .errors(errors)
                .body(fields)
                .actions(html! {
                    (Button::primary("Create it"))
                    (Button::quiet("Cancel").href(LIST))
                }),
        )
}

fn chosen(form: &Form, errors: &mut FieldErrors) -> Permissions {
    let given: Vec<String> = form.all("scopes").into_iter().map(str::to_owned).collect();
    api_keys::scopes(&given, errors)
}

/// `POST /service-identities`
pub(in crate::identity::services) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let mut errors = FieldErrors::new();
    let scopes = chosen(&form, &mut errors);
    let expires_at = days_ahead(req.cx.now, form.text("days"), &mut errors);
    let partner = req.cx.actor.partner_id().cloned();
    let (name, purpose) = (form.text("name"), form.text("purpose"));
    let partner_id = partner.as_ref();
    let new = NewService { name, purpose, partner_id, scopes, expires_at, owner: None };
    let made = if errors.is_empty() {
        create_service(&mut req.cx, &new)
    } else {
        Err(AppError::Invalid(errors))
    };
    match made {
        Ok(id) => Ok(req.go(&format!("{LIST}/{id}"), "Created. It needs a key to act.")),
        Err(AppError::Invalid(errors)) => {
            let page = new_page(req, &form, &at_days(&errors));
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}

/// The service identity in the path, when it is the acting person's to change.
fn own(req: &mut Req<'_, '_>) -> Result<Service, AppError> {
    let service = load(req)?;
    rules::not_ended(&service)?;
    rules::owner_only(&req.cx, &service)?;
    Ok(service)
}

/// `/service-identities/{service_id}/edit`
pub(in crate::identity::services) fn edit(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = own(req)?;
    let form = Form::from_pairs([("name", &service.name), ("purpose", &service.purpose)]);
    let boxes = boxes(req, &FieldErrors::new()).selected(&words(service.scopes));
    let page = edit_page(req, &service, (&form, boxes), &FieldErrors::new());
    req.page(page)
}

fn edit_page(
    req: &Req<'_, '_>,
    service: &Service,
    (form, boxes): (&Form, CheckboxGroup),
    errors: &FieldErrors,
) -> Page {
    below(service, "Edit the service identity").body(
        PostForm::new(format!("{}/edit", here(service)), req.csrf())
            .idempotency(req.form_token())
            .errors(errors)
            .body(html! {
                (texts(form, errors))
                (boxes)
                p { "What you take away is gone for its keys with their next request." }
            })
            .actions(html! {
                (Button::primary("Save"))
                (Button::quiet("Cancel").href(here(service)))
            }),
    )
}

/// `POST /service-identities/{service_id}/edit`
pub(in crate::identity::services) fn save(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = own(req)?;
    let form = req.form.clone();
    let mut errors = FieldErrors::new();
    let scopes = chosen(&form, &mut errors);
    // What the owner may not do at the moment is not offered, and so not taken away by saving.
    let same = scopes == service.scopes.both(offered(req));
    let change = Change {
        name: Some(form.text("name").to_owned()),
        purpose: Some(form.text("purpose").to_owned()),
        scopes: (!same).then_some(scopes),
        expires_at: None,
    };
    let done = if errors.is_empty() {
        change::change(&mut req.cx, &service, &change)
    } else {
        Err(AppError::Invalid(errors))
    };
    match done {
        Ok(()) => Ok(req.go(&here(&service), "Saved.")),
        Err(AppError::Invalid(errors)) => {
            let boxes = boxes(req, &errors).filled(&form);
            let page = edit_page(req, &service, (&form, boxes), &errors);
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}

/// `/service-identities/{service_id}/expiry`
pub(in crate::identity::services) fn expiry(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = own(req)?;
    let zone = req.zone()?;
    let form = Form::from_pairs([("days", "365")]);
    let page = expiry_page(req, (&service, &zone), &form, &FieldErrors::new());
    req.page(page)
}

fn expiry_page(
    req: &Req<'_, '_>,
    (service, zone): (&Service, &TimeZone),
    form: &Form,
    errors: &FieldErrors,
) -> Page {
    let now = day(service.expires_at.to_zoned(zone.clone()).date());
    below(service, "Change the expiry").body(
        PostForm::new(format!("{}/expiry", here(service)), req.csrf())
            .idempotency(req.form_token())
            .errors(errors)
            .body(html! {
                p { "It expires on " (now) ". Keys keep their own expiry; make new ones when they end." }
                (Field::select("days", "Expires after", lifetimes()).filled(form).errors(errors)
                    .short().hint("Counted from now, at most two years"))
            })
            .actions(html! {
                (Button::primary("Save"))
                (Button::quiet("Cancel").href(here(service)))
            }),
    )
}

/// `POST /service-identities/{service_id}/expiry`
pub(in crate::identity::services) fn extend(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = own(req)?;
    let (form, zone) = (req.form.clone(), req.zone()?);
    let mut errors = FieldErrors::new();
    let expires_at = days_ahead(req.cx.now, form.text("days"), &mut errors);
    let change = Change { expires_at: Some(expires_at), ..Change::default() };
    let done = if errors.is_empty() {
        change::change(&mut req.cx, &service, &change)
    } else {
        Err(AppError::Invalid(errors))
    };
    match done {
        Ok(()) => {
            let until = day_text(expires_at.to_zoned(zone).date());
            Ok(req.go(&here(&service), &format!("It expires on {until}.")))
        }
        Err(AppError::Invalid(errors)) => {
            let page = expiry_page(req, (&service, &zone), &form, &at_days(&errors));
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}
