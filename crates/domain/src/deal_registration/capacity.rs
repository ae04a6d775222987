//! How many accounts a partner may hold at once.

use super::check::{Check, CheckOutcome, CheckSubject};
use super::policy::RegistrationPolicy;
use super::rules::DR_11;
use crate::wording::count;

/// Whether the partner's tier leaves room for one more live registration. Rule DR-11.
///
/// `live` is the number of approved or renewed registrations before this one; a tier that the
/// policy does not name has no limit.
pub fn check(live: u32, tier: &str, policy: &RegistrationPolicy) -> Check {
    let Some(limit) = policy.capacity_by_tier.get(tier).copied() else {
        let words = format!("The tier {tier} has no limit on live registrations.");
        return Check::new(DR_11, CheckSubject::Capacity, CheckOutcome::Passed, words)
            .with("live", live);
    };
    let (outcome, words) = if live < limit {
        let words = format!(
            "{live} of {} in the tier {tier} are in use.",
            count(limit, "live registration")
        );
        (CheckOutcome::Passed, words)
    } else {
        let words = format!(
            "The tier {tier} allows {}, and {live} are live. One must end before another can be \
             registered.",
            count(limit, "live registration")
        );
        (CheckOutcome::Refused, words)
    };
    Check::new(DR_11, CheckSubject::Capacity, outcome, words)
        .with("live", live)
        .with("limit", limit)
        .with("tier", tier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dr_11_the_last_place_of_a_tier_can_be_taken_and_no_more() {
        let policy = RegistrationPolicy::default();
        for (tier, limit) in [("registered", 10), ("select", 25), ("premier", 60)] {
            assert_eq!(check(limit - 1, tier, &policy).outcome, CheckOutcome::Passed, "{tier}");
            let full = check(limit, tier, &policy);
            assert_eq!(full.outcome, CheckOutcome::Refused, "{tier}");
            assert_eq!(full.data["limit"], limit.to_string());
        }
    }

    #[test]
    fn dr_11_a_tier_that_the_policy_leaves_out_has_no_limit() {
        let open = check(u32::MAX, "strategic", &RegistrationPolicy::default());
        assert_eq!(open.outcome, CheckOutcome::Passed);
    }
}
