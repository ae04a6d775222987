//! Marks, notices, data, icons.

use jiff::ToSpan;
use jiff::civil::date;
use maud::{Markup, Render, html};

use super::{TODAY, now, sample, zone};
use crate::amount::amount;
use crate::button::{Button, button_row};
use crate::icon::Icon;
use crate::piece::{
    Callout, Clock, Empty, code, copyable, external, json_view, keys, person_line, secret_once,
};
use crate::shell::banner;
use crate::tone::{Tone, chip, count_badge, rule_chip, status};
use crate::when::{ago, day, instant};

/// Chips, states, clocks, people, money.
pub(super) fn marks() -> Markup {
    let soon = now().saturating_add(5.hours()).unwrap_or(now());
    let before = now().saturating_sub(26.hours()).unwrap_or(now());
    html! {
        div.guide-two {
            (sample("States", button_row(html! {
                (status(Tone::Good, "Approved")) (status(Tone::Accent, "Under review")) (status(Tone::Warn, "Returned"))
                (status(Tone::Bad, "Rejected")) (status(Tone::Neutral, "Expired"))
            })))
            (sample("Chips, rules, counts", button_row(html! {
                (chip(Tone::Neutral, "Premier")) (chip(Tone::Accent, "Co-sell")) (chip(Tone::Good, "Renewed")) (chip(Tone::Warn, "Lapses soon")) (chip(Tone::Bad, "In dispute"))
                (rule_chip("DR-01")) (count_badge(12)) (keys("Ctrl K"))
            })))
            (sample("Clocks", html! {
                div.guide-stack {
                    (Clock::until("Protected until", date(2026, 5, 12), TODAY).started(date(2026, 2, 11)))
                    (Clock::until("Follow up until", date(2026, 3, 24), TODAY).started(date(2026, 3, 10)))
                    (Clock::by("Decision due", soon, now(), &zone()))
                    (Clock::until("Protected until", date(2026, 3, 1), TODAY))
                    (Clock::stopped("Clock stopped", "waiting for the partner's answer"))
                }
            }))
            (sample("People, times, money", html! {
                div.guide-stack {
                    (person_line("Ana Ruiz", "Seller at Northwind Consulting", Some("#marks")))
                    (person_line("Łukasz Wiśniewski", "Partner manager", None))
                    p { (day(TODAY)) " · " (instant(now(), &zone())) " · " (ago(before, now(), &zone())) }
                    p { (amount(1_234_567_890, 2, "EUR")) " · " (amount(-45_000, 2, "USD")) " · " (amount(980_000, 0, "JPY")) }
                }
            }))
        }
    }
}

/// Callouts, empty places, banners.
pub(super) fn notices() -> Markup {
    html! {
        div.guide-two {
            div.guide-stack {
                (Callout::info("This account has an open direct opportunity").body("Jo Park opened it on 2 Feb 2026. It is older than this registration."))
                (Callout::good("All automatic checks passed").body("You can approve now."))
                (Callout::warn("Direct sales may engage from 25 Mar 2026").body(html! { "No activity has been logged for 10 days. " (rule_chip("DR-06")) }).actions(Button::secondary("Log an activity").small().href("#notices")))
                (Callout::danger("This account is protected").body(html! { p { "Northwind Consulting holds it until 12 May 2026, so no direct opportunity can be recorded. " (rule_chip("DR-05")) } }).actions(html! { (Button::primary("Ask for consent").small().href("#notices")) (Button::secondary("Offer co-sell").small().href("#notices")) }))
                (banner(Tone::Warn, "Mail is not set up: messages wait on the operator's page.", Button::secondary("Set up").small().href("#notices")))
            }
            (Empty::new(Icon::Deal, "No registrations yet", "A registration protects an account for 90 days: no other partner can register it, and direct sales stays out.").action(Button::primary("Register a deal").href("#notices")))
        }
    }
}

/// Code, secrets, data.
pub(super) fn data() -> Markup {
    let value = serde_json::json!({
        "type": "registration.approved", "sequence": 48_112, "live": true, "reviewer": null,
        "registration": { "id": "reg_0193", "amount_minor": 18_450_000, "currency": "EUR", "rules": ["DR-01", "DR-14"] },
    });
    html! {
        div.guide-two {
            div.guide-stack {
                (code("curl https://partners.example.com/api/v1/deal-registrations \\\n  -H 'Authorization: Bearer ent_live_…' \\\n  -H 'Idempotency-Key: 7f1c'"))
                (secret_once("New key for the CRM", "ent_live_8Qm2vK1xT0fWz7Yc3dRb9LpN4sHa6J"))
                p { "Receipt " (copyable("9f86d081884c7d659a2feaa0c55ad015")) }
                p { (external("https://www.rfc-editor.org/rfc/rfc9457", "Problem details")) }
            }
            div.card { h3 { "Event 48,112" } (json_view(&value)) }
        }
    }
}

/// The icon set with names.
pub(super) fn icons() -> Markup {
    html! { ul.guide-icons { @for icon in Icon::ALL { li { (icon.render()) span { (icon.name()) } } } } }
}
