//! Which database it is, and how its address is written.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::DbError;
use crate::options::Options;
use crate::server::Server;

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
    Postgres(Arc<Server>),
}

impl Target {
    pub(crate) fn parse(url: &str, options: &Options) -> Result<Target, DbError> {
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
            return Server::parse(url, options).map(|server| Target::Postgres(Arc::new(server)));
        }
        Err(DbError::other("a database address begins with sqlite: or postgres://"))
    }

    /// Takes note that a connection for writing was made again, perhaps to another host.
    pub(crate) fn went_elsewhere(&self) {
        match self {
            Target::Sqlite(_) => {}
            Target::Postgres(server) => server.went_elsewhere(),
        }
    }

    /// Changes whenever [`Target::went_elsewhere`] is called.
    pub(crate) fn epoch(&self) -> u64 {
        match self {
            Target::Sqlite(_) => 0,
            Target::Postgres(server) => server.epoch(),
        }
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
        let parse = |url| Target::parse(url, &Options::default());
        assert_eq!(parse("sqlite:/a/b.db").unwrap().dialect(), Dialect::Sqlite);
        assert_eq!(parse("sqlite:///a/b.db").unwrap().dialect(), Dialect::Sqlite);
        assert_eq!(parse("postgres://me@host/x").unwrap().dialect(), Dialect::Postgres);
        assert!(parse("sqlite::memory:").is_err());
        assert!(parse("sqlite:").is_err());
        assert!(parse("mysql://x").is_err());
        assert!(parse("postgres://host/x?no_such_option=1").is_err());
    }
}
