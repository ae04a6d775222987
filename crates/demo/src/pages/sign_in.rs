//! “Sign in as …”: one button for each kind of person.

use maud::{Markup, Render, html};
use web::{Button, Callout, Icon, Page, post_button_with, section};

use super::in_demo;
use crate::{
    clock,
    state::{Persona, State},
};
use frame::{ctx::Cx, error::AppError, reply::Reply, request::Req};
use people::identity::{self, SignInMethod};

/// `GET /demo`
pub(crate) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    in_demo(req)?;
    let (_, state) = clock::vendor(&mut req.cx)?;
    let csrf = req.csrf();
    let page = Page::new("Sign in to the demo")
        .intro(
            "A software vendor and its sixty partners, with two years of history. All companies \
             and people are invented. Choose who to be. Sign out to switch.",
        )
        .narrow()
        .body(html! {
            (section("Choose a person", personas(&state, &csrf)))
            (Callout::info("Something to try").body(hints(&state)))
        });
    let chrome = req.chrome()?;
    Ok(Reply::page(chrome.bare(&page)))
}

fn personas(state: &State, csrf: &str) -> Markup {
    html! {
        ul.plain-list {
            @for (place, persona) in state.personas.iter().enumerate() {
                li.card { (card(place, persona, csrf)) }
            }
        }
    }
}

fn card(place: usize, persona: &Persona, csrf: &str) -> Markup {
    let label = format!("Sign in as {}", persona.name);
    let button = Button::secondary(label).icon(Icon::ArrowRight);
    let place = place.to_string();
    html! {
        h3 { (persona.role) }
        p { (persona.name) ", " (persona.organisation) ". " (persona.invitation) }
        (post_button_with("/demo/sign-in", csrf, &[("persona", place.as_str())], button.render()))
    }
}

fn hints(state: &State) -> Markup {
    html! {
        p {
            "As a partner seller, check availability of " strong { (state.free_account.1) } " ("
            (state.free_account.0) "), then register it."
        }
        p {
            "As a direct sales rep, open an opportunity on " strong { (state.held_account.0) }
            " and see why it is refused."
        }
        p { "Then move the clock with the buttons at the top and see what the rules do." }
    }
}

/// `POST /demo/sign-in`
pub(crate) fn enter(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    in_demo(req)?;
    let (vendor_id, state) = clock::vendor(&mut req.cx)?;
    let chosen = req.form.text("persona").parse::<usize>().ok();
    let persona = chosen.and_then(|place| state.personas.get(place)).ok_or(AppError::NotFound)?;
    let (user_id, partner_id) = persona.ids()?;
    let now = req.cx.now;
    let mut cx = Cx::system(req.cx.tx, req.cx.app, vendor_id, now);
    cx.origin.clone_from(&req.cx.origin);
    let session =
        identity::create_session(&mut cx, &user_id, partner_id.as_ref(), SignInMethod::Demo)?;
    let cookie = identity::session_cookie(req.cx.app, &session.secret);
    Ok(Reply::see_other("/").cookie(cookie))
}
