//! The rows of accounts that decisions rest on, as the audit trail keeps them (AU-01).

use domain::ids::AccountId;

use frame::{ctx::Cx, error::AppError};
use people::audit::{
    self,
    Column::{Hash, Number, Text},
    Key, Table,
};

/// All of them.
pub static KEPT: &[&Table] = &[&ACCOUNTS, &MERGES];

/// The accounts: whose they are, what they bought, where they lie.
pub(super) static ACCOUNTS: Table = Table {
    name: "accounts",
    title: "account",
    key: &[Key::Text("account_id")],
    columns: &[
        Hash("name"),
        Text("status"),
        Text("product_lines"),
        Text("owner_user_id"),
        Text("merged_into"),
        Text("country"),
        Text("postal_code"),
        Text("segment"),
        Text("parent_account_id"),
        Number("created_at"),
    ],
};

/// Merges.
pub(super) static MERGES: Table = Table {
    name: "account_merges",
    title: "merge of accounts",
    key: &[Key::Text("merge_id")],
    columns: &[
        Text("kept_account_id"),
        Text("merged_account_id"),
        Text("merged_by"),
        Number("merged_at"),
        Text("undone_by"),
        Number("undone_at"),
        Hash("moved"),
        Hash("reason"),
    ],
};

/// An account is about to be changed.
pub(super) fn touch(cx: &mut Cx<'_, '_>, id: &AccountId) -> Result<(), AppError> {
    audit::touch(cx, &ACCOUNTS, &[id.as_str()])
}
