//! "Is it free?", asked by a partner that must not learn who works an account, and the budget of
//! such answers that it has.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::check::{Check, CheckOutcome, CheckSubject, VENDOR_LOOKS};
use super::policy::AvailabilityPolicy;
use super::rules::DR_18;
use crate::accounts::MatchVerdict;
use crate::refusal::Refusal;
use crate::wording::{count, day};

/// The answer. It has no room for a holder. Rule DR-18.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Availability {
    /// It can be registered.
    Free,
    /// Somebody holds it.
    Protected {
        /// The last protected day.
        until_on: Date,
    },
    /// It is reserved for the vendor.
    HouseAccount,
    /// A person has to look; a registration can be submitted all the same.
    NeedsReview,
    /// What was asked tells no company from another, such as the domain of a mail provider or half a
    /// name; the company's full name would.
    NeedsName,
}

impl Availability {
    /// The answer as a sentence.
    pub fn words(self) -> String {
        match self {
            Self::Free => "Available: you can register it.".to_owned(),
            Self::Protected { until_on } => format!("Protected until {}.", day(until_on)),
            Self::HouseAccount => "House account: partners cannot register it.".to_owned(),
            Self::NeedsReview => "Needs review: submit it, and a person will decide.".to_owned(),
            Self::NeedsName => {
                "This does not say which company you mean: enter its full name.".to_owned()
            }
        }
    }

    /// The word in tables and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Protected { .. } => "protected",
            Self::HouseAccount => "house_account",
            Self::NeedsReview => "needs_review",
            Self::NeedsName => "needs_name",
        }
    }

    /// The same answer as a line among the checks of a submission. It is all that the submitting
    /// partner reads of the account. Rules DR-18, AC-05.
    pub fn as_check(self) -> Check {
        let (outcome, words, partner_words) = match self {
            Self::Free => (
                CheckOutcome::Passed,
                "The partner sees that the account is available.",
                "The account is available.",
            ),
            Self::Protected { .. } | Self::HouseAccount | Self::NeedsReview | Self::NeedsName => (
                CheckOutcome::NeedsPerson,
                "The partner sees that the vendor reviews the account.",
                VENDOR_LOOKS,
            ),
        };
        Check::new(DR_18, CheckSubject::Availability, outcome, words).told_to_partner(partner_words)
    }
}

/// What is known of the company that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AvailabilityFacts {
    /// Whether it is an account, surely, possibly or not.
    pub identity: MatchVerdict,
    /// Whether that account is reserved for the vendor.
    pub house_account: bool,
    /// The last protected day of its holder.
    pub protected_until: Option<Date>,
    /// Whether it is a customer, has an active direct opportunity, or an undecided submission.
    pub needs_look: bool,
    /// Whether what was asked tells no company from another, such as the domain of a mail provider, a
    /// single letter or half the name of an account.
    pub names_nobody: bool,
}

/// Answers on a day of the program's zone. Rule DR-18.
pub fn answer(facts: &AvailabilityFacts, on: Date) -> Availability {
    match facts.identity {
        MatchVerdict::New if facts.names_nobody => return Availability::NeedsName,
        MatchVerdict::New => return Availability::Free,
        MatchVerdict::Possible => return Availability::NeedsReview,
        MatchVerdict::Same => {}
    }
    if facts.house_account {
        return Availability::HouseAccount;
    }
    let live = facts.protected_until.filter(|until_on| on <= *until_on);
    if let Some(until_on) = live {
        return Availability::Protected { until_on };
    }
    if facts.needs_look { Availability::NeedsReview } else { Availability::Free }
}

/// The length of the window in which answers are counted.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// An answer too many. Rule DR-18.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limited {
    /// The first instant at which the next answer is given.
    pub retry_at: Timestamp,
    /// The refusal in words.
    pub refusal: Refusal,
}

/// Whether a partner may be answered now, and how many answers it has left after this one. Rule DR-18.
///
/// An answer is whatever tells something about an account: to a question, a submission or anything
/// else. `answered_at` holds the earlier ones in any order; those older than an hour do not count.
pub fn limit(
    answered_at: &[Timestamp],
    now: Timestamp,
    policy: &AvailabilityPolicy,
) -> Result<u32, Limited> {
    let recent = within_window(answered_at, now);
    let used = u32::try_from(recent.len()).unwrap_or(u32::MAX);
    if let Some(left) = policy.queries_per_hour.checked_sub(used).filter(|left| *left > 0) {
        return Ok(left - 1);
    }
    let too_many = usize::try_from(used.saturating_sub(policy.queries_per_hour)).unwrap_or(0);
    let freed_by = recent.get(too_many).copied().unwrap_or(now);
    let retry_at = freed_by.saturating_add(WINDOW).unwrap_or(Timestamp::MAX);
    let words = format!(
        "Your company has had {} about accounts within an hour, which is the limit.",
        count(used, "answer")
    );
    let minutes = retry_at.duration_since(now).as_secs() / 60 + 1;
    let remedy = format!("Try again in {}. Nothing was saved.", count(minutes, "minute"));
    Err(Limited { retry_at, refusal: Refusal::new(DR_18, words, remedy) })
}

/// Whether the misses of the last hour, this one included, raise an alarm. Rule DR-18.
///
/// A miss is an answer about a company that nobody knows, or one that a rule refused. There is at
/// most one alarm within an hour; `alarmed_at` holds the earlier ones.
pub fn raises_alarm(
    (misses_at, alarmed_at): (&[Timestamp], &[Timestamp]),
    now: Timestamp,
    policy: &AvailabilityPolicy,
) -> bool {
    let misses = u32::try_from(within_window(misses_at, now).len()).unwrap_or(u32::MAX);
    misses >= policy.misses_alarm && within_window(alarmed_at, now).is_empty()
}

/// The instants of the hour before `now`, `now` included, in order.
fn within_window(instants: &[Timestamp], now: Timestamp) -> Vec<Timestamp> {
    let mut recent: Vec<Timestamp> = instants
        .iter()
        .copied()
        .filter(|at| *at <= now && now.duration_since(*at) < WINDOW)
        .collect();
    recent.sort_unstable();
    recent
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 4, 1);

    fn known() -> AvailabilityFacts {
        AvailabilityFacts {
            identity: MatchVerdict::Same,
            house_account: false,
            protected_until: None,
            needs_look: false,
            names_nobody: false,
        }
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + second).unwrap()
    }

    #[test]
    fn dr_18_an_account_is_protected_through_its_last_day_and_then_free() {
        let held = |until_on| AvailabilityFacts { protected_until: Some(until_on), ..known() };
        let last = answer(&held(TODAY), TODAY);
        assert_eq!(last, Availability::Protected { until_on: TODAY });
        assert_eq!(last.words(), "Protected until 1 April 2026.");
        assert_eq!(answer(&held(date(2026, 3, 31)), TODAY), Availability::Free);
    }

    #[test]
    fn dr_18_each_answer_has_its_facts() {
        assert_eq!(answer(&known(), TODAY), Availability::Free);
        let house =
            AvailabilityFacts { house_account: true, protected_until: Some(TODAY), ..known() };
        assert_eq!(answer(&house, TODAY), Availability::HouseAccount);
        let worked = AvailabilityFacts { needs_look: true, ..known() };
        assert_eq!(answer(&worked, TODAY), Availability::NeedsReview);
        let unsure = AvailabilityFacts { identity: MatchVerdict::Possible, ..house };
        assert_eq!(answer(&unsure, TODAY), Availability::NeedsReview);
        let unknown = AvailabilityFacts { identity: MatchVerdict::New, ..house };
        assert_eq!(answer(&unknown, TODAY), Availability::Free);
        let nobody = AvailabilityFacts { names_nobody: true, ..unknown };
        assert_eq!(answer(&nobody, TODAY), Availability::NeedsName);
    }

    #[test]
    fn ac_05_beside_a_submission_everything_but_a_free_account_reads_alike() {
        let free = Availability::Free.as_check();
        assert_eq!(free.outcome, CheckOutcome::Passed);
        let others = [
            Availability::Protected { until_on: TODAY },
            Availability::HouseAccount,
            Availability::NeedsReview,
            Availability::NeedsName,
        ];
        for check in others.map(Availability::as_check) {
            assert_eq!(check, Availability::NeedsReview.as_check());
            assert_eq!(check.outcome, CheckOutcome::NeedsPerson);
        }
    }

    #[test]
    fn dr_18_an_answer_holds_nothing_but_a_date() {
        let stored = serde_json::to_string(&Availability::Protected { until_on: TODAY }).unwrap();
        assert_eq!(stored, r#"{"answer":"protected","until_on":"2026-04-01"}"#);
    }

    #[test]
    fn dr_18_the_last_answer_of_the_hour_is_given_and_the_next_is_not() {
        let policy = AvailabilityPolicy { queries_per_hour: 3, misses_alarm: 2 };
        let asked = [second(20), second(0), second(10)];
        assert_eq!(limit(&asked[1..], second(30), &policy), Ok(0));
        let limited = limit(&asked, second(30), &policy).unwrap_err();
        assert_eq!(limited.retry_at, second(3_600));
        assert_eq!(limited.refusal.remedy, "Try again in 60 minutes. Nothing was saved.");
        let last = limit(&asked, second(3_599), &policy).unwrap_err();
        assert_eq!(last.refusal.remedy, "Try again in 1 minute. Nothing was saved.");
        assert_eq!(limit(&asked, second(3_600), &policy), Ok(0));
        assert_eq!(limit(&[], second(0), &policy), Ok(2));
    }

    #[test]
    fn dr_18_many_misses_raise_one_alarm_an_hour() {
        let policy = AvailabilityPolicy { queries_per_hour: 9, misses_alarm: 2 };
        let misses = [second(0), second(5), second(6)];
        let alarms = |misses: &[Timestamp], alarmed: &[Timestamp], now| {
            raises_alarm((misses, alarmed), now, &policy)
        };
        assert!(!alarms(&misses[..1], &[], second(6)));
        assert!(alarms(&misses[..2], &[], second(6)));
        assert!(!alarms(&misses, &misses[1..2], second(6)));
        // Whoever goes on is reported again after an hour.
        let later = [second(3_603), second(3_604)];
        assert!(!alarms(&later, &misses[1..2], second(3_604)));
        assert!(alarms(&later, &misses[1..2], second(3_605)));
    }
}
