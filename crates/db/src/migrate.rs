//! The schema: numbered migrations, each applied once, in one transaction, on both databases.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::connection::Connection;
use crate::dialect::Dialect;
use crate::distribution;
use crate::error::DbError;
use crate::lane::Lane;
use crate::own::BOOK;
use crate::params;
use crate::plans;
use crate::sums;
use crate::tx::Tx;
use crate::value::NO_PARAMS;

const CREATE_BOOK: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    number BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at BIGINT NOT NULL
)";

/// Computes values in the transaction of a migration. It knows the schema of that migration and of
/// none behind it.
pub type Fill = fn(&mut Tx<'_>) -> Result<(), DbError>;

/// One step of the schema. The text is portable SQL; what has to differ stands between a line
/// `-- only sqlite` or `-- only postgres` and a line `-- end`.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Position in the history, from 1, without gaps.
    pub number: u32,
    /// The capability and what it gets, as in the file's name.
    pub name: &'static str,
    /// The statements for both databases.
    pub sql: &'static str,
    /// What the program computes once the statements ran, in the same transaction: values that SQL
    /// cannot make alike on both databases.
    pub fill: Option<Fill>,
}

/// What [`Db::migrate`](crate::Db::migrate) did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The schema's number before, 0 for an empty database.
    pub before: u32,
    /// The schema's number now.
    pub after: u32,
    /// The names of what was applied, in order.
    pub names: Vec<String>,
}

/// How the schema stands to this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    /// Nothing is to be applied.
    Current,
    /// Some migrations have to be applied first.
    Behind {
        /// How many.
        pending: u32,
    },
}

/// Checksums of texts that were published before a migration got the text it has, by its number. What
/// they left behind is mended by a later migration.
const FORMER_TEXTS: [(u32, &str); 1] =
    [(25, "5df55f37590def45c536971e612dcd2c8036890c2d0dd58b96b3d548aad1f9c1")];

/// What the book says was applied: number to name and checksum.
type Book = BTreeMap<u32, (String, String)>;

/// Applies what is missing. The sums of rows end with the first that is applied, and begin anew. In
/// a database of a version that kept none they begin later: a process of that version may still
/// write.
pub(crate) fn run(
    connection: &mut Connection,
    migrations: &[Migration],
    now_micros: i64,
    between: &mut dyn FnMut(&mut Connection) -> Result<(), DbError>,
) -> Result<Applied, DbError> {
    let had = in_transaction(connection, sums::are_kept)?;
    connection.watch(false)?;
    let applied = run_unwatched(connection, migrations, now_micros, between);
    let begun = applied.and_then(|applied| {
        if had || applied.before == 0 || applied.names.is_empty() {
            sums::begin(connection)?;
        }
        Ok(applied)
    });
    connection.watch(true)?;
    begun
}

fn run_unwatched(
    connection: &mut Connection,
    migrations: &[Migration],
    now_micros: i64,
    between: &mut dyn FnMut(&mut Connection) -> Result<(), DbError>,
) -> Result<Applied, DbError> {
    numbered(migrations)?;
    let book = in_transaction(connection, |tx| {
        tx.batch(CREATE_BOOK)?;
        read_book(tx)
    })?;
    compare(&book, migrations)?;
    let before = last(&book);
    let mut applied = Applied { before, after: before, names: Vec::new() };
    for migration in migrations {
        let fresh = in_transaction(connection, |tx| apply(tx, migration, now_micros));
        let fresh = fresh.map_err(|error| {
            if error.is_transient() || matches!(error, DbError::Schema(_)) {
                return error;
            }
            DbError::Schema(format!(
                "migration {:04} {} failed and was undone: {error}",
                migration.number, migration.name
            ))
        })?;
        if fresh {
            applied.after = migration.number;
            applied.names.push(migration.name.to_owned());
            between(connection)?;
        }
    }
    Ok(applied)
}

/// Whether the schema is the one this program knows, in a transaction at hand.
///
/// It errs with [`DbError::Schema`] when the schema is newer or was changed.
pub fn check(tx: &mut Tx<'_>, migrations: &[Migration]) -> Result<SchemaState, DbError> {
    numbered(migrations)?;
    let book = if book_exists(tx)? { read_book(tx)? } else { Book::new() };
    compare(&book, migrations)?;
    let pending = migrations.iter().filter(|migration| !book.contains_key(&migration.number));
    Ok(match u32::try_from(pending.count()).unwrap_or(u32::MAX) {
        0 => SchemaState::Current,
        pending => SchemaState::Behind { pending },
    })
}

/// The number of the last applied migration in a transaction at hand, 0 for an empty database.
pub fn version(tx: &mut Tx<'_>) -> Result<u32, DbError> {
    if book_exists(tx)? { read_book(tx).map(|book| last(&book)) } else { Ok(0) }
}

/// Applies one migration unless it was; another node may have been faster.
fn apply(tx: &mut Tx<'_>, migration: &Migration, now_micros: i64) -> Result<bool, DbError> {
    if read_book(tx)?.contains_key(&migration.number) {
        return Ok(false);
    }
    sums::end(tx)?;
    distribution::run_migration(tx, &for_dialect(migration, tx.dialect())?)?;
    if let Some(fill) = migration.fill {
        fill(tx)?;
    }
    plans::tell(tx)?;
    tx.execute(
        "INSERT INTO schema_migrations (number, name, checksum, applied_at) \
         VALUES ($1, $2, $3, $4)",
        params![migration.number, migration.name, checksum(migration.sql), now_micros],
    )?;
    Ok(true)
}

fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, DbError>,
) -> Result<T, DbError> {
    connection.begin_write(Lane::ALL)?;
    let outcome = work(&mut Tx::new(connection));
    match outcome {
        Ok(done) => {
            connection.commit()?;
            Ok(done)
        }
        Err(error) => {
            connection.rollback();
            Err(error)
        }
    }
}

fn book_exists(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
        Dialect::Postgres => {
            "SELECT COUNT(*) FROM information_schema.tables \
             WHERE table_schema = current_schema() AND CAST(table_name AS TEXT) = $1"
        }
    };
    tx.query_one(sql, params![BOOK], |row| Ok(row.int(0)? > 0))
}

fn read_book(tx: &mut Tx<'_>) -> Result<Book, DbError> {
    let rows = tx.query(
        "SELECT number, name, checksum FROM schema_migrations ORDER BY number",
        NO_PARAMS,
        |row| Ok((row.int(0)?, row.text(1)?, row.text(2)?)),
    )?;
    let mut book = Book::new();
    for (number, name, checksum) in rows {
        let number = u32::try_from(number)
            .map_err(|_| DbError::Schema(format!("{number} is not the number of a migration")))?;
        book.insert(number, (name, checksum));
    }
    Ok(book)
}

fn last(book: &Book) -> u32 {
    book.last_key_value().map_or(0, |(number, _)| *number)
}

/// Refuses a list with a gap or in another order: numbers are given once and for all.
fn numbered(migrations: &[Migration]) -> Result<(), DbError> {
    for (position, migration) in (1_u32..).zip(migrations) {
        if migration.number != position {
            return Err(DbError::Schema(format!(
                "migration {:04} {} stands where number {position:04} belongs",
                migration.number, migration.name
            )));
        }
    }
    Ok(())
}

/// Refuses a schema that this program does not know.
fn compare(book: &Book, migrations: &[Migration]) -> Result<(), DbError> {
    let known: BTreeMap<u32, &Migration> =
        migrations.iter().map(|migration| (migration.number, migration)).collect();
    for (number, (name, applied)) in book {
        let Some(migration) = known.get(number) else {
            let newest = migrations.last().map_or(0, |migration| migration.number);
            return Err(DbError::Schema(format!(
                "the database has schema {:04}, this program knows schemas up to {newest:04}; \
                 run a program that knows migration {number:04} {name}",
                last(book)
            )));
        };
        let is_former = FORMER_TEXTS.contains(&(*number, applied.as_str()));
        if *applied != checksum(migration.sql) && !is_former {
            return Err(DbError::Schema(format!(
                "migration {number:04} {name} was applied with a different text than in this \
                 program; an applied migration must never be changed"
            )));
        }
    }
    Ok(())
}

/// The text's hash, the same whatever ends its lines.
fn checksum(sql: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(sql.replace("\r\n", "\n").as_bytes()))
}

/// The statements for one database. Lines left out stay as empty lines, so that a line number in
/// an error is the one in the file.
fn for_dialect(migration: &Migration, dialect: Dialect) -> Result<String, DbError> {
    let mut kept = String::with_capacity(migration.sql.len());
    let mut section: Option<Dialect> = None;
    let wrong = |line: usize, what: &str| {
        DbError::Schema(format!(
            "migration {:04} {}, line {line}: {what}",
            migration.number, migration.name
        ))
    };
    let mut count = 0;
    for (line, text) in (1..).zip(migration.sql.lines()) {
        count = line;
        let opened = match text.trim() {
            "-- only sqlite" => Some(Dialect::Sqlite),
            "-- only postgres" => Some(Dialect::Postgres),
            _ => None,
        };
        if opened.is_some() {
            if section.is_some() {
                return Err(wrong(line, "a section begins inside another"));
            }
            section = opened;
        } else if text.trim() == "-- end" {
            if section.take().is_none() {
                return Err(wrong(line, "an end without a section"));
            }
        } else if text.trim().starts_with("-- only ") {
            return Err(wrong(line, "a section is for sqlite or for postgres"));
        } else if section.is_none_or(|only| only == dialect) {
            kept.push_str(text);
        }
        kept.push('\n');
    }
    match section {
        Some(_) => Err(wrong(count, "a section is not ended")),
        None => Ok(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(sql: &'static str, dialect: Dialect) -> Result<String, DbError> {
        for_dialect(&Migration { number: 7, name: "notes", sql, fill: None }, dialect)
    }

    #[test]
    fn a_section_is_for_one_database() {
        let sql = "A;\n-- only sqlite\nB;\n-- end\n-- only postgres\nC;\n-- end\nD;";
        let sqlite = text(sql, Dialect::Sqlite).unwrap();
        let postgres = text(sql, Dialect::Postgres).unwrap();
        assert_eq!(sqlite.split_whitespace().collect::<String>(), "A;B;D;");
        assert_eq!(postgres.split_whitespace().collect::<String>(), "A;C;D;");
        assert_eq!(sqlite.lines().position(|line| line == "D;"), Some(7));
    }

    #[test]
    fn a_section_that_is_not_closed_is_refused_with_its_line() {
        for (sql, line) in [
            ("A;\n-- only sqlite\nB;", "line 3"),
            ("-- only sqlite\n-- only postgres\n-- end", "line 2"),
            ("A;\n-- end", "line 2"),
            ("-- only oracle\n-- end", "line 1"),
        ] {
            let refusal = text(sql, Dialect::Sqlite).unwrap_err().to_string();
            assert!(refusal.contains(line) && refusal.contains("0007 notes"), "{refusal}");
        }
    }

    #[test]
    fn the_end_of_lines_does_not_change_the_checksum() {
        assert_eq!(checksum("A;\r\nB;"), checksum("A;\nB;"));
        assert_ne!(checksum("A;\nB;"), checksum("A;\nC;"));
    }

    #[test]
    fn a_published_former_text_is_taken_for_its_number_only() {
        let migration = |number| Migration { number, name: "x", sql: "A;", fill: None };
        let applied =
            |number, text: &str| Book::from([(number, ("x".to_owned(), text.to_owned()))]);
        let (number, former) = FORMER_TEXTS[0];
        assert!(compare(&applied(number, former), &[migration(number)]).is_ok());
        assert!(compare(&applied(number, &checksum("A;")), &[migration(number)]).is_ok());
        assert!(compare(&applied(number, &checksum("B;")), &[migration(number)]).is_err());
        assert!(compare(&applied(1, former), &[migration(1)]).is_err());
    }

    #[test]
    fn numbers_have_no_gap() {
        let of = |number| Migration { number, name: "x", sql: "", fill: None };
        assert!(numbered(&[of(1), of(2)]).is_ok());
        assert!(numbered(&[of(1), of(3)]).is_err());
        assert!(numbered(&[of(2)]).is_err());
    }
}
