//! Registrations follow their account when it is merged into another one, and leave a dispute
//! when its case is closed (AC-04).

use domain::ids::{CaseId, RegistrationId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    disputes,
    record::{Happening, happened},
    store::{self, Registration},
};
use crate::conflicts::{self, CaseKind, ClosingInput, NewCase, Party};
use channel::{
    accounts::{MergeFollower, Merging},
    partners,
};
use frame::{ctx::Cx, error::AppError};

/// What a merge of accounts does to registrations.
pub const MERGES: MergeFollower =
    MergeFollower { name: "deal_registration", foresee, follow, check_undo, undo };

/// How a registration stood before a merge.
#[derive(Debug, Serialize, Deserialize)]
struct Stood {
    registration_id: RegistrationId,
    held: bool,
}

/// What the way back needs to know.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Moved {
    /// Registrations of the account that was taken in.
    moved: Vec<Stood>,
    /// Live holders of the account that was kept.
    holders: Vec<Stood>,
    /// Cases that the merge opened.
    cases: Vec<CaseId>,
}

fn stood(registrations: &[Registration]) -> Vec<Stood> {
    let each = |r: &Registration| Stood {
        registration_id: r.registration_id.clone(),
        held: r.holds_account,
    };
    registrations.iter().map(each).collect()
}

fn foresee(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<Vec<String>, AppError> {
    let moving = store::of_account(cx, &merging.merged)?;
    let holders = store::holders(cx, &merging.kept)?;
    let mut words = Vec::new();
    if !moving.is_empty() {
        let names: Vec<String> = moving.iter().map(Registration::reference).collect();
        words.push(format!("Registrations that move too: {}.", names.join(", ")));
    }
    for moved in moving.iter().filter(|moved| moved.holds_account) {
        let rival = holders.iter().find(|holder| holder.program_id == moved.program_id);
        if let Some(rival) = rival {
            words.push(format!(
                "{} and {} both protect their account: both will be in dispute, a conflict case \
                 opens, and the earlier one holds until it is decided.",
                rival.reference(),
                moved.reference()
            ));
        }
    }
    Ok(words)
}

fn follow(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<Value, AppError> {
    let before = Moved {
        moved: stood(&store::of_account(cx, &merging.merged)?),
        holders: stood(&store::holders(cx, &merging.kept)?),
        cases: Vec::new(),
    };
    let collisions = disputes::accounts_merged(cx, &merging.kept, &merging.merged)?;
    let mut cases = Vec::new();
    for (holder, other) in &collisions {
        cases.push(open_case(cx, merging, holder, other)?);
    }
    let collided = |id: &RegistrationId| collisions.iter().any(|(a, b)| a == id || b == id);
    for one in before.moved.iter().filter(|one| !collided(&one.registration_id)) {
        let Some(r) = find(cx, &one.registration_id)? else {
            continue;
        };
        let words = "The account was merged into another account of the same company.";
        let change = Happening::new("account_merged", words)
            .change(
                json!({ "account_id": merging.merged.as_str() }),
                json!({ "account_id": merging.kept.as_str() }),
            )
            .for_the_vendor();
        happened(cx, &r, &change)?;
    }
    serde_json::to_value(Moved { cases, ..before }).map_err(AppError::internal)
}

fn find(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Option<Registration>, AppError> {
    let visible = cx.actor.visibility();
    store::find(cx.tx, &visible, id)
}

fn open_case(
    cx: &mut Cx<'_, '_>,
    merging: &Merging,
    holder: &RegistrationId,
    other: &RegistrationId,
) -> Result<CaseId, AppError> {
    let first = find(cx, holder)?.ok_or(AppError::NotFound)?;
    let second = find(cx, other)?.ok_or(AppError::NotFound)?;
    let (first_name, second_name) =
        (partners::name_of(cx, &first.partner_id)?, partners::name_of(cx, &second.partner_id)?);
    let asked = format!(
        "Two protected accounts were merged: {} ({first_name}) and {} ({second_name}). {} was \
         submitted first and holds the account until this is decided. Who keeps it?",
        first.reference(),
        second.reference(),
        first.reference()
    );
    let asked_of_partners = "Two accounts turned out to be the same company, and more than one \
                             registration protected it. Your registration is in dispute until the \
                             vendor decides. Describe what you know about the deal.";
    let parties = [
        Party { partner_id: Some(&first.partner_id), registration_id: Some(holder) },
        Party { partner_id: Some(&second.partner_id), registration_id: Some(other) },
    ];
    let kind = if first.partner_id == second.partner_id {
        CaseKind::DuplicateAccounts
    } else {
        CaseKind::PartnerPartner
    };
    let case = NewCase {
        kind,
        account_id: &merging.kept,
        asked: &asked,
        asked_of_partners,
        parties: &parties,
    };
    conflicts::open(cx, &case)
}

fn check_undo(
    cx: &mut Cx<'_, '_>,
    merging: &Merging,
    moved: &Value,
) -> Result<Vec<String>, AppError> {
    let moved: Moved = serde_json::from_value(moved.clone()).unwrap_or_default();
    let mut against = Vec::new();
    for case_id in &moved.cases {
        if !conflicts::is_open(cx, case_id)? {
            against.push("A conflict case it opened has already been closed.".to_owned());
        }
    }
    for one in moved.moved.iter().chain(&moved.holders) {
        let Some(r) = find(cx, &one.registration_id)? else {
            continue;
        };
        let lost_to_another = one.held
            && r.status.is_live()
            && !r.holds_account
            && r.account_id.as_ref() == Some(&merging.kept)
            && moved.cases.is_empty();
        if lost_to_another {
            against.push(format!("{} no longer holds the account.", r.reference()));
        }
    }
    Ok(against)
}

fn undo(cx: &mut Cx<'_, '_>, merging: &Merging, moved: &Value) -> Result<(), AppError> {
    let moved: Moved = serde_json::from_value(moved.clone()).unwrap_or_default();
    for one in &moved.moved {
        let Some(mut r) = find(cx, &one.registration_id)? else {
            continue;
        };
        if r.account_id.as_ref() != Some(&merging.kept) {
            continue;
        }
        r.account_id = Some(merging.merged.clone());
        r.holds_account = one.held && r.status.is_live();
        disputes::save(cx, &mut r)?;
        let words = "The merge of the account was undone.";
        happened(cx, &r, &Happening::new("account_unmerged", words).for_the_vendor())?;
    }
    for one in &moved.holders {
        let Some(mut r) = find(cx, &one.registration_id)? else {
            continue;
        };
        let holds = one.held && r.status.is_live();
        if r.account_id.as_ref() == Some(&merging.kept) && holds != r.holds_account {
            r.holds_account = holds;
            disputes::save(cx, &mut r)?;
        }
    }
    for case_id in moved.cases {
        let close = ClosingInput {
            note: "The merge that opened this case was undone.".to_owned(),
            words: "The two accounts turned out to be different companies after all. Your \
                    registration holds as before."
                .to_owned(),
        };
        // Who merged the accounts opened the case; that the merge never was is no decision.
        cx.as_system(|cx| close.run(cx, &case_id))?;
    }
    Ok(())
}
