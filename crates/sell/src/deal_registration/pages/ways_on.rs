//! What a partner can do when an account is not available to it (DR-13, DR-18). It is the same
//! whatever stands in the way, so that it tells nothing about who holds the account.

use web::{Callout, Markup, Render, html};

use channel::partners;
use frame::{ctx::Cx, error::AppError};
use people::identity;

/// The ways on below a submission that was refused: nothing that was typed is lost.
pub(super) fn after_refusal(cx: &mut Cx<'_, '_>) -> Result<Markup, AppError> {
    let manager = manager(cx)?;
    let callout = Callout::info("What you can do").body(html! {
        ul {
            li { "Save as draft below. It keeps what you entered; submit it once the account is available." }
            li { "See from when the account is available, or try the name of another company: "
                a href="/availability" { "check availability" } "." }
            @if let Some(manager) = &manager { li { (manager) } }
        }
    });
    Ok(callout.render())
}

/// The ways on where a check says that an account is not available.
pub(super) fn after_check(cx: &mut Cx<'_, '_>) -> Result<Markup, AppError> {
    let manager = manager(cx)?;
    Ok(html! {
        p { "You can prepare a draft now and submit it once the account is available." }
        @if let Some(manager) = &manager { p { (manager) } }
    })
}

/// Who looks after the partner, with an address; `None` while nobody does.
fn manager(cx: &mut Cx<'_, '_>) -> Result<Option<Markup>, AppError> {
    let Some(partner_id) = cx.actor.partner_id().cloned() else { return Ok(None) };
    let Some(manager) = partners::manager_of(cx, &partner_id)? else { return Ok(None) };
    let person = identity::person(cx, &manager)?;
    Ok(person.map(|person| {
        html! {
            "Ask your partner manager, " (person.name) ": "
            a href=(format!("mailto:{}", person.email)) { (person.shown_email()) }
        }
    }))
}
