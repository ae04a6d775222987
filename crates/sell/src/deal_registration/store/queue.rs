//! How many registrations stand where, and which await the same decision.

use std::collections::BTreeMap;

use domain::{deal_registration::status::StatusKind, ids::AccountId};

use super::{
    list::{ListRow, SELECT_ROWS, name_partners, rows, seen_by},
    row::Registration,
};
use frame::{ctx::Cx, error::AppError};

/// How many registrations there are by status.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Statuses without any are left out.
    pub by_status: BTreeMap<StatusKind, u32>,
}

/// The number of registrations the actor may see, by status.
pub fn counts(cx: &mut Cx<'_, '_>) -> Result<Counts, AppError> {
    let visible = cx.actor.visibility();
    let conditions = seen_by(&visible);
    let sql = format!(
        "SELECT status, COUNT(*) FROM deal_registrations WHERE {} GROUP BY status",
        conditions.text()
    );
    let counted: Vec<(StatusKind, u32)> = cx.tx.query_as(&sql, conditions.values())?;
    Ok(Counts { by_status: counted.into_iter().collect() })
}

/// Other undecided registrations of the same account, oldest first, at most 50; for the vendor.
pub(crate) fn undecided_rivals(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
) -> Result<Vec<ListRow>, AppError> {
    let Some(account_id) = &registration.account_id else {
        return Ok(Vec::new());
    };
    let vendor_id = cx.vendor();
    let sql = format!(
        "{SELECT_ROWS} WHERE vendor_id = $1 AND account_id = $2 \
         AND registration_id <> $3 AND decision_due_at IS NOT NULL ORDER BY ranked_at, number \
         LIMIT 50"
    );
    let params =
        db::params![vendor_id.as_str(), account_id.as_str(), registration.registration_id.as_str()];
    let mut found = rows(cx, &sql, params)?;
    name_partners(cx, &mut found)?;
    Ok(found)
}

/// True when a registration of this account awaits its decision.
pub(crate) fn has_undecided(cx: &mut Cx<'_, '_>, account_id: &AccountId) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.query_opt_as::<i64, _>(
        "SELECT 1 FROM deal_registrations WHERE vendor_id = $1 AND account_id = $2 \
         AND decision_due_at IS NOT NULL LIMIT 1",
        db::params![vendor_id.as_str(), account_id.as_str()],
    )?;
    Ok(found.is_some())
}

db::row! {
    /// How a submission names a company while a person decides which account it is.
    #[derive(Debug, Clone)]
    pub(crate) struct InDoubt {
        pub(crate) account_name: String,
        pub(crate) account_domain: String,
    }
}

/// Submissions that wait for a person to say which account they mean, in no particular order.
pub(crate) fn in_doubt(cx: &mut Cx<'_, '_>) -> Result<Vec<InDoubt>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT account_name, account_domain FROM deal_registrations WHERE vendor_id = $1 \
         AND account_id = '' AND decision_due_at IS NOT NULL",
        db::params![vendor_id.as_str()],
    )?)
}

/// True when the partner submitted another registration of the same account before.
pub(crate) fn submitted_before(cx: &mut Cx<'_, '_>, r: &Registration) -> Result<bool, AppError> {
    let Some(account_id) = &r.account_id else {
        return Ok(false);
    };
    let vendor_id = cx.vendor();
    let found = cx.tx.query_opt_as::<i64, _>(
        "SELECT 1 FROM deal_registrations WHERE vendor_id = $1 AND account_id = $2 \
         AND partner_id = $3 AND registration_id <> $4 AND submitted_at IS NOT NULL LIMIT 1",
        db::params![
            vendor_id.as_str(),
            account_id.as_str(),
            r.partner_id.as_str(),
            r.registration_id.as_str()
        ],
    )?;
    Ok(found.is_some())
}

/// The id of the vendor's registration of that number, whoever asks.
pub(crate) fn id_of_number(cx: &mut Cx<'_, '_>, number: i64) -> Result<Option<String>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_opt_as(
        "SELECT registration_id FROM deal_registrations WHERE vendor_id = $1 AND number = $2",
        db::params![vendor_id.as_str(), number],
    )?)
}

/// The registration of that number, if the actor may see it.
pub fn by_number(cx: &mut Cx<'_, '_>, number: i64) -> Result<Option<ListRow>, AppError> {
    let visible = cx.actor.visibility();
    let mut conditions = seen_by(&visible);
    conditions.and("number = ?", [number.into()]);
    let sql = format!("{SELECT_ROWS} WHERE {}", conditions.text());
    let mut found = rows(cx, &sql, conditions.values())?;
    name_partners(cx, &mut found)?;
    Ok(found.pop())
}
