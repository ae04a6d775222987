//! The answer to a fault as a person meets it: a page with the navigation, a way back and what was
//! typed, or the sign-in page, which leads back. Programs get a problem document.

use std::sync::Arc;

use db::Tx;
use http::{Method, header};
use web::{Chrome, FormLimits};

use super::{
    answer::{self, Around},
    dispatch,
    error::AppError,
    reply::Reply,
    request::{Input, decode_form},
    routes::Found,
    state::App,
};

/// The parts of a form that nobody typed: hidden fields, and which of its buttons was pressed.
const UNTYPED: [&str; 8] =
    [web::CSRF_FIELD, web::IDEMPOTENCY_FIELD, "version", "next", "id", "do", "hold", "seat"];

/// The answer to a fault.
pub(super) async fn reply(app: &Arc<App>, input: &Input, error: AppError) -> Reply {
    if answer::wants_document(input) {
        return answer::error(input, error);
    }
    if matches!(error, AppError::Unauthenticated) {
        return sign_in_first(app, input);
    }
    if let AppError::Undone(reply) = error {
        return *reply;
    }
    let around = around(app, input, &error).await;
    answer::error_around(input, error, around)
}

/// The answer to a method that the path does not have.
pub(super) async fn no_such_method(
    app: &Arc<App>,
    input: &Input,
    methods: &[&'static str],
) -> Reply {
    let around = if answer::wants_document(input) {
        Around::default()
    } else {
        Around { chrome: chrome(app, input).await, ..Around::default() }
    };
    answer::method_not_allowed(input, methods, around)
}

/// Whether the answer repeats what was typed: the page of a refusal does, if the form is one of ours.
pub(super) fn repeats_what_was_typed(app: &App, input: &Input, error: &AppError) -> bool {
    let is_refused = match error {
        AppError::Invalid(_)
        | AppError::Forbidden(_)
        | AppError::NotFound
        | AppError::Refused(_)
        | AppError::Stale
        | AppError::TooMany(_)
        | AppError::Internal(_)
        | AppError::Unavailable(_) => true,
        AppError::Malformed(_)
        | AppError::Unauthenticated
        | AppError::PreconditionRequired
        | AppError::TooLarge(_)
        | AppError::UnsupportedMedia(_)
        | AppError::TooSlow
        | AppError::Undone(_) => false,
    };
    let fetch_site = input.headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let origin = input.header(&header::ORIGIN);
    is_refused
        && !input.reads()
        && !answer::wants_document(input)
        && web::origin_allowed(origin, fetch_site, &app.config.base_url)
}

async fn around(app: &Arc<App>, input: &Input, error: &AppError) -> Around {
    // After a fault of ours the database may be what is at fault.
    let chrome = match error {
        AppError::Internal(_) | AppError::Unavailable(_) => None,
        AppError::Invalid(_)
        | AppError::Malformed(_)
        | AppError::Unauthenticated
        | AppError::Forbidden(_)
        | AppError::NotFound
        | AppError::Refused(_)
        | AppError::Stale
        | AppError::PreconditionRequired
        | AppError::TooLarge(_)
        | AppError::UnsupportedMedia(_)
        | AppError::TooSlow
        | AppError::TooMany(_)
        | AppError::Undone(_) => chrome(app, input).await,
    };
    let typed = if repeats_what_was_typed(app, input, error) { typed(input) } else { Vec::new() };
    Around { chrome, back: came_from(app, input), typed }
}

/// The frame of pages for whoever is signed in; `None` for others.
async fn chrome(app: &Arc<App>, input: &Input) -> Option<Chrome> {
    let (app_, head) = (app.clone(), input.head());
    let read = move |tx: &mut Tx<'_>| {
        let caller = (app_.authenticator.authenticate)(tx, &app_, &head, app_.clock.now())?;
        if !caller.signed_in {
            return Ok(None);
        }
        dispatch::acting(&app_, &head, (tx, caller), false).chrome().map(Some)
    };
    let read: Result<_, AppError> = app.db.read(read).await;
    read.unwrap_or_else(|error| {
        tracing::warn!(%error, "an error page was shown without its navigation");
        None
    })
}

/// Asks to sign in, and leads back afterwards: to the page that was asked for, or to that of the form
/// that was sent, which was not saved.
fn sign_in_first(app: &App, input: &Input) -> Reply {
    let (next, unsaved) =
        if input.reads() { (asked(input), "") } else { (form_page(app, input), "&unsaved=1") };
    Reply::see_other(&format!("/sign-in?next={}{unsaved}", web::url_encode(&next)))
}

/// The address that was asked for.
fn asked(input: &Input) -> String {
    match input.query.as_str() {
        "" => input.path.clone(),
        query => format!("{}?{query}", input.path),
    }
}

/// The page on which a form stands.
fn form_page(app: &App, input: &Input) -> String {
    let is_page = |path: &str| matches!(app.table.find(&Method::GET, path), Found::Route(..));
    came_from(app, input)
        .or_else(|| is_page(&input.path).then(|| input.path.clone()))
        .unwrap_or_else(|| "/".to_owned())
}

/// The page of this site from which the request came, unless it is the one that was asked for.
fn came_from(app: &App, input: &Input) -> Option<String> {
    let address = input.header(&header::REFERER)?;
    let from = address.find("://").map(|at| at + 3)?;
    let (site, page) = address.split_at(address.get(from..)?.find('/')? + from);
    let page = page.split('#').next().unwrap_or(page);
    let is_own = web::origin_allowed(Some(site), None, &app.config.base_url);
    let is_other = !input.reads() || page != asked(input);
    (is_own && is_other && !page.starts_with("//")).then(|| page.to_owned())
}

/// What the sender of a form typed, but no secret: label and value, in the order of the form.
fn typed(input: &Input) -> Vec<(String, String)> {
    let Ok(form) = decode_form(input, &FormLimits::default()) else {
        return Vec::new();
    };
    let is_shown = |name: &str| {
        !UNTYPED.contains(&name) && !name.ends_with("_id") && !web::Secret::is_in(&form, name)
    };
    let mut typed: Vec<(String, String)> = Vec::new();
    for name in form.names().filter(|name| is_shown(name)) {
        let (label, value) = (label(name), form.all(name).join("\n"));
        if !value.trim().is_empty() && !typed.iter().any(|(known, _)| *known == label) {
            typed.push((label, value));
        }
    }
    typed
}

/// The name of a field as people read it.
fn label(name: &str) -> String {
    let words = name.replace(['_', '.', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
