//! A PostgreSQL server as an installation knows it: where it is, how it is reached, and which of
//! several hosts takes writes.

mod address;
mod dial;
mod explain;
mod inspect;
mod passfile;
mod pooler;
mod tls;
mod verify;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

pub(crate) use self::dial::{ANSWER_LIMIT, Standing, dial, is_silence, leave, no_answer};
pub use self::inspect::{Encryption, Host, Inspection, Role, inspect};

use self::address::Address;
use crate::error::DbError;
use crate::options::{Options, Pooler};

/// A server that connections are made to, and what they have learned about it.
pub(crate) struct Server {
    address: Address,
    password: Option<String>,
    /// Whether a pooler hands out another session for each transaction.
    pooled: AtomicBool,
    /// The host that was last found to take writes.
    favourite: AtomicUsize,
    /// Counts how often the connections for writing went elsewhere, or were made again.
    epoch: AtomicU64,
}

impl Server {
    pub(crate) fn parse(url: &str, options: &Options) -> Result<Server, DbError> {
        let address = Address::parse(url)?;
        let pooler = address.pooler.unwrap_or(options.pooler);
        Ok(Server {
            address,
            password: options.password.clone(),
            pooled: AtomicBool::new(pooler == Pooler::Transaction),
            favourite: AtomicUsize::new(0),
            epoch: AtomicU64::new(0),
        })
    }

    /// Looks for a pooler when nobody said whether there is one.
    pub(crate) fn find_out(&self, options: &Options) -> Result<(), DbError> {
        let told = self.address.pooler.unwrap_or(options.pooler);
        if told == Pooler::Auto && pooler::is_between(self)? {
            tracing::warn!(
                "a transaction pooler was found; set database.pooler = \"transaction\" so that it \
                 need not be detected"
            );
            self.pooled.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Keeps no statement unless it was told that there is no pooler: who is not there yet cannot be
    /// looked at.
    pub(crate) fn expect_pooler(&self, options: &Options) {
        if self.address.pooler.unwrap_or(options.pooler) == Pooler::Auto {
            self.pooled.store(true, Ordering::Relaxed);
        }
    }

    /// Whether statements must not be kept, because the next transaction runs in another session.
    pub(crate) fn is_pooled(&self) -> bool {
        self.pooled.load(Ordering::Relaxed)
    }

    /// Whether a pooler may wait for its server while another host of the address has one.
    pub(crate) fn may_wait_in_vain(&self) -> bool {
        self.is_pooled() && self.address.places.len() > 1
    }

    /// Whether connections are made to this host first, as to the one that last took writes.
    pub(crate) fn is_favourite(&self, at: usize) -> bool {
        self.favourite.load(Ordering::Relaxed) == at
    }

    /// Takes note that this host does not answer: the next connection is tried elsewhere first.
    pub(crate) fn is_silent(&self, at: usize) {
        let next = (at + 1) % self.address.places.len().max(1);
        // Somebody else may have found out before.
        let _ = self.favourite.compare_exchange(at, next, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Takes note that a kept statement was gone, which a pooler does.
    pub(crate) fn found_pooled(&self) {
        if !self.pooled.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "prepared statements were lost between two transactions, as behind a pooler: they \
                 are no longer cached; set database.pooler = \"transaction\""
            );
        }
    }

    /// Changes when another host takes writes, and with every connection for writing that was made
    /// again: what reads should look again for the host that takes writes.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Relaxed)
    }

    pub(crate) fn went_elsewhere(&self) {
        self.epoch.fetch_add(1, Ordering::Relaxed);
    }
}
