//! Prolonging protection, once, towards its end, by a partner that works the account.

use jiff::civil::Date;

use super::explanation::Decided;
use super::freeze::FrozenDays;
use super::policy::RegistrationPolicy;
use super::rules::DR_03;
use crate::calendar::{days_before, days_between};
use crate::refusal::Refusal;
use crate::wording::{count, day, times};

/// What a renewal depends on.
#[derive(Debug, Clone)]
pub struct RenewalFacts<'a> {
    /// The last protected day as it stands.
    pub protected_until: Date,
    /// How often this registration was renewed.
    pub renewals_so_far: u32,
    /// The days on which documented activities occurred, in any order.
    pub activity_days: &'a [Date],
    /// Days on which the clocks stand still.
    pub frozen: &'a FrozenDays,
}

/// The first and the last day on which renewal is open. Rule DR-03.
///
/// A window of 30 days ends with the last protected day and begins 29 days before it.
pub fn window(protected_until: Date, policy: &RegistrationPolicy) -> (Date, Date) {
    (days_before(protected_until, policy.renewal_window_days.saturating_sub(1)), protected_until)
}

/// Renews on a day of the program's zone: gives the new last protected day, or says what is missing. Rule DR-03.
pub fn renew(
    facts: &RenewalFacts<'_>,
    on: Date,
    policy: &RegistrationPolicy,
) -> Result<Decided<Date>, Refusal> {
    let (opens_on, closes_on) = window(facts.protected_until, policy);
    if facts.renewals_so_far >= policy.renewals {
        return Err(used_up(facts.renewals_so_far, policy.renewals));
    }
    if on > closes_on {
        let words = format!("Protection ended after {}.", day(closes_on));
        return Err(Refusal::new(DR_03, words, "Register the account again if it is still free."));
    }
    if on < opens_on {
        let words = format!("Renewal opens on {}.", day(opens_on));
        let remedy = format!("Renew between {} and {}.", day(opens_on), day(closes_on));
        return Err(Refusal::new(DR_03, words, remedy));
    }
    let activity_on = recent_activity(facts.activity_days, on, policy.renewal_activity_days);
    let Some(activity_on) = activity_on else {
        let days = count(policy.renewal_activity_days, "day");
        return Err(Refusal::new(
            DR_03,
            format!("No activity was logged in the last {days}."),
            "Log a call, meeting or other activity with the account, then renew.",
        ));
    };
    let until = facts.frozen.after(facts.protected_until, policy.validity_days);
    let words = format!(
        "Renewed on {}: {} added to {}, protected through {}.",
        day(on),
        count(policy.validity_days, "day"),
        day(facts.protected_until),
        day(until),
    );
    Ok(Decided::new(until, DR_03, words)
        .with("renewed_on", on)
        .with("protected_until_before", facts.protected_until)
        .with("validity_days", policy.validity_days)
        .with("activity_on", activity_on))
}

fn used_up(so_far: u32, allowed: u32) -> Refusal {
    let words = if allowed == 0 {
        "This program does not renew registrations.".to_owned()
    } else {
        format!(
            "The registration has already been renewed {}; the program allows {}.",
            times(so_far),
            count(allowed, "renewal")
        )
    };
    Refusal::new(DR_03, words, "Register the account again once it is free.")
}

/// The latest activity that lies in the last days, `on` included.
fn recent_activity(days: &[Date], on: Date, within_days: u32) -> Option<Date> {
    let counts = |day: &Date| (0..i64::from(within_days)).contains(&days_between(*day, on));
    days.iter().copied().filter(counts).max()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::calendar::days_after;

    const UNTIL: Date = date(2026, 4, 1);

    fn renewed(on: Date, activity_on: Date, so_far: u32) -> Result<Date, Refusal> {
        let facts = RenewalFacts {
            protected_until: UNTIL,
            renewals_so_far: so_far,
            activity_days: &[activity_on],
            frozen: &FrozenDays::none(),
        };
        renew(&facts, on, &RegistrationPolicy::default()).map(|decided| decided.value)
    }

    #[test]
    fn dr_03_renewal_is_open_in_the_last_30_days_and_on_no_other() {
        let opens_on = date(2026, 3, 3);
        assert_eq!(days_between(opens_on, UNTIL), 29);
        assert_eq!(window(UNTIL, &RegistrationPolicy::default()), (opens_on, UNTIL));
        assert_eq!(renewed(opens_on, opens_on, 0), Ok(date(2026, 6, 30)));
        assert_eq!(renewed(UNTIL, UNTIL, 0), Ok(date(2026, 6, 30)));
        let early = renewed(date(2026, 3, 2), date(2026, 3, 2), 0).unwrap_err();
        assert_eq!(early.words, "Renewal opens on 3 March 2026.");
        let late = renewed(date(2026, 4, 2), date(2026, 4, 2), 0).unwrap_err();
        assert_eq!(late.rule, DR_03);
        assert_eq!(late.words, "Protection ended after 1 April 2026.");
    }

    #[test]
    fn dr_03_the_activity_may_be_29_days_old_and_not_30() {
        let on = date(2026, 3, 20);
        assert!(renewed(on, days_before(on, 29), 0).is_ok());
        assert!(renewed(on, days_before(on, 30), 0).is_err());
        assert!(renewed(on, on, 0).is_ok());
        assert!(renewed(on, days_after(on, 1), 0).is_err(), "what lies ahead did not happen yet");
    }

    #[test]
    fn dr_03_a_registration_is_renewed_once() {
        let refused = renewed(UNTIL, UNTIL, 1).unwrap_err();
        assert_eq!(
            refused.words,
            "The registration has already been renewed once; the program allows 1 renewal."
        );
    }

    #[test]
    fn dr_03_the_validity_is_added_to_the_last_protected_day_whenever_it_is_renewed() {
        let days: Vec<Date> = (0..30).map(|back| days_before(UNTIL, back)).collect();
        assert!(days.iter().all(|on| renewed(*on, *on, 0) == Ok(date(2026, 6, 30))));
    }
}
