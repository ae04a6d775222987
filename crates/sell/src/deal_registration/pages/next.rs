//! The buttons of a registration: the next step is filled, the others are beside it.

use domain::deal_registration::status::StatusKind;
use web::{Button, Icon, Markup, html, post_button, url_encode};

use super::detail::Viewer;
use crate::deal_registration::{Detail, Registration};

/// The buttons for this reader.
pub(super) fn buttons(detail: &Detail, viewer: &Viewer) -> Markup {
    let r = &detail.registration;
    let disputes =
        (viewer.decides || viewer.submits) && r.status != StatusKind::Draft && !r.in_dispute;
    html! {
        @if disputes {
            (Button::quiet("Dispute").href(dispute(r)))
        }
        @if viewer.of_vendor { (of_vendor(detail, viewer)) } @else { (of_partner(detail, viewer)) }
    }
}

/// Where a case about it is opened; for a rejected one, about the decision.
fn dispute(r: &Registration) -> String {
    let kind = if r.status == StatusKind::Rejected { "&kind=decision" } else { "" };
    format!("/conflicts/new?registration={}{kind}", r.registration_id)
}

fn of_vendor(detail: &Detail, viewer: &Viewer) -> Markup {
    let r = &detail.registration;
    if !viewer.decides {
        return html! {};
    }
    html! {
        @if r.status.is_live() {
            (Button::secondary("Release").href(format!("{}/release", r.href())))
        }
        @if r.status == StatusKind::Submitted && detail.allowed.decide.is_ok() {
            (post_button(&format!("{}/take-up", r.href()), &viewer.csrf, Button::secondary("Start review")))
        }
        @if r.status.awaits_vendor() {
            (Button::primary("Decide").icon(Icon::Check).href(format!("{}/decision", r.href())))
        }
    }
}

fn of_partner(detail: &Detail, viewer: &Viewer) -> Markup {
    let r = &detail.registration;
    if !viewer.submits {
        return html! {};
    }
    match r.status {
        StatusKind::Draft => open(r, "Continue"),
        StatusKind::Returned => open(r, "Answer and resubmit"),
        StatusKind::Withdrawn => open(r, "Submit again"),
        StatusKind::Submitted | StatusKind::UnderReview => html! {
            (Button::quiet("Withdraw").href(format!("{}/withdrawal", r.href())))
            (Button::secondary("Amend").icon(Icon::Edit).href(format!("{}/edit", r.href())))
        },
        StatusKind::Approved | StatusKind::Renewed => live(detail, viewer),
        StatusKind::Rejected | StatusKind::Expired | StatusKind::Lost | StatusKind::Released => {
            again(r)
        }
        StatusKind::Won => html! {},
    }
}

fn open(r: &Registration, label: &str) -> Markup {
    html! {
        @if r.status != StatusKind::Withdrawn {
            (Button::quiet("Withdraw").href(format!("{}/withdrawal", r.href())))
        }
        (Button::primary(label).href(format!("{}/edit", r.href())))
    }
}

fn live(detail: &Detail, viewer: &Viewer) -> Markup {
    let r = &detail.registration;
    let log = format!("{}/activities/new", r.href());
    let renewal = format!("{}/renewal", r.href());
    html! {
        (Button::quiet("Give back").href(format!("{}/withdrawal", r.href())))
        (Button::quiet("Lost").href(format!("{}/loss", r.href())))
        @if detail.allowed.close.is_ok() {
            (Button::secondary("Won").href(format!("{}/win", r.href())))
        }
        (Button::secondary("Amend").href(format!("{}/edit", r.href())))
        @match &detail.allowed.renew {
            Ok(()) => {
                (Button::secondary("Log activity").icon(Icon::Plus).href(log))
                (post_button(&renewal, &viewer.csrf, Button::primary("Renew").icon(Icon::Clock)))
            }
            Err(_) => (Button::primary("Log activity").icon(Icon::Plus).href(log)),
        }
    }
}

fn again(r: &Registration) -> Markup {
    let d = &r.details;
    let href = format!(
        "/registrations/new?account_domain={}&account_name={}&contact_email={}",
        url_encode(&d.account_domain),
        url_encode(&d.account_name),
        url_encode(&d.contact_email)
    );
    html! { (Button::secondary("Register this company again").href(href)) }
}
