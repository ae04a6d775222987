//! Who may decide: the seats of a level, without those who have a stake.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::CF_03;
use crate::identity::OnePerson;
use crate::ids::UserId;
use crate::program::dispute::{Conflicts, Role};
use crate::{deal_registration::decider::on_both_sides, refusal::Refusal};

/// People with a stake in a case. A stake is judged as of the opening, or of the submission of a
/// registration in the case where that was earlier: whoever gave it up since then is among them.
/// Rule CF-03.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseStakes {
    /// People whose quota the account counts for: its owner, the owners of opportunities on it,
    /// and the direct managers when direct sales is a party.
    pub quota: BTreeSet<UserId>,
    /// People in whose territory the account lies.
    pub territory: BTreeSet<UserId>,
    /// People who look after one of the parties and not after its opponent.
    pub looks_after: BTreeSet<UserId>,
    /// People who decided before: a registration of the case, or the case itself.
    pub decided: BTreeSet<UserId>,
    /// People who opened the case, spoke in it for a party or entered a registration in it.
    pub spoke: BTreeSet<UserId>,
    /// People of the vendor who count as one with somebody of a party, and why.
    pub both_sides: BTreeMap<UserId, OnePerson>,
}

/// Whether a person may decide a case. Rule CF-03.
pub fn may_decide(person: &UserId, stakes: &CaseStakes) -> Result<(), Refusal> {
    if let Some(one) = stakes.both_sides.get(person) {
        return Err(Refusal::new(CF_03, on_both_sides(one), "Ask a colleague to decide."));
    }
    let stake = if stakes.quota.contains(person) {
        "The account counts towards your own quota, or did when this began."
    } else if stakes.territory.contains(person) {
        "The account is in your own territory, or was when this began."
    } else if stakes.looks_after.contains(person) {
        "You manage one of the parties, or did when this began."
    } else if stakes.decided.contains(person) {
        "You made an earlier decision in this matter."
    } else if stakes.spoke.contains(person) {
        "You opened this case, gave a statement for a party or entered a registration in it."
    } else {
        return Ok(());
    };
    Err(Refusal::new(CF_03, stake, "Someone without a stake decides it."))
}

/// Somebody who could decide. Rule CF-03.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The person.
    pub user_id: UserId,
    /// The parts that the person plays in the program.
    pub roles: Vec<Role>,
    /// Cases that lie with the person already.
    pub open_cases: u32,
}

/// Whether a person sits on a level of the ladder. Rule CF-02.
pub fn sits_on(terms: &Conflicts, level: u32, roles: &[Role]) -> bool {
    terms.level(level).is_some_and(|step| roles.iter().any(|role| step.roles.contains(role)))
}

/// The person who decides on a level: of those without a stake, first by the order of the level's
/// roles, then who has the fewest cases; `None` when all have one. Rule CF-03.
pub fn pick<'a>(
    terms: &Conflicts,
    level: u32,
    candidates: &'a [Candidate],
    stakes: &CaseStakes,
) -> Option<&'a UserId> {
    let step = terms.level(level)?;
    let rank =
        |candidate: &Candidate| step.roles.iter().position(|role| candidate.roles.contains(role));
    candidates
        .iter()
        .filter(|candidate| may_decide(&candidate.user_id, stakes).is_ok())
        .filter_map(|candidate| Some((rank(candidate)?, candidate.open_cases, &candidate.user_id)))
        .min()
        .map(|(_, _, user_id)| user_id)
}

/// The level on which a case that reaches `level` is decided, and by whom: a level of which
/// everybody has a stake is passed over; at the top it stays, and then nobody may be left. Rules
/// CF-02, CF-03.
pub fn seat<'a>(
    terms: &Conflicts,
    level: u32,
    candidates: &'a [Candidate],
    stakes: &CaseStakes,
) -> (u32, Option<&'a UserId>) {
    let mut level = level;
    loop {
        if let Some(found) = pick(terms, level, candidates, stakes) {
            return (level, Some(found));
        }
        match terms.level_above(level) {
            Some(above) => level = above.level,
            None => return (level, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::worlds::{people, terms};
    use super::*;
    use crate::identity::Likeness;

    fn candidate(user_id: &UserId, role: Role, open_cases: u32) -> Candidate {
        Candidate { user_id: user_id.clone(), roles: vec![role], open_cases }
    }

    #[test]
    fn cf_03_nobody_decides_who_has_a_stake() {
        let people = people(7);
        let one = |index: usize| BTreeSet::from([people[index].clone()]);
        let alias = OnePerson { likeness: Likeness::Mailbox, name: "Ana".to_owned() };
        let stakes = CaseStakes {
            quota: one(0),
            territory: one(1),
            looks_after: one(2),
            decided: one(3),
            spoke: one(4),
            both_sides: BTreeMap::from([(people[5].clone(), alias)]),
        };
        let refused: Vec<bool> =
            people.iter().map(|person| may_decide(person, &stakes).is_err()).collect();
        assert_eq!(refused, [true, true, true, true, true, true, false]);
        assert!(may_decide(&people[0], &CaseStakes::default()).is_ok());
    }

    #[test]
    fn cf_03_the_next_eligible_is_picked_on_every_level() {
        let people = people(6);
        let roles = [
            Role::PartnerManager,
            Role::PartnerManager,
            Role::DirectManager,
            Role::PartnerOperations,
            Role::PartnerOperations,
            Role::ChannelChief,
        ];
        let candidates: Vec<Candidate> =
            people.iter().zip(roles).map(|(person, role)| candidate(person, role, 0)).collect();
        let terms = terms();
        let mut stakes = CaseStakes::default();
        let mut seen = Vec::new();
        for _ in 0..7 {
            let (level, found) = seat(&terms, 1, &candidates, &stakes);
            seen.push((level, found.map(|found| people.iter().position(|p| p == found).unwrap())));
            stakes.quota.extend(found.cloned());
        }
        let expected = [
            (1, Some(0)),
            (1, Some(1)),
            (1, Some(2)),
            (2, Some(3)),
            (2, Some(4)),
            (3, Some(5)),
            (3, None),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn cf_03_who_has_fewer_cases_comes_first() {
        let people = people(2);
        let candidates = [
            candidate(&people[0], Role::PartnerManager, 2),
            candidate(&people[1], Role::PartnerManager, 1),
        ];
        let stakes = CaseStakes::default();
        assert_eq!(pick(&terms(), 1, &candidates, &stakes), Some(&people[1]));
        assert_eq!(pick(&terms(), 0, &candidates, &stakes), None, "level 0 is the rule's");
        assert!(sits_on(&terms(), 1, &[Role::DirectManager]));
        assert!(!sits_on(&terms(), 2, &[Role::DirectManager]));
    }
}
