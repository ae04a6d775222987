//! What the decision of a conflict case does to registrations. While it can be appealed, only who
//! holds the account changes, so that an appeal can change it back; what loses is rejected or
//! released once the decision stands. An account that no registration gets stays held until then.
//! Rules CF-05, CF-07.

use domain::{
    conflicts::{
        outcome::Outcome,
        rules::{CF_05, CF_07},
    },
    deal_registration::{rejection::RejectionReason, rules::DR_05, status::StatusKind},
    ids::{ConsentId, RegistrationId},
};
use serde_json::json;

use super::{Decide, Decision, ReleaseInput, approve};
use crate::{
    conflicts::Ruling,
    deal_registration::{
        clocks,
        record::{Happening, happened},
        store::{self, ConsentAnswer, ConsentView, Held, Registration},
        terms,
    },
};
use frame::{ctx::Cx, error::AppError};

/// The registrations of a case.
fn registrations(ruling: &Ruling) -> Vec<RegistrationId> {
    ruling.parties.iter().filter_map(|party| party.registration_id.clone()).collect()
}

/// The account goes to whom the decision gives it. Rule CF-05.
pub(in crate::deal_registration) fn decided(
    cx: &mut Cx<'_, '_>,
    ruling: &Ruling,
) -> Result<(), AppError> {
    let (winner, with_direct) = ruling.winner();
    for id in registrations(ruling).iter().filter(|id| Some(*id) != winner) {
        match winner {
            Some(_) => yield_account(cx, ruling, id)?,
            None => hold_for_now(cx, ruling, id)?,
        }
    }
    let Some(winner) = winner else {
        return Ok(());
    };
    take_account(cx, ruling, winner)?;
    if with_direct {
        let_direct_in(cx, ruling, winner)?;
    }
    Ok(())
}

/// A registration that loses the account to nobody: it holds it, against direct sales too, until the
/// decision is final, so that an appeal can be carried out. Rule CF-07.
fn hold_for_now(cx: &mut Cx<'_, '_>, ruling: &Ruling, id: &RegistrationId) -> Result<(), AppError> {
    let r = super::load(cx, id)?;
    if !r.holds_account {
        return Ok(());
    }
    let words = format!(
        "By the decision in {}, this registration will be released. The account stays held until \
         the decision is final.",
        ruling.reference
    );
    happened(cx, &r, &Happening::new("ruled_against", &words).by(CF_07).because(&ruling.words))
}

/// A registration that does not hold the account any more, for now.
fn yield_account(
    cx: &mut Cx<'_, '_>,
    ruling: &Ruling,
    id: &RegistrationId,
) -> Result<(), AppError> {
    let mut r = super::load(cx, id)?;
    if !r.holds_account {
        return Ok(());
    }
    r.holds_account = false;
    let terms = terms::of(cx, &r)?;
    super::save(cx, &mut r, &terms)?;
    let words = format!(
        "By the decision in {}, this registration does not hold the account.",
        ruling.reference
    );
    happened(cx, &r, &Happening::new("ruled_against", &words).by(CF_05).because(&ruling.words))
}

/// A registration that holds the account: an undecided one is approved. One that is over, or was
/// returned, stays as it is; the decision is on its record.
fn take_account(cx: &mut Cx<'_, '_>, ruling: &Ruling, id: &RegistrationId) -> Result<(), AppError> {
    let mut r = super::load(cx, id)?;
    let terms = terms::of(cx, &r)?;
    let words = format!("By the decision in {}, this partner holds the account.", ruling.reference);
    if r.status.awaits_vendor() {
        if r.account_id.is_none() {
            r.account_id.clone_from(&ruling.account_id);
        }
        let approval = approve::approve(cx, &mut r, &terms)?;
        r.attention_at = clocks::next_attention(&r, &terms);
        write(cx, &mut r)?;
        let why = format!("{words} {}", ruling.words);
        return approve::tell(cx, &r, &approval, &why);
    }
    if r.status.is_live() && !r.holds_account {
        r.holds_account = true;
        approve::teach(cx, &r)?;
        r.attention_at = clocks::next_attention(&r, &terms);
        write(cx, &mut r)?;
    }
    happened(cx, &r, &Happening::new("ruled_for", &words).by(CF_05).because(&ruling.words))
}

fn write(cx: &mut Cx<'_, '_>, r: &mut Registration) -> Result<(), AppError> {
    match store::save(cx, r)? {
        Held::Written => Ok(()),
        Held::Taken => Err(super::taken()),
    }
}

/// Selling together is consent to direct engagement, given by the decision. Rule DR-05.
fn let_direct_in(
    cx: &mut Cx<'_, '_>,
    ruling: &Ruling,
    id: &RegistrationId,
) -> Result<(), AppError> {
    let r = super::load(cx, id)?;
    if !r.status.is_live() {
        return Ok(());
    }
    let consent = ConsentView {
        consent_id: ConsentId::new(cx.ids(), cx.now),
        registration_id: id.clone(),
        asked_by: "system".to_owned(),
        asked_by_name: ruling.decided_by_name.clone(),
        asked_at: cx.now,
        purpose: format!("Co-sell, by the decision in {}.", ruling.reference),
        answer: Some(ConsentAnswer::Given),
        answered_by: "system".to_owned(),
        answered_by_name: ruling.decided_by_name.clone(),
        answered_at: Some(cx.now),
        answered_through: "case".to_owned(),
        until_on: None,
        withdrawn_at: None,
    };
    store::add_consent(cx, &consent)?;
    let words = "Direct sales co-sells, by the decision in a conflict case.";
    let change = Happening::new("consent_given", words)
        .by(DR_05)
        .because(&ruling.words)
        .change(serde_json::Value::Null, json!({ "case": ruling.reference }));
    happened(cx, &r, &change)
}

/// What loses is rejected, or released, now that nobody can change it any more. Rule CF-05.
pub(in crate::deal_registration) fn stands(
    cx: &mut Cx<'_, '_>,
    ruling: &Ruling,
) -> Result<(), AppError> {
    let (winner, _) = ruling.winner();
    let reason = match &ruling.outcome {
        Outcome::Award { .. } if winner.is_none() => RejectionReason::ActiveDirectOpportunity,
        Outcome::Award { .. } | Outcome::CoSell { .. } => RejectionReason::Duplicate,
        Outcome::RejectBoth | Outcome::Release => RejectionReason::NoVerifiableRelationship,
    };
    for id in registrations(ruling).iter().filter(|id| Some(*id) != winner) {
        let r = super::load(cx, id)?;
        if r.status.is_live() {
            ReleaseInput { reason: ruling.words.clone() }.run(cx, id)?;
        } else if r.status.awaits_vendor() && ruling.outcome != Outcome::Release {
            reject(cx, &r, ruling, reason)?;
        }
    }
    Ok(())
}

fn reject(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    ruling: &Ruling,
    reason: RejectionReason,
) -> Result<(), AppError> {
    if !matches!(r.status, StatusKind::Submitted | StatusKind::UnderReview) {
        return Ok(());
    }
    let decision = Decision::Reject { reason, note: ruling.words.clone() };
    Decide { registration_id: r.registration_id.clone(), decision }.run(cx)?;
    Ok(())
}
