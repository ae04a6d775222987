//! Registrations in words, marks and clocks, the same on every page.

use domain::{deal_registration::status::StatusKind, money::Money};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use web::{Clock, Markup, Tone, chip, day_text, html, status};

use crate::deal_registration::{ListRow, Registration, terms};
use frame::{ctx::Cx, error::AppError};
use people::identity;

/// How many days before a lapse the follow-up clock is shown in place of the protection.
const LAPSE_SHOWN_DAYS: i32 = 7;

/// The time of a page: today in the program's zone, and how the reader reads instants.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Today in the program's zone, in which protection is counted.
    pub today: Date,
    /// The instant of the request.
    pub now: Timestamp,
    /// The reader's zone.
    pub zone: TimeZone,
}

impl Moment {
    /// The moment of this request.
    pub fn of(cx: &mut Cx<'_, '_>) -> Result<Self, AppError> {
        Ok(Self { today: terms::today(cx)?, now: cx.now, zone: identity::zone_of(cx)? })
    }
}

const fn status_tone(kind: StatusKind) -> Tone {
    match kind {
        StatusKind::Draft
        | StatusKind::Lost
        | StatusKind::Expired
        | StatusKind::Withdrawn
        | StatusKind::Released => Tone::Neutral,
        StatusKind::Submitted | StatusKind::UnderReview => Tone::Accent,
        StatusKind::Returned => Tone::Warn,
        StatusKind::Approved | StatusKind::Renewed | StatusKind::Won => Tone::Good,
        StatusKind::Rejected => Tone::Bad,
    }
}

/// The mark of a status.
pub fn status_mark(kind: StatusKind) -> Markup {
    status(status_tone(kind), kind.label())
}

/// An amount with its currency, or a dash.
pub fn money(amount: Option<Money>) -> Markup {
    html! {
        @if let Some(amount) = amount { (exact(amount)) } @else { span.quiet { "–" } }
    }
}

/// An amount with its currency.
pub fn exact(amount: Money) -> Markup {
    let exponent = u8::try_from(amount.currency.exponent()).unwrap_or(2);
    web::amount(amount.minor, exponent, amount.currency.as_str())
}

/// What decides how the clocks of a registration are shown.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// Its status.
    pub status: StatusKind,
    /// Until when the vendor owes an answer.
    pub decision_due_at: Option<Timestamp>,
    /// The last protected day.
    pub protected_until: Option<Date>,
    /// The first day of a lapse if nothing is documented.
    pub lapses_on: Option<Date>,
    /// True when direct sales is in.
    pub co_sells: bool,
    /// True in a conflict case.
    pub in_dispute: bool,
    /// True when it holds the account: a live one that lost a conflict case does not.
    pub holds: bool,
}

impl From<&ListRow> for Standing {
    fn from(row: &ListRow) -> Self {
        Self {
            status: row.status,
            decision_due_at: row.decision_due_at,
            protected_until: row.protected_until,
            lapses_on: row.lapses_on,
            co_sells: row.co_sell_at.is_some(),
            in_dispute: row.in_dispute,
            holds: row.holds_account,
        }
    }
}

impl From<&Registration> for Standing {
    fn from(registration: &Registration) -> Self {
        Self {
            status: registration.status,
            decision_due_at: registration.decision_due_at,
            protected_until: registration.protected_until,
            lapses_on: registration.lapses_on,
            co_sells: registration.co_sell_at.is_some(),
            in_dispute: registration.in_dispute,
            holds: registration.holds_account,
        }
    }
}

impl Standing {
    /// True when direct sales may engage because nothing was documented in time (DR-06).
    pub fn is_lapsed(&self, today: Date) -> bool {
        self.protects() && !self.co_sells && self.lapses_on.is_some_and(|on| on <= today)
    }

    /// Whether direct sales may work the account as far as this registration is concerned.
    pub fn of_direct_sales(&self, today: Date) -> &'static str {
        if !self.protects() {
            "This registration does not hold the account, so it keeps nobody out."
        } else if self.co_sells {
            "Direct sales is in: co-sell."
        } else if self.is_lapsed(today) {
            "The lockout has lapsed: direct sales may engage. An activity restores it."
        } else {
            "Direct sales stays out of this account. You can let it in for a limited time or purpose."
        }
    }

    /// True when it protects its account against other partners.
    pub fn protects(&self) -> bool {
        self.status.is_live() && self.holds
    }

    /// The status and what else one must know at once.
    pub fn marks(&self, today: Date) -> Markup {
        html! {
            (status_mark(self.status))
            @if self.in_dispute { " " (chip(Tone::Bad, "In dispute")) }
            @if self.status.is_live() && !self.holds { " " (chip(Tone::Warn, "Account not held")) }
            @if self.protects() && self.co_sells { " " (chip(Tone::Accent, "Co-sell")) }
            @if self.is_lapsed(today) { " " (chip(Tone::Warn, "Lockout lapsed")) }
        }
    }

    /// The clock that matters most now; `None` when none runs.
    pub fn clock(&self, moment: &Moment) -> Option<Clock> {
        if let Some(due_at) = self.decision_due_at {
            return Some(Clock::by("Decision due", due_at, moment.now, &moment.zone));
        }
        if !self.protects() {
            return None;
        }
        let near = moment.today.saturating_add(LAPSE_SHOWN_DAYS.days());
        match (self.lapses_on, self.protected_until) {
            (Some(on), _) if self.is_lapsed(moment.today) => Some(
                Clock::stopped("Lockout", format!("lapsed since {}", day_text(on))).tone(Tone::Bad),
            ),
            (Some(on), Some(until)) if !self.co_sells && on <= near && on <= until => {
                Some(Clock::until("Follow up by", last_day_before(on), moment.today))
            }
            (_, Some(until)) => Some(Clock::until("Protected until", until, moment.today)),
            (_, None) => None,
        }
    }
}

/// The day before `on`: the last one of a clock that names the first day after it.
pub fn last_day_before(on: Date) -> Date {
    on.yesterday().unwrap_or(on)
}
