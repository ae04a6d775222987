//! Who comes first when several partners claim one account.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::explanation::Decided;
use super::rules::DR_04;
use crate::ids::{PartnerId, RegistrationId};

/// One claim on an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The registration that claims.
    pub registration_id: RegistrationId,
    /// The partner whose it is.
    pub partner_id: PartnerId,
    /// The submission time that counts; an earlier registration of the same partner gives none.
    pub counts_from: Timestamp,
}

/// Claims in the order in which they stand, the first one first. Rule DR-04.
///
/// Only the time of the claim itself counts: having held the account before is no advantage.
/// Of two in the same microsecond the one made first stands first.
pub fn rank(mut claims: Vec<Claim>) -> Vec<Claim> {
    claims.sort_by(|left, right| order_of(left).cmp(&order_of(right)));
    claims
}

/// Whether one claim stands before another. Rule DR-04.
pub fn outranks(claim: &Claim, rival: &Claim) -> Decided<bool> {
    let first = order_of(claim) < order_of(rival);
    let words = if first {
        "Submitted earlier than the other claim."
    } else {
        "Submitted later than the other claim; an earlier registration that expired does not count."
    };
    Decided::new(first, DR_04, words)
        .with("counts_from", claim.counts_from)
        .with("rival_counts_from", rival.counts_from)
}

fn order_of(claim: &Claim) -> (Timestamp, &RegistrationId) {
    (claim.counts_from, &claim.registration_id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::IdSource;

    fn claim(ids: &IdSource, second: i64) -> Claim {
        let counts_from = Timestamp::from_second(second).unwrap();
        Claim {
            registration_id: RegistrationId::new(ids, counts_from),
            partner_id: PartnerId::new(ids, counts_from),
            counts_from,
        }
    }

    #[test]
    fn dr_04_a_new_claim_after_expiry_stands_behind_a_rival_submitted_in_between() {
        let ids = IdSource::seeded(1);
        let rival = claim(&ids, 100);
        let again = claim(&ids, 101);
        assert!(!outranks(&again, &rival).value);
        assert!(outranks(&rival, &again).value);
        assert_eq!(rank(vec![again.clone(), rival.clone()]), [rival, again]);
    }

    #[test]
    fn dr_04_of_two_at_the_same_moment_the_first_made_stands_first() {
        let ids = IdSource::seeded(1);
        let (first, second) = (claim(&ids, 100), claim(&ids, 100));
        assert!(outranks(&first, &second).value);
        assert!(!outranks(&second, &first).value);
    }

    proptest! {
        #[test]
        fn dr_04_the_order_of_arrival_does_not_matter(seconds in prop::collection::vec(0i64..5, 2..8)) {
            let ids = IdSource::seeded(1);
            let claims: Vec<Claim> = seconds.iter().map(|second| claim(&ids, *second)).collect();
            let reversed = claims.iter().rev().cloned().collect();
            prop_assert_eq!(rank(claims), rank(reversed));
        }
    }
}
