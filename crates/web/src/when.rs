//! Days and instants in words, with the machine-readable form beside them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SpanRound, Timestamp, Unit};
use maud::{Markup, html};

/// A day as `1 Apr 2026`.
pub fn day_text(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// A day of a year that is plain from its surroundings, as `1 Apr`.
pub fn short_day_text(date: Date) -> String {
    date.strftime("%-d %b").to_string()
}

/// A day for the page: `1 Apr 2026`, with the weekday on hover.
pub fn day(date: Date) -> Markup {
    let title = date.strftime("%A, %-d %B %Y").to_string();
    html! { time datetime=(date) title=(title) { (day_text(date)) } }
}

/// An instant as `1 Apr 2026, 14:03` in `zone`.
pub fn instant_text(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M").to_string()
}

/// An instant as it is shown on hover: with weekday and zone.
fn instant_title(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%A, %-d %B %Y, %H:%M:%S %Z").to_string()
}

/// An instant for the page: `1 Apr 2026, 14:03` in `zone`, with weekday and zone on hover.
pub fn instant(at: Timestamp, zone: &TimeZone) -> Markup {
    html! { time datetime=(at) title=(instant_title(at, zone)) { (instant_text(at, zone)) } }
}

/// How long ago or how far ahead: `3 hours ago`, `in 2 days`; the instant itself on hover. A script
/// keeps the words fresh against the server's clock.
pub fn ago(at: Timestamp, now: Timestamp, zone: &TimeZone) -> Markup {
    html! {
        time datetime=(at) title=(instant_title(at, zone)) data-ago { (ago_text(at, now)) }
    }
}

/// The words of [`ago`].
pub fn ago_text(at: Timestamp, now: Timestamp) -> String {
    let ahead = at.as_second().saturating_sub(now.as_second());
    let words = span_words(ahead.unsigned_abs());
    match (words, ahead > 0) {
        (None, _) => String::from("just now"),
        (Some(words), true) => format!("in {words}"),
        (Some(words), false) => format!("{words} ago"),
    }
}

/// A length of time in its largest whole unit; `None` under a minute.
fn span_words(seconds: u64) -> Option<String> {
    const UNITS: [(u64, &str); 5] = [
        (365 * 86_400, "year"),
        (30 * 86_400, "month"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
    ];
    UNITS.iter().find(|(length, _)| seconds >= *length).map(|(length, unit)| {
        let count = seconds.checked_div(*length).unwrap_or(0);
        counted(i64::try_from(count).unwrap_or(i64::MAX), unit)
    })
}

/// `1 day`, `2 days`.
pub(crate) fn counted(count: i64, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// Whole days from `from` to `to`; negative when `to` lies before `from`.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to)
        .and_then(|span| span.round(SpanRound::new().largest(Unit::Day).relative(from)))
        .map_or(0, |span| i64::from(span.get_days()))
}

/// What is left of a time that includes the day `until`: `12 days left`, `last day`, `1 day ago`.
pub fn days_left_text(until: Date, today: Date) -> String {
    let days = days_between(today, until);
    match days {
        0 => String::from("last day"),
        1.. => format!("{} left", counted(days, "day")),
        i64::MIN..=-1 => format!("{} ago", counted(days.saturating_neg(), "day")),
    }
}

/// What is left until an instant: `5 hours left`, `less than a minute left`, `2 days ago`.
pub fn time_left_text(at: Timestamp, now: Timestamp) -> String {
    let ahead = at.as_second().saturating_sub(now.as_second());
    match (span_words(ahead.unsigned_abs()), ahead >= 0) {
        (Some(words), true) => format!("{words} left"),
        (Some(words), false) => format!("{words} ago"),
        (None, true) => String::from("less than a minute left"),
        (None, false) => String::from("just passed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_left_names_the_last_day_and_each_side_of_it() {
        let until = date(2026, 4, 1);
        assert_eq!(days_left_text(until, date(2026, 3, 20)), "12 days left");
        assert_eq!(days_left_text(until, date(2026, 3, 31)), "1 day left");
        assert_eq!(days_left_text(until, date(2026, 4, 1)), "last day");
        assert_eq!(days_left_text(until, date(2026, 4, 2)), "1 day ago");
        assert_eq!(days_left_text(until, date(2027, 4, 2)), "366 days ago");
    }

    #[test]
    fn instants_are_shown_in_the_zone_given() {
        let at: Timestamp = "2026-03-31T22:30:00Z".parse().unwrap();
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(instant_text(at, &berlin), "1 Apr 2026, 00:30");
        assert_eq!(instant_text(at, &TimeZone::UTC), "31 Mar 2026, 22:30");
        let shown = instant(at, &berlin).into_string();
        assert!(shown.contains("datetime=\"2026-03-31T22:30:00Z\""), "{shown}");
    }

    #[test]
    fn relative_words_take_the_largest_unit() {
        let now: Timestamp = "2026-04-01T12:00:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(ago_text(at("2026-04-01T11:59:30Z"), now), "just now");
        assert_eq!(ago_text(at("2026-04-01T11:59:00Z"), now), "1 minute ago");
        assert_eq!(ago_text(at("2026-04-01T09:00:00Z"), now), "3 hours ago");
        assert_eq!(ago_text(at("2026-04-03T12:00:00Z"), now), "in 2 days");
        assert_eq!(time_left_text(at("2026-04-01T17:00:00Z"), now), "5 hours left");
        assert_eq!(time_left_text(at("2026-03-30T12:00:00Z"), now), "2 days ago");
    }
}
