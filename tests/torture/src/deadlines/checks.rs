//! Each deadline of the product beside that of the oracle.

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::BusinessCalendar;
use domain::conflicts::clock::{Wait, due, stops};
use domain::deal_registration::activity;
use domain::deal_registration::decision_clock;
use domain::deal_registration::follow_up::{self, FollowUpFacts};
use domain::deal_registration::freeze::FrozenDays;
use domain::deal_registration::policy::RegistrationPolicy;
use domain::deal_registration::protection::{Protection, protected_until};
use domain::deal_registration::reminders::{self, ReminderFacts, ReminderKind};
use domain::deal_registration::renewal::{self, RenewalFacts};
use domain::deal_registration::resubmission::{After, ResubmissionFacts, resubmit};
use domain::percentage::BasisPoints;
use jiff::Timestamp;
use jiff::civil::Date;

use super::oracle::{DAY, Oracle, civil, number};

/// By how much every date and instant of the product is shifted: a planted fault.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Skew {
    pub(super) days: i64,
    pub(super) seconds: i64,
}

/// What was compared, by kind of deadline, and what differed.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) by_kind: BTreeMap<&'static str, (u64, u64)>,
    pub(super) first: Vec<String>,
}

impl Compared {
    fn note(&mut self, kind: &'static str, same: bool, words: impl FnOnce() -> String) {
        let (compared, differ) = self.by_kind.entry(kind).or_default();
        *compared += 1;
        if !same {
            *differ += 1;
            if self.first.len() < 10 {
                self.first.push(format!("{kind}: {}", words()));
            }
        }
    }

    /// How many were compared.
    pub(super) fn all(&self) -> u64 {
        self.by_kind.values().map(|(compared, _)| compared).sum()
    }

    /// How many differed.
    pub(super) fn differ(&self) -> u64 {
        self.by_kind.values().map(|(_, differ)| differ).sum()
    }
}

/// The product's calendar of a zone beside the oracle's.
pub(super) struct Pair<'a> {
    pub(super) zone: &'a str,
    pub(super) oracle: &'a Oracle,
    pub(super) calendar: &'a BusinessCalendar,
    pub(super) policy: &'a RegistrationPolicy,
    pub(super) skew: Skew,
}

/// The day of that number; the last that can be written for one that cannot.
pub(super) fn date(day: i64) -> Date {
    let (year, month, of_month) = civil(day);
    let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(of_month));
    match parts {
        (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).unwrap_or(Date::MAX),
        _ => Date::MAX,
    }
}

fn of(date: Date) -> i64 {
    number(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()))
}

/// The instant of these seconds, moved by microseconds.
fn at(seconds: i64, micros: i64) -> Timestamp {
    Timestamp::from_microsecond(seconds * 1_000_000 + micros).unwrap_or(Timestamp::MAX)
}

impl Pair<'_> {
    fn instant(&self, all: &mut Compared, kind: &'static str, got: Timestamp, expected: i64) {
        let got = got.as_microsecond() + self.skew.seconds * 1_000_000;
        let same = got == expected * 1_000_000;
        all.note(kind, same, || {
            format!("{}: {} and not {}", self.zone, at(0, got), at(expected, 0))
        });
    }

    fn day(&self, all: &mut Compared, kind: &'static str, got: Date, expected: i64) {
        let same = of(got) + self.skew.days == expected;
        all.note(kind, same, || format!("{}: {got} and not {}", self.zone, date(expected)));
    }

    fn truth(
        &self,
        all: &mut Compared,
        kind: &'static str,
        (got, expected): (bool, bool),
        on: i64,
    ) {
        all.note(kind, got == expected, || format!("{}: {got} on {}", self.zone, date(on)));
    }

    /// Everything around one day.
    pub(super) fn around(&self, all: &mut Compared, day: i64) {
        self.bounds(all, day);
        self.calendar_days(all, day);
        self.protection(all, day);
        self.reminders(all, day);
        let begin = self.oracle.first_showing(day * DAY);
        let walls =
            [0, 8_100, 34_200, 86_340].map(|time| self.oracle.first_showing(day * DAY + time));
        let raw = [begin + 3_599, begin + 5_400, begin + 43_200];
        for from in walls.into_iter().chain(raw) {
            self.business(all, from);
            self.clocks(all, from);
            self.case(all, from);
        }
    }

    fn bounds(&self, all: &mut Compared, day: i64) {
        let begin = self.oracle.first_showing(day * DAY);
        let end = self.oracle.first_showing((day + 1) * DAY);
        self.instant(all, "first instant of a day", self.calendar.start_of(date(day)), begin);
        self.instant(all, "end of a day", self.calendar.end_of(date(day)), end);
        for (seconds, micros) in [(begin, 0), (begin, -1), (end, -1), (begin + 43_200, 0)] {
            let shown = self.oracle.wall(seconds + if micros < 0 { -1 } else { 0 }).div_euclid(DAY);
            self.day(all, "day of an instant", self.calendar.date_of(at(seconds, micros)), shown);
        }
    }

    fn calendar_days(&self, all: &mut Compared, day: i64) {
        let next = self.calendar.next_business_day(date(day));
        self.day(all, "next business day", next, self.oracle.next_business_day(day));
        for ahead in [1, 6, 40] {
            let got = self.calendar.business_days_between(date(day), date(day + ahead));
            let got = i64::from(got) + self.skew.days;
            let expected = self.oracle.business_days_between(day, day + ahead);
            self.truth(all, "business days between", (got == expected, true), day);
        }
    }

    fn business(&self, all: &mut Compared, from: i64) {
        let (start, oracle) = (at(from, 0), self.oracle);
        for days in [1_u32, 2, 5] {
            let whole = i64::from(days) * DAY;
            let later = self.calendar.add_business_days(start, days);
            self.instant(all, "business days later", later, oracle.later(from, whole));
            let half = self.calendar.half_way(start, days);
            self.instant(all, "half of a deadline", half, oracle.later(from, whole / 2));
        }
        // A third of three days, rounded up to the second.
        let share = self.calendar.add_business_share(start, 3, BasisPoints::new(3_333));
        let seconds = (3 * DAY * 3_333 + 9_999) / 10_000;
        self.instant(all, "share of a deadline", share, oracle.later(from, seconds));
        for until in [from + 3_600, from + 90_061, from + 9 * DAY] {
            let got = self.calendar.business_time_between(start, at(until, 0)).as_secs();
            let expected = (oracle.position(until).0 - oracle.position(from).0).max(0);
            let same = got + self.skew.seconds == expected;
            self.truth(all, "business time between", (same, true), from.div_euclid(DAY));
        }
    }

    /// DR-01, DR-03, DR-06, DR-08.
    fn protection(&self, all: &mut Compared, day: i64) {
        let frozen = (day + 10, day + 12);
        let freeze = FrozenDays::from_intervals(vec![(date(frozen.0), date(frozen.1))]);
        let validity = i64::from(self.policy.validity_days);
        let got = protected_until(date(day), self.policy.validity_days, &freeze).value;
        let until = Oracle::counted(day, validity, frozen);
        self.day(all, "last protected day", got, until);
        let end = self.oracle.first_showing((until + 1) * DAY);
        let begin = self.oracle.first_showing(day * DAY);
        let protection =
            Protection { approved_at: at(begin, 0), protected_until: date(until), ended_at: None };
        for (seconds, micros, holds) in
            [(begin, -1, false), (begin, 0, true), (end, -1, true), (end, 0, false)]
        {
            let asked = at(seconds + self.skew.seconds + self.skew.days * DAY, micros);
            let got = protection.holds_at(asked, self.calendar);
            self.truth(all, "protection at an instant", (got, holds), day);
        }
        let (opens, closes) = renewal::window(date(until), self.policy);
        let window = i64::from(self.policy.renewal_window_days);
        self.day(all, "renewal opens", opens, until - window + 1);
        self.day(all, "renewal closes", closes, until);
        let facts = RenewalFacts {
            protected_until: date(until),
            renewals_so_far: 0,
            activity_days: &[date(until)],
            frozen: &freeze,
        };
        if let Ok(renewed) = renewal::renew(&facts, date(until), self.policy) {
            self.day(all, "renewed until", renewed.value, until + validity);
        }
        self.activities(all, day);
    }

    fn activities(&self, all: &mut Compared, day: i64) {
        let late = day + i64::from(self.policy.backdating_days);
        let end = self.oracle.first_showing((late + 1) * DAY);
        // The day after is another one where a zone has left a day out.
        let after = self.oracle.wall(end).div_euclid(DAY);
        for (micros, effective) in [(-1, day), (0, after)] {
            let logged = at(end, micros);
            let standing = activity::standing(date(day), logged, self.policy, self.calendar);
            let got = standing.map_or(Date::MAX, |standing| standing.effective_on);
            self.day(all, "an activity counts from", got, effective);
        }
    }

    /// DR-06, DR-09, DR-16.
    fn clocks(&self, all: &mut Compared, from: i64) {
        let (policy, start) = (self.policy, at(from, 0));
        let approved_on = self.oracle.wall(from).div_euclid(DAY);
        let facts = FollowUpFacts {
            approved_at: start,
            ends_on: date(approved_on + i64::from(policy.validity_days)),
            activities: &[],
            engagements: &[],
            frozen: &FrozenDays::none(),
        };
        let clock = follow_up::compute(&facts, start, policy, self.calendar);
        let lapse = approved_on + i64::from(policy.follow_up_days) + 1;
        self.day(all, "lockout lapses", clock.lapses_on.unwrap_or(Date::MAX), lapse);
        let clock = decision_clock::compute((start, None), start, policy, self.calendar);
        let days = i64::from(policy.decision_business_days) * DAY;
        self.instant(all, "decision due", clock.due_at, self.oracle.later(from, days));
        self.instant(all, "decision reminder", clock.remind_at, self.oracle.later(from, days / 2));
        for (level, climbs) in (1_i64..).zip(&clock.escalates_at) {
            self.instant(all, "decision climbs", *climbs, self.oracle.later(from, days * level));
        }
        let keeps = i64::from(policy.keep_first_submission_business_days) * DAY;
        let last = self.oracle.later(from, keeps);
        let facts = ResubmissionFacts {
            resubmissions_so_far: 0,
            counts_from: start,
            after: After::Return { at: start },
            same_account: true,
        };
        for (micros, expected) in [(0, true), (1, false)] {
            let now = at(last + self.skew.seconds + self.skew.days * DAY, micros);
            let got = resubmit(&facts, now, policy, self.calendar);
            let got = got.is_ok_and(|decided| decided.value.keeps_first);
            self.truth(all, "first submission counts", (got, expected), approved_on);
        }
    }

    /// DR-20.
    fn reminders(&self, all: &mut Compared, until: i64) {
        let none = BTreeSet::new();
        let facts = ReminderFacts {
            protected_until: date(until),
            lapses_on: Some(date(until)),
            sent: &none,
        };
        for left in [0, 1, 2, 3, 4, 7, 8, 14, 15, 30, 31] {
            let due = reminders::due(&facts, date(until - left + self.skew.days), self.policy);
            let got = |kind: ReminderKind| {
                let found = due.iter().find(|reminder| reminder.kind == kind);
                found.map(|reminder| i64::from(reminder.days_before))
            };
            let expiry = [1, 7, 14, 30].into_iter().find(|days| left >= 1 && *days >= left);
            let lapse = Some(3).filter(|days| left >= 1 && *days >= left);
            let same = got(ReminderKind::Expiry) == expiry && got(ReminderKind::Lapse) == lapse;
            self.truth(all, "reminders of a day", (same, true), until);
        }
    }

    /// CF-02, CF-08: five days, with one wait for evidence of at most two.
    fn case(&self, all: &mut Compared, from: i64) {
        let oracle = self.oracle;
        let asked = from + 21_600;
        let waits = [Wait { from_at: at(asked, 0), answered_at: None }];
        let stops = stops(&waits, 2, self.calendar);
        let resumes = oracle.later(asked, 2 * DAY);
        let got = stops.first().map_or(Timestamp::MAX, |stop| stop.until_at);
        self.instant(all, "clock of a case runs again", got, resumes);
        let passed = (oracle.position(asked).0 - oracle.position(from).0).max(0);
        let got = due(at(from, 0), 5, &stops, self.calendar);
        self.instant(all, "case due", got, oracle.later(resumes, 5 * DAY - passed));
    }
}
