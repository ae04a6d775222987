//! Links by mail: to sign in, and to set a new password. Asking takes the same work and gives the
//! same answer whether the address is known or not: a job finds that out afterwards.

use domain::ids::{PartnerId, UserId, VendorId};
use jiff::ToSpan;
use maud::html;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use web::{Button, Callout, Field, FieldErrors, Page, PostForm, hidden};

use super::{
    bare, bare_refused,
    claimant::Claimant,
    finish::{Arrival, Start, proceed},
    next,
};
use crate::{
    identity::{
        address,
        links::{self, LinkPurpose, NewLink, Uses},
        memberships,
        sessions::SignInMethod,
        sides,
    },
    notifications,
};
use frame::{
    clock::from_micros, ctx::Cx, error::AppError, reply::Reply, request::Req, secrets, state::App,
};

/// The job that mails a link to an address, if somebody known has it.
pub(in crate::identity) const MAIL_LINK: &str = "identity.mail_link";
/// The subject of sign-in links that the demo shows.
const DEMO: &str = "demo";
/// How long the demo's links work.
const DEMO_DAYS: i64 = 3_650;

#[derive(Debug, Serialize, Deserialize)]
struct Asked {
    email: String,
    /// True for a link that sets a password, false for one that signs in.
    password: bool,
    /// Where a link that signs in leads; jobs of earlier versions do not say.
    #[serde(default)]
    next: String,
}

pub(super) fn ask_to_sign_in(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    ask(req, false)
}

pub(super) fn ask_for_password(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    ask(req, true)
}

fn ask(req: &mut Req<'_, '_>, password: bool) -> Result<Reply, AppError> {
    let claimant = Claimant::of(req)?;
    if let Some(words) = address::fault(&claimant.email) {
        let mut errors = FieldErrors::new();
        errors.add("email", words);
        let page = ask_page(req, password, &errors);
        return bare_refused(req, &page);
    }
    // Over the limit no mail is sent, and nobody is told: those sent before still work.
    if claimant.may_be_mailed(req)? {
        let next = next(req.form.text("next")).to_owned();
        enqueue(&mut req.cx, Asked { email: claimant.email, password, next })?;
    }
    Ok(Reply::see_other("/sign-in/sent"))
}

/// Queues one mail; another one that was asked for before it is sent is the same.
fn enqueue(cx: &mut Cx<'_, '_>, asked: Asked) -> Result<(), AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    let key = format!("{}:{}", asked.password, secrets::hash(&asked.email));
    let payload = serde_json::to_string(&asked).map_err(AppError::internal)?;
    jobs::enqueue(
        cx.tx,
        &jobs::NewJob {
            vendor_id: vendor_id.as_str(),
            kind: MAIL_LINK,
            key: Some(&key),
            payload: &payload,
            run_at_micros: now,
            max_attempts: 5,
        },
        now,
    )?;
    Ok(())
}

pub(super) fn forgotten(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = ask_page(req, true, &FieldErrors::new());
    bare(req, page)
}

fn ask_page(req: &Req<'_, '_>, password: bool, errors: &FieldErrors) -> Page {
    let (title, action, words) = if password {
        ("Set a new password", "/password/forgotten", "Send me a link")
    } else {
        ("Sign in by mail", "/sign-in/link", "Send me a sign-in link")
    };
    Page::new(title).crumb("Sign in", "/sign-in").narrow().body(
        PostForm::new(action, req.csrf())
            .errors(errors)
            .body(html! {
                @if !password { (hidden("next", next(req.form.text("next")))) }
                (Field::email("email", "E-mail address")
                    .filled(&req.form)
                    .errors(errors)
                    .autocomplete("username")
                    .max_length(254)
                    .autofocus()
                    .required())
            })
            .actions(Button::primary(words)),
    )
}

pub(super) fn sent(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = Page::new("Check your mail").narrow().body(html! {
        (Callout::info("If we know this address, a mail is on its way").body(
            "The link works once and expires soon. Nothing arrived? Check your spam folder, and \
             check that you entered the address you were invited with."))
        (Button::secondary("Back to sign-in").href("/sign-in"))
    });
    bare(req, page)
}

/// Mails the link to a known address, and does nothing for an unknown one.
pub(in crate::identity) fn mail_link(
    tx: &mut db::Tx<'_>,
    app: &Arc<App>,
    job: &jobs::Job,
    now_micros: i64,
) -> Result<(), AppError> {
    let asked: Asked = serde_json::from_str(&job.payload).map_err(AppError::internal)?;
    let vendor_id = VendorId::parse(&job.vendor_id).map_err(AppError::internal)?;
    let mut cx = Cx::system(tx, app, vendor_id, from_micros(now_micros));
    let Some(user_id) = memberships::by_email(&mut cx, &asked.email)? else {
        return Ok(());
    };
    if memberships::sides_of(&mut cx, &user_id)?.is_empty() {
        return Ok(());
    }
    let (purpose, minutes) =
        if asked.password { (LinkPurpose::Password, 60) } else { (LinkPurpose::SignIn, 15) };
    let expires_at = cx.now.saturating_add(i64::from(minutes).minutes()).unwrap_or(cx.now);
    let link = links::promise(
        &mut cx,
        &NewLink {
            purpose,
            user_id: Some(&user_id),
            partner_id: None,
            subject_id: if asked.password { "" } else { &asked.next },
            uses: Uses::Once,
            expires_at,
        },
    )?;
    let vendor = sides::side_name(&mut cx, None)?;
    let (subject, what, kind) = if asked.password {
        ("Set a new password", "To set a new password", "identity.password_link")
    } else {
        ("Your sign-in link", "To sign in", "identity.sign_in_link")
    };
    let body = format!(
        "{what} to the partner program of {vendor}, open this link:\n\n{link}\n\nIt works once \
         and expires in {minutes} minutes. If you did not ask for it, ignore this mail: nothing \
         has changed.\n"
    );
    let mail = notifications::Mail { to: &asked.email, subject, body: &body, links: &[link], kind };
    notifications::mail(&mut cx, &mail)
}

/// A link by which anyone signs in as this person on this side, as often as they like: for the
/// demo, where the people are made up.
pub fn demo_link(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner_id: Option<&PartnerId>,
) -> Result<String, AppError> {
    if !cx.app.config.demo {
        return Err(AppError::internal("sign-in links are shown in the demo only"));
    }
    let expires_at = cx.now.saturating_add((DEMO_DAYS * 24).hours()).unwrap_or(cx.now);
    let new = NewLink {
        purpose: LinkPurpose::SignIn,
        user_id: Some(user_id),
        partner_id,
        subject_id: DEMO,
        uses: Uses::UntilExpiry,
        expires_at,
    };
    Ok(links::issue(cx, &new)?.url)
}

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let secret = req.param("secret")?.to_owned();
    let opened = match links::open(&mut req.cx, LinkPurpose::SignIn, &secret)? {
        Ok(opened) => opened,
        Err(fault) => return links::refuse(req, fault),
    };
    let vendor = sides::side_name(&mut req.cx, None)?;
    let words = format!("Sign in as {}", opened.actor.name);
    let page =
        Page::new("Sign in").intro(format!("to the partner program of {vendor}")).narrow().body(
            PostForm::new(format!("/links/sign-in/{secret}"), "").actions(Button::primary(words)),
        );
    bare(req, page)
}

/// Spends the link and signs its person in. Rule ID-01.
pub(super) fn enter(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let secret = req.param("secret")?.to_owned();
    let opened = match links::spend(&mut req.cx, LinkPurpose::SignIn, &secret)? {
        Ok(opened) => opened,
        Err(fault) => return links::refuse(req, fault),
    };
    let Some(user_id) = opened.user_id else {
        return links::refuse(req, links::LinkFault::Unknown);
    };
    if memberships::sides_of(&mut req.cx, &user_id)?.is_empty() {
        return links::refuse(req, links::LinkFault::Revoked);
    }
    let demo = opened.subject_id == DEMO;
    let arrival = Arrival {
        user_id: &user_id,
        method: if demo { SignInMethod::Demo } else { SignInMethod::Link },
        start: if demo { Start::On(opened.partner_id.as_ref()) } else { Start::LastUsed },
        next: next(&opened.subject_id),
    };
    proceed(req, &arrival)
}
