//! What people do with a file: send it, say how it is read, have it checked, have it written.

pub(super) mod change;
pub(super) mod upload;

use super::store::Import;
use frame::error::AppError;

/// A refusal because the import is in another state.
fn not_now(import: &Import, what: &str) -> AppError {
    AppError::refused(
        domain::rule_id::RuleId::new("IM-01"),
        format!("This import is {} and cannot be {what}.", import.state.word()),
    )
}
