//! Reading the columns of a row one after the other.

use db::{DbError, Row};
use jiff::{Timestamp, civil::Date};

/// Reads columns one after the other.
pub(in crate::deal_registration) struct Reader<'a, 'r> {
    row: &'a Row<'r>,
    next: usize,
}

impl<'a, 'r> Reader<'a, 'r> {
    /// Starts at column `first`.
    pub(in crate::deal_registration) fn new(row: &'a Row<'r>, first: usize) -> Self {
        Self { row, next: first }
    }

    /// Goes past a column.
    pub(super) fn step(&mut self) -> usize {
        let at = self.next;
        self.next += 1;
        at
    }

    pub(in crate::deal_registration) fn text(&mut self) -> Result<String, DbError> {
        let at = self.step();
        self.row.text(at)
    }

    pub(in crate::deal_registration) fn int(&mut self) -> Result<i64, DbError> {
        let at = self.step();
        self.row.int(at)
    }

    pub(in crate::deal_registration) fn opt_int(&mut self) -> Result<Option<i64>, DbError> {
        let at = self.step();
        self.row.opt_int(at)
    }

    pub(super) fn blob(&mut self) -> Result<Vec<u8>, DbError> {
        let at = self.step();
        self.row.blob(at)
    }

    pub(in crate::deal_registration) fn flag(&mut self) -> Result<bool, DbError> {
        Ok(self.int()? != 0)
    }

    pub(in crate::deal_registration) fn count(&mut self) -> Result<u32, DbError> {
        let column = self.next;
        u32::try_from(self.int()?).map_err(|_| bad(column, "a number below zero"))
    }

    pub(in crate::deal_registration) fn instant(&mut self) -> Result<Timestamp, DbError> {
        let column = self.next;
        Timestamp::from_microsecond(self.int()?).map_err(|_| bad(column, "not an instant"))
    }

    pub(in crate::deal_registration) fn opt_instant(
        &mut self,
    ) -> Result<Option<Timestamp>, DbError> {
        let column = self.next;
        self.opt_int()?
            .map(|at| Timestamp::from_microsecond(at).map_err(|_| bad(column, "not an instant")))
            .transpose()
    }

    pub(in crate::deal_registration) fn date(&mut self) -> Result<Date, DbError> {
        let column = self.next;
        self.opt_date()?.ok_or_else(|| bad(column, "no date"))
    }

    pub(in crate::deal_registration) fn opt_date(&mut self) -> Result<Option<Date>, DbError> {
        self.with(
            |text| {
                if text.is_empty() { Some(None) } else { text.parse::<Date>().ok().map(Some) }
            },
        )
    }

    /// The text through `parse`; what it does not know is a fault of the row.
    pub(in crate::deal_registration) fn with<T>(
        &mut self,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, DbError> {
        let column = self.step();
        self.row.with_text(column, parse)?.ok_or_else(|| bad(column, "an unknown word"))
    }

    /// A word that may be empty.
    pub(in crate::deal_registration) fn opt_with<T>(
        &mut self,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, DbError> {
        self.with(|text| if text.is_empty() { Some(None) } else { parse(text).map(Some) })
    }
}

pub(super) fn bad(column: usize, detail: &str) -> DbError {
    DbError::Type { column: column.to_string(), detail: detail.into() }
}
