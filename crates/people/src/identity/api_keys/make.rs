//! Making a key, by form and API: one of the maker's own, or of the service identity in the path.

use domain::ids::ApiKeyId;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Button, Callout, Choice, FieldErrors, Page, html, secret_once};

use super::{
    create::{NewApiKey, create_api_key},
    list::{ApiKeyBody, body},
    store,
};
use crate::identity::services::{self, Service};
use frame::{
    access::{Permission, Permissions},
    action::{Action, Done, Opened},
    actor::KeyOwner,
    error::AppError,
    input::{Codes, Instant, Text, input},
    reply::Reply,
    request::Req,
};

input! {
    /// A key to create.
    pub(in crate::identity) struct ApiKeyInput {
        /// What it is for.
        name: String => Text::exact_line("Name", 100).expected()
            .hint("Where it is used, for example: CRM sync, production"),
        /// Permissions: words such as `registrations:read`, none beyond your own.
        scopes: Vec<String> => Codes::boxes("Permissions").expected().among(offered)
            .hint("Choose as few as possible"),
        /// When it expires, at most two years from now.
        expires_at: Timestamp => Instant::new("Expires after").among(lifetimes)
            .required("Choose when the key expires"),
    }
}

/// A newly created key.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::identity) struct MadeApiKeyBody {
    #[serde(flatten)]
    key: ApiKeyBody,
    /// The secret, returned only once; null when the request is repeated with the same idempotency
    /// key.
    secret: Option<String>,
}

/// The service identity in the path, of the caller's side; `None` for a key of the maker's own.
fn service_of(req: &mut Req<'_, '_>) -> Result<Option<Service>, AppError> {
    if !req.input.params.contains_key("service_id") {
        return Ok(None);
    }
    services::load(req).map(Some)
}

fn offered(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let most = match service_of(req)? {
        Some(service) => service.effective(),
        None => req.cx.actor.permissions,
    };
    Ok(choices(most))
}

/// A choice for each of these permissions.
pub(in crate::identity) fn choices(permissions: Permissions) -> Vec<Choice> {
    let words = permissions.list().into_iter().map(Permission::word);
    words.map(|word| Choice::new(word, word)).collect()
}

/// For how many days a form offers that something works.
const LIFETIMES: [i64; 4] = [30, 90, 365, super::MOST_DAYS];

/// The last whole day (UTC) of something that works for so many days from now, as a form sends it.
pub(in crate::identity) fn last_day(now: Timestamp, days: i64) -> String {
    let end = now.saturating_add((days * 24).hours()).unwrap_or(now);
    let day = end.to_zoned(TimeZone::UTC).date().yesterday();
    day.map_or_else(|_| String::new(), |day| day.to_string())
}

/// The lifetimes that a form offers from now, as far as `until`.
pub(in crate::identity) fn lifetimes_until(now: Timestamp, until: Timestamp) -> Vec<Choice> {
    let fits = |days: &i64| now.saturating_add((days * 24).hours()).is_ok_and(|end| end <= until);
    let offered = LIFETIMES.into_iter().filter(fits);
    offered.map(|days| Choice::new(last_day(now, days), format!("{days} days"))).collect()
}

fn lifetimes(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let now = req.cx.now;
    let Some(service) = service_of(req)? else {
        return Ok(lifetimes_until(now, Timestamp::MAX));
    };
    let whole = Choice::new(service.expires_at.to_string(), "same as the service identity");
    let shorter = lifetimes_until(now, service.expires_at);
    Ok(std::iter::once(whole).chain(shorter).collect())
}

/// The permissions that scope words name; unknown words become errors of the field `scopes`.
pub(in crate::identity) fn scopes(words: &[String], errors: &mut FieldErrors) -> Permissions {
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for word in words {
        match Permission::from_word(word) {
            Some(permission) => known.push(permission),
            None => unknown.push(word.as_str()),
        }
    }
    if !unknown.is_empty() {
        let all: Vec<&str> = Permission::ALL.into_iter().map(Permission::word).collect();
        let unknown = unknown.join(", ");
        errors.add("scopes", format!("Unknown: {unknown}. Known permissions: {}", all.join(", ")));
    }
    Permissions::of(&known)
}

/// Making a key. Its secret is in the answer to this and nowhere else. Rule ID-04.
pub(in crate::identity) struct MakeKey;

impl Action for MakeKey {
    type Input = ApiKeyInput;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<ApiKeyInput>, AppError> {
        let button = "Create key";
        let Some(service) = service_of(req)? else {
            return Ok(Opened::new("Create an API key", "/api-keys", button)
                .crumb("API keys", "/api-keys")
                .preset("expires_at", last_day(req.cx.now, 90)));
        };
        if !req.input.is_api() {
            services::not_ended(&service)?;
            services::owner_only(&req.cx, &service)?;
        }
        let here = services::page_of(&service);
        let opened = Opened::new("Create a key", format!("{here}/keys"), button)
            .crumb("Service identities", "/service-identities")
            .crumb(service.name.as_str(), here)
            .preset("expires_at", service.expires_at.to_string());
        let all = service.effective().list().into_iter();
        Ok(all.fold(opened, |opened, one| opened.preset("scopes", one.word())))
    }

    fn run(req: &mut Req<'_, '_>, input: ApiKeyInput) -> Result<Done, AppError> {
        let service = service_of(req)?;
        let mut errors = FieldErrors::new();
        let permissions = scopes(&input.scopes, &mut errors);
        errors.check().map_err(AppError::Invalid)?;
        let partner_id = req.cx.actor.partner_id().cloned();
        let new = NewApiKey {
            name: &input.name,
            partner_id: partner_id.as_ref(),
            permissions,
            expires_at: input.expires_at,
            owner: service.map(|service| KeyOwner::Service {
                service_id: service.service_id,
                owner: service.owner,
            }),
        };
        let made = create_api_key(&mut req.cx, &new)?;
        Ok(Done::once(&made.key_id, made.secret))
    }

    fn answer(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        let key_id: ApiKeyId = done.id.parse().map_err(AppError::internal)?;
        let (visible, now) = (req.cx.actor.visibility(), req.cx.now);
        let row = store::get(&mut req.cx, &visible, &key_id)?;
        let location = format!("/api/v1/api-keys/{key_id}");
        let kept = MadeApiKeyBody { key: body(row.clone(), now), secret: None };
        let shown = MadeApiKeyBody { key: body(row, now), secret: Some(done.secret.clone()) };
        let kept = Reply::created(&location, &kept)?;
        Ok(Reply::created(&location, &shown)?.kept_as(kept))
    }

    fn shown(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        let (name, href) = match service_of(req)? {
            Some(service) => (service.name.clone(), services::page_of(&service)),
            None => ("API keys".to_owned(), "/api-keys".to_owned()),
        };
        let made = |body: web::Markup| {
            Page::new("Key created").crumb(name.as_str(), href.as_str()).narrow().body(
                html! { (body) (Button::primary(format!("Back to {name}")).href(href.as_str())) },
            )
        };
        let shown = req.page(made(html! {
            (secret_once("Copy the key now: it will not be shown again", &done.secret))
            p { "Programs send it as " code { "Authorization: Bearer …" } "." }
        }))?;
        let kept = req.page(made(html! {
            (Callout::info("The key was shown once")
                .body("If you did not copy it, revoke it and create another."))
        }))?;
        Ok(shown.kept_as(kept))
    }
}
