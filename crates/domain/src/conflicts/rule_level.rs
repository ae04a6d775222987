//! Level 0: what a rule settles at once, without anybody. Rule CF-02.

use jiff::Timestamp;

use super::kind::CaseKind;
use super::outcome::Outcome;
use crate::ids::PartnerId;
use crate::rule_id::RuleId;

/// How far a party's claim goes at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It is direct sales, which claims no protection.
    Direct,
    /// It is in the case without a registration.
    None,
    /// Its registration awaits an answer.
    Asked,
    /// Its registration protects.
    Protects,
    /// Its registration is over.
    Over,
}

/// A party as the rule sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimant {
    /// The partner; `None` for direct sales.
    pub partner_id: Option<PartnerId>,
    /// What it claims.
    pub claim: Claim,
    /// When it asked first (DR-04, DR-16); `None` without a submission.
    pub ranked_at: Option<Timestamp>,
}

/// What a rule says of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleVerdict {
    /// The outcome.
    pub outcome: Outcome,
    /// The rule that decides.
    pub rule: RuleId,
    /// Its words.
    pub reason: &'static str,
}

/// What a rule settles at once; `None` when people have to look at it. Only what leaves nothing to
/// weigh is settled so: both claims are of one partner, or one claim at most is left. Rule CF-02.
pub fn settle(kind: CaseKind, parties: &[Claimant]) -> Option<RuleVerdict> {
    match kind {
        CaseKind::Decision | CaseKind::Attribution => return None,
        CaseKind::PartnerPartner | CaseKind::PartnerDirect | CaseKind::DuplicateAccounts => {}
    }
    let partners: Vec<(u32, &Claimant)> =
        (0_u32..).zip(parties).filter(|(_, party)| party.partner_id.is_some()).collect();
    let left: Vec<(u32, &Claimant)> = partners
        .iter()
        .copied()
        .filter(|(_, party)| matches!(party.claim, Claim::Asked | Claim::Protects))
        .collect();
    let with_direct = parties.iter().any(|party| party.claim == Claim::Direct);
    if partners.iter().any(|(_, party)| party.claim == Claim::None) {
        return None;
    }
    match left.as_slice() {
        [] if partners.is_empty() => None,
        [] => Some(RuleVerdict {
            outcome: Outcome::Release,
            rule: RuleId::new("DR-04"),
            reason: "All registrations in the case have ended; the account is free.",
        }),
        [(party, _)] if !with_direct && partners.len() > 1 => Some(RuleVerdict {
            outcome: Outcome::Award { party: *party },
            rule: RuleId::new("DR-04"),
            reason: "Only one registration in the case is still active; the others have ended.",
        }),
        [(_, first), rest @ ..]
            if !with_direct
                && !rest.is_empty()
                && rest.iter().all(|(_, other)| other.partner_id == first.partner_id) =>
        {
            let (party, _) = left.iter().min_by_key(|(party, claimant)| {
                (claimant.ranked_at.unwrap_or(Timestamp::MAX), *party)
            })?;
            Some(RuleVerdict {
                outcome: Outcome::Award { party: *party },
                rule: RuleId::new("DR-02"),
                reason: "All registrations belong to the same partner; the earliest keeps the account.",
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::worlds::at;
    use super::*;
    use crate::ids::IdSource;

    fn partners() -> [PartnerId; 2] {
        let ids = IdSource::seeded(3);
        [0, 1].map(|_| PartnerId::new(&ids, Timestamp::UNIX_EPOCH))
    }

    fn claimant(partner_id: &PartnerId, claim: Claim, day: i8) -> Claimant {
        let ranked_at = Some(at(&format!("2026-01-{day:02}T09:00:00Z")));
        Claimant { partner_id: Some(partner_id.clone()), claim, ranked_at }
    }

    fn direct() -> Claimant {
        Claimant { partner_id: None, claim: Claim::Direct, ranked_at: None }
    }

    #[test]
    fn cf_02_two_claims_of_one_partner_are_settled_by_rule_for_the_earlier() {
        let [one, other] = partners();
        let both = [claimant(&one, Claim::Protects, 9), claimant(&one, Claim::Protects, 8)];
        let verdict = settle(CaseKind::DuplicateAccounts, &both).unwrap();
        assert_eq!(verdict.outcome, Outcome::Award { party: 1 });
        assert_eq!(verdict.rule.as_str(), "DR-02");
        let rivals = [claimant(&one, Claim::Protects, 9), claimant(&other, Claim::Protects, 8)];
        assert_eq!(settle(CaseKind::PartnerPartner, &rivals), None);
    }

    #[test]
    fn cf_02_the_last_claim_that_is_left_gets_the_account() {
        let [one, other] = partners();
        let left = [claimant(&one, Claim::Over, 8), claimant(&other, Claim::Asked, 9)];
        let verdict = settle(CaseKind::PartnerPartner, &left).unwrap();
        assert_eq!(verdict.outcome, Outcome::Award { party: 1 });
        let over = [claimant(&one, Claim::Over, 8), direct()];
        let verdict = settle(CaseKind::PartnerDirect, &over).unwrap();
        assert_eq!(verdict.outcome, Outcome::Release);
    }

    #[test]
    fn cf_02_what_has_to_be_weighed_is_left_to_people() {
        let [one, _] = partners();
        let held = [claimant(&one, Claim::Protects, 8), direct()];
        assert_eq!(settle(CaseKind::PartnerDirect, &held), None);
        let over = [claimant(&one, Claim::Over, 8), claimant(&one, Claim::Protects, 9)];
        assert_eq!(settle(CaseKind::Decision, &over), None);
        assert_eq!(settle(CaseKind::Attribution, &over), None);
        let unknown = [claimant(&one, Claim::None, 8), direct()];
        assert_eq!(settle(CaseKind::PartnerDirect, &unknown), None);
        assert_eq!(settle(CaseKind::PartnerPartner, &held[..1]), None, "a rival nobody named");
    }
}
