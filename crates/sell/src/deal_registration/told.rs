//! What a submission that was taken tells its partner about the account, and what that costs
//! (DR-13, DR-18).

use domain::deal_registration::{
    availability::Availability,
    check::{Check, CheckOutcome},
};

use super::{
    availability,
    budget::{Budget, Door, Told},
    facts::{self, Subject},
    refusals,
    store::{self, Registration},
    terms::Terms,
};
use frame::{ctx::Cx, error::AppError};

/// A submission that was judged and is taken.
#[derive(Debug)]
pub(super) struct Taken {
    /// Every check.
    pub checks: Vec<Check>,
    /// True when it is approved at once.
    pub approved: bool,
    /// True when it was submitted before.
    pub again: bool,
}

/// Keeps the checks with the registration, and with them the one line about the account that the
/// partner reads: what "is it free?" would have answered. That answer is counted, unless it is a
/// clean first one: whoever registers free accounts, each once, learns nothing worth a limit. Where
/// the policy approves at once, not being approved is an answer as well. Rules DR-13, DR-14, DR-18,
/// AC-05.
pub(super) fn keep(
    cx: &mut Cx<'_, '_>,
    r: &mut Registration,
    (subject, terms): (&Subject, &Terms),
    (taken, budget): (&Taken, Option<&Budget>),
) -> Result<(), AppError> {
    let identified = (subject.identity, subject.account.as_ref());
    let answer = availability::of(cx, identified, &facts::asked(r), terms)?;
    if let Some(budget) = budget {
        let stopped = terms.policy.auto_approve && !taken.approved;
        let is_clean = answer == Availability::Free && !stopped;
        let clean_first = is_clean && !taken.again && !store::submitted_before(cx, r)?;
        if !clean_first {
            let refused = |check: &Check| check.outcome == CheckOutcome::Refused;
            let missed = taken.checks.iter().any(refused);
            budget.spend(cx, Told { door: Door::Submission, missed })?;
        }
    }
    let line = if taken.approved { Availability::Free } else { answer };
    r.checks = refusals::views(&taken.checks);
    r.checks.extend(refusals::views(&[line.as_check()]));
    Ok(())
}
