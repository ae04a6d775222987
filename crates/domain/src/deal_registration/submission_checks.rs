//! All automatic checks of one submission.

use jiff::civil::Date;

use super::account_state::{self, AccountFacts};
use super::check::Check;
use super::eligibility::{self, PartnerStanding};
use super::exclusivity::{self, LiveHolder};
use super::fit::{self, FitFacts};
use super::policy::RegistrationPolicy;
use super::{capacity, identity, warnings};
use crate::accounts::MatchVerdict;
use crate::calendar::BusinessCalendar;
use crate::ids::PartnerId;

/// Everything that the checks look at, as it was at the submission.
#[derive(Debug, Clone)]
pub struct SubmissionFacts {
    /// The partner that submits.
    pub partner_id: PartnerId,
    /// How it stands.
    pub partner: PartnerStanding,
    /// Code of its tier.
    pub tier: String,
    /// For each of its live registrations, the day it was last worked, or of approval.
    pub live_last_worked_on: Vec<Date>,
    /// How certain it is which account is meant.
    pub identity: MatchVerdict,
    /// Territory, segment and size.
    pub fit: FitFacts,
    /// The account as the vendor knows it.
    pub account: AccountFacts,
    /// Who holds the account.
    pub holder: Option<LiveHolder>,
    /// The median sales cycle of the program.
    pub median_cycle_days: Option<u32>,
}

/// Runs every automatic check, those on the partner first; the policy is that in force at the submission. Rules DR-02, DR-10 to DR-13, DR-17, AC-03.
pub fn run(
    facts: &SubmissionFacts,
    policy: &RegistrationPolicy,
    calendar: &BusinessCalendar,
) -> Vec<Check> {
    let on = calendar.date_of(facts.account.counts_from);
    run_on(facts, on, policy, calendar)
}

/// As [`run`], on another day than that of the submission, for example when a person decides later.
pub fn run_on(
    facts: &SubmissionFacts,
    on: Date,
    policy: &RegistrationPolicy,
    calendar: &BusinessCalendar,
) -> Vec<Check> {
    let live = u32::try_from(facts.live_last_worked_on.len()).unwrap_or(u32::MAX);
    let mut checks = eligibility::check(&facts.partner, policy);
    checks.push(capacity::check(live, &facts.tier, policy));
    checks.push(identity::check(facts.identity));
    checks.push(exclusivity::check(facts.holder.as_ref(), &facts.partner_id, on));
    checks.extend(account_state::check(&facts.account, calendar));
    checks.extend(fit::check(&facts.fit, policy));
    checks.push(warnings::hoarding(&facts.live_last_worked_on, on, policy));
    checks.push(warnings::sales_cycle(facts.median_cycle_days, policy));
    checks
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use jiff::Timestamp;
    use jiff::civil::date;

    use super::*;
    use crate::calendar::Zone;
    use crate::deal_registration::check::CheckOutcome;
    use crate::deal_registration::eligibility::AgreementStanding;
    use crate::ids::{IdSource, RegistrationId};

    pub(crate) fn clean() -> SubmissionFacts {
        let counts_from: Timestamp = "2026-01-10T09:00:00Z".parse().unwrap();
        SubmissionFacts {
            partner_id: PartnerId::new(&IdSource::seeded(1), counts_from),
            partner: PartnerStanding {
                active: true,
                agreement: AgreementStanding::Current,
                certifications: BTreeSet::new(),
            },
            tier: "registered".to_owned(),
            live_last_worked_on: Vec::new(),
            identity: MatchVerdict::New,
            fit: FitFacts::default(),
            account: AccountFacts {
                bought_lines: None,
                registered_lines: ["cloud".to_owned()].into(),
                house_account: false,
                direct_opportunities_opened_at: Vec::new(),
                counts_from,
            },
            holder: None,
            median_cycle_days: None,
        }
    }

    pub(crate) fn checked(facts: &SubmissionFacts) -> Vec<Check> {
        let calendar = BusinessCalendar::western(Zone::utc());
        run(facts, &RegistrationPolicy::default(), &calendar)
    }

    #[test]
    fn dr_14_a_plain_submission_passes_every_check() {
        let checks = checked(&clean());
        assert!(checks.iter().all(|check| check.outcome == CheckOutcome::Passed), "{checks:#?}");
        assert_eq!(checks.len(), 10);
    }

    #[test]
    fn dr_02_the_holder_is_judged_on_the_day_of_submission() {
        let mut facts = clean();
        let ids = IdSource::seeded(2);
        let mut held = |protected_until| {
            facts.holder = Some(LiveHolder {
                registration_id: RegistrationId::new(&ids, Timestamp::UNIX_EPOCH),
                partner_id: PartnerId::new(&ids, Timestamp::UNIX_EPOCH),
                partner_name: "North".to_owned(),
                protected_until,
            });
            checked(&facts).into_iter().map(|check| check.outcome).max()
        };
        assert_eq!(held(date(2026, 1, 10)), Some(CheckOutcome::Refused));
        assert_eq!(held(date(2026, 1, 9)), Some(CheckOutcome::Passed));
    }
}
