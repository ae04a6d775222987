//! The callouts at the top of a registration.

use domain::deal_registration::status::StatusKind;
use web::{Button, Callout, Markup, html, rule_chip};

use super::{
    detail::Viewer,
    edit::question,
    facts::follow_up_words,
    words::{Moment, Standing},
};
use crate::deal_registration::Detail;

/// The notes above the timeline.
pub(super) fn all(detail: &Detail, moment: &Moment, viewer: &Viewer) -> Markup {
    let r = &detail.registration;
    html! {
        @if r.in_dispute {
            (Callout::danger("A conflict case is open on this registration")
                .actions(Button::secondary("Conflicts").small().href("/conflicts")))
        }
        (awaited_consents(detail, viewer))
        (question(r))
        (rejection(detail))
        (follow_up(detail, moment, viewer))
        @if r.status == StatusKind::Draft {
            (Callout::info("A draft protects nothing")
                .body(html! { p { "Submit it: the submission time decides between partners." } }))
        }
        @if let Err(why) = &detail.allowed.decide {
            @if viewer.decides && r.status.awaits_vendor() {
                (Callout::warn("You cannot decide this registration").body(html! { p { (why) } }))
            }
        }
    }
}

fn awaited_consents(detail: &Detail, viewer: &Viewer) -> Markup {
    html! {
        @for consent in detail.consents.iter().filter(|consent| consent.given().is_none()) {
            @let asked = format!("{} asks for your consent to engage on this account", consent.asked_by_name);
            @if viewer.submits {
                (Callout::warn(asked)
                    .body(html! { p { "“" (consent.purpose) "” Until you answer, direct sales stays out." } })
                    .actions(Button::secondary("Answer").small()
                        .href(format!("{}/consents/{}", detail.registration.href(), consent.consent_id))))
            } @else if viewer.of_vendor {
                (Callout::info("Consent requested, not answered yet")
                    .body(html! { p { (consent.asked_by_name) ": “" (consent.purpose) "”" } }))
            }
        }
    }
}

fn rejection(detail: &Detail) -> Markup {
    let r = &detail.registration;
    html! {
        @if r.status == StatusKind::Rejected {
            @if let Some(reason) = r.decision_reason {
                (Callout::danger(format!("Rejected: {}", reason.label().to_lowercase())).body(html! {
                    @if !r.decision_note.is_empty() { p { (r.decision_note) } }
                    p { strong { "What would change it: " } (reason.what_would_change_it()) " " (rule_chip("DR-15")) }
                }))
            }
        }
    }
}

fn follow_up(detail: &Detail, moment: &Moment, viewer: &Viewer) -> Markup {
    let r = &detail.registration;
    let lapsed = Standing::from(r).is_lapsed(moment.today);
    let title = if lapsed { "The lockout has lapsed" } else { "A follow-up is due" };
    html! {
        @if let Some(words) = follow_up_words(detail, moment) {
            @if viewer.submits {
                (Callout::warn(title).body(html! { p { (words) " " (rule_chip("DR-06")) } })
                    .actions(Button::secondary("Log activity").small()
                        .href(format!("{}/activities/new", r.href()))))
            } @else if lapsed {
                (Callout::warn(title).body(html! { p { (words) " " (rule_chip("DR-06")) } }))
            }
        }
        @if Standing::from(r).protects() && r.co_sell_at.is_some() {
            (Callout::info("Co-sell with direct sales")
                .body(html! { p { "Direct sales engaged while the lockout had lapsed and stays in. No other partner can register the account. " (rule_chip("DR-07")) } }))
        }
        @if Standing::from(r).protects() {
            @if let (Err(why), Some((from, _))) = (&detail.allowed.renew, detail.renewal_window) {
                @if viewer.submits && from <= moment.today {
                    (Callout::info("It cannot be renewed now").body(html! { p { (why) " " (rule_chip("DR-03")) } }))
                }
            }
        }
    }
}
