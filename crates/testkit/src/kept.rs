//! Rows that the world writes by itself are made known to the audit trail, as the product does it.

use frame::{AppError, Cx};
use people::audit;

/// Says that a row of this table was made.
pub(crate) fn made(cx: &mut Cx<'_, '_>, table: &str, key: &[&str]) -> Result<(), AppError> {
    let tables = app::kept_tables();
    let table = tables.into_iter().find(|one| one.name == table).expect("a table that is kept");
    audit::made(cx, table, key)
}
