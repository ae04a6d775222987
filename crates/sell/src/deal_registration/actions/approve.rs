//! Approval: from here on the account is protected.

use domain::{
    deal_registration::{
        protection,
        rules::{DR_01, DR_02, DR_14},
        status::Step,
    },
    ids::AccountId,
};
use serde_json::json;

use crate::deal_registration::{
    record::{Happening, happened},
    standing,
    store::{self, Registration},
    tell::{self, Message, day},
    terms::Terms,
};
use channel::accounts;
use frame::{ctx::Cx, error::AppError};
use people::notifications;

/// Makes a registration the holder of its account, now; the caller writes it and tells. Answers
/// with the words of the protection. Rules DR-01, DR-06.
pub(super) fn approve(
    cx: &mut Cx<'_, '_>,
    r: &mut Registration,
    terms: &Terms,
) -> Result<String, AppError> {
    let on = terms.day(cx.now);
    let frozen = standing::frozen(r, terms, cx.now);
    let protected = protection::protected_until(on, terms.policy.validity_days, &frozen);
    standing::step(r, Step::Approve { at: cx.now, protected_until: protected.value })?;
    r.holds_account = true;
    r.approved_at = Some(cx.now);
    r.approved_on = Some(on);
    r.protected_until = Some(protected.value);
    r.decided_at = Some(cx.now);
    r.decided_by = cx.actor.reference();
    r.decision_due_at = None;
    let clock = standing::follow_up(r, &[], terms, cx.now);
    super::keep_follow_up(r, clock.as_ref());
    teach(cx, r)?;
    Ok(protected.words)
}

/// The account learns the name and domain that it is held under: who asks by them is told so. Rules
/// AC-03, DR-18.
pub(super) fn teach(cx: &mut Cx<'_, '_>, r: &Registration) -> Result<(), AppError> {
    if let Some(account_id) = &r.account_id {
        let (name, domain) = (&r.details.account_name, &r.details.account_domain);
        accounts::learn_more(
            cx,
            account_id,
            std::slice::from_ref(name),
            std::slice::from_ref(domain),
            &[],
        )?;
    }
    Ok(())
}

/// Tells everyone of an approval: the timeline, the partner, and the deciders of rival
/// registrations, which cannot be approved any more. The vendor or the system acts.
pub(super) fn tell(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    words: &str,
    why: &str,
) -> Result<(), AppError> {
    notifications::finish(cx, r.registration_id.as_str())?;
    let change = Happening::new("approved", words).by(DR_01).because(why).change(
        json!({ "status": "submitted" }),
        json!({
            "status": r.status.word(),
            "account_id": r.account_id.as_ref().map(AccountId::as_str),
            "protected_until": r.protected_until.map(|on| on.to_string()),
            "decided_by": r.decided_by,
            "rule": DR_14.as_str(),
        }),
    );
    happened(cx, r, &change)?;
    tell_rivals(cx, r)?;
    let until = r.protected_until.map_or_else(String::new, day);
    let lapses = r.lapses_on.map_or_else(String::new, |on| {
        format!(" Log your first activity before {} to keep direct sales out.", day(on))
    });
    let name = &r.details.account_name;
    let message = Message {
        kind: "approved",
        title: &format!("{name} is protected through {until}"),
        body: &format!("{} was approved. {words}{lapses}", r.reference()),
        action: "Log activity",
        until: None,
        link: None,
    };
    tell::partner(cx, r, &message)
}

fn tell_rivals(cx: &mut Cx<'_, '_>, r: &Registration) -> Result<(), AppError> {
    for rival in store::undecided_rivals(cx, r)? {
        let visible = cx.actor.visibility();
        let Some(rival) = store::find(cx.tx, &visible, &rival.registration_id)? else {
            continue;
        };
        let until = r.protected_until.map_or_else(String::new, day);
        let words = format!("{} now holds the account, through {until}.", r.reference());
        let why = "This registration cannot be approved while that one is protected (DR-02): reject or return it.";
        let note = Happening::new("account_taken", &words).by(DR_02).because(why).for_the_vendor();
        happened(cx, &rival, &note)?;
    }
    Ok(())
}
