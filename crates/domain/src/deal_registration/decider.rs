//! Who may decide on a submission.

use std::collections::BTreeSet;

use super::refusal::Refusal;
use super::rules::DR_14;
use crate::ids::UserId;

/// People with a stake in one decision.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stakes {
    /// People whose quota the account counts for, such as its direct owner and the owners of opportunities on it.
    pub quota: BTreeSet<UserId>,
    /// People in whose territory the account lies.
    pub territory: BTreeSet<UserId>,
    /// People who entered the registration on the partner's behalf.
    pub entered: BTreeSet<UserId>,
}

/// Whether a person may decide: nobody does whose quota or territory it touches, or who entered it. Rule DR-14.
pub fn may_decide(decider: &UserId, stakes: &Stakes) -> Result<(), Refusal> {
    let stake = if stakes.quota.contains(decider) {
        "The account counts for your own quota."
    } else if stakes.territory.contains(decider) {
        "The account lies in your own territory."
    } else if stakes.entered.contains(decider) {
        "You entered this registration yourself."
    } else {
        return Ok(());
    };
    Err(Refusal::new(DR_14, stake, "Leave the decision to someone without a stake in it."))
}

/// The first of the candidates who has no stake, in the order given; `None` when all have one. Rule DR-14.
pub fn pick<'a>(candidates: &'a [UserId], stakes: &Stakes) -> Option<&'a UserId> {
    candidates.iter().find(|candidate| may_decide(candidate, stakes).is_ok())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::ids::IdSource;

    #[test]
    fn dr_14_nobody_decides_who_has_a_stake() {
        let ids = IdSource::seeded(1);
        let people: Vec<UserId> =
            (0..4).map(|_| UserId::new(&ids, Timestamp::UNIX_EPOCH)).collect();
        let stakes = Stakes {
            quota: [people[0].clone()].into(),
            territory: [people[1].clone()].into(),
            entered: [people[2].clone()].into(),
        };
        let refused: Vec<bool> =
            people.iter().map(|person| may_decide(person, &stakes).is_err()).collect();
        assert_eq!(refused, [true, true, true, false]);
        assert_eq!(pick(&people, &stakes), Some(&people[3]));
        assert_eq!(pick(&people[..3], &stakes), None);
        assert!(may_decide(&people[0], &Stakes::default()).is_ok());
    }
}
