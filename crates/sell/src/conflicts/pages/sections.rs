//! The sections of a case's page.

use domain::{
    conflicts::{bundle::Bundle, outcome::percent_text},
    wording::count,
};
use jiff::Timestamp;
use web::{
    Callout, Column, Entry, Markup, Row, StepState, Stepper, Table, Timeline, day, html, instant,
    rule_chip, section,
};

use super::detail::Shown;
use crate::conflicts::{
    decide::{KEPT_UNTIL_FINAL, leaves_account, words_for},
    store::{CaseState, PartyRow},
};
use frame::{access::Permission, request::Req};

/// What a party is called on the page of this reader. Rule AC-05.
pub(super) fn name(shown: &Shown, party: &PartyRow) -> String {
    match (party.is_direct(), shown.reader.is_empty(), shown.names) {
        (true, _, _) => "Direct sales".to_owned(),
        (false, false, _) => "Your company".to_owned(),
        (false, true, true) => party.partner_name.clone(),
        (false, true, false) => "A partner".to_owned(),
    }
}

/// The name of a side by its partner.
fn side(shown: &Shown, partner_id: &str) -> String {
    let found = shown.parties.iter().find(|party| party.partner_id == partner_id);
    found.map_or_else(|| "A party".to_owned(), |party| name(shown, party))
}

/// How it was decided, and what else came of it.
pub(super) fn outcome(shown: &Shown) -> Markup {
    let case = &shown.file.case;
    html! {
        @for decision in &shown.file.decisions {
            (Callout::info(if decision.seq > 1 { "Decided on appeal" } else { "Decided" }).body(html! {
                @if shown.reader.is_empty() {
                    p { strong { (decision.outcome.label()) } @if let Some(who) = winner(shown, decision) { ": " (who) } }
                    p { (decision.reason) " " (rule_chip(&decision.rule)) }
                    p { "Message to the parties: " (decision.words) }
                    @if leaves_account(&shown.file, decision) && case.state() != CaseState::Closed {
                        p { (KEPT_UNTIL_FINAL) " " (rule_chip("CF-07")) }
                    }
                } @else {
                    p { (words_for(&shown.file, decision, &shown.reader)) }
                }
                p { "By " (decision.decided_by_name) ", " (instant(decision.decided_at, &shown.zone))
                    " on level " (decision.level.to_string()) }
            }))
        }
        @if let Some(appeal) = &shown.appeal {
            (Callout::warn("Appealed").body(html! {
                p { "By " (appeal.by_name) ", " (instant(appeal.appealed_at, &shown.zone)) }
                @if !appeal.words.is_empty() { p { (appeal.words) } }
            }))
        }
        @if case.phase.word() == "closed" {
            (Callout::info("Settlement").body(html! {
                p { (case.closing_words) }
                @if !case.closing_note.is_empty() { p { "Vendor note: " (case.closing_note) } }
            }))
        }
        @if !shown.remedies.is_empty() {
            (section("Remedies", html! {
                ul { @for row in &shown.remedies {
                    li { (side(shown, &row.partner_id)) ": " (row.remedy.words())
                        @if let Some(until) = row.until_on { ", until " (day(until)) } }
                } }
            }))
        }
    }
}

/// Who won, for the vendor.
fn winner(
    shown: &Shown,
    decision: &crate::conflicts::store::decisions::Decision,
) -> Option<String> {
    use domain::conflicts::outcome::Outcome;
    let of = |party: u32| {
        let found = shown.parties.iter().find(|row| row.party == party);
        found.map_or_else(String::new, |row| name(shown, row))
    };
    match &decision.outcome {
        Outcome::Award { party } => Some(of(*party)),
        Outcome::CoSell { split } => {
            let each = split.iter().map(|share| {
                format!("{} {}", of(share.party), percent_text(u64::from(share.share_bp)))
            });
            Some(each.collect::<Vec<_>>().join(", "))
        }
        Outcome::RejectBoth | Outcome::Release => None,
    }
}

/// The ladder with the level on which the case lies.
pub(super) fn ladder(shown: &Shown, now: Timestamp) -> Markup {
    let mut stepper = Stepper::new("Levels");
    for step in &shown.file.terms.conflicts().ladder {
        let state = match step.level.cmp(&shown.file.case.level) {
            std::cmp::Ordering::Equal if shown.file.case.is_open() => StepState::Current,
            std::cmp::Ordering::Less | std::cmp::Ordering::Equal => StepState::Done,
            std::cmp::Ordering::Greater => StepState::Ahead,
        };
        let label = if step.business_days == 0 {
            step.name.clone()
        } else {
            format!("{} ({})", step.name, count(step.business_days, "business day"))
        };
        stepper = stepper.step(label, None, state);
    }
    let waits = shown.requests.iter().any(|one| one.answered_at.is_none() && one.stops_until > now);
    section(
        "Who decides, and by when",
        html! {
            (stepper)
            @if waits { p { "The clock is stopped until the requested evidence arrives. " (rule_chip("CF-08")) } }
            @if shown.file.case.clocks_held { p { "The clocks of the registrations are stopped until the case ends." } }
        },
    )
}

/// The parties with their registrations.
pub(super) fn parties(req: &Req<'_, '_>, shown: &Shown) -> Markup {
    // Direct sales takes part in cases and does not read registrations.
    let reads = req.cx.actor.may(Permission::RegistrationsRead);
    let table = Table::new("Parties")
        .column(Column::text("Party"))
        .column(Column::text("Registration"))
        .column(Column::text("Status"))
        .column(Column::date("Protected until"))
        .plain()
        .rows(shown.parties.iter().map(|party| {
            Row::new()
                .cell(name(shown, party))
                .cell(html! {
                    @if !reads { (party.registration) }
                    @else if !party.registration_id.is_empty() {
                        a href=(format!("/registrations/{}", party.registration_id)) { (party.registration) }
                    }
                })
                .cell(party.status.replace('_', " "))
                .cell(html! { @if let Ok(until) = party.protected_until.parse() { (day(until)) } })
        }));
    html! { (table) }
}

/// The statements that the reader may read.
pub(super) fn statements(shown: &Shown) -> Markup {
    html! {
        @if shown.statements.is_empty() { p { "No statements yet." } }
        @for one in &shown.statements {
            (Callout::info(side(shown, &one.partner_id)).body(html! {
                p { (one.words) }
                p { (one.by_name) ", " (instant(one.written_at, &shown.zone)) }
            }))
        }
        @if !shown.files.is_empty() {
            ul { @for file in &shown.files {
                li { a href=(format!("{}/files/{}", shown.file.case.href(), file.file_id)) { (file.name) }
                    " · " (side(shown, &file.partner_id)) " · " code { (file.sha256) } }
            } }
        }
    }
}

/// Decisions in similar cases. Rule CF-06.
pub(super) fn similar(shown: &Shown) -> Markup {
    if shown.similar.is_empty() {
        return html! {};
    }
    let table = Table::new("Similar cases")
        .column(Column::text("Case"))
        .column(Column::text("Outcome"))
        .column(Column::text("Rule"))
        .column(Column::text("Reason"))
        .column(Column::number("Similarity"))
        .plain()
        .rows(shown.similar.iter().map(|(one, like)| {
            Row::new()
                .href(format!("/conflicts/{}", one.case_id))
                .cell(one.reference())
                .cell(one.decision.outcome.label())
                .cell(rule_chip(&one.decision.rule))
                .cell(one.decision.reason.clone())
                .cell(like.share.rounded())
        }));
    section("How similar cases were decided", table)
}

/// Everything in order of time, with the end of its chain. Rule CF-04.
pub(super) fn evidence(shown: &Shown, bundle: &Bundle) -> Markup {
    let entries = bundle.items.iter().map(|item| {
        let who = match item.side.as_str() {
            "case" => String::new(),
            "direct_sales" => "direct sales".to_owned(),
            partner => side(shown, partner),
        };
        let by = if who.is_empty() { item.by.clone() } else { format!("{} ({who})", item.by) };
        let words = format!("{}: {}", item.kind.replace('_', " "), item.words);
        Entry::new(instant(item.at, &shown.zone), words).by(by)
    });
    html! {
        p { (bundle.items.len().to_string()) " items in time order; the chain ends with "
            code { (bundle.head().to_string()) } }
        (Timeline::new().entries(entries))
    }
}
