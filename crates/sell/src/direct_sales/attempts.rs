//! Attempts that the lockout refused: kept, and shown to the partner manager (DR-05).

use domain::{
    deal_registration::lockout::WayOn,
    ids::{AccountId, AttemptId, PartnerId, RegistrationId},
    rule_id::RuleId,
    wording::day,
};
use jiff::{Timestamp, civil::Date};
use serde_json::json;

use super::{Through, kept, record::note};
use crate::deal_registration::lockout::{self, Lockout};
use channel::{accounts, partners};
use frame::{access::VendorRole, ctx::Cx, error::AppError};
use people::{
    audit,
    identity::{
        self,
        stakes::{Stake, gave_up},
    },
    notifications,
};

/// How many people are told at most when a partner has no manager.
const TOLD: usize = 20;

/// An attempt that was refused, and the ways on.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The attempt as it is kept.
    pub attempt_id: AttemptId,
    /// The account.
    pub account_id: AccountId,
    /// The rule that refused.
    pub rule: RuleId,
    /// The reason as a sentence.
    pub words: String,
    /// The last protected day.
    pub protected_until: Date,
    /// What can be done, the quickest first.
    pub ways_on: Vec<WayOn>,
}

/// Keeps a refused attempt and tells the partner manager. Rule DR-05.
pub(super) fn keep(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    lockout: Lockout,
    (what, through): (&str, Through),
) -> Result<Refused, AppError> {
    let attempt_id = insert(cx, account_id, &lockout, (what, through), None)?;
    lockout::attempt_refused(cx, &lockout.registration_id, what)?;
    tell_manager(cx, account_id, &lockout, (what, &attempt_id))?;
    Ok(Refused {
        attempt_id,
        account_id: account_id.clone(),
        rule: lockout.rule,
        words: lockout.words,
        protected_until: lockout.protected_until,
        ways_on: lockout.ways_on,
    })
}

/// What arrived from outside and is held back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held<'a> {
    /// JSON of what arrived.
    pub(super) payload: &'a str,
    /// Its id in the CRM.
    pub(super) external_id: &'a str,
}

/// Writes the attempt.
pub(super) fn insert(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    lockout: &Lockout,
    (what, through): (&str, Through),
    held: Option<Held<'_>>,
) -> Result<AttemptId, AppError> {
    let vendor_id = cx.vendor();
    let id = AttemptId::new(cx.ids(), cx.now);
    cx.tx.execute(
        "INSERT INTO direct_refusals (vendor_id, refusal_id, account_id, registration_id, \
         attempted_by, attempted_by_name, attempted_at, what, through, rule, words, \
         protected_until, held, external_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            account_id.as_str(),
            lockout.registration_id.as_str(),
            cx.actor.reference(),
            &cx.actor.name.clone(),
            cx.now.as_microsecond(),
            what,
            through.word(),
            lockout.rule.as_str(),
            &lockout.words,
            lockout.protected_until.to_string(),
            held.map_or("", |held| held.payload),
            held.map_or("", |held| held.external_id)
        ],
    )?;
    audit::made(cx, &kept::ATTEMPTS, &[id.as_str()])?;
    let data = json!({
        "account_id": account_id.as_str(),
        "registration_id": lockout.registration_id.as_str(),
        "rule": lockout.rule.as_str(),
        "what": what,
        "through": through.word(),
        "by": cx.actor.name.clone(),
    });
    note(cx, "direct_attempt.refused", id.as_str(), data)?;
    Ok(id)
}

/// The partner's manager; partner operations when nobody looks after the partner.
pub(super) fn managers(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
) -> Result<Vec<String>, AppError> {
    if let Some(manager) = partners::manager_of(cx, partner_id)? {
        return Ok(vec![manager.as_str().to_owned()]);
    }
    let people = identity::users_with_role(cx, VendorRole::Operations)?;
    Ok(people.into_iter().take(TOLD).map(|one| one.user_id.as_str().to_owned()).collect())
}

fn tell_manager(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    lockout: &Lockout,
    (what, attempt_id): (&str, &AttemptId),
) -> Result<(), AppError> {
    let account = accounts::get(cx, account_id)?.name;
    let partner = partners::name_of(cx, &lockout.partner_id)?;
    let title = format!("{account}: direct sales was refused");
    let body = format!(
        "{} tried to record {what} on {account}, which {partner} protects until {}. Nothing was \
         recorded. The protection holds; you do not need to act.",
        cx.actor.name,
        day(lockout.protected_until)
    );
    let href = format!("/direct-attempts/{attempt_id}");
    for user_id in managers(cx, &lockout.partner_id)? {
        let notice = notifications::Notice {
            user_id: &user_id,
            partner_id: "",
            kind: "direct_attempt.refused",
            title: &title,
            body: &body,
            href: &href,
            action: "View attempt",
            until: None,
            subject_id: attempt_id.as_str(),
            links: &[],
        };
        notifications::notify(cx, &notice)?;
    }
    Ok(())
}

db::row! {
    /// An attempt as it is kept.
    #[derive(Debug, Clone)]
    pub(super) struct Attempt {
        pub(super) attempt_id: AttemptId,
        pub(super) account_id: AccountId,
        pub(super) account_name: String => Option::unwrap_or_default,
        pub(super) registration_id: RegistrationId,
        pub(super) by_name: String,
        pub(super) at: Timestamp,
        pub(super) what: String,
        pub(super) through: Through,
        pub(super) rule: String,
        pub(super) words: String,
        pub(super) protected_until: Option<Date> => |day: String| day.parse().ok(),
        /// JSON of what arrived; `""` when there was a person who was told.
        pub(super) held: String,
        pub(super) settled_at: Option<Timestamp>,
        pub(super) settled_as: String,
        pub(super) asked_for: String,
        pub(super) case_id: String,
    }
}

impl Attempt {
    /// True while something from outside waits to be recorded or given up.
    pub(super) fn waits(&self) -> bool {
        !self.held.is_empty() && self.settled_at.is_none()
    }
}

pub(super) const SELECT: &str = "SELECT r.refusal_id, r.account_id, a.name, r.registration_id, \
    r.attempted_by_name, r.attempted_at, r.what, r.through, r.rule, r.words, r.protected_until, \
    r.held, r.settled_at, r.settled_as, r.asked_for, r.case_id FROM direct_refusals r \
    LEFT JOIN accounts_v_names a ON a.vendor_id = r.vendor_id AND a.account_id = r.account_id";

/// One attempt; 404 when there is none.
pub(super) fn find(cx: &mut Cx<'_, '_>, id: &AttemptId) -> Result<Attempt, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!("{SELECT} WHERE r.vendor_id = $1 AND r.refusal_id = $2");
    let params = db::params![vendor_id.as_str(), id.as_str()];
    cx.tx.query_opt_as(&sql, params)?.ok_or(AppError::NotFound)
}

/// What arrived before with the same id of the CRM and still waits.
pub(super) fn waiting(cx: &mut Cx<'_, '_>, external_id: &str) -> Result<Option<Attempt>, AppError> {
    if external_id.is_empty() {
        return Ok(None);
    }
    let vendor_id = cx.vendor();
    let sql = format!(
        "{SELECT} WHERE r.vendor_id = $1 AND r.external_id = $2 AND r.external_id <> '' AND r.settled_at IS NULL \
         ORDER BY r.attempted_at LIMIT 1"
    );
    Ok(cx.tx.query_opt_as(&sql, db::params![vendor_id.as_str(), external_id])?)
}

/// Notes which way on was taken.
pub(super) fn set_asked_for(
    cx: &mut Cx<'_, '_>,
    id: &AttemptId,
    way: &str,
) -> Result<(), AppError> {
    audit::touch(cx, &kept::ATTEMPTS, &[id.as_str()])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE direct_refusals SET asked_for = $1 WHERE vendor_id = $2 AND refusal_id = $3",
        db::params![way, vendor_id.as_str(), id.as_str()],
    )?;
    Ok(())
}

/// What arrived again for an attempt that waits replaces what arrived before. Whose it was before
/// keeps a stake in the account (CF-03).
pub(super) fn replace_held(
    cx: &mut Cx<'_, '_>,
    known: &Attempt,
    payload: &str,
) -> Result<(), AppError> {
    let owner = super::cases::owner_of(&known.held);
    if let Some(owner) =
        owner.filter(|owner| super::cases::owner_of(payload).as_ref() != Some(owner))
    {
        gave_up(cx, Stake::Opportunity, known.account_id.as_str(), owner.as_str())?;
    }
    let (vendor_id, id) = (cx.vendor(), &known.attempt_id);
    cx.tx.execute(
        "UPDATE direct_refusals SET held = $1 WHERE vendor_id = $2 AND refusal_id = $3",
        db::params![payload, vendor_id.as_str(), id.as_str()],
    )?;
    Ok(())
}

/// The conflict case that an attempt opened.
pub(super) fn set_case(cx: &mut Cx<'_, '_>, id: &AttemptId, case_id: &str) -> Result<(), AppError> {
    audit::touch(cx, &kept::ATTEMPTS, &[id.as_str()])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE direct_refusals SET case_id = $1 WHERE vendor_id = $2 AND refusal_id = $3",
        db::params![case_id, vendor_id.as_str(), id.as_str()],
    )?;
    Ok(())
}

/// What was held back is recorded or given up.
pub(super) fn settle(
    cx: &mut Cx<'_, '_>,
    id: &AttemptId,
    settled_as: &str,
) -> Result<(), AppError> {
    audit::touch(cx, &kept::ATTEMPTS, &[id.as_str()])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE direct_refusals SET settled_at = $1, settled_as = $2 \
         WHERE vendor_id = $3 AND refusal_id = $4",
        db::params![cx.now.as_microsecond(), settled_as, vendor_id.as_str(), id.as_str()],
    )?;
    notifications::finish(cx, id.as_str())
}
