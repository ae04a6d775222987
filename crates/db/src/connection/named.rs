//! What PostgreSQL and its driver say went wrong, in our words.

use postgres::error::SqlState;

use crate::error::DbError;

/// Whether the connection itself failed, as when the other side is gone without a word.
pub(super) fn is_broken(error: &postgres::Error) -> bool {
    let cause = std::error::Error::source(error);
    error.is_closed() || cause.is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// Whether a pooler gives the connection up, which it says as an ordinary error: "server conn
/// crashed?", `query_wait_timeout` and the like. The server's own such state is a wrong number of
/// parameters, after which the connection goes on.
pub(super) fn is_last_word(error: &postgres::Error) -> bool {
    error.as_db_error().is_some_and(|cause| {
        *cause.code() == SqlState::PROTOCOL_VIOLATION
            && !cause.message().starts_with("bind message supplies")
    })
}

pub(super) fn named(error: &postgres::Error, closed: bool) -> DbError {
    let detail = words(error);
    let Some(code) = error.code() else {
        return if closed || error.is_closed() {
            DbError::Unavailable { detail }
        } else {
            DbError::Other(detail)
        };
    };
    let is = |states: &[SqlState]| states.contains(code);
    if is(&[SqlState::UNIQUE_VIOLATION, SqlState::EXCLUSION_VIOLATION]) {
        DbError::UniqueViolation { detail }
    } else if is(&[SqlState::FOREIGN_KEY_VIOLATION, SqlState::RESTRICT_VIOLATION]) {
        DbError::ForeignKeyViolation { detail }
    } else if is(&[SqlState::CHECK_VIOLATION, SqlState::NOT_NULL_VIOLATION]) {
        DbError::CheckViolation { detail }
    } else if is(&[SqlState::RAISE_EXCEPTION]) {
        DbError::Refused { detail }
    } else if is(&[SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED]) {
        DbError::Serialization
    } else if is(&[SqlState::READ_ONLY_SQL_TRANSACTION]) {
        DbError::ReadOnly
    } else if is(&[SqlState::DISK_FULL]) {
        DbError::DiskFull
    } else if is(&[SqlState::LOCK_NOT_AVAILABLE]) {
        DbError::Busy
    } else if is(&[SqlState::PROTOCOL_VIOLATION]) && !closed {
        // The number of parameters is wrong.
        DbError::Other(detail)
    } else if is_away(code) {
        DbError::Unavailable { detail }
    } else {
        DbError::Other(detail)
    }
}

/// Classes 08 (connection), 53 (resources), 57 (operator) and 58 (system) of the SQL states.
fn is_away(code: &SqlState) -> bool {
    ["08", "53", "57", "58"].iter().any(|class| code.code().starts_with(class))
}

/// The server's message and state; never its detail, which quotes values of rows.
pub(super) fn words(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(cause) => format!("{} ({})", cause.message(), cause.code().code()),
        None => match std::error::Error::source(error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    }
}
