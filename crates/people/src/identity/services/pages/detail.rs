//! The page of one service identity.

use maud::{Markup, html};
use web::{Button, Callout, Clock, Detail, Facts, Icon, Page, button_row, day, section};

use super::keys;
use crate::identity::{
    api_keys::scope_words,
    services::{history, list::mark, load, page_of, store::Service},
};
use frame::{access::Permissions, error::AppError, reply::Reply, request::Req};

/// `/service-identities/{service_id}`
pub(in crate::identity::services) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    let (zone, now) = (req.zone()?, req.cx.now);
    let is_owner = service.is_owned_by(req.cx.actor.person());
    let may_make = is_owner && service.standing(now) == "active";
    let keys = keys::table(req, &service, may_make)?;
    let main = html! {
        (warning(&service, service.standing(now)))
        (section("Keys", keys))
        (section("History", history::of(req, &service)?))
    };
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let lost = service.scopes.without(service.effective());
    let facts = Facts::new()
        .row("Owner", service.owner_name.as_str())
        .row_if("Purpose", some(&service.purpose))
        .row("Permissions", scope_words(service.effective()))
        .row_if("Currently inactive", some(&scope_words(lost)))
        .row("Expires", day(service.expires_at.to_zoned(zone.clone()).date()))
        .row("Created", day(service.created_at.to_zoned(zone.clone()).date()));
    let mut page = Page::new(service.name.as_str())
        .crumb("Service identities", "/service-identities")
        .status(mark(service.standing(now)))
        .actions(buttons(&service, is_owner, service.standing(now)));
    if service.standing(now) == "active" {
        page = page.clock(Clock::by("Active until", service.expires_at, now, &zone));
    }
    req.page(page.body(Detail::new(main).aside("Service identity", facts)))
}

/// What is to be done about it, while it does not work.
fn warning(service: &Service, standing: &str) -> Markup {
    match standing {
        "dormant" => html! {
            (Callout::warn(format!("Its owner {} has no active access", service.owner_name))
                .body("Its keys do not work until an administrator takes it over. End it if it is \
                       no longer needed."))
        },
        "expired" => html! {
            (Callout::warn("It has expired")
                .body("Its keys do not work. Its owner can extend it and then create new keys."))
        },
        _ if service.effective() == Permissions::none() && standing == "active" => html! {
            (Callout::warn("It currently has no permissions")
                .body("Its owner has none of the permissions it was given."))
        },
        _ => html! {},
    }
}

fn buttons(service: &Service, is_owner: bool, standing: &str) -> Markup {
    let at = |what: &str| format!("{}/{what}", page_of(service));
    let end = Button::quiet("End").href(at("ending"));
    let take_over = match standing {
        "dormant" => Button::primary("Take over"),
        _ => Button::secondary("Take over"),
    };
    let extend = match standing {
        "expired" => Button::primary("Extend"),
        _ => Button::secondary("Extend"),
    };
    button_row(html! {
        @if standing != "ended" {
            @if is_owner {
                @if standing == "active" {
                    (Button::primary("Create a key").icon(Icon::Plus).href(at("keys/new")))
                }
                (extend.href(at("expiry")))
                (Button::secondary("Edit").icon(Icon::Edit).href(at("edit")))
            } @else {
                (take_over.href(at("ownership")))
            }
            (end)
        }
    })
}
