//! What every story ends with: the product must not find fault with what it wrote itself. A story
//! that changes rows behind its back says so.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use db::{Dialect, scratch::Scratch};
use frame::{App, AppError};
use run::operate::soundness::{self, Heads};

use crate::world::World;

/// Every story ends with what an operator would run: the product must not find fault with what it
/// wrote itself.
pub(crate) struct Verification {
    app: Arc<App>,
    tampered: Arc<AtomicBool>,
    _scratch: Arc<Scratch>,
}

impl Verification {
    pub(crate) fn of(world: &World) -> Self {
        Self {
            app: world.app.clone(),
            tampered: world.tampered.clone(),
            _scratch: world.scratch.clone(),
        }
    }

    pub(crate) fn carry_out(self, dialect: Dialect) {
        if !self.tampered.load(Ordering::SeqCst) {
            assert_eq!(faults(&self.app), Vec::<String>::new(), "verified on {dialect}");
        }
    }
}

pub(crate) fn faults(app: &Arc<App>) -> Vec<String> {
    let found =
        app.db.read_blocking(|tx| soundness::examine(tx, &app::kept_tables(), &Heads::new()));
    let found = found.unwrap_or_else(|error: AppError| panic!("verify: {error}"));
    found.faults.into_iter().chain(found.differences.words).collect()
}

impl World {
    /// Changes rows behind the product's back, as whoever owns the database can. The world is not
    /// verified at its end any more.
    pub fn tamper(&self, f: impl Fn(&mut db::Tx<'_>) -> Result<(), db::DbError> + Send + 'static) {
        self.expects_faults();
        self.app.db.write_blocking(f).unwrap_or_else(|error: db::DbError| panic!("{error}"));
    }

    /// The story writes rows that the product would not: the world is not verified at its end.
    pub fn expects_faults(&self) {
        self.tampered.store(true, Ordering::SeqCst);
    }

    /// What `entente verify` would find after these statements, which are undone again.
    pub fn faults_after(&self, statements: &str) -> Vec<String> {
        enum Undone {
            Looked(Vec<String>),
            Failed(String),
        }
        impl From<db::DbError> for Undone {
            fn from(error: db::DbError) -> Self {
                Self::Failed(error.to_string())
            }
        }
        let run = statements.to_owned();
        let outcome: Result<(), Undone> = self.app.db.write_blocking(move |tx| {
            tx.batch(&run)?;
            let found = soundness::examine(tx, &app::kept_tables(), &Heads::new());
            let found = found.map_err(|error| Undone::Failed(error.to_string()))?;
            let words = found.faults.into_iter().chain(found.differences.words);
            Err(Undone::Looked(words.collect()))
        });
        match outcome {
            Err(Undone::Looked(words)) => words,
            Err(Undone::Failed(error)) => panic!("{statements}: {error}"),
            Ok(()) => panic!("{statements}: it was kept"),
        }
    }

    /// The statements that take the guards off the audit trail, as whoever owns the database can.
    pub fn unguarded(&self) -> &'static str {
        match self.dialect() {
            Dialect::Sqlite => {
                "DROP TRIGGER audit_entries_no_update; DROP TRIGGER audit_entries_no_delete; \
                 DROP TRIGGER audit_rows_no_update; DROP TRIGGER audit_rows_no_delete; "
            }
            Dialect::Postgres => {
                "ALTER TABLE audit_entries DISABLE TRIGGER ALL; \
                 ALTER TABLE audit_rows DISABLE TRIGGER ALL; "
            }
        }
    }
}
