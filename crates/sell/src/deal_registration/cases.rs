//! What registrations do for conflict cases: they say what they claim, prove it, and act on the
//! decision (CF-04, CF-05).

use data_encoding::HEXLOWER;
use domain::{
    conflicts::{bundle::Fact, rule_level::Claim},
    deal_registration::{receipt::Hash, status::StatusKind},
    ids::{AccountId, RegistrationId, UserId},
    rule_id::RuleId,
};
use ed25519_dalek::Signer;
use serde_json::json;

use super::{
    actions::ruled,
    availability,
    budget::{self, Door, Told},
    clocks, deciders, disputes, list, receipts,
    store::{self, Registration},
    terms,
};
use crate::conflicts::{self, ClaimView, Claims, EvidenceFile, Gathered, Nameable, Signed};
use frame::{ctx::Cx, error::AppError, signature::ALGORITHM};

/// What registrations do for cases.
pub const CLAIMS: Claims = Claims {
    of,
    on,
    nameable,
    numbered,
    counted,
    disputed,
    gather,
    hold,
    decided: ruled::decided,
    made_final: ruled::stands,
    sign,
    settled,
};

fn find(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Option<Registration>, AppError> {
    let visible = cx.actor.visibility();
    store::find(cx.tx, &visible, id)
}

const fn claim(status: StatusKind) -> Claim {
    match status {
        StatusKind::Submitted | StatusKind::UnderReview | StatusKind::Returned => Claim::Asked,
        StatusKind::Approved | StatusKind::Renewed => Claim::Protects,
        StatusKind::Draft
        | StatusKind::Rejected
        | StatusKind::Won
        | StatusKind::Lost
        | StatusKind::Expired
        | StatusKind::Withdrawn
        | StatusKind::Released => Claim::Over,
    }
}

fn view(cx: &mut Cx<'_, '_>, r: &Registration) -> Result<ClaimView, AppError> {
    let today = terms::of(cx, r)?.day(cx.now);
    Ok(ClaimView {
        registration_id: r.registration_id.clone(),
        reference: r.reference(),
        partner_id: r.partner_id.clone(),
        account_id: r.account_id.clone(),
        claim: claim(r.status),
        ranked_at: r.ranked_at,
        since: deciders::since(r),
        entered_by: UserId::parse(&r.submitted_by).ok(),
        deciders: deciders::so_far(cx, r)?,
        track: r.track.clone(),
        products: r.details.products.iter().map(|product| product.code.clone()).collect(),
        amount_minor: r.details.amount.map_or(0, |amount| amount.minor),
        worked: !store::activities(cx, &r.registration_id)?.is_empty(),
        lapsed: r.lapses_on.is_some_and(|on| on <= today),
    })
}

fn of(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Option<ClaimView>, AppError> {
    match find(cx, id)? {
        Some(r) if r.status != StatusKind::Draft => view(cx, &r).map(Some),
        Some(_) | None => Ok(None),
    }
}

fn on(cx: &mut Cx<'_, '_>, account_id: &AccountId) -> Result<Vec<ClaimView>, AppError> {
    clocks::settle_account(cx, account_id)?;
    let all = store::of_account(cx, account_id)?;
    all.iter().filter(|r| claim(r.status) != Claim::Over).map(|r| view(cx, r)).collect()
}

fn nameable(cx: &mut Cx<'_, '_>) -> Result<Vec<Nameable>, AppError> {
    let rows = list::first(cx, &[], 100)?;
    let named = rows.into_iter().filter(|row| row.status != StatusKind::Draft).map(|row| {
        let name = format!("{} · {}", row.account_name, store::reference(row.number));
        (row.registration_id, name)
    });
    Ok(named.collect())
}

fn numbered(cx: &mut Cx<'_, '_>, number: i64) -> Result<Option<RegistrationId>, AppError> {
    Ok(store::by_number(cx, number)?.map(|row| row.registration_id))
}

fn counted(cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
    if cx.actor.partner_id().is_none() {
        return Ok(());
    }
    let limits = availability::limits(cx)?;
    let told = Told { door: Door::Case, missed: false };
    if budget::open(cx, limits)?.is_some() {
        cx.leave(move |cx| match budget::open(cx, limits)? {
            Some(budget) => budget.spend(cx, told),
            None => Ok(()),
        });
    }
    Ok(())
}

fn disputed(cx: &mut Cx<'_, '_>, ids: &[RegistrationId]) -> Result<(), AppError> {
    for id in ids {
        if find(cx, id)?.is_some_and(|r| r.status.may_be_disputed()) {
            disputes::set_in_dispute(cx, id, true)?;
        }
    }
    Ok(())
}

/// Registrations leave the dispute, unless another case is open about them.
fn settled(cx: &mut Cx<'_, '_>, ids: &[RegistrationId]) -> Result<(), AppError> {
    for id in ids {
        if conflicts::open_case_for(cx, id)?.is_none() {
            disputes::set_in_dispute(cx, id, false)?;
        }
    }
    Ok(())
}

fn hold(cx: &mut Cx<'_, '_>, ids: &[RegistrationId], frozen: bool) -> Result<(), AppError> {
    for id in ids {
        disputes::set_frozen(cx, id, frozen)?;
    }
    Ok(())
}

fn sign(cx: &mut Cx<'_, '_>, hash: &Hash) -> Result<Signed, AppError> {
    let key = receipts::key(cx)?;
    Ok(Signed {
        signature: HEXLOWER.encode(&key.signing.sign(hash.as_bytes()).to_bytes()),
        algorithm: ALGORITHM.to_owned(),
        key_id: key.key_id.clone(),
    })
}

/// What is known of a registration that the one who acts may see; another one's adds nothing.
fn gather(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    gathered: &mut Gathered,
) -> Result<(), AppError> {
    let Some(r) = find(cx, id)? else {
        return Ok(());
    };
    let side = r.partner_id.as_str().to_owned();
    let fact = |at, kind, by: &str, words: String, data: String| Fact {
        at,
        kind,
        side: side.clone(),
        by: by.to_owned(),
        words,
        data,
    };
    let reference = r.reference();
    for entry in store::entries(cx, id)? {
        let words = format!("{reference}: {} {}", entry.words, entry.why).trim_end().to_owned();
        let rule = entry.rule.map(RuleId::as_str);
        let data = json!({ "kind": entry.kind, "rule": rule }).to_string();
        gathered.facts.push(fact(entry.at, "registration", &entry.by_name, words, data));
    }
    for activity in store::activities(cx, id)? {
        let data = json!({ "kind": activity.kind.word(), "contact": activity.contact,
            "occurred_on": activity.occurred_on.to_string() });
        let (at, by) = (activity.logged_at, activity.logged_by_name.as_str());
        gathered.facts.push(fact(at, "activity", by, activity.note.clone(), data.to_string()));
    }
    for consent in store::consents(cx, id)? {
        let data = json!({ "given": consent.given() }).to_string();
        let (at, by) = (consent.asked_at, consent.asked_by_name.as_str());
        gathered.facts.push(fact(at, "consent", by, consent.purpose.clone(), data));
    }
    for receipt in receipts::of_registration(cx, id)? {
        let words = format!("{reference}: receipt {}.", receipt.payload.number);
        let at = receipt.payload.submitted_at;
        let data = serde_json::to_string(&receipt).map_err(AppError::internal)?;
        gathered.facts.push(fact(at, "receipt", "Entente", words, data));
    }
    for file in store::files(cx, id)? {
        if let Some((view, content)) = store::file_content(cx, id, &file.file_id)? {
            gathered.files.push(EvidenceFile { name: view.name, side: side.clone(), content });
        }
    }
    Ok(())
}
