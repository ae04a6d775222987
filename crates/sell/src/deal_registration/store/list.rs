//! Registrations as lists read them.

use db::{Value, Where};
use domain::{
    deal_registration::{stage::StageKind, status::StatusKind},
    ids::{AccountId, PartnerId, RegistrationId},
    money::Money,
};
use jiff::{Timestamp, civil::Date};

use frame::{ctx::Cx, error::AppError, visibility::Visibility};

db::row! {
    /// A registration as lists show it.
    #[derive(Debug, Clone)]
    #[expect(missing_docs, reason = "the columns of `Registration`, which explains them")]
    pub struct ListRow {
        pub registration_id: RegistrationId,
        pub number: i64,
        pub partner_id: PartnerId,
        pub partner_name: String = default,
        pub account_id: Option<AccountId> = "",
        pub account_name: String,
        pub status: StatusKind,
        pub stage: StageKind,
        pub amount: Option<Money>,
        pub close_on: Option<Date> = "",
        pub submitted_at: Option<Timestamp>,
        pub decision_due_at: Option<Timestamp>,
        pub approved_at: Option<Timestamp>,
        pub protected_until: Option<Date> = "",
        pub lapses_on: Option<Date> = "",
        pub co_sell_at: Option<Timestamp>,
        pub in_dispute: bool,
        pub holds_account: bool,
        pub escalation_level: u32,
        pub changed_at: Timestamp,
        pub version: i64,
        /// Today in the program's zone, where clocks are shown.
        pub today: Date = default,
    }
}

impl ListRow {
    /// Its page.
    pub fn href(&self) -> String {
        format!("/registrations/{}", self.registration_id)
    }
}

/// Reads [`ListRow`]s; a condition follows.
pub(crate) const SELECT_ROWS: &str = "SELECT registration_id, number, partner_id, account_id, \
    account_name, status, stage, amount_minor, currency, close_on, submitted_at, decision_due_at, \
    approved_at, protected_until, lapses_on, co_sell_at, in_dispute, holds_account, escalation_level, \
    changed_at, version FROM deal_registrations";

/// The rows of a statement that begins as [`SELECT_ROWS`].
pub(crate) fn rows(
    cx: &mut Cx<'_, '_>,
    sql: &str,
    values: &[Value<'_>],
) -> Result<Vec<ListRow>, AppError> {
    Ok(cx.tx.query_as(sql, values)?)
}

/// Rows of the vendor that `visible` may see.
pub(super) fn seen_by(visible: &Visibility) -> Where {
    let mut conditions = Where::new("vendor_id = ?", [visible.vendor().into_owned()]);
    if let Some(partner_id) = visible.partner_id() {
        conditions.and("partner_id = ?", [partner_id.as_str().to_owned().into()]);
    }
    conditions
}

/// Fills in the partners' names.
pub(crate) fn name_partners(cx: &mut Cx<'_, '_>, rows: &mut [ListRow]) -> Result<(), AppError> {
    let ids = rows.iter().map(|row| row.partner_id.as_str().to_owned()).collect();
    let names = channel::partners::names(cx, &ids)?;
    for row in rows {
        row.partner_name = names.get(row.partner_id.as_str()).cloned().unwrap_or_default();
    }
    Ok(())
}
