//! What SQLite says went wrong, in our words.

use rusqlite::ffi;

use crate::error::{DbError, Fault};

/// Names a failure and says whether the disk's word is in doubt.
pub(crate) fn fault(error: &rusqlite::Error) -> Fault {
    let Some(cause) = error.sqlite_error() else {
        return Fault::statement(DbError::other(error.to_string()));
    };
    let detail = error.to_string();
    let extended = cause.extended_code;
    let named = match extended & 0xff {
        ffi::SQLITE_CONSTRAINT => constraint(extended, detail),
        ffi::SQLITE_FULL => DbError::DiskFull,
        // The shared index of the log could not grow: there was no room for it.
        ffi::SQLITE_IOERR if extended == ffi::SQLITE_IOERR_SHMSIZE => DbError::DiskFull,
        ffi::SQLITE_IOERR | ffi::SQLITE_CANTOPEN => DbError::Unavailable { detail },
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => DbError::Busy,
        ffi::SQLITE_READONLY => DbError::ReadOnly,
        _ => DbError::Other(detail),
    };
    let unconfirmed = [
        ffi::SQLITE_IOERR_FSYNC,
        ffi::SQLITE_IOERR_DIR_FSYNC,
        ffi::SQLITE_IOERR_WRITE,
        ffi::SQLITE_IOERR_TRUNCATE,
    ];
    Fault { error: named, fatal: unconfirmed.contains(&extended), spoils: true }
}

fn constraint(extended: i32, detail: String) -> DbError {
    match extended {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => DbError::UniqueViolation { detail },
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => DbError::ForeignKeyViolation { detail },
        ffi::SQLITE_CONSTRAINT_TRIGGER => DbError::Refused { detail },
        _ => DbError::CheckViolation { detail },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(code: i32) -> Fault {
        fault(&rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
    }

    #[test]
    fn only_an_unconfirmed_write_is_fatal() {
        for code in [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC, ffi::SQLITE_IOERR_WRITE]
        {
            assert!(named(code).fatal, "{code}");
            assert!(matches!(named(code).error, DbError::Unavailable { .. }), "{code}");
        }
        for code in [ffi::SQLITE_IOERR_READ, ffi::SQLITE_FULL, ffi::SQLITE_BUSY] {
            assert!(!named(code).fatal, "{code}");
        }
        assert_eq!(named(ffi::SQLITE_FULL).error, DbError::DiskFull);
        assert_eq!(named(ffi::SQLITE_IOERR_SHMSIZE).error, DbError::DiskFull);
        assert_eq!(named(ffi::SQLITE_BUSY).error, DbError::Busy);
    }
}
