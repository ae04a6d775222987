//! A founded world on a database of its own, with a fault planted where one is given.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use app::migrations;
use db::{Dialect, Durability, Options, Rewritten, Seam, scratch::Scratch};
use domain::program::Document;
use frame::config::Config;
use frame::{App, Clock};
use jiff::SignedDuration;
use rig::Outcome;

use super::faults::{self, Fault, Plant};
use crate::{
    check::{Checker, Walk},
    stage::{
        cast::{Cast, Plan, Size},
        found,
        perform::Names,
    },
};

/// A founded world.
pub struct World {
    /// How it was drawn.
    pub plan: Plan,
    /// The product.
    pub app: Arc<App>,
    /// Who and what there is.
    pub cast: Arc<Cast>,
    armed: Arc<AtomicBool>,
    // Dropped last: removes the database.
    _scratch: Scratch,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "World of seed {}", self.plan.seed)
    }
}

impl World {
    /// Founds the world of a seed, by the document that the product is to read.
    pub fn open(seed: u64, given: Document, size: Size, fault: Option<&Fault>) -> Outcome<World> {
        let scratch = Scratch::migrated(Dialect::Sqlite, migrations::ALL);
        let armed = Arc::new(AtomicBool::new(false));
        let options = Options {
            readers: 1,
            durability: Durability::Off,
            seam: fault.and_then(|fault| seam(fault, &armed)),
            ..Options::default()
        };
        let mut secret = [0; 32];
        secret.iter_mut().zip(seed.to_be_bytes()).for_each(|(to, from)| *to = from);
        let config = Config { seed: secret, ..Config::for_tests() };
        let app = app::open(scratch.open_with(options), Clock::still(found::founded_at()), config)
            .map_err(|e| e.to_string())?;
        // What is done brings its own time; this clock stands.
        app.clock.tell_history(true);
        let plan = Plan::new(seed, size, given);
        let (founding, planned) = (app.clone(), plan.clone());
        let cast = app
            .db
            .write_blocking(move |tx| found::found(tx, &founding, &planned))
            .map_err(|e| format!("founding: {e}"))?;
        channel::accounts::index(&app)
            .and_then(|index| index.fill(&app, &cast.vendor_id))
            .map_err(|e| e.to_string())?;
        Ok(World { plan, app, cast: Arc::new(cast), armed, _scratch: scratch })
    }

    /// The walk that begins here, by the document that the checker knows; from now on the fault
    /// acts.
    pub fn walk(&self, known: Document, fault: Option<&Fault>) -> Outcome<Walk> {
        let (cast, schema) = (self.cast.clone(), fault.and_then(Fault::schema));
        let at = found::founded_at();
        let checker = self.app.db.write_blocking(move |tx| {
            if let Some(sql) = schema {
                tx.batch(sql)?;
            }
            Ok::<_, db::DbError>(Checker::new(tx, &cast, at).map_err(|v| v.to_string()))
        });
        let late = match fault.map(|fault| &fault.plant) {
            Some(Plant::Jobs(late)) => *late,
            Some(Plant::Writes(_) | Plant::Document(_) | Plant::Schema(_)) | None => {
                SignedDuration::ZERO
            }
        };
        let names = Names {
            accounts: (0..).zip(self.cast.accounts.iter().cloned()).collect(),
            ..Names::default()
        };
        self.armed.store(true, Ordering::SeqCst);
        Ok(Walk {
            book: self.plan.book(known, &self.cast.references()),
            names,
            cast: self.cast.clone(),
            checker: checker.map_err(|e| e.to_string())??,
            late,
        })
    }

    /// A hash over every table but those of the queue, whose rows name processes.
    pub fn hash(&self) -> Outcome<String> {
        let hash = self.app.db.read_blocking(|tx| {
            let mut tables = db::table_names(tx)?;
            tables.retain(|table| !table.starts_with("jobs"));
            db::content_hash(tx, &tables)
        });
        hash.map_err(|e| e.to_string())
    }
}

fn seam(fault: &Fault, armed: &Arc<AtomicBool>) -> Option<Seam> {
    let Plant::Writes(write) = fault.plant else {
        return None;
    };
    let armed = armed.clone();
    Some(Seam::new(move |sql, values| {
        if armed.load(Ordering::SeqCst) {
            faults::rewritten(write, sql, values)
        } else {
            Rewritten::AsGiven
        }
    }))
}
