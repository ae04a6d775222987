//! Submissions that were refused. A partner keeps nothing of them; the vendor reads who tried what
//! and every check with its whole reason (DR-13, DR-15).

use domain::{
    deal_registration::check::Check,
    folding::search_key,
    ids::{AccountId, PartnerId, ProgramId},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    budget::{self, Door, Told},
    refusals,
    store::{CheckView, Registration, Source},
    terms::Terms,
};
use frame::{columns::Json, ctx::Cx, error::AppError};
use people::{audit, events};

/// How long refused submissions are kept: a quarter, so that a manager can talk about them.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 92);

db::row! {
    /// A refused submission.
    #[derive(Debug, Clone)]
    pub struct RefusedSubmission {
        /// Its id; ids sort by time.
        pub refusal_id: String,
        /// The partner.
        pub partner_id: PartnerId,
        /// The partner's name.
        pub partner_name: String = default,
        /// When.
        pub refused_at: Timestamp,
        /// Who submitted, by name.
        pub refused_by_name: String,
        /// Through which door.
        pub source: String,
        /// The company as the partner named it.
        pub account_name: String,
        /// Its domain as the partner named it; `""` for none.
        pub account_domain: String,
        /// The account that was recognised; `""` for none.
        pub account_id: String,
        /// The rule that the partner was told.
        pub rule: String,
        /// Every check, with the words for the vendor.
        pub checks: Vec<CheckView> => |Json(checks)| checks,
    }
}

/// What a refused submission leaves behind.
#[derive(Debug, Clone)]
struct Attempt {
    program_id: ProgramId,
    source: Source,
    account_name: String,
    account_domain: String,
    account_id: Option<AccountId>,
    rule: &'static str,
    checks: Vec<CheckView>,
}

/// Lets a refused submission of a partner be counted and recorded although it is undone. The
/// vendor's own submissions are neither: whoever sends them reads the reason. Rules DR-13, DR-18.
pub(super) fn leave(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    terms: &Terms,
    (rule, checks): (&'static str, &[Check]),
) {
    if cx.actor.partner_id().is_none() {
        return;
    }
    let r = registration;
    let limits = terms.policy.availability;
    let attempt = Attempt {
        program_id: r.program_id.clone(),
        source: r.source,
        account_name: r.details.account_name.clone(),
        account_domain: r.details.account_domain.clone(),
        account_id: r.account_id.clone(),
        rule,
        checks: refusals::views(checks),
    };
    cx.leave(move |cx| {
        if let Some(budget) = budget::open(cx, limits)? {
            budget.spend(cx, Told { door: Door::Submission, missed: true })?;
        }
        record(cx, &attempt)
    });
}

/// Writes it for the vendor: as a row to read, for whoever reacts, and for audit.
fn record(cx: &mut Cx<'_, '_>, attempt: &Attempt) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let Some(partner_id) = cx.actor.partner_id().cloned() else {
        return Ok(());
    };
    let refusal_id = cx.ids().text("rfs", cx.now);
    let (by, by_name) = (cx.actor.reference(), cx.actor.name.clone());
    let account_id = attempt.account_id.as_ref().map_or("", AccountId::as_str);
    let checks = serde_json::to_string(&attempt.checks).map_err(AppError::internal)?;
    cx.tx.execute(
        "INSERT INTO deal_registration_refusals (vendor_id, refusal_id, partner_id, refused_at, \
         refused_by, refused_by_name, source, program_id, account_name, account_domain, \
         account_id, rule, checks, search_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        db::params![
            vendor_id.as_str(),
            &refusal_id,
            partner_id.as_str(),
            cx.now.as_microsecond(),
            &by,
            &by_name,
            attempt.source.word(),
            attempt.program_id.as_str(),
            &attempt.account_name,
            &attempt.account_domain,
            account_id,
            attempt.rule,
            &checks,
            search_key([attempt.account_name.as_str(), &attempt.account_domain])
        ],
    )?;
    let facts = json!({
        "partner_id": partner_id.as_str(),
        "account_name": attempt.account_name,
        "account_domain": attempt.account_domain,
        "account_id": account_id,
        "rule": attempt.rule,
        "checks": attempt.checks,
    });
    let event = events::Event {
        kind: "deal_registration.refused",
        object_kind: "refused_submission",
        object_id: &refusal_id,
        partner_id: "",
        data: facts.clone(),
    };
    events::append(cx, &event)?;
    let entry = audit::Entry {
        action: "deal_registration.refused",
        object_kind: "refused_submission",
        object_id: &refusal_id,
        before: Value::Null,
        after: facts,
    };
    audit::record(cx, &entry)
}

/// What is older than this is forgotten.
pub(super) fn kept_since(now: Timestamp) -> Timestamp {
    now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN)
}

/// Forgets refused submissions of long ago.
pub(super) fn forget_old(cx: &mut Cx<'_, '_>) -> Result<u64, AppError> {
    let (vendor_id, before) = (cx.vendor(), kept_since(cx.now));
    Ok(cx.tx.execute(
        "DELETE FROM deal_registration_refusals WHERE vendor_id = $1 AND refused_at < $2",
        db::params![vendor_id.as_str(), before.as_microsecond()],
    )?)
}
