//! Who may decide on a submission.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::DR_14;
use crate::identity::{Likeness, OnePerson};
use crate::ids::UserId;
use crate::refusal::Refusal;

/// People with a stake in one decision. A stake is judged as of the submission: whoever gave it
/// up since then is among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stakes {
    /// People whose quota the account counts for, such as its direct owner and the owners of opportunities on it.
    pub quota: BTreeSet<UserId>,
    /// People in whose territory the account lies.
    pub territory: BTreeSet<UserId>,
    /// People who entered the registration on the partner's behalf.
    pub entered: BTreeSet<UserId>,
    /// People of the vendor who count as one with somebody on the partner's side, and why.
    pub both_sides: BTreeMap<UserId, OnePerson>,
}

/// Whether a person may decide: nobody does whose quota or territory it touches, who entered it, or who stands on the partner's side too. Rule DR-14.
pub fn may_decide(decider: &UserId, stakes: &Stakes) -> Result<(), Refusal> {
    if let Some(one) = stakes.both_sides.get(decider) {
        return Err(Refusal::new(DR_14, on_both_sides(one), "Ask a colleague to decide."));
    }
    let stake = if stakes.quota.contains(decider) {
        "The account counts towards your own quota, or did when the registration was submitted."
    } else if stakes.territory.contains(decider) {
        "The account is in your own territory, or was when the registration was submitted."
    } else if stakes.entered.contains(decider) {
        "You entered this registration yourself."
    } else {
        return Ok(());
    };
    Err(Refusal::new(DR_14, stake, "Leave the decision to someone without a stake in it."))
}

/// Why somebody who counts as one with a person of a partner does not decide for that partner.
/// Rules DR-14, CF-03.
pub fn on_both_sides(one: &OnePerson) -> String {
    match one.likeness {
        Likeness::Same => "You are or were a user of this partner yourself.".to_owned(),
        Likeness::Mailbox
        | Likeness::Device
        | Likeness::Invited
        | Likeness::InvitedBy
        | Likeness::Behind => {
            let who = format!("{} on the partner's side", one.name);
            format!("{} You therefore count as the same person and cannot decide.", one.words(&who))
        }
    }
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
            (0..5).map(|_| UserId::new(&ids, Timestamp::UNIX_EPOCH)).collect();
        let one = OnePerson { likeness: Likeness::Mailbox, name: "Ana".to_owned() };
        let stakes = Stakes {
            quota: [people[0].clone()].into(),
            territory: [people[1].clone()].into(),
            entered: [people[2].clone()].into(),
            both_sides: [(people[3].clone(), one)].into(),
        };
        let refused: Vec<bool> =
            people.iter().map(|person| may_decide(person, &stakes).is_err()).collect();
        assert_eq!(refused, [true, true, true, true, false]);
        assert_eq!(pick(&people, &stakes), Some(&people[4]));
        assert_eq!(pick(&people[..4], &stakes), None);
        assert!(may_decide(&people[0], &Stakes::default()).is_ok());
    }

    #[test]
    fn dr_14_who_stands_on_both_sides_reads_why_and_what_to_do() {
        let ids = IdSource::seeded(1);
        let person = UserId::new(&ids, Timestamp::UNIX_EPOCH);
        let told = |likeness: Likeness| {
            let one = OnePerson { likeness, name: "Ana".to_owned() };
            let stakes = Stakes { both_sides: [(person.clone(), one)].into(), ..Stakes::default() };
            may_decide(&person, &stakes).unwrap_err()
        };
        let same = told(Likeness::Same);
        assert!(same.words.contains("user of this partner yourself"), "{same}");
        assert_eq!(same.remedy, "Ask a colleague to decide.");
        let mailbox = told(Likeness::Mailbox);
        assert!(mailbox.words.starts_with("Ana on the partner's side has the same mailbox"));
    }
}
