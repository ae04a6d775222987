//! The second step: a code of the authenticator program, or a recovery code. Until it is taken
//! there is no session, only a short-lived link in a cookie of its own.

use domain::ids::UserId;
use jiff::ToSpan;
use maud::html;
use web::{Button, Field, FieldErrors, Page, PostForm, Secret, hidden};

use super::{
    bare, bare_refused,
    finish::{Arrival, Start, finish, remembered},
    next,
};
use crate::identity::{
    attempts::{self, Limit},
    devices,
    links::{self, LinkPurpose, NewLink, Opened, Uses},
    second_factor,
    sessions::SignInMethod,
};
use frame::{error::AppError, reply::Reply, request::Req};

const STEP_COOKIE: &str = "sign-in-step";
const STEP_MINUTES: i64 = 10;

/// Remembers who has come so far, and asks for the code.
pub(super) fn ask(req: &mut Req<'_, '_>, arrival: &Arrival<'_>) -> Result<Reply, AppError> {
    let expires_at = req.cx.now.saturating_add(STEP_MINUTES.minutes()).unwrap_or(req.cx.now);
    let issued = links::issue(
        &mut req.cx,
        &NewLink {
            purpose: LinkPurpose::Step,
            user_id: Some(arrival.user_id),
            partner_id: None,
            subject_id: arrival.method.word(),
            uses: Uses::UntilExpiry,
            expires_at,
        },
    )?;
    let https = req.cx.app.config.https();
    let cookie = web::Cookie::host(STEP_COOKIE, issued.secret, https)
        .max_age_seconds(STEP_MINUTES.unsigned_abs() * 60)
        .build();
    let target = web::url_encode(next(arrival.next));
    let reply = Reply::see_other(&format!("/sign-in/code?next={target}")).cookie(cookie);
    // An invitation has been accepted in this browser already.
    Ok(if req.new_device.is_some() { remembered(req, reply) } else { reply })
}

fn begun(req: &mut Req<'_, '_>) -> Result<Option<Opened>, AppError> {
    let https = req.cx.app.config.https();
    let Some(secret) = req.input.cookie(STEP_COOKIE, https).map(str::to_owned) else {
        return Ok(None);
    };
    Ok(links::peek(&mut req.cx, LinkPurpose::Step, &secret)?.ok())
}

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    if begun(req)?.is_none() {
        return Ok(Reply::see_other("/sign-in"));
    }
    let query = req.query();
    let page = page(req, next(query.get("next").unwrap_or("/")), &FieldErrors::new());
    bare(req, page)
}

fn page(req: &Req<'_, '_>, target: &str, errors: &FieldErrors) -> Page {
    let fields = html! {
        (hidden("next", target))
        (Field::one_time_code("Code").errors(errors).required().autofocus()
            .hint("Six digits from your authenticator app, or a recovery code"))
    };
    Page::new("Enter your code").narrow().body(
        PostForm::new("/sign-in/code", req.csrf()).errors(errors).body(fields).actions(html! {
            (Button::primary("Continue"))
            (Button::quiet("Start over").href("/sign-in"))
        }),
    )
}

/// For whom wrong codes are counted: in a browser known to be the person's, for it alone.
fn counted(req: &mut Req<'_, '_>, user_id: &UserId) -> Result<(Limit, String), AppError> {
    Ok(match devices::known(req, Some(user_id))? {
        Some(device) => (Limit::CodeByDevice, attempts::both(user_id.as_str(), &device)),
        None => (Limit::CodeByPerson, user_id.as_str().to_owned()),
    })
}

/// Takes the code, once; wrong ones are counted. Rule ID-01.
pub(super) fn enter(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let Some(Opened { link_id, user_id: Some(user_id), subject_id, .. }) = begun(req)? else {
        return Ok(req.go("/sign-in", "That took too long. Sign in again."));
    };
    let (limit, whom) = counted(req, &user_id)?;
    attempts::check(&mut req.cx, limit, &whom)?;
    let code = Secret::OneTimeCode.of(&req.form).trim().to_owned();
    let target = req.form.text("next").to_owned();
    if !second_factor::verify(&mut req.cx, &user_id, &code)? {
        attempts::count(&mut req.cx, limit, &whom)?;
        let mut errors = FieldErrors::new();
        errors.add(
            Secret::OneTimeCode.name(),
            "This code is wrong or has already been used. Wait for the next one and enter it",
        );
        let page = page(req, next(&target), &errors);
        return bare_refused(req, &page);
    }
    attempts::forget(&mut req.cx, limit, &whom)?;
    links::revoke(&mut req.cx, &link_id)?;
    let arrival = Arrival {
        user_id: &user_id,
        method: SignInMethod::from_word(&subject_id),
        start: Start::LastUsed,
        next: &target,
    };
    let gone = web::Cookie::expired(STEP_COOKIE, req.cx.app.config.https()).build();
    Ok(finish(req, &arrival)?.cookie(gone))
}
