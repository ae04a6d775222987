//! The pages of service identities.

pub(super) mod confirm;
pub(super) mod detail;
pub(super) mod edit;
pub(super) mod keys;
pub(super) mod list;

use jiff::{Timestamp, ToSpan};
use maud::Markup;
use web::{FieldErrors, Page, Tone, status};

use super::{MOST_DAYS, store::Service};

/// Where the list is.
const LIST: &str = "/service-identities";

fn here(service: &Service) -> String {
    format!("{LIST}/{}", service.service_id)
}

/// A narrow page below that of a service identity.
fn below(service: &Service, title: &str) -> Page {
    Page::new(title)
        .crumb("Service identities", LIST)
        .crumb(service.name.as_str(), here(service))
        .narrow()
}

fn standing(service: &Service, now: Timestamp) -> Markup {
    match service.standing(now) {
        "active" => status(Tone::Good, "Active"),
        "dormant" => status(Tone::Warn, "Dormant"),
        "expired" => status(Tone::Neutral, "Expired"),
        _ => status(Tone::Neutral, "Ended"),
    }
}

/// The instant that lies so many days ahead, as a form says it; an error of the field `days` when
/// it says no number from 1 to two years.
fn days_ahead(now: Timestamp, days: &str, errors: &mut FieldErrors) -> Timestamp {
    let days: i64 = days.parse().unwrap_or(0);
    if !(1..=MOST_DAYS).contains(&days) {
        errors.add("days", "Choose how long it works");
    }
    now.saturating_add((days.clamp(0, MOST_DAYS) * 24).hours()).unwrap_or(now)
}

/// Errors of `expires_at` at the field that a form shows for it.
fn at_days(errors: &FieldErrors) -> FieldErrors {
    let mut shown = FieldErrors::new();
    for (field, words) in errors.iter() {
        shown.add(if field == "expires_at" { "days" } else { field }, words);
    }
    shown
}
