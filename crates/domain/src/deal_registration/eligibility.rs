//! Which partner may submit a registration.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::check::{Check, CheckOutcome, CheckSubject};
use super::policy::RegistrationPolicy;
use super::rules::DR_10;
use crate::refusal::Refusal;
use crate::wording::{day, list};

/// How a partner's agreement stands on the day of submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "agreement", rename_all = "snake_case")]
pub enum AgreementStanding {
    /// It is in force.
    Current,
    /// There is none.
    Missing,
    /// It begins later.
    NotYet {
        /// Its first day.
        from_on: Date,
    },
    /// It is over.
    Ended {
        /// Its last day.
        ended_on: Date,
    },
}

impl AgreementStanding {
    /// How an agreement stands on a day, from its first and last day, both included; without a last day it goes on.
    pub fn of(agreement: Option<(Date, Option<Date>)>, on: Date) -> Self {
        match agreement {
            None => Self::Missing,
            Some((from_on, _)) if on < from_on => Self::NotYet { from_on },
            Some((_, Some(ended_on))) if on > ended_on => Self::Ended { ended_on },
            Some(_) => Self::Current,
        }
    }
}

/// The partner on the day of submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerStanding {
    /// Whether it is active in the program.
    pub active: bool,
    /// Its agreement.
    pub agreement: AgreementStanding,
    /// Codes of the certifications that its people hold and that have not expired.
    pub certifications: BTreeSet<String>,
}

/// Whether the partner may submit: it is active, has a current agreement and passes the gates of its track. Rule DR-10.
pub fn check(partner: &PartnerStanding, policy: &RegistrationPolicy) -> Vec<Check> {
    let mut checks = vec![activity(partner.active), agreement(partner.agreement)];
    checks.extend(certification(&partner.certifications, &policy.required_certifications));
    checks
}

/// The first reason why the partner may not submit at all, for example to close the form. Rule DR-10.
pub fn may_submit(partner: &PartnerStanding, policy: &RegistrationPolicy) -> Result<(), Refusal> {
    let refused =
        check(partner, policy).into_iter().find(|check| check.outcome == CheckOutcome::Refused);
    refused.map_or(Ok(()), |check| {
        let remedy = "Contact your partner manager, then submit the registration again.";
        Err(Refusal::new(DR_10, check.partner_words, remedy))
    })
}

fn activity(active: bool) -> Check {
    let (outcome, words) = if active {
        (CheckOutcome::Passed, "The partner is active in the program.")
    } else {
        (CheckOutcome::Refused, "The partner is not active in the program.")
    };
    Check::new(DR_10, CheckSubject::PartnerActive, outcome, words).with("active", active)
}

fn agreement(agreement: AgreementStanding) -> Check {
    let (outcome, words) = match agreement {
        AgreementStanding::Current => {
            (CheckOutcome::Passed, "The partner's agreement is in force.".to_owned())
        }
        AgreementStanding::Missing => {
            (CheckOutcome::Refused, "The partner has no agreement.".to_owned())
        }
        AgreementStanding::NotYet { from_on } => {
            (CheckOutcome::Refused, format!("The partner's agreement begins on {}.", day(from_on)))
        }
        AgreementStanding::Ended { ended_on } => {
            (CheckOutcome::Refused, format!("The partner's agreement ended on {}.", day(ended_on)))
        }
    };
    Check::new(DR_10, CheckSubject::Agreement, outcome, words)
}

fn certification(held: &BTreeSet<String>, required: &[String]) -> Option<Check> {
    if required.is_empty() {
        return None;
    }
    let missing: Vec<&String> = required.iter().filter(|code| !held.contains(*code)).collect();
    let (outcome, words) = if missing.is_empty() {
        (CheckOutcome::Passed, format!("The partner holds {}.", list(required)))
    } else {
        let words = format!(
            "The partner's track requires {}, which nobody at the partner holds.",
            list(&missing)
        );
        (CheckOutcome::Refused, words)
    };
    let check = Check::new(DR_10, CheckSubject::Certification, outcome, words);
    Some(check.with("required", required.join(",")))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn partner() -> PartnerStanding {
        PartnerStanding {
            active: true,
            agreement: AgreementStanding::Current,
            certifications: BTreeSet::new(),
        }
    }

    fn refused(partner: &PartnerStanding, policy: &RegistrationPolicy) -> Option<String> {
        may_submit(partner, policy).err().map(|refusal| refusal.words)
    }

    #[test]
    fn dr_10_an_active_partner_with_a_current_agreement_may_submit() {
        let policy = RegistrationPolicy::default();
        assert_eq!(refused(&partner(), &policy), None);
        let inactive = PartnerStanding { active: false, ..partner() };
        assert_eq!(
            refused(&inactive, &policy).unwrap(),
            "The partner is not active in the program."
        );
        let without = PartnerStanding { agreement: AgreementStanding::Missing, ..partner() };
        assert_eq!(refused(&without, &policy).unwrap(), "The partner has no agreement.");
    }

    #[test]
    fn dr_10_an_agreement_counts_from_its_first_through_its_last_day() {
        let span = Some((date(2026, 1, 1), Some(date(2026, 12, 31))));
        let on = |on| AgreementStanding::of(span, on);
        assert_eq!(on(date(2025, 12, 31)), AgreementStanding::NotYet { from_on: date(2026, 1, 1) });
        assert_eq!(on(date(2026, 1, 1)), AgreementStanding::Current);
        assert_eq!(on(date(2026, 12, 31)), AgreementStanding::Current);
        assert_eq!(on(date(2027, 1, 1)), AgreementStanding::Ended { ended_on: date(2026, 12, 31) });
        let open = Some((date(2026, 1, 1), None));
        assert_eq!(AgreementStanding::of(open, date(2050, 1, 1)), AgreementStanding::Current);
        assert_eq!(AgreementStanding::of(None, date(2050, 1, 1)), AgreementStanding::Missing);
    }

    #[test]
    fn dr_10_a_gate_asks_for_every_certification_it_names() {
        let gates = ["sales-1", "tech-1"].map(str::to_owned);
        let policy =
            RegistrationPolicy { required_certifications: gates.to_vec(), ..Default::default() };
        let half = PartnerStanding { certifications: [gates[0].clone()].into(), ..partner() };
        assert_eq!(
            refused(&half, &policy).unwrap(),
            "The partner's track requires tech-1, which nobody at the partner holds."
        );
        let both = PartnerStanding { certifications: gates.into(), ..partner() };
        assert_eq!(refused(&both, &policy), None);
    }
}
