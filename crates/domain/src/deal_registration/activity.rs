//! What a partner documents to show that it works an account.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::explanation::Decided;
use super::policy::RegistrationPolicy;
use super::rules::DR_08;
use crate::calendar::{BusinessCalendar, days_between};
use crate::ids::ActivityId;
use crate::refusal::Refusal;
use crate::wording::{count, day};

crate::words! {
    /// What kind of activity it was.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum ActivityKind {
        /// A phone or video call.
        #[default]
        Call = "call", "Call",
        /// A scheduled meeting.
        Meeting = "meeting", "Meeting",
        /// A product demo.
        Demo = "demo", "Demo",
        /// A proposal was submitted.
        Proposal = "proposal", "Proposal",
        /// An e-mail exchange.
        Email = "email", "E-mail",
        /// An on-site visit.
        Visit = "visit", "Visit",
    }
}

/// A documented activity, as far as the clocks need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Which one.
    pub id: ActivityId,
    /// Its kind.
    pub kind: ActivityKind,
    /// The day on which it occurred, in the program's zone.
    pub occurred_on: Date,
    /// When the partner documented it.
    pub logged_at: Timestamp,
}

/// From which day an activity is known to the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The day on which it occurred: where the follow-up clock restarts.
    pub restarts_on: Date,
    /// The first day on which the restart has an effect.
    pub effective_on: Date,
}

/// How an activity stands that occurred on one day and was documented at some instant. Rule DR-08.
///
/// Documented at most `backdating_days` later, it acts from the day it occurred. Documented later
/// still, it acts from the day of its record only: it undoes no lapse that came before. `None`
/// when it comes after its own record.
pub fn standing(
    occurred_on: Date,
    logged_at: Timestamp,
    policy: &RegistrationPolicy,
    calendar: &BusinessCalendar,
) -> Option<Standing> {
    let logged_on = calendar.date_of(logged_at);
    let late_days = days_between(occurred_on, logged_on);
    let effective_on =
        if late_days <= i64::from(policy.backdating_days) { occurred_on } else { logged_on };
    (late_days >= 0).then_some(Standing { restarts_on: occurred_on, effective_on })
}

/// Accepts an activity for the record, or refuses one in the future. Rule DR-08.
pub fn check(
    occurred_on: Date,
    logged_at: Timestamp,
    policy: &RegistrationPolicy,
    calendar: &BusinessCalendar,
) -> Result<Decided<Standing>, Refusal> {
    let logged_on = calendar.date_of(logged_at);
    let Some(standing) = standing(occurred_on, logged_at, policy, calendar) else {
        return Err(Refusal::new(
            DR_08,
            format!("{} is in the future; today is {}.", day(occurred_on), day(logged_on)),
            "Log the activity on the day it takes place or later.",
        ));
    };
    let words = if standing.effective_on == occurred_on {
        format!("Counts from {}, the day it took place.", day(occurred_on))
    } else {
        format!(
            "Logged more than {} after it took place: it counts only from {} and does not undo an \
             earlier lapse.",
            count(policy.backdating_days, "day"),
            day(logged_on),
        )
    };
    Ok(Decided::new(standing, DR_08, words)
        .with("occurred_on", occurred_on)
        .with("logged_on", logged_on)
        .with("backdating_days", policy.backdating_days))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::calendar::Zone;

    fn checked(occurred_on: Date, logged_at: &str) -> Result<Standing, Refusal> {
        let calendar = BusinessCalendar::western(Zone::parse("Pacific/Auckland").unwrap());
        let logged_at = logged_at.parse().unwrap();
        check(occurred_on, logged_at, &RegistrationPolicy::default(), &calendar)
            .map(|decided| decided.value)
    }

    #[test]
    fn dr_08_an_activity_documented_three_days_later_reaches_back_and_after_four_it_does_not() {
        let occurred_on = date(2026, 6, 10);
        let three = checked(occurred_on, "2026-06-13T11:59:59Z").unwrap();
        assert_eq!(three.effective_on, occurred_on);
        let four = checked(occurred_on, "2026-06-13T12:00:00Z").unwrap();
        assert_eq!(four, Standing { restarts_on: occurred_on, effective_on: date(2026, 6, 14) });
    }

    #[test]
    fn dr_08_today_is_accepted_and_tomorrow_is_refused_in_the_programs_zone() {
        let refused = checked(date(2026, 6, 11), "2026-06-10T11:59:59Z").unwrap_err();
        assert_eq!(refused.rule, DR_08);
        assert_eq!(refused.words, "11 June 2026 is in the future; today is 10 June 2026.");
        assert!(checked(date(2026, 6, 11), "2026-06-10T12:00:00Z").is_ok());
    }

    #[test]
    fn dr_08_each_kind_is_read_back_by_its_word() {
        for kind in ActivityKind::ALL {
            assert_eq!(ActivityKind::from_word(kind.word()), Some(*kind));
        }
        assert_eq!(ActivityKind::from_word("fax"), None);
    }
}
