//! What cases ask of the one who acts, for the first page: to decide, to state a side, to answer,
//! to appeal. Rules CF-02, CF-04, CF-07, CF-08.

use domain::{
    conflicts::{course::Phase, kind::CaseKind},
    ids::UserId,
};
use jiff::Timestamp;

use super::{
    decide, seats,
    store::{self, Case, cases, decisions},
    terms,
};
use frame::{access::Permission, ctx::Cx, error::AppError};

/// What is to be done in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owed {
    /// A decision; `above` is the level to which the case climbs otherwise, `None` at the top.
    Decision {
        /// The name of the level above.
        above: Option<String>,
    },
    /// Everybody on the top level has a stake: somebody without one is to be found.
    Decider,
    /// The statement of the own side.
    Statement,
    /// An answer to what the decider asked.
    Evidence {
        /// The question.
        asked: String,
    },
    /// An appeal, if the own side has something new.
    Appeal,
}

/// Something that a case asks of the one who acts.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The page of the case.
    pub href: String,
    /// The reference shown to people.
    pub reference: String,
    /// The account's name.
    pub account_name: String,
    /// The subject.
    pub kind: CaseKind,
    /// The kind of job.
    pub owed: Owed,
    /// Until when; `None` when that time is over.
    pub until_at: Option<Timestamp>,
}

fn waiting(case: &Case, owed: Owed, until_at: Option<Timestamp>) -> Waiting {
    Waiting {
        href: case.href(),
        reference: case.reference(),
        account_name: case.account_name.clone(),
        kind: case.kind,
        owed,
        until_at,
    }
}

/// What waits for the one who acts, the most urgent first: at most `limit` cases to decide, and as
/// many of its own side. Nothing for somebody who takes no part in cases.
pub fn of_mine(cx: &mut Cx<'_, '_>, limit: i64) -> Result<Vec<Waiting>, AppError> {
    if !cx.actor.may(Permission::ConflictsTakePart) {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    if let Some(user_id) = cx.actor.person().cloned()
        && cx.actor.partner_id().is_none()
    {
        if cx.actor.may(Permission::ConflictsDecide) {
            to_decide(cx, &user_id, limit, &mut all)?;
        }
        if cx.actor.may(Permission::DirectRecord) {
            let direct = "c.state <> 'closed' AND c.rep_user_id = ? AND EXISTS (SELECT 1 \
                          FROM conflict_parties d WHERE d.vendor_id = c.vendor_id \
                          AND d.case_id = c.case_id AND d.partner_id = '')";
            let me = vec![user_id.as_str().to_owned().into()];
            for case in cases::list(cx, (direct, me), &latest(limit))? {
                of_side(cx, &case, "", &mut all)?;
            }
        }
    }
    if let Some(partner_id) = cx.actor.partner_id().cloned() {
        for case in cases::list(cx, ("c.state <> 'closed'", Vec::new()), &latest(limit))? {
            of_side(cx, &case, partner_id.as_str(), &mut all)?;
        }
    }
    all.sort_by_key(|one| one.until_at);
    Ok(all)
}

fn latest(limit: i64) -> String {
    format!("ORDER BY c.number DESC LIMIT {limit}")
}

/// The open cases with this decider, the first due first; `""` for those that nobody may decide.
fn decided_by(cx: &mut Cx<'_, '_>, user_id: &str, limit: i64) -> Result<Vec<Case>, AppError> {
    let open = "c.decider_user_id = ? AND c.state = 'open'";
    let order = format!("ORDER BY COALESCE(c.level_due_at, 0), c.number LIMIT {limit}");
    cases::list(cx, (open, vec![user_id.to_owned().into()]), &order)
}

fn to_decide(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    limit: i64,
    all: &mut Vec<Waiting>,
) -> Result<(), AppError> {
    for case in decided_by(cx, user_id.as_str(), limit)? {
        let terms = terms::at(cx, case.opened_at, None)?;
        let above = terms.conflicts().level_above(case.level).map(|step| step.name.clone());
        let until_at = case.level_due_at.filter(|_| case.breached_at.is_none());
        all.push(waiting(&case, Owed::Decision { above }, until_at));
    }
    for case in decided_by(cx, "", limit)? {
        let terms = terms::at(cx, case.opened_at, None)?;
        if seats::sits(cx, &terms, case.level)? {
            all.push(waiting(&case, Owed::Decider, case.level_due_at));
        }
    }
    Ok(())
}

/// What a case asks of a party; `side` is its partner's id, `""` for direct sales.
fn of_side(
    cx: &mut Cx<'_, '_>,
    case: &Case,
    side: &str,
    all: &mut Vec<Waiting>,
) -> Result<(), AppError> {
    if let Phase::Decided { appeal_until, .. } = case.phase {
        let parties = store::all_parties(cx, &case.case_id)?;
        let last = decisions::list(cx, &case.case_id)?.pop();
        let won = last.is_some_and(|decision| decide::won(&decision, &parties, side));
        if !won && cx.now < appeal_until {
            all.push(waiting(case, Owed::Appeal, Some(appeal_until)));
        }
        return Ok(());
    }
    for request in store::requests::list(cx, &case.case_id)? {
        if request.partner_id == side && request.answered_at.is_none() {
            let until_at = Some(request.stops_until).filter(|until| *until > cx.now);
            all.push(waiting(case, Owed::Evidence { asked: request.words }, until_at));
        }
    }
    let stated = store::statements::list(cx, &case.case_id)?;
    if !stated.iter().any(|one| one.partner_id == side) {
        let until_at = case.level_due_at.filter(|until| *until > cx.now);
        all.push(waiting(case, Owed::Statement, until_at));
    }
    Ok(())
}
