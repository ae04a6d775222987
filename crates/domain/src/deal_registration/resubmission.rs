//! Submitting a registration again after it was returned or withdrawn.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::explanation::Decided;
use super::policy::RegistrationPolicy;
use super::rules::DR_16;
use crate::calendar::BusinessCalendar;
use crate::refusal::Refusal;
use crate::wording::{count, day, times};

/// What came before the new submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "after", rename_all = "snake_case")]
pub enum After {
    /// The vendor asked for more.
    Return {
        /// When.
        at: Timestamp,
    },
    /// The partner took it back before it was decided.
    Withdrawal {
        /// When.
        at: Timestamp,
    },
}

/// What a new submission depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResubmissionFacts {
    /// How often this registration was submitted again before.
    pub resubmissions_so_far: u32,
    /// The submission time that counts so far.
    pub counts_from: Timestamp,
    /// What came before.
    pub after: After,
    /// Whether the account is the one of the first submission.
    pub same_account: bool,
}

/// A new submission that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resubmission {
    /// The how-manyth it is, from 1.
    pub number: u32,
    /// The submission time that counts for the order of claims.
    pub counts_from: Timestamp,
    /// Whether that is the earlier one.
    pub keeps_first: bool,
}

/// Accepts a new submission and says which time counts, or refuses one too many. Rule DR-16.
///
/// The earlier time stays for the same account, up to and including the instant that lies
/// `keep_first_submission_business_days` after the return.
pub fn resubmit(
    facts: &ResubmissionFacts,
    now: Timestamp,
    policy: &RegistrationPolicy,
    calendar: &BusinessCalendar,
) -> Result<Decided<Resubmission>, Refusal> {
    if facts.resubmissions_so_far >= policy.resubmissions {
        let so_far = times(facts.resubmissions_so_far);
        return Err(Refusal::new(
            DR_16,
            format!(
                "The registration has been resubmitted {so_far}; the program allows {}.",
                policy.resubmissions
            ),
            "Start a new registration; its own submission time counts.",
        ));
    }
    let days = policy.keep_first_submission_business_days;
    let (keeps_first, why) = match facts.after {
        After::Withdrawal { .. } => (false, "it was withdrawn in between".to_owned()),
        After::Return { .. } if !facts.same_account => {
            (false, "the account has changed".to_owned())
        }
        After::Return { at } => {
            let until = calendar.add_business_days(at, days);
            let until_on = day(calendar.date_of(until));
            let words = count(days, "business day");
            if now <= until {
                (true, format!("it was resubmitted within {words} of the return"))
            } else {
                (false, format!("the {words} after the return ended on {until_on}"))
            }
        }
    };
    let counts_from = if keeps_first { facts.counts_from } else { now };
    let counted = day(calendar.date_of(counts_from));
    let number = facts.resubmissions_so_far.saturating_add(1);
    let kept = if keeps_first { "keeps the first submission time" } else { "counts from now" };
    let words = format!(
        "Resubmission {number} of {}: {kept}, {counted}, because {why}.",
        policy.resubmissions
    );
    let value = Resubmission { number, counts_from, keeps_first };
    Ok(Decided::new(value, DR_16, words)
        .with("first_counts_from", facts.counts_from)
        .with("submitted_at", now)
        .with("same_account", facts.same_account))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Zone;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn returned() -> ResubmissionFacts {
        ResubmissionFacts {
            resubmissions_so_far: 0,
            counts_from: at("2026-06-01T09:00:00Z"),
            after: After::Return { at: at("2026-06-03T15:00:00Z") },
            same_account: true,
        }
    }

    fn resubmitted(facts: ResubmissionFacts, now: &str) -> Result<Resubmission, Refusal> {
        let calendar = BusinessCalendar::western(Zone::utc());
        let policy = RegistrationPolicy::default();
        resubmit(&facts, at(now), &policy, &calendar).map(|decided| decided.value)
    }

    #[test]
    fn dr_16_the_first_time_counts_within_five_business_days_of_the_return() {
        let last = resubmitted(returned(), "2026-06-10T15:00:00Z").unwrap();
        assert_eq!((last.keeps_first, last.counts_from), (true, at("2026-06-01T09:00:00Z")));
        let late = resubmitted(returned(), "2026-06-10T15:00:00.000001Z").unwrap();
        assert_eq!(
            (late.keeps_first, late.counts_from),
            (false, at("2026-06-10T15:00:00.000001Z"))
        );
    }

    #[test]
    fn dr_16_another_account_or_a_withdrawal_counts_from_now() {
        let now = "2026-06-04T09:00:00Z";
        let other = ResubmissionFacts { same_account: false, ..returned() };
        assert_eq!(resubmitted(other, now).unwrap().counts_from, at(now));
        let after = After::Withdrawal { at: at("2026-06-03T15:00:00Z") };
        let withdrawn = ResubmissionFacts { after, ..returned() };
        assert_eq!(resubmitted(withdrawn, now).unwrap().counts_from, at(now));
    }

    #[test]
    fn dr_16_the_third_resubmission_is_accepted_and_the_fourth_refused() {
        let so_far =
            |resubmissions_so_far| ResubmissionFacts { resubmissions_so_far, ..returned() };
        let third = resubmitted(so_far(2), "2026-06-04T09:00:00Z").unwrap();
        assert_eq!(third.number, 3);
        let fourth = resubmitted(so_far(3), "2026-06-04T09:00:00Z").unwrap_err();
        assert_eq!(fourth.rule, DR_16);
        assert_eq!(
            fourth.words,
            "The registration has been resubmitted 3 times; the program allows 3."
        );
    }
}
