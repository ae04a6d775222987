//! What the reader has to do now, and what comes next.

use domain::conflicts::course::Phase;
use jiff::Timestamp;
use web::{Button, Callout, Markup, html, instant, rule_chip};

use super::detail::{Decider, Seat, Shown};
use crate::conflicts::{course, decide, store::PartyRow};
use frame::{access::Permission, error::Refusal, request::Req};

/// True when the reader speaks for a party: its partner, or direct sales.
pub(super) fn is_party(req: &Req<'_, '_>, shown: &Shown) -> bool {
    if !shown.reader.is_empty() {
        return true;
    }
    req.cx.actor.may(Permission::DirectRecord) && shown.parties.iter().any(PartyRow::is_direct)
}

/// True when the reader's side can appeal: it has not won, and the time is not over. Rule CF-07.
pub(super) fn may_appeal(req: &Req<'_, '_>, shown: &Shown) -> bool {
    let Phase::Decided { appeal_until, .. } = shown.file.case.phase else {
        return false;
    };
    let won = shown
        .file
        .decisions
        .last()
        .is_some_and(|d| decide::won(d, &shown.file.parties, &shown.reader));
    is_party(req, shown) && !won && req.cx.now < appeal_until
}

/// What the reader has to do, or whom it waits for.
pub(super) fn steps(req: &Req<'_, '_>, shown: &Shown, decider: Option<&Decider>) -> Markup {
    html! {
        @if shown.file.case.is_open() {
            @if is_party(req, shown) { (of_party(shown)) }
            (of_decider(shown, decider))
        } @else if let Phase::Decided { appeal_until, .. } = shown.file.case.phase {
            (decided(req, shown, appeal_until))
        }
    }
}

fn level(shown: &Shown) -> String {
    shown.file.terms.level_name(shown.file.case.level)
}

/// “Until …”, in a sentence.
fn until(shown: &Shown, at: Option<Timestamp>) -> Markup {
    html! { @if let Some(at) = at { " until " (instant(at, &shown.zone)) } }
}

fn of_party(shown: &Shown) -> Markup {
    let stated = shown.statements.iter().any(|one| one.partner_id == shown.reader);
    let due = until(shown, shown.file.case.level_due_at);
    if stated {
        let body = html! {
            p { "Decider: " (level(shown)) (due) ". You will be notified by mail. To add something, write a note below." }
        };
        return html! { (Callout::good("Your statement has been received").body(body)) };
    }
    let body = html! {
        p { "Describe what you did on this account, with whom and when," (due)
            ". After that the case is decided without your statement." }
    };
    html! {
        (Callout::warn("Your statement is needed").body(body)
            .actions(Button::secondary("Write statement").href("#statement")))
    }
}

fn of_decider(shown: &Shown, decider: Option<&Decider>) -> Markup {
    let due = until(shown, shown.file.case.level_due_at);
    match &shown.seat {
        Seat::Decides if decider.is_some_and(|decider| decider.is_reader) => {
            let above = shown.file.terms.conflicts().level_above(shown.file.case.level);
            let body = html! {
                p { "Read the statements and the evidence, ask for what is missing, and decide" (due) "."
                    @if let Some(above) = above { " If you miss this, it escalates to " (above.name) "." } }
            };
            html! { (Callout::warn("This case needs your decision").body(body)) }
        }
        Seat::Decides | Seat::None => html! {},
        Seat::Above(refusal) | Seat::Barred(refusal) => barred(shown, decider, refusal),
    }
}

/// Why the reader does not decide, and who does.
pub(super) fn barred(shown: &Shown, decider: Option<&Decider>, refusal: &Refusal) -> Markup {
    let body = html! {
        p { (refusal.message) " " (rule_chip(refusal.rule.as_str())) }
        @if let Some(decider) = decider {
            p { (level(shown)) ": " (decider.name) (until(shown, shown.file.case.level_due_at)) "." }
        }
    };
    html! { (Callout::info("You do not decide this case").body(body)) }
}

fn decided(req: &Req<'_, '_>, shown: &Shown, appeal_until: Timestamp) -> Markup {
    if may_appeal(req, shown) {
        let words = course::appeal_words(&shown.file);
        let href = format!("{}/appeal", shown.file.case.href());
        let body = html! { p { (words) " Someone else, one level up, decides the appeal." } };
        return html! {
            (Callout::warn("You can appeal").body(body)
                .actions(Button::secondary("Appeal").href(href)))
        };
    }
    let who = if is_party(req, shown) { "The other side" } else { "The side that lost" };
    let body = html! {
        p { (who) " can appeal once, with new evidence, before " (instant(appeal_until, &shown.zone))
            ". After that the decision is final." }
    };
    html! { (Callout::info("It can still be appealed").body(body)) }
}
