//! What is worth knowing and refuses nothing.

use jiff::civil::Date;

use super::check::{Check, CheckOutcome, CheckSubject};
use super::explanation::Decided;
use super::policy::RegistrationPolicy;
use super::rules::DR_17;
use crate::calendar::days_between;
use crate::percentage::BasisPoints;
use crate::wording::count;

/// The share of a partner's live registrations that nobody works. Rule DR-17.
///
/// `last_worked_on` holds, for each live registration in any order, the day of its latest
/// activity, or of its approval when there was none. A registration is idle when more than
/// `idle_days` have passed since. `None` below the number from which the index means something.
pub fn hoarding_index(
    last_worked_on: &[Date],
    on: Date,
    policy: &RegistrationPolicy,
) -> Option<Decided<BasisPoints>> {
    let live = u32::try_from(last_worked_on.len()).unwrap_or(u32::MAX);
    if live < policy.hoarding.minimum_live {
        return None;
    }
    let idle_days = i64::from(policy.hoarding.idle_days);
    let is_idle = |worked_on: &&Date| days_between(**worked_on, on) > idle_days;
    let idle = last_worked_on.iter().filter(is_idle).count();
    let idle = u64::try_from(idle).unwrap_or(u64::MAX);
    let index = BasisPoints::ratio(idle, u64::from(live))?;
    let words = format!(
        "{idle} of {} without an activity for more than {}: {index}.",
        count(live, "live registration"),
        count(idle_days, "day"),
    );
    Some(Decided::new(index, DR_17, words).with("idle", idle).with("live", live))
}

/// Warns of a partner that holds many registrations without working them. Rule DR-17.
pub fn hoarding(last_worked_on: &[Date], on: Date, policy: &RegistrationPolicy) -> Check {
    let Some(index) = hoarding_index(last_worked_on, on, policy) else {
        let words = "Too few live registrations to judge whether the partner works its deals.";
        return Check::new(DR_17, CheckSubject::Hoarding, CheckOutcome::Passed, words);
    };
    let outcome = if index.value >= policy.hoarding.warn_at_bp {
        CheckOutcome::Warned
    } else {
        CheckOutcome::Passed
    };
    Check::new(DR_17, CheckSubject::Hoarding, outcome, index.words)
        .with("index", index.value)
        .with("warn_at", policy.hoarding.warn_at_bp)
}

/// Warns of a validity that is short for the program's own sales cycle. Rule DR-17.
///
/// `median_cycle_days` is the median time from approval to a won deal; `None` while too few were won.
pub fn sales_cycle(median_cycle_days: Option<u32>, policy: &RegistrationPolicy) -> Check {
    let Some(median) = median_cycle_days else {
        let words = "Too few won deals to know the sales cycle.";
        return Check::new(DR_17, CheckSubject::SalesCycle, CheckOutcome::Passed, words);
    };
    let needed = u64::from(median) * u64::from(policy.minimum_cycle_share_bp.get());
    let given = u64::from(policy.validity_days) * u64::from(BasisPoints::WHOLE.get());
    let facts = format!(
        "Protection lasts {}, the median sales cycle {}",
        count(policy.validity_days, "day"),
        count(median, "day"),
    );
    let (outcome, words) = if given < needed {
        let words =
            format!("{facts}; less than {} of it is covered.", policy.minimum_cycle_share_bp);
        (CheckOutcome::Warned, words)
    } else {
        (CheckOutcome::Passed, format!("{facts}."))
    };
    Check::new(DR_17, CheckSubject::SalesCycle, outcome, words)
        .with("validity_days", policy.validity_days)
        .with("median_cycle_days", median)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::calendar::days_before;

    const TODAY: Date = date(2026, 6, 1);

    fn worked(idle: usize, fresh: usize) -> Vec<Date> {
        let mut days = vec![days_before(TODAY, 31); idle];
        days.extend(vec![days_before(TODAY, 30); fresh]);
        days
    }

    #[test]
    fn dr_17_a_validity_of_three_quarters_of_the_cycle_is_enough() {
        let policy = RegistrationPolicy::default();
        assert_eq!(sales_cycle(Some(120), &policy).outcome, CheckOutcome::Passed);
        assert_eq!(sales_cycle(Some(121), &policy).outcome, CheckOutcome::Warned);
        assert_eq!(sales_cycle(None, &policy).outcome, CheckOutcome::Passed);
    }

    #[test]
    fn dr_17_half_of_the_registrations_idle_is_a_warning() {
        let policy = RegistrationPolicy::default();
        assert_eq!(hoarding(&worked(3, 3), TODAY, &policy).outcome, CheckOutcome::Warned);
        assert_eq!(hoarding(&worked(2, 3), TODAY, &policy).outcome, CheckOutcome::Passed);
    }

    #[test]
    fn dr_17_a_registration_is_idle_after_more_than_30_days() {
        let index = |days: &[Date]| {
            hoarding_index(days, TODAY, &RegistrationPolicy::default()).unwrap().value
        };
        assert_eq!(index(&worked(5, 0)), BasisPoints::WHOLE);
        assert_eq!(index(&worked(0, 5)), BasisPoints::ZERO);
    }

    #[test]
    fn dr_17_few_registrations_say_nothing() {
        let policy = RegistrationPolicy::default();
        assert!(hoarding_index(&worked(4, 0), TODAY, &policy).is_none());
        assert!(hoarding_index(&worked(5, 0), TODAY, &policy).is_some());
        assert_eq!(hoarding(&worked(4, 0), TODAY, &policy).outcome, CheckOutcome::Passed);
    }
}
