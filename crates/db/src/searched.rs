//! Finding the few rows whose text contains some words, among very many.

use crate::condition::containing;
use crate::dialect::Dialect;
use crate::error::DbError;
use crate::params;
use crate::tx::Tx;

/// A column of folded text that people search. It needs an index over `vendor_id`, the text and the
/// id, in this order, and on PostgreSQL one of its trigrams where the extension is there.
#[derive(Debug, Clone, Copy)]
pub struct Searched {
    /// The table.
    pub table: &'static str,
    /// The column of the text.
    pub text: &'static str,
    /// The column of the id that is wanted.
    pub id: &'static str,
}

impl Searched {
    /// The ids of a vendor's rows whose text contains these words, in no order; `None` when there are
    /// more than `most`. The words are folded as the text is.
    ///
    /// Words that many rows contain are found at once, and the reading stops there: who asks then does
    /// better to go through the rows in the order of its list. Rare words are looked for in an index
    /// alone, which is much narrower than the table.
    #[track_caller]
    pub fn ids(
        &self,
        tx: &mut Tx<'_>,
        (vendor_id, words): (&str, &str),
        most: usize,
    ) -> Result<Option<Vec<String>>, DbError> {
        let Self { table, text, id } = self;
        // SQLite compares bytes sooner than patterns; PostgreSQL has an index for patterns only.
        let (test, words) = match tx.dialect() {
            Dialect::Sqlite => (format!("INSTR({text}, $2) > 0"), words.to_owned()),
            Dialect::Postgres => (format!("{text} LIKE $2 ESCAPE '!'"), containing(words)),
        };
        let sql = format!("SELECT {id} FROM {table} WHERE vendor_id = $1 AND {test} LIMIT $3");
        let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
        let found: Vec<String> = tx.query_as(&sql, params![vendor_id, &words, limit])?;
        Ok(Some(found).filter(|found| found.len() <= most))
    }
}
