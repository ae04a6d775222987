//! "What was true on that day?": the facts of a registration, each with its time, for the rule
//! that answers.

use std::collections::BTreeMap;

use domain::{
    deal_registration::{
        facts::{
            DecidedBy, DecisionFact, DecisionOutcome, Ending, EndingFact, RegistrationFacts,
            RenewalFact, StageFact, SubmissionFact,
        },
        policy_history::{PolicyHistory, PolicyInForce},
        stage::{LostReason, StageKind},
        state_on::{self, StateOn},
        status::{Dispute, StatusKind},
    },
    ids::{CaseId, RegistrationId, UserId},
};
use jiff::civil::Date;

use super::{
    read,
    receipts::{self, SignedReceipt},
    standing,
    store::{self, EntryView, Registration},
    terms::{self, Terms},
};
use frame::{ctx::Cx, error::AppError};
use people::identity;

/// What was true of a registration at the end of a day of the program's zone. A day that has not
/// begun is refused: nobody knows what will be true on it.
pub fn state(cx: &mut Cx<'_, '_>, id: &RegistrationId, on: Date) -> Result<StateOn, AppError> {
    let registration = read::find(cx, id)?;
    let terms = terms::of(cx, &registration)?;
    if on > terms.calendar.date_of(cx.now) {
        return Err(AppError::field("on", "Enter today or an earlier day"));
    }
    let submissions = receipts::of_registration(cx, id)?;
    let history = policies(cx, &registration, (&submissions, &terms))?;
    let facts = collect(cx, &registration, &submissions)?;
    state_on::state_on(&facts, &history, &terms.calendar, on).map_err(AppError::internal)
}

fn version(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// The policies of every version by which the registration was ever judged.
fn policies(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    (submissions, latest): (&[SignedReceipt], &Terms),
) -> Result<PolicyHistory, AppError> {
    let mut versions = BTreeMap::new();
    let effective_at = r.created_at;
    let policy = latest.policy.clone();
    versions.insert(
        version(latest.number),
        PolicyInForce { version: version(latest.number), effective_at, policy },
    );
    for receipt in submissions {
        let number = receipt.payload.policy_version;
        if versions.contains_key(&number) {
            continue;
        }
        let earlier = Registration { policy_version: i64::from(number), ..r.clone() };
        let policy = terms::of(cx, &earlier)?.policy.clone();
        let effective_at = receipt.payload.submitted_at;
        versions.insert(number, PolicyInForce { version: number, effective_at, policy });
    }
    Ok(PolicyHistory::new(versions.into_values().collect()))
}

fn collect(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    submissions: &[SignedReceipt],
) -> Result<RegistrationFacts, AppError> {
    let id = r.registration_id.clone();
    let mut all = RegistrationFacts::drafted(id.clone(), r.partner_id.clone(), r.created_at);
    let entries = cx.as_system(|cx| store::entries(cx, &id))?;
    let of_kind = |kind: &'static str| entries.iter().filter(move |entry| entry.kind == kind);
    let last = submissions.len().saturating_sub(1);
    for (index, receipt) in submissions.iter().enumerate() {
        let at = receipt.payload.submitted_at;
        let counts_from = r.ranked_at.filter(|_| index == last).unwrap_or(at);
        let policy_version = receipt.payload.policy_version;
        all.submissions.push(SubmissionFact { at, counts_from, policy_version });
    }
    all.taken_up_at = of_kind("taken_up").map(|entry| entry.at).collect();
    all.returned_at = of_kind("returned").map(|entry| entry.at).collect();
    let policy_version = version(r.policy_version);
    all.renewals =
        of_kind("renewed").map(|entry| RenewalFact { at: entry.at, policy_version }).collect();
    let decided_by = identity::person_of(cx, &r.decided_by)?;
    all.decision = decision(r, decided_by);
    let views = store::activities(cx, &id)?;
    all.activities = standing::activities(&views);
    let views = store::consents(cx, &id)?;
    all.consents = standing::consents(&views);
    all.direct_engaged_at = r.co_sell_at.into_iter().collect();
    all.stages = entries.iter().filter_map(stage).collect();
    all.stages.push(StageFact { at: r.created_at, stage: first_stage(r, &entries) });
    all.endings = endings(r, &entries);
    all.disputes = disputes(r)?;
    Ok(all)
}

fn decision(r: &Registration, decided_by: Option<UserId>) -> Option<DecisionFact> {
    let policy_version = version(r.policy_version);
    let by = decided_by.map_or(DecidedBy::Policy, |user_id| DecidedBy::Person { user_id });
    if let Some(at) = r.approved_at {
        return Some(DecisionFact { at, policy_version, outcome: DecisionOutcome::Approved, by });
    }
    let (reason, at) = r.decision_reason.zip(r.decided_at)?;
    let rejected = r.status == StatusKind::Rejected;
    let outcome = DecisionOutcome::Rejected { reason };
    rejected.then_some(DecisionFact { at, policy_version, outcome, by })
}

fn stage(entry: &EntryView) -> Option<StageFact> {
    let stage = StageKind::from_word(&entry.detail)?;
    Some(StageFact { at: entry.at, stage })
}

/// The stage at which the deal began: that of now when it never moved.
fn first_stage(r: &Registration, entries: &[EntryView]) -> StageKind {
    let moved = entries.iter().any(|entry| stage(entry).is_some());
    if moved || r.stage.is_final() { StageKind::Identified } else { r.stage }
}

fn endings(r: &Registration, entries: &[EntryView]) -> Vec<EndingFact> {
    entries
        .iter()
        .filter_map(|entry| {
            let ending = match entry.kind.as_str() {
                "won" => Ending::Won,
                "lost" => Ending::Lost { reason: r.lost_reason.unwrap_or(LostReason::Other) },
                "withdrawn" => Ending::Withdrawn,
                "released" => Ending::Released,
                _ => return None,
            };
            Some(EndingFact { at: entry.at, ending })
        })
        .collect()
}

/// The stretches in which cases held the clocks; which case it was is told by the cases.
fn disputes(r: &Registration) -> Result<Vec<Dispute>, AppError> {
    let unnamed = format!("{}_{}", CaseId::PREFIX, "0".repeat(26));
    let case_id = CaseId::parse(&unnamed).map_err(AppError::internal)?;
    Ok(r.freezes
        .iter()
        .map(|freeze| Dispute {
            case_id: case_id.clone(),
            opened_at: freeze.from_at,
            closed_at: freeze.until_at,
            freezes_clocks: true,
        })
        .collect())
}
