//! The effects of conflict cases and merges on registrations.

use domain::{
    deal_registration::freeze::Freeze,
    deal_registration::rules::{DR_01, DR_02},
    ids::{AccountId, RegistrationId},
};
use serde_json::json;

use super::{
    actions, clocks,
    record::{Happening, happened},
    standing,
    store::{self, Held, Registration},
    terms,
};
use frame::{ctx::Cx, error::AppError};

fn load(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Registration, AppError> {
    let visible = cx.actor.visibility();
    let mut registration = store::find(cx.tx, &visible, id)?.ok_or(AppError::NotFound)?;
    let now = cx.now;
    clocks::settle(cx, &mut registration, now)?;
    Ok(registration)
}

pub(super) fn save(cx: &mut Cx<'_, '_>, registration: &mut Registration) -> Result<(), AppError> {
    let terms = terms::of(cx, registration)?;
    registration.attention_at = clocks::next_attention(registration, &terms);
    match store::save(cx, registration)? {
        Held::Written => Ok(()),
        Held::Taken => Err(AppError::refused(DR_02, "Another registration holds the account.")),
    }
}

/// Marks that a conflict case is about a registration, or that none is any more.
pub fn set_in_dispute(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    in_dispute: bool,
) -> Result<(), AppError> {
    let mut r = load(cx, id)?;
    if r.in_dispute == in_dispute {
        return Ok(());
    }
    r.in_dispute = in_dispute;
    save(cx, &mut r)?;
    let words =
        if in_dispute { "A conflict case was opened." } else { "The conflict case is closed." };
    let change = Happening::new("disputed", words)
        .change(json!({ "in_dispute": !in_dispute }), json!({ "in_dispute": in_dispute }));
    happened(cx, &r, &change)
}

/// Holds the clocks of an approved registration, or lets them go on; days on which they stood
/// still do not count. Rules DR-01, DR-06.
pub fn set_frozen(cx: &mut Cx<'_, '_>, id: &RegistrationId, frozen: bool) -> Result<(), AppError> {
    let mut r = load(cx, id)?;
    if clocks::is_frozen(&r) == frozen || !r.status.is_live() {
        return Ok(());
    }
    let before = r.protected_until;
    if frozen {
        r.freezes.push(Freeze { from_at: cx.now, until_at: None });
    } else {
        let terms = terms::of(cx, &r)?;
        r.protected_until = standing::protected_until(&r, &terms, cx.now);
        if let Some(freeze) = r.freezes.last_mut() {
            freeze.until_at = Some(cx.now);
        }
        let views = store::activities(cx, &r.registration_id)?;
        let clock = standing::follow_up(&r, &standing::activities(&views), &terms, cx.now);
        actions::keep_follow_up(&mut r, clock.as_ref());
    }
    save(cx, &mut r)?;
    let words = if frozen {
        "The clocks are stopped until the conflict case ends."
    } else {
        "The clocks have resumed; the days in between do not count."
    };
    let change = Happening::new("frozen", words).by(DR_01).change(
        json!({ "protected_until": before.map(|on| on.to_string()) }),
        json!({ "protected_until": r.protected_until.map(|on| on.to_string()) }),
    );
    happened(cx, &r, &change)
}

/// Moves the registrations of an account that was merged away to the one that was kept. Where
/// both had a live holder in a program, the earlier one keeps the account, both are in dispute,
/// and the pair (holder, other) is returned so that a case can be opened. Rule AC-04.
pub fn accounts_merged(
    cx: &mut Cx<'_, '_>,
    kept: &AccountId,
    merged: &AccountId,
) -> Result<Vec<(RegistrationId, RegistrationId)>, AppError> {
    clocks::settle_account(cx, kept)?;
    clocks::settle_account(cx, merged)?;
    let mut collisions = Vec::new();
    for mut moved in store::of_account(cx, merged)? {
        moved.account_id = Some(kept.clone());
        let rival =
            if moved.holds_account { store::holder(cx, &moved.program_id, kept)? } else { None };
        if let Some(mut rival) = rival {
            let moved_first = (moved.ranked_at, moved.number) < (rival.ranked_at, rival.number);
            moved.in_dispute = true;
            rival.in_dispute = true;
            rival.holds_account = !moved_first;
            moved.holds_account = moved_first;
            let (holder, other) = if moved_first { (&moved, &rival) } else { (&rival, &moved) };
            collisions.push((holder.registration_id.clone(), other.registration_id.clone()));
            save(cx, &mut rival)?;
            tell_merge(cx, &rival)?;
        }
        save(cx, &mut moved)?;
        if moved.in_dispute {
            tell_merge(cx, &moved)?;
        }
    }
    Ok(collisions)
}

fn tell_merge(cx: &mut Cx<'_, '_>, r: &Registration) -> Result<(), AppError> {
    let words = "Two protected accounts turned out to be the same company. A conflict case decides who holds it.";
    happened(cx, r, &Happening::new("disputed", words).by(DR_02))
}
