//! What happened to a registration, with the rule that acted, and what was true on a day.

use domain::ids::RegistrationId;
use jiff::civil::Date;
use web::{
    Button, Callout, Entry, Field, FieldErrors, GetForm, Icon, Markup, Page, Render, Timeline,
    Tone, button_row, day_text, html, instant,
};

use super::{edit::shown_name, words::Moment};
use crate::deal_registration::{self as deals, EntryView};
use frame::{error::AppError, reply::Reply, request::Req};

/// How many entries the page of a registration shows.
const LATEST: usize = 12;

/// The latest entries, newest first.
pub(super) fn latest(entries: &[EntryView], moment: &Moment) -> Markup {
    let hidden = entries.len().saturating_sub(LATEST);
    html! {
        (timeline(entries.iter().rev().take(LATEST), moment))
        @if hidden > 0 { p.quiet { (hidden) " earlier entries are in the full timeline." } }
    }
}

fn timeline<'e>(entries: impl Iterator<Item = &'e EntryView>, moment: &Moment) -> Markup {
    Timeline::new().entries(entries.map(|entry| one(entry, moment))).render()
}

fn one(entry: &EntryView, moment: &Moment) -> Entry {
    let (icon, tone) = mark(&entry.kind);
    let mut shown =
        Entry::new(instant(entry.at, &moment.zone), entry.words.as_str()).icon(icon).tone(tone);
    if let Some(rule) = entry.rule {
        shown = shown.rule(rule.as_str());
    }
    if !entry.why.is_empty() {
        shown = shown.why(entry.why.as_str());
    }
    if entry.vendor_only {
        shown = shown.detail(html! { span.quiet { "The partner does not see this." } });
    }
    shown.by(entry.by_name.clone())
}

fn mark(kind: &str) -> (Icon, Tone) {
    match kind {
        "submitted" | "resubmitted" => (Icon::Send, Tone::Accent),
        "approved" | "renewed" | "won" | "healed" | "consent_given" => (Icon::Check, Tone::Good),
        "rejected" | "consent_refused" | "lost" => (Icon::Cross, Tone::Bad),
        "returned" | "withdrawn" | "released" => (Icon::Undo, Tone::Warn),
        "lapsed" | "breached" | "escalated" | "disputed" => (Icon::Warning, Tone::Warn),
        "reminded" | "expired" => (Icon::Clock, Tone::Neutral),
        "activity_logged" => (Icon::Phone, Tone::Neutral),
        "amended" | "stage_set" | "drafted" => (Icon::Edit, Tone::Neutral),
        "co_sell" => (Icon::CoSell, Tone::Accent),
        "consent_asked" => (Icon::Unlock, Tone::Accent),
        "role_added" | "role_removed" => (Icon::Partner, Tone::Neutral),
        "file_added" => (Icon::File, Tone::Neutral),
        _ => (Icon::Info, Tone::Neutral),
    }
}

/// `/registrations/{id}/timeline`, with `?on=DATE` for what was true on a day.
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = deals::find(&mut req.cx, &id)?;
    let moment = Moment::of(&mut req.cx)?;
    let entries = deals::timeline(&mut req.cx, &id)?;
    let url = req.query();
    let asked = url.get("on").unwrap_or("");
    let mut errors = FieldErrors::new();
    let on: Option<Date> =
        if asked.is_empty() { None } else { errors.take("on", domain::text::typed_day(asked)) };
    let answer = match on.map(|on| deals::history::state(&mut req.cx, &id, on)).transpose() {
        Ok(answer) => answer,
        Err(AppError::Invalid(invalid)) => {
            errors = invalid;
            None
        }
        Err(error) => return Err(error),
    };
    let until = on.unwrap_or(moment.today);
    let field = Field::date("on", "What was true at the end of this day?")
        .value(until.to_string())
        .max(moment.today.to_string())
        .errors(&errors)
        .short();
    let body = html! {
        (GetForm::new(format!("{}/timeline", registration.href())).body(html! {
            (field)
            (button_row(Button::secondary("Show")))
        }))
        @if let Some(state) = &answer {
            (Callout::info(format!("On {}", day_text(until))).body(html! {
                ul { @for line in &state.words { li { (line) } } }
            }))
        }
        (timeline(entries.iter().rev(), &moment))
    };
    let page = Page::new("Timeline")
        .crumb("Registrations", "/registrations")
        .crumb(shown_name(&registration), registration.href())
        .intro("Each entry names the rule that applied; “Why” shows the calculation.")
        .narrow()
        .body(body);
    req.page(page)
}
