//! Which reminders a day asks for.

use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::RegistrationPolicy;
use crate::calendar::days_between;
use crate::wording::{count, day};

/// What a reminder is about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReminderKind {
    /// Protection ends.
    Expiry,
    /// The lockout lapses.
    Lapse,
}

/// A reminder to partner and PAM. Two are the same when all of it is equal; each is sent once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reminder {
    /// The subject.
    pub kind: ReminderKind,
    /// Which of the policy's reminders it is: so many days before.
    pub days_before: u32,
    /// The last protected day, or the first day of the lapse; a renewal or an activity moves it and with it the reminder.
    pub about_on: Date,
}

impl Reminder {
    /// What the reader is told, on the day of sending.
    pub fn words(&self, on: Date) -> String {
        let left = count(days_between(on, self.about_on), "day");
        let about = day(self.about_on);
        match self.kind {
            ReminderKind::Expiry => format!("Protection ends in {left}, after {about}."),
            ReminderKind::Lapse => {
                format!("The lockout lapses in {left}, on {about}, unless an activity is logged.")
            }
        }
    }
}

/// What reminders depend on.
#[derive(Debug, Clone, Copy)]
pub struct ReminderFacts<'a> {
    /// The last protected day.
    pub protected_until: Date,
    /// The first day of the lapse that is ahead; `None` when none is.
    pub lapses_on: Option<Date>,
    /// What was sent already for this registration.
    pub sent: &'a BTreeSet<Reminder>,
}

/// The reminders to send on a day, expiry first. Rule DR-20.
///
/// When a day was missed the reminder is made up for, but of several missed only the nearest
/// one is sent. Nothing is sent on or after the day itself.
pub fn due(facts: &ReminderFacts<'_>, on: Date, policy: &RegistrationPolicy) -> Vec<Reminder> {
    let expiry = nearest(on, facts.protected_until, &policy.expiry_reminder_days);
    let expiry = expiry.map(|days_before| Reminder {
        kind: ReminderKind::Expiry,
        days_before,
        about_on: facts.protected_until,
    });
    let lapse = facts.lapses_on.and_then(|about_on| {
        let days_before = nearest(on, about_on, &[policy.lapse_reminder_days])?;
        Some(Reminder { kind: ReminderKind::Lapse, days_before, about_on })
    });
    let reminders = expiry.into_iter().chain(lapse);
    reminders.filter(|reminder| !facts.sent.contains(reminder)).collect()
}

/// The smallest of the numbers of days that is not smaller than what is left.
fn nearest(on: Date, about_on: Date, days_before: &[u32]) -> Option<u32> {
    let left = days_between(on, about_on);
    let reached = |days: &u32| left >= 1 && i64::from(*days) >= left;
    days_before.iter().copied().filter(reached).min()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::{days_after, days_before};

    const UNTIL: Date = date(2026, 4, 1);

    fn days_due(left: u32, sent: &BTreeSet<Reminder>) -> Vec<u32> {
        let facts = ReminderFacts { protected_until: UNTIL, lapses_on: None, sent };
        let on = days_before(UNTIL, left);
        let policy = RegistrationPolicy::default();
        due(&facts, on, &policy).into_iter().map(|reminder| reminder.days_before).collect()
    }

    fn sent(days: &[u32]) -> BTreeSet<Reminder> {
        let reminder = |days_before: &u32| Reminder {
            kind: ReminderKind::Expiry,
            days_before: *days_before,
            about_on: UNTIL,
        };
        days.iter().map(reminder).collect()
    }

    #[test]
    fn dr_20_reminders_come_30_14_7_and_1_days_before_expiry() {
        let none = BTreeSet::new();
        assert!(days_due(31, &none).is_empty());
        assert_eq!(days_due(30, &none), [30]);
        assert!(days_due(15, &sent(&[30])).is_empty());
        assert_eq!(days_due(14, &sent(&[30])), [14]);
        assert!(days_due(8, &sent(&[30, 14])).is_empty());
        assert_eq!(days_due(7, &sent(&[30, 14])), [7]);
        assert_eq!(days_due(1, &sent(&[30, 14, 7])), [1]);
        assert!(days_due(0, &sent(&[30, 14, 7])).is_empty());
    }

    #[test]
    fn dr_20_a_missed_reminder_is_made_up_for_and_older_ones_are_not() {
        assert_eq!(days_due(29, &BTreeSet::new()), [30]);
        assert_eq!(days_due(6, &BTreeSet::new()), [7]);
        assert!(days_due(6, &sent(&[7])).is_empty());
    }

    #[test]
    fn dr_20_a_lapse_is_announced_three_days_before() {
        let none = BTreeSet::new();
        let lapses_on = date(2026, 1, 16);
        let facts =
            ReminderFacts { protected_until: UNTIL, lapses_on: Some(lapses_on), sent: &none };
        let on = |day| due(&facts, date(2026, 1, day), &RegistrationPolicy::default());
        assert_eq!(on(12), []);
        let reminder = Reminder { kind: ReminderKind::Lapse, days_before: 3, about_on: lapses_on };
        assert_eq!(on(13), [reminder]);
        assert_eq!(
            reminder.words(date(2026, 1, 13)),
            "The lockout lapses in 3 days, on 16 January 2026, unless an activity is logged."
        );
        assert_eq!(on(16), []);
    }

    #[test]
    fn dr_20_a_renewal_brings_the_reminders_anew() {
        let all = sent(&[30, 14, 7, 1]);
        let renewed = days_after(UNTIL, 90);
        let facts = ReminderFacts { protected_until: renewed, lapses_on: None, sent: &all };
        let due = due(&facts, days_before(renewed, 30), &RegistrationPolicy::default());
        assert_eq!(due.len(), 1);
    }

    proptest! {
        #[test]
        fn dr_20_each_reminder_is_sent_once_whatever_days_the_job_runs(
            runs in prop::collection::btree_set(0u32..60, 1..60),
        ) {
            let mut all = BTreeSet::new();
            for left in runs.iter().rev() {
                let facts = ReminderFacts { protected_until: UNTIL, lapses_on: None, sent: &all };
                let now = due(&facts, days_before(UNTIL, *left), &RegistrationPolicy::default());
                prop_assert!(now.len() <= 1);
                for reminder in now {
                    prop_assert!(all.insert(reminder));
                }
            }
            prop_assert!(all.len() <= 4);
        }
    }
}
