//! The clocks of registrations: what falls due is done, each at its own instant, so that a sweep
//! that comes late leaves the same as one in time. Everything done is marked and done once.

mod due;

use domain::{calendar::days_before, deal_registration::decision_clock};
use jiff::{Timestamp, civil::Date};

use super::{
    store::{self, Held, Registration},
    terms::{self, Terms},
};
use due::carry_out;
use frame::{ctx::Cx, error::AppError};

/// How many registrations one sweep handles at most; what remains is handled by the next.
const SWEEP: u32 = 2_000;

/// One thing the clocks do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// The decider is reminded.
    RemindDecider,
    /// The decision is late.
    Breach,
    /// The decision climbs for the how-manyth time.
    Escalate(u32),
    /// So many days of protection are left.
    RemindExpiry { days: u32, until: Date },
    /// The lockout lapses in so many days.
    RemindLapse { days: u32, on: Date },
    /// The lockout lapses.
    Lapse { on: Date },
    /// Protection is over.
    Expire { until: Date },
}

impl Due {
    /// The word by which it is remembered.
    fn mark(self) -> String {
        match self {
            Self::RemindDecider => "decision:reminded".into(),
            Self::Breach => "decision:breached".into(),
            Self::Escalate(step) => format!("decision:escalated-{step}"),
            Self::RemindExpiry { days, until } => format!("expiry:{until}:{days}"),
            Self::RemindLapse { days, on } => format!("lapse:{on}:{days}"),
            Self::Lapse { on } => format!("lapse:{on}:begun"),
            Self::Expire { until } => format!("expiry:{until}:over"),
        }
    }
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    /// Registrations looked at.
    pub registrations: u32,
    /// Protections that ended.
    pub expired: u32,
    /// Lockouts that lapsed.
    pub lapsed: u32,
    /// Reminders.
    pub reminded: u32,
    /// Decisions that became late.
    pub breached: u32,
    /// Decisions that climbed a level.
    pub escalated: u32,
}

impl Settled {
    fn count(&mut self, due: Due) {
        match due {
            Due::RemindDecider | Due::RemindExpiry { .. } | Due::RemindLapse { .. } => {
                self.reminded += 1;
            }
            Due::Breach => self.breached += 1,
            Due::Escalate(_) => self.escalated += 1,
            Due::Lapse { .. } => self.lapsed += 1,
            Due::Expire { .. } => self.expired += 1,
        }
    }
}

/// What the clocks of a registration owe, in order of time, without what they did already.
fn owed(registration: &Registration, terms: &Terms) -> Vec<(Timestamp, Due)> {
    let mut all = if registration.status.awaits_vendor() {
        decision_steps(registration, terms)
    } else if registration.status.is_live() && !is_frozen(registration) {
        protection_steps(registration, terms)
    } else {
        Vec::new()
    };
    all.retain(|(_, due)| !registration.has_mark(&due.mark()));
    all.sort_unstable();
    all
}

/// True while a conflict case holds the clocks of an approved registration.
pub fn is_frozen(registration: &Registration) -> bool {
    registration.freezes.last().is_some_and(|freeze| freeze.until_at.is_none())
}

/// Rule DR-09.
fn decision_steps(registration: &Registration, terms: &Terms) -> Vec<(Timestamp, Due)> {
    let Some(submitted_at) = registration.submitted_at else {
        return Vec::new();
    };
    let clock =
        decision_clock::compute((submitted_at, None), submitted_at, &terms.policy, &terms.calendar);
    let mut steps = vec![(clock.remind_at, Due::RemindDecider), (clock.due_at, Due::Breach)];
    steps.extend((1..).zip(clock.escalates_at).map(|(step, at)| (at, Due::Escalate(step))));
    steps
}

/// Rules DR-01, DR-06, DR-20.
fn protection_steps(registration: &Registration, terms: &Terms) -> Vec<(Timestamp, Due)> {
    let (Some(approved_on), Some(until)) = (registration.approved_on, registration.protected_until)
    else {
        return Vec::new();
    };
    let start_of = |on: Date| terms.calendar.start_of(on);
    let mut steps = vec![(terms.calendar.end_of(until), Due::Expire { until })];
    for days in &terms.policy.expiry_reminder_days {
        let on = days_before(until, *days);
        if on > approved_on {
            steps.push((start_of(on), Due::RemindExpiry { days: *days, until }));
        }
    }
    let Some(on) = registration.lapses_on else {
        return steps;
    };
    steps.push((start_of(on), Due::Lapse { on }));
    let days = terms.policy.lapse_reminder_days;
    let reminded_on = days_before(on, days);
    if days > 0 && registration.last_activity_on.is_none_or(|worked_on| reminded_on > worked_on) {
        steps.push((start_of(reminded_on), Due::RemindLapse { days, on }));
    }
    steps
}

/// When the clocks of a registration next have something to do.
pub fn next_attention(registration: &Registration, terms: &Terms) -> Option<Timestamp> {
    owed(registration, terms).first().map(|(at, _)| *at)
}

/// Does what the clocks of a registration owe up to and including `upto`, and saves it. Every
/// action on a registration begins with this, so that it meets the state of its own instant.
pub fn settle(
    cx: &mut Cx<'_, '_>,
    registration: &mut Registration,
    upto: Timestamp,
) -> Result<Settled, AppError> {
    let mut settled = Settled::default();
    if registration.attention_at.is_none_or(|at| at > upto) {
        return Ok(settled);
    }
    let terms = terms::of(cx, registration)?;
    while let Some((at, due)) = owed(registration, &terms).into_iter().next() {
        if at > upto {
            break;
        }
        registration.mark(&due.mark());
        settled.count(due);
        cx.as_system(|cx| carry_out(cx, registration, &terms, (at, due)))?;
    }
    registration.attention_at = next_attention(registration, &terms);
    settled.registrations = 1;
    match store::save(cx, registration)? {
        Held::Written => Ok(settled),
        Held::Taken => Err(AppError::internal("a clock took an account that is held")),
    }
}

/// Does what the clocks of the vendor's registrations owe up to `now`, the longest due first, for
/// at most 2,000 registrations.
pub fn settle_due(cx: &mut Cx<'_, '_>, now: Timestamp) -> Result<Settled, AppError> {
    let mut total = Settled::default();
    for mut registration in store::due(cx, now, SWEEP)? {
        let one = settle(cx, &mut registration, now)?;
        total.registrations += one.registrations;
        total.expired += one.expired;
        total.lapsed += one.lapsed;
        total.reminded += one.reminded;
        total.breached += one.breached;
        total.escalated += one.escalated;
    }
    Ok(total)
}

/// Does what the clocks owe on an account, so that its holder is the one of this instant.
pub fn settle_account(
    cx: &mut Cx<'_, '_>,
    account_id: &domain::ids::AccountId,
) -> Result<(), AppError> {
    let now = cx.now;
    for mut holder in store::holders(cx, account_id)? {
        settle(cx, &mut holder, now)?;
    }
    Ok(())
}
