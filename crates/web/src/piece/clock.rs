//! Clocks: what runs out, when, and how long that is.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, Render, html};

use crate::icon::Icon;
use crate::tone::Tone;
use crate::when::{day, days_between, days_left_text, instant, short_day_text, time_left_text};

/// How the end of the time is shown.
#[derive(Clone, Debug)]
enum End {
    Day { until: Date, today: Date },
    Instant { at: Timestamp, now: Timestamp, zone: TimeZone },
    Stopped,
}

/// A running time in words and a date, such as `Protected until 1 Apr 2026 · 12 days left`.
#[must_use]
#[derive(Clone, Debug)]
pub struct Clock {
    label: String,
    end: End,
    left: String,
    tone: Tone,
    started: Option<Date>,
    short: bool,
}

impl Clock {
    /// A time that includes the day `until`. From the seventh day before its end it is a warning,
    /// after its end it is bad, unless [`Clock::tone`] says otherwise.
    pub fn until(label: impl Into<String>, until: Date, today: Date) -> Self {
        let tone = match days_between(today, until) {
            8.. => Tone::Neutral,
            0..=7 => Tone::Warn,
            i64::MIN..=-1 => Tone::Bad,
        };
        Self {
            label: label.into(),
            end: End::Day { until, today },
            left: days_left_text(until, today),
            tone,
            started: None,
            short: false,
        }
    }

    /// A time that ends at an instant, shown in `zone`. Within the last day it is a warning, after its
    /// end it is bad, unless [`Clock::tone`] says otherwise.
    pub fn by(label: impl Into<String>, at: Timestamp, now: Timestamp, zone: &TimeZone) -> Self {
        let left_seconds = at.as_second().saturating_sub(now.as_second());
        let tone = match left_seconds {
            86_401.. => Tone::Neutral,
            0..=86_400 => Tone::Warn,
            i64::MIN..=-1 => Tone::Bad,
        };
        Self {
            label: label.into(),
            end: End::Instant { at, now, zone: zone.clone() },
            left: time_left_text(at, now),
            tone,
            started: None,
            short: false,
        }
    }

    /// A clock that does not run, and why.
    pub fn stopped(label: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            end: End::Stopped,
            left: words.into(),
            tone: Tone::Neutral,
            started: None,
            short: false,
        }
    }

    /// Says how serious it is, in place of the rule of the constructor.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// The first day of the time: adds a bar of how much of it has passed.
    pub fn started(mut self, on: Date) -> Self {
        self.started = Some(on);
        self
    }

    /// What is left first, and the day without its year: for tables.
    pub fn short(mut self) -> Self {
        self.short = true;
        self
    }

    /// Other words for what is left.
    pub fn left(mut self, words: impl Into<String>) -> Self {
        self.left = words.into();
        self
    }

    fn end(&self) -> Markup {
        match &self.end {
            End::Day { until, today } if self.short => {
                let words = if until.year() == today.year() {
                    short_day_text(*until)
                } else {
                    crate::when::day_text(*until)
                };
                html! { time datetime=(until) { (words) } }
            }
            End::Day { until, .. } => day(*until),
            End::Instant { at, zone, .. } => instant(*at, zone),
            End::Stopped => html! {},
        }
    }

    /// Days passed and days in all, the last one included.
    fn passed(&self) -> Option<(i64, i64)> {
        let started = self.started?;
        let (until, today) = match &self.end {
            End::Day { until, today } => (*until, *today),
            End::Instant { at, now, zone } => {
                (at.to_zoned(zone.clone()).date(), now.to_zoned(zone.clone()).date())
            }
            End::Stopped => return None,
        };
        let whole = days_between(started, until).saturating_add(1).max(1);
        Some((days_between(started, today).clamp(0, whole), whole))
    }
}

impl Render for Clock {
    fn render(&self) -> Markup {
        let stopped = matches!(self.end, End::Stopped);
        html! {
            span class={ (if self.short { "clock clock-short " } else { "clock " }) (self.tone.class()) } {
                (Icon::Clock)
                span.clock-words {
                    span.clock-label { (self.label) }
                    @if !stopped { " " span.clock-end { (self.end()) } }
                    span.clock-sep aria-hidden="true" { " · " }
                    span.clock-left { (self.left) }
                }
                @if let Some((passed, whole)) = self.passed() {
                    progress.clock-bar max=(whole) value=(passed) aria-label={ (self.label) ": time elapsed" } {
                        (passed) " of " (whole) " days"
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_clock_says_it_in_words_and_dates() {
        let clock = Clock::until("Protected until", date(2026, 4, 1), date(2026, 3, 20))
            .started(date(2026, 1, 1));
        let text = clock.render().into_string();
        assert!(text.contains("1 Apr 2026") && text.contains("12 days left"), "{text}");
        assert!(
            text.contains("tone-neutral") && text.contains("max=\"91\" value=\"78\""),
            "{text}"
        );
    }

    #[test]
    fn the_tone_follows_what_is_left() {
        let tone = |today| Clock::until("x", date(2026, 4, 10), today).tone;
        assert_eq!(tone(date(2026, 4, 2)), Tone::Neutral);
        assert_eq!(tone(date(2026, 4, 3)), Tone::Warn);
        assert_eq!(tone(date(2026, 4, 10)), Tone::Warn);
        assert_eq!(tone(date(2026, 4, 11)), Tone::Bad);
    }
}
