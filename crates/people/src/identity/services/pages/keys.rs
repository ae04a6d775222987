//! The keys of a service identity.

use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};
use web::{
    Button, CheckboxGroup, Choice, Column, Empty, Field, FieldErrors, Form, Icon, Page, PostForm,
    Row, Table, Tone, ago, day, status,
};

use super::{at_days, below, days_ahead, here};
use crate::identity::{
    api_keys::{self, NewApiKey, create_api_key, scope_words},
    services::{api::load, rules, store::Service},
};
use frame::{access::Permission, actor::KeyOwner, error::AppError, reply::Reply, request::Req};

/// The value of the choice of a key that lives as long as its service identity.
const WHOLE_LIFE: &str = "whole";

/// Its keys that were not revoked.
pub(super) fn table(
    req: &mut Req<'_, '_>,
    service: &Service,
    may_make: bool,
) -> Result<Markup, AppError> {
    let rows = api_keys::of_service(&mut req.cx, &service.service_id)?;
    let (zone, now) = (req.zone()?, req.cx.now);
    let make = Button::secondary("Create a key").href(format!("{}/keys/new", here(service)));
    let mut table = Table::new("Keys")
        .plain()
        .column(Column::text("Key"))
        .column(Column::text("Permissions"))
        .column(Column::text("Status"))
        .column(Column::text("Last used"))
        .column(Column::date("Expires"))
        .column(Column::actions("Revoke"))
        .empty(
            Empty::new(Icon::Key, "No keys", "A program acts as this service identity with a key.")
                .action(html! { @if may_make { (make) } }),
        );
    for row in rows {
        let revocation = format!("/api-keys/{}/revocation", row.key_id);
        let (tone, word) = match row.standing(now) {
            "active" => (Tone::Good, "Active"),
            "dormant" => (Tone::Warn, "Dormant"),
            _ => (Tone::Neutral, "Expired"),
        };
        table = table.row(
            Row::new()
                .id(row.key_id.as_str())
                .cell(html! { (row.name) br; small { (row.prefix) "…" } })
                .cell(html! { small { (scope_words(row.effective())) } })
                .cell(status(tone, word))
                .cell(html! {
                    @match row.used_at { Some(at) => (ago(at, now, &zone)), None => "never" }
                })
                .cell(day(row.expires_at.to_zoned(zone.clone()).date()))
                .cell(html! {
                    @if word != "Expired" { (Button::quiet("Revoke").small().href(revocation)) }
                }),
        );
    }
    Ok(html! { (table) })
}

/// The service identity in the path, when the acting person may make keys for it.
fn own(req: &mut Req<'_, '_>) -> Result<Service, AppError> {
    let service = load(req)?;
    rules::not_ended(&service)?;
    rules::owner_only(&req.cx, &service)?;
    Ok(service)
}

/// `/service-identities/{service_id}/keys/new`
pub(in crate::identity::services) fn new(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = own(req)?;
    let all = service.effective().list();
    let mut pairs: Vec<(&str, &str)> = all.into_iter().map(|one| ("scopes", one.word())).collect();
    pairs.push(("days", WHOLE_LIFE));
    let page = form_page(req, &service, &Form::from_pairs(pairs), &FieldErrors::new());
    req.page(page)
}

fn form_page(req: &Req<'_, '_>, service: &Service, form: &Form, errors: &FieldErrors) -> Page {
    let may = service.effective().list().into_iter().map(Permission::word);
    let scopes = may.fold(CheckboxGroup::new("scopes", "What it may do"), |group, word| {
        group.choice(Choice::new(word, word))
    });
    let now = req.cx.now;
    let in_time = |days: &i64| {
        now.saturating_add((days * 24).hours()).is_ok_and(|at| at <= service.expires_at)
    };
    let whole = Choice::new(WHOLE_LIFE, "as long as the service identity");
    let days = [30_i64, 90, 365].into_iter().filter(in_time);
    let days = days.map(|n| Choice::new(n.to_string(), format!("{n} days")));
    let lifetimes: Vec<Choice> = std::iter::once(whole).chain(days).collect();
    let fields = html! {
        (Field::text("name", "Name").filled(form).errors(errors).max_length(100).required()
            .autofocus().hint("Where the key is used, for example: production"))
        (scopes.filled(form).errors(errors).hint("As little as will do").required())
        (Field::select("days", "Works for", lifetimes).filled(form).errors(errors).short())
    };
    below(service, "Create a key").body(
        PostForm::new(format!("{}/keys", here(service)), req.csrf())
            .idempotency(req.form_token())
            .errors(errors)
            .body(fields)
            .actions(html! {
                (Button::primary("Create key"))
                (Button::quiet("Cancel").href(here(service)))
            }),
    )
}

fn expiry(service: &Service, now: Timestamp, days: &str, errors: &mut FieldErrors) -> Timestamp {
    if days == WHOLE_LIFE { service.expires_at } else { days_ahead(now, days, errors) }
}

/// Makes a key and shows its secret this once. Rule ID-04.
pub(in crate::identity::services) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = own(req)?;
    let form = req.form.clone();
    let mut errors = FieldErrors::new();
    let words: Vec<String> = form.all("scopes").into_iter().map(str::to_owned).collect();
    let permissions = api_keys::scopes(&words, &mut errors);
    let expires_at = expiry(&service, req.cx.now, form.text("days"), &mut errors);
    let (service_id, owner) = (service.service_id.clone(), service.owner.clone());
    let new = NewApiKey {
        name: form.text("name"),
        partner_id: service.partner_id.as_ref(),
        permissions,
        expires_at,
        owner: Some(KeyOwner::Service { service_id, owner }),
    };
    let made = if errors.is_empty() {
        create_api_key(&mut req.cx, &new)
    } else {
        Err(AppError::Invalid(errors))
    };
    match made {
        Ok(made) => {
            let back = here(&service);
            api_keys::shown_once(req, &made.secret, (&service.name, &back))
        }
        Err(AppError::Invalid(errors)) => {
            let page = form_page(req, &service, &form, &at_days(&errors));
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}
