//! What can be done to a registration. Each use case runs in one transaction, first does what the
//! clocks owe, then judges by the rules, writes, and tells.

mod amend;
mod approve;
mod attach;
mod close;
mod consent;
mod decide;
mod decision;
mod draft;
mod follow_up;
mod renew;
mod roles;
pub(super) mod ruled;
mod submit;
mod withdraw;

pub use amend::{Amend, StageInput};
pub use attach::AttachFile;
pub use close::{LostInput, OutcomeInput, WonInput};
pub use consent::{ConsentAnswerInput, ConsentInput, ConsentRequestInput, WithdrawConsent};
pub use decide::{Decide, TakeUp};
pub use decision::{
    AccountChoice, ApprovalInput, Decision, DecisionInput, RejectionInput, ReturnInput,
};
pub use draft::SaveDraft;
pub(super) use draft::{begin, change};
pub use follow_up::{ActivityInput, Logged};
pub use renew::Renew;
pub use roles::RoleInput;
pub use submit::{Submit, SubmitNew, Submitted};
pub use withdraw::{ReleaseInput, WithdrawalInput};

use crate::conflicts;
use domain::{deal_registration::rules::DR_02, ids::RegistrationId};
use jiff::{SignedDuration, Timestamp};

use super::{
    clocks, standing,
    store::{self, Held, Registration},
    terms::Terms,
};
use frame::{ctx::Cx, error::AppError};

/// The registration as it is at this instant, its clocks settled; 404 when the actor may not
/// know of it.
fn load(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Registration, AppError> {
    let now = cx.now;
    load_upto(cx, id, now)
}

/// The registration with its clocks settled up to just before now, for what happens at the very
/// instant at which a clock runs out.
fn load_just_before(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Registration, AppError> {
    let before = cx.now.saturating_sub(SignedDuration::from_micros(1)).unwrap_or(cx.now);
    load_upto(cx, id, before)
}

fn load_upto(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    upto: Timestamp,
) -> Result<Registration, AppError> {
    let visible = cx.actor.visibility();
    let mut registration = store::find(cx.tx, &visible, id)?.ok_or(AppError::NotFound)?;
    clocks::settle(cx, &mut registration, upto)?;
    Ok(registration)
}

/// Writes a registration back with the next instant of its clocks.
fn save(
    cx: &mut Cx<'_, '_>,
    registration: &mut Registration,
    terms: &Terms,
) -> Result<(), AppError> {
    registration.attention_at = clocks::next_attention(registration, terms);
    match store::save(cx, registration)? {
        Held::Written => Ok(()),
        Held::Taken => Err(taken()),
    }
}

/// Somebody else won the account in the same moment. Rule DR-02.
fn taken() -> AppError {
    AppError::refused(
        DR_02,
        "Another registration for this account was approved a moment ago. Review the account, \
         then decide again.",
    )
}

/// Computes the follow-up clock again from what is documented, and keeps what lists show of it.
/// Rules DR-06, DR-07.
fn restart_follow_up(
    cx: &mut Cx<'_, '_>,
    registration: &mut Registration,
    terms: &Terms,
) -> Result<Option<domain::deal_registration::follow_up::FollowUp>, AppError> {
    let views = store::activities(cx, &registration.registration_id)?;
    let activities = standing::activities(&views);
    let clock = standing::follow_up(registration, &activities, terms, cx.now);
    keep_follow_up(registration, clock.as_ref());
    Ok(clock)
}

/// Keeps what lists and clocks need of the follow-up clock.
pub(super) fn keep_follow_up(
    registration: &mut Registration,
    clock: Option<&domain::deal_registration::follow_up::FollowUp>,
) {
    use domain::deal_registration::follow_up::FollowUpStanding;
    let Some(clock) = clock else { return };
    registration.last_activity_on = Some(clock.restarted_on);
    registration.lapses_on = match clock.standing {
        FollowUpStanding::Running => clock.lapses_on,
        FollowUpStanding::Lapsed { from_on } => Some(from_on),
        FollowUpStanding::CoSell { .. } | FollowUpStanding::Ended { .. } => None,
    };
}

/// The case that is decided and not final yet, in which the account can still go to somebody else.
/// Rule CF-07.
fn not_final(cx: &mut Cx<'_, '_>, r: &Registration) -> Result<Option<String>, AppError> {
    match &r.account_id {
        Some(account_id) => conflicts::not_final_on(cx, account_id),
        None => Ok(None),
    }
}

/// Ends the protection of a registration now, if it has any.
fn end_protection(cx: &Cx<'_, '_>, registration: &mut Registration) {
    registration.decision_due_at = None;
    if registration.holds_account {
        registration.holds_account = false;
        registration.ended_at = Some(cx.now);
        registration.lapses_on = None;
    }
}
