//! Which database it is, and how its address is written.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::error::DbError;

/// The two databases that are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// The embedded database: one file beside the program.
    Sqlite,
    /// A PostgreSQL server, shared by any number of nodes.
    Postgres,
}

impl Dialect {
    /// Both, in the order in which tests run on them.
    pub const ALL: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgres];
}

impl fmt::Display for Dialect {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        })
    }
}

/// Where the data is: a parsed address.
#[derive(Clone)]
pub(crate) enum Target {
    Sqlite(PathBuf),
    Postgres(Box<postgres::Config>),
}

impl Target {
    pub(crate) fn parse(url: &str) -> Result<Target, DbError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains(":memory:") {
                return Err(DbError::other(
                    "the SQLite address needs the path of a file, as in sqlite:/var/lib/data.db \
                     (a database in memory would be another one for each connection)",
                ));
            }
            return Ok(Target::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let config = postgres::Config::from_str(url).map_err(|error| {
                DbError::other(format!("the PostgreSQL address cannot be read: {error}"))
            })?;
            return Ok(Target::Postgres(Box::new(config)));
        }
        Err(DbError::other("a database address begins with sqlite: or postgres://"))
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Target::Sqlite(_) => Dialect::Sqlite,
            Target::Postgres(_) => Dialect::Postgres,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_file_or_a_server() {
        assert_eq!(Target::parse("sqlite:/a/b.db").unwrap().dialect(), Dialect::Sqlite);
        assert_eq!(Target::parse("sqlite:///a/b.db").unwrap().dialect(), Dialect::Sqlite);
        assert_eq!(Target::parse("postgres://me@host/x").unwrap().dialect(), Dialect::Postgres);
        assert!(Target::parse("sqlite::memory:").is_err());
        assert!(Target::parse("sqlite:").is_err());
        assert!(Target::parse("mysql://x").is_err());
        assert!(Target::parse("postgres://host/x?no_such_option=1").is_err());
    }
}
