//! A person's own link for registering deals without signing in: made and revoked in the portal,
//! used from a phone or a mail.

use http::StatusCode;
use jiff::SignedDuration;
use web::{
    Button, Callout, Column, Empty, Form, Icon, Markup, Page, PostForm, Row, Table, html, instant,
    post_button_with, secret_once, status,
};

use super::{
    availability::line,
    links::{Use, back, enter, thanks},
    new,
    words::Moment,
};
use crate::deal_registration::{
    Said, Source,
    actions::{SubmitNew, begin},
};
use frame::{
    error::AppError,
    fault::{Fault, bare},
    input::{draw, labelled, normal},
    reply::Reply,
    request::Req,
};
use people::identity::links::{self, LinkPurpose, LinkStanding, NewLink, Uses};

/// How long a personal link works.
const WORKS_FOR: SignedDuration = SignedDuration::from_hours(24 * 90);

/// `/registrations/link`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = page(req, &html! {})?;
    req.page(page)
}

fn page(req: &mut Req<'_, '_>, made: &Markup) -> Result<Page, AppError> {
    let Some(user_id) = req.cx.actor.reader().cloned() else {
        return Err(AppError::NotFound);
    };
    let moment = Moment::of(&mut req.cx)?;
    let rows = links::list_by_subject(&mut req.cx, user_id.as_str())?;
    let csrf = req.csrf();
    let live = rows.iter().filter(|row| row.purpose == LinkPurpose::Register);
    let table = Table::new("Your links")
        .column(Column::date("Created"))
        .column(Column::date("Expires"))
        .column(Column::number("Used"))
        .column(Column::text("Status"))
        .column(Column::actions(""))
        .rows(live.map(|row| {
            let works = row.standing == LinkStanding::Live;
            Row::new()
                .cell(instant(row.created_at, &moment.zone))
                .cell(instant(row.expires_at, &moment.zone))
                .cell(row.used_count)
                .cell(if works { status(web::Tone::Good, "Active") } else { status(web::Tone::Neutral, "Ended") })
                .cell(html! { @if works {
                    (post_button_with("/registrations/link", &csrf, &[("revoke", row.link_id.as_str())],
                        Button::quiet("Revoke").small()))
                } })
        }))
        .empty(Empty::new(Icon::Link, "No links yet", "Create one and keep it secret: anyone with the link can register deals in your name."));
    let body = html! {
        (made)
        (table)
        (PostForm::new("/registrations/link", csrf.clone()).idempotency(req.form_token())
            .actions(Button::primary("Create link").icon(Icon::Plus)))
    };
    Ok(Page::new("Register by link")
        .crumb("Registrations", "/registrations")
        .intro("A personal link opens the short form without signing in. It works for 90 days and can only register deals in your name.")
        .narrow()
        .body(body))
}

/// `POST /registrations/link`
pub(super) fn change(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let Some(user_id) = req.cx.actor.reader().cloned() else {
        return Err(AppError::NotFound);
    };
    if let Some(link) = req.form.opt("revoke") {
        let rows = links::list_by_subject(&mut req.cx, user_id.as_str())?;
        let row = rows.into_iter().find(|row| row.link_id.as_str() == link);
        let row = row.ok_or(AppError::NotFound)?;
        links::revoke(&mut req.cx, &row.link_id)?;
        return Ok(req.go("/registrations/link", "Link revoked."));
    }
    let partner_id = req.cx.actor.partner_id().cloned();
    let expires_at = req.cx.now.checked_add(WORKS_FOR).map_err(AppError::internal)?;
    let new_link = NewLink {
        purpose: LinkPurpose::Register,
        user_id: Some(&user_id),
        partner_id: partner_id.as_ref(),
        subject_id: user_id.as_str(),
        uses: Uses::UntilExpiry,
        expires_at,
    };
    let issued = links::issue(&mut req.cx, &new_link)?;
    let shown = page(req, &secret_once("Your link, shown this once", &issued.url))?;
    let instead = page(
        req,
        &html! {
            (Callout::info("The link was shown once")
                .body("If you did not copy it, revoke it and create another."))
        },
    )?;
    let kept = req.page(instead)?;
    Ok(req.page(shown)?.kept_as(kept))
}

/// `/links/register/{secret}`
pub(super) fn open(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    if let Err(reply) = enter(req, LinkPurpose::Register, Use::Shown)? {
        return Ok(reply);
    }
    let form = Form::default();
    let page = form_page(req, &form, &Fault::default())?;
    Ok(bare(StatusCode::OK, &page))
}

fn form_page(req: &mut Req<'_, '_>, form: &Form, fault: &Fault) -> Result<Page, AppError> {
    let fields = draw::<Said>(req, (form, &fault.errors))?;
    let post = PostForm::new(req.input.path.clone(), "")
        .idempotency(req.form_token())
        .errors(&labelled::<Said>(&fault.errors))
        .keep("registration-by-link")
        .body(fields)
        .actions(Button::primary("Submit"));
    Ok(Page::new("Register a deal")
        .intro(format!(
            "You register as {}. You will be notified of the decision by mail.",
            req.cx.actor.name
        ))
        .narrow()
        .body(html! { (fault.callout()) (post) }))
}

/// `/links/register/{secret}/check`: “is it free?” for the holder of the link.
pub(super) fn check(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    if let Err(reply) = enter(req, LinkPurpose::Register, Use::Shown)? {
        return Ok(reply);
    }
    let text = req.query().get("account_domain").unwrap_or("").trim().to_owned();
    Ok(Reply::page(line(req, &text)?))
}

/// `POST /links/register/{secret}`
pub(super) fn register(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    if let Err(reply) = enter(req, LinkPurpose::Register, Use::Spent)? {
        return Ok(reply);
    }
    let said = req.form_over::<Said>(None, |req, said| {
        begin(&mut req.cx, (None, None), (said, Some(false)), Source::Link).map(|_| ())
    });
    let outcome = said.and_then(|said| {
        SubmitNew { partner_id: None, program_id: None, said, source: Source::Link }
            .run(&mut req.cx)
    });
    match outcome {
        Ok(done) => {
            let receipt = &done.receipt;
            let more = html! {
                p { "Receipt number " (receipt.payload.number) ", hash " (web::inline_code(receipt.hash.to_string())) "." }
                (Callout::info("Next step").actions(Button::secondary("Register another deal").href(req.input.path.clone())))
            };
            Ok(thanks("Registered", &new::said(&done), &more))
        }
        Err(error) => {
            let fault = Fault::of(error)?.of_input::<Said>();
            let form = normal::<Said>(&req.form);
            let page = form_page(req, &form, &fault)?;
            Err(back(&fault, &page))
        }
    }
}
