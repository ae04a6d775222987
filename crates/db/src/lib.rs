//! Storage: one write path with group commit, many readers, on SQLite or PostgreSQL.
//!
//! This is the only crate that names a database driver. It knows nothing of what is stored: it
//! runs closures inside transactions and keeps four promises.
//!
//! * **A write is one transaction, and writes of a lane are serial.** Every closure given to
//!   [`Db::write`] sees the effects of all writes acknowledged before it, and either all of its
//!   changes stay or none. One given to [`Db::write_in`] sees those of its lane ([`Lane`]).
//! * **An acknowledged write is durable.** The answer is sent after the commit that holds it was
//!   synced. Many closures share one commit, so that a slow disk is paid for once.
//! * **A read is one snapshot.** A closure given to [`Db::read`] sees one state of the data however
//!   long it runs, and never waits for a writer.
//! * **Both databases answer alike.** The same SQL text runs on both, errors have the same names,
//!   and what one of them would tolerate and the other refuse is refused on both.
//!
//! ```no_run
//! use db::{Db, DbError, Options, params};
//!
//! # async fn example() -> Result<(), DbError> {
//! let db = Db::open("sqlite:/var/lib/example/data.db", Options::default())?;
//! let rows = db
//!     .write(|tx| tx.execute("UPDATE notes SET body = $2 WHERE id = $1", params!["n1", "new"]))
//!     .await?;
//! # let _: u64 = rows;
//! # Ok(())
//! # }
//! ```

mod action;
mod backup;
mod batch;
mod catalog;
mod cells;
mod clock;
mod column;
mod condition;
mod connection;
mod content;
mod copy;
mod database;
mod dialect;
mod distribute;
mod distribution;
mod error;
mod health;
pub mod keyset;
mod lane;
mod late_sums;
mod migrate;
mod options;
mod own;
mod placement;
mod plans;
mod purpose;
mod queue;
mod reader;
mod record;
mod replica;
mod replica_reads;
mod row;
#[cfg(feature = "scratch")]
pub mod scratch;
mod script;
mod seam;
mod searched;
mod server;
mod spoken;
mod stats;
mod sum;
mod sums;
mod threads;
mod turns;
mod tx;
mod value;
mod writer;

pub use backup::{Backup, check as integrity_check, look_into};
pub use catalog::{row_counts, table_names};
#[doc(hidden)]
pub use cells::{Cells as __Cells, width as __width};
pub use column::{Column, Plain, int_of, text_of};
pub use condition::{Where, containing};
pub use content::hash as content_hash;
pub use copy::{Copied, copy_all};
pub use database::Db;
pub use dialect::Dialect;
pub use distribution::{Distribution, Laid, distribution};
pub use error::DbError;
pub use health::Health;
pub use lane::Lane;
pub use migrate::{
    Applied, Fill, Migration, SchemaState, check as check_schema, version as schema_version,
};
pub use options::{Durability, Options, Pooler};
pub use placement::{Place, Placement, faults as placement_faults};
#[doc(hidden)]
pub use record::stored as __stored;
pub use record::{FromRow, Listed, One, Outer, OuterListed, Record, Whole};
pub use replica::{Left, Standing};
pub use row::Row;
pub use seam::{Rewritten, Seam};
pub use searched::Searched;
pub use server::{Encryption, Host, Inspection, Role, inspect as inspect_server};
pub use stats::Stats;
pub use sums::{differing as differing_tables, renew as renew_sums};
pub use tx::Tx;
pub use value::{NO_PARAMS, Value};
