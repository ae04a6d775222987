//! Beginning to keep the sums of rows some time after the start.

use crate::database::Db;
use crate::error::DbError;
use crate::sums;

impl Db {
    /// Begins to keep the sums of rows, where a version that kept none has made the database and
    /// [`Db::migrate`] has left it at that. Every process of that version must have ended.
    ///
    /// It errs when the database cannot be read or written.
    pub fn begin_sums(&self) -> Result<(), DbError> {
        self.alone(|connection| {
            connection.watch(false)?;
            let begun = sums::begin(connection);
            connection.watch(true)?;
            begun
        })
    }
}
