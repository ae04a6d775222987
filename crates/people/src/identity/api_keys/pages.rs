//! The pages of API keys.

use db::keyset::{self, Kind};
use domain::ids::ApiKeyId;
use jiff::ToSpan;
use maud::html;
use web::{
    Button, Callout, CheckboxGroup, Choice, Column, Empty, Field, FieldErrors, Form, Icon, Page,
    PostForm, Row, Table, Tone, ago, confirm_page, day, pager, secret_once, status,
};

use super::{
    create::{NewApiKey, create_api_key, revoke_key},
    scope_words,
    store::{self, KeyRow},
};
use crate::identity::{sides, zones};
use frame::{error::AppError, paging, reply::Reply, request::Req};

const PAGE: i64 = 50;
const SCOPE: &str = "identity.api_keys.page";
const HERE: &str = "/api-keys";

pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let after = url
        .get("after")
        .and_then(|text| keyset::decode(SCOPE, text, &[Kind::Text]).ok())
        .and_then(|values| paging::text_at(&values, 0));
    let visible = req.cx.actor.visibility();
    let mut rows = store::page(&mut req.cx, &visible, after.as_deref(), PAGE + 1)?;
    let more = paging::cut(&mut rows, PAGE);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| keyset::encode(SCOPE, &[row.key_id.as_str().into()]));
    let summary = format!("{} shown", rows.len());
    let mut table = Table::new("API keys")
        .column(Column::text("Key"))
        .column(Column::text("Owner"))
        .column(Column::text("Permissions"))
        .column(Column::text("Status"))
        .column(Column::text("Last used"))
        .column(Column::date("Expires"))
        .column(Column::actions("Revoke"))
        .empty(
            Empty::new(
                Icon::Key,
                "No API keys",
                "A program uses a key in place of a person: it may do what the key says, as far \
                 as its owner may, until the key expires.",
            )
            .action(Button::primary("Create a key").href("/api-keys/new")),
        );
    for row in rows {
        table = table.row(line(req, &row)?);
    }
    let page = Page::new("API keys")
        .intro(html! {
            "A key does what its owner may do, and no more. An integration that should outlast a \
             person's job gets a " a href="/service-identities" { "service identity" } "."
        })
        .actions(Button::primary("Create a key").icon(Icon::Plus).href("/api-keys/new"))
        .body(html! { (table) (pager(&url, None, next.as_deref(), &summary)) });
    req.page(page)
}

fn line(req: &mut Req<'_, '_>, row: &KeyRow) -> Result<Row, AppError> {
    let zone = zones::zone_of(&mut req.cx)?;
    let now = req.cx.now;
    let side = if row.partner_id.is_empty() {
        sides::side_name(&mut req.cx, None)?
    } else {
        let partner_id = row.partner_id.parse().map_err(AppError::internal)?;
        sides::side_name(&mut req.cx, Some(&partner_id))?
    };
    let (tone, word) = match row.standing(now) {
        "active" => (Tone::Good, "Active"),
        "dormant" => (Tone::Warn, "Dormant"),
        "expired" => (Tone::Neutral, "Expired"),
        _ => (Tone::Neutral, "Revoked"),
    };
    let works = matches!(row.standing(now), "active" | "dormant");
    let (owner, lost) = (row.owner_words(), row.lost());
    let may = scope_words(row.effective());
    let revocation = format!("/api-keys/{}/revocation", row.key_id);
    Ok(Row::new()
        .id(row.key_id.as_str())
        .cell(html! { (row.name) br; small { (row.prefix) "…" } })
        .cell(html! {
            @if owner.is_empty() { "Nobody" } @else { (owner) }
            br; small { "for " (side) }
        })
        .cell(html! {
            small { (may) }
            @if !lost.is_empty() { br; small { "Not at the moment: " (lost.join(", ")) } }
        })
        .cell(status(tone, word))
        .cell(html! {
            @match row.used_at { Some(at) => (ago(at, now, &zone)), None => "never" }
        })
        .cell(day(row.expires_at.to_zoned(zone.clone()).date()))
        .cell(html! {
            @if works { (Button::quiet("Revoke").small().href(revocation)) }
        }))
}

pub(super) fn new(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = form_page(req, &Form::from_pairs([("days", "90")]), &FieldErrors::new());
    req.page(page)
}

fn form_page(req: &Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Page {
    let may = req.cx.actor.permissions.list();
    let scopes = may
        .into_iter()
        .fold(CheckboxGroup::new("scopes", "What it may do"), |group, permission| {
            group.choice(Choice::new(permission.word(), permission.word()))
        });
    let days = ["30", "90", "365", "730"].map(|n| Choice::new(n, format!("{n} days")));
    let fields = html! {
        (Field::text("name", "Name").filled(form).errors(errors).max_length(100).required()
            .autofocus().hint("The program that uses it, for example: CRM sync"))
        (scopes.filled(form).errors(errors).hint("As little as will do").required())
        (Field::select("days", "Expires after", days).filled(form).errors(errors).short())
    };
    Page::new("Create an API key").crumb("API keys", HERE).narrow().body(
        PostForm::new(HERE, req.csrf())
            .idempotency(req.form_token())
            .errors(errors)
            .body(fields)
            .actions(html! {
                (Button::primary("Create key"))
                (Button::quiet("Cancel").href(HERE))
            }),
    )
}

/// Makes a key and shows its secret this once. Rule ID-04.
pub(super) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let mut errors = FieldErrors::new();
    let words: Vec<String> = form.all("scopes").into_iter().map(str::to_owned).collect();
    let permissions = super::api::scopes(&words, &mut errors);
    let days: i64 = form.text("days").parse().unwrap_or(0);
    if !(1..=super::MOST_DAYS).contains(&days) {
        errors.add("days", "Choose how long the key works");
    }
    if !errors.is_empty() {
        let page = form_page(req, &form, &errors);
        return Err(req.page_undone(&page));
    }
    let partner = req.cx.actor.partner_id().cloned();
    let expires_at = req.cx.now.saturating_add((days * 24).hours()).unwrap_or(req.cx.now);
    let name = form.text("name");
    let new =
        NewApiKey { name, partner_id: partner.as_ref(), permissions, expires_at, owner: None };
    match create_api_key(&mut req.cx, &new) {
        Ok(made) => shown_once(req, &made.secret, ("API keys", HERE)),
        Err(AppError::Invalid(errors)) => {
            let page = form_page(req, &form, &errors);
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}

/// Shows the secret of a new key this once; `back` is the name and address of the page before.
pub(in crate::identity) fn shown_once(
    req: &mut Req<'_, '_>,
    secret: &str,
    back: (&str, &str),
) -> Result<Reply, AppError> {
    let made = |body: maud::Markup| {
        Page::new("The key was created").crumb(back.0, back.1).narrow().body(html! {
            (body)
            (Button::primary(format!("Back to {}", back.0)).href(back.1))
        })
    };
    let shown = req.page(made(html! {
        (secret_once("The key: copy it now, it is not shown again", secret))
        p { "Programs send it as " code { "Authorization: Bearer …" } "." }
    }))?;
    let kept = req.page(made(html! {
        (Callout::info("The key was shown once")
            .body("If you did not copy it, revoke it and make another."))
    }))?;
    Ok(shown.kept_as(kept))
}

pub(super) fn confirm(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let key_id: ApiKeyId = req.id("key_id")?;
    let visible = req.cx.actor.visibility();
    let row = store::get(&mut req.cx, &visible, &key_id)?;
    let question = format!("Revoke the key “{}”?", row.name);
    let consequences = vec![
        "The program that uses it is refused from its next request on.".to_owned(),
        "Every key that was made with it stops as well.".to_owned(),
        "This cannot be undone; make a new key instead.".to_owned(),
    ];
    let form = PostForm::new(req.input.path.clone(), req.csrf())
        .idempotency(req.form_token())
        .actions(html! {
            (Button::danger("Revoke"))
            (Button::quiet("Cancel").href(HERE))
        });
    let page = Page::new("Revoke a key").crumb("API keys", HERE).narrow().body(confirm_page(
        &question,
        &consequences,
        form,
    ));
    req.page(page)
}

pub(super) fn revoke(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let key_id: ApiKeyId = req.id("key_id")?;
    let row = revoke_key(&mut req.cx, &key_id)?;
    Ok(req.go(HERE, &format!("The key “{}” is revoked.", row.name)))
}
