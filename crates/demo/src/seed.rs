//! Making the demo: the world first, then two years of it, in few large transactions.

use std::sync::Arc;

use db::{Durability, Tx};
use domain::ids::VendorId;
use jiff::{SignedDuration, Timestamp};

use super::{
    clock,
    days::{self, Story},
    personas,
    span::{BEGINS, TODAY, day_at},
    state::{self, State},
    world::{
        cast::World,
        found::{self, Size},
    },
};
use frame::{error::AppError, state::App};
use people::{identity, notifications};

/// Hours in a day, for what is kept so many days.
const DAY: i64 = 24;

/// Days told in one transaction.
const DAYS_AT_ONCE: u32 = 14;

/// What the demo is to be.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// What chance is drawn from; the same seed makes the same demo.
    pub seed: u64,
    /// Accounts that the vendor knows.
    pub accounts: usize,
    /// Registrations until the demo's today.
    pub registrations: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, accounts: 3_000, registrations: 5_000 }
    }
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Seeded {
    /// The vendor.
    pub vendor_id: VendorId,
    /// Partners.
    pub partners: usize,
    /// Accounts known from the beginning.
    pub accounts: usize,
    /// Registrations.
    pub registrations: u32,
}

/// Makes the demo in an empty database and sets the clock to its today. `progress` hears how many
/// of a hundred parts are done. Rule DM-01.
pub fn seed(app: &Arc<App>, options: Options, progress: &dyn Fn(u32)) -> Result<Seeded, AppError> {
    if !app.config.demo {
        return Err(AppError::internal("only a demo database can be filled with invented people"));
    }
    app.db.set_durability(Durability::Off)?;
    app.clock.tell_history(true);
    let made = make(app, options, progress);
    app.clock.tell_history(false);
    app.db.set_durability(Durability::Full)?;
    made
}

fn make(app: &Arc<App>, options: Options, progress: &dyn Fn(u32)) -> Result<Seeded, AppError> {
    let size =
        Size { seed: options.seed, accounts: options.accounts, strangers: options.accounts / 6 };
    let founding = app.clone();
    let world = app.db.write_blocking(move |tx| found::found(tx, &founding, size))?;
    let world = Arc::new(world);
    channel::accounts::index(app)?.fill(app, &world.vendor_id)?;
    progress(4);
    let mut story = Story::new(options.seed, options.registrations);
    while !story.is_told() {
        story = tell(app, &world, story)?;
        errands_of_the_house(app, day_at(&world.zone, story.day, (0, 0))?)?;
        progress(4 + story.made.saturating_mul(92) / options.registrations.max(1));
    }
    let begins = day_at(&world.zone, TODAY, BEGINS)?;
    let (vendor_id, state) = (world.vendor_id.clone(), state_of(&world, &story));
    app.db.write_blocking(move |tx| finish(tx, &vendor_id, begins, &state))?;
    app.clock.set(begins);
    progress(100);
    Ok(Seeded {
        vendor_id: world.vendor_id.clone(),
        partners: story.partners.len(),
        accounts: world.accounts.len(),
        registrations: story.made,
    })
}

/// Runs the jobs that were queued meanwhile, as a worker would.
fn errands_of_the_house(app: &Arc<App>, now: Timestamp) -> Result<(), AppError> {
    let worker =
        jobs::Worker::new(app.db.clone(), app.work.handlers(app), jobs::WorkerOptions::default());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(AppError::internal)?;
    runtime.block_on(worker.run_due_once(now.as_microsecond()))?;
    Ok(())
}

fn tell(app: &Arc<App>, world: &Arc<World>, story: Story) -> Result<Story, AppError> {
    let (app_, world) = (app.clone(), world.clone());
    app.db.write_blocking(move |tx| {
        let mut next = story.clone();
        days::tell(tx, &app_, &world, &mut next, DAYS_AT_ONCE)?;
        Ok::<Story, AppError>(next)
    })
}

fn state_of(world: &World, story: &Story) -> State {
    let named = |place: Option<usize>| {
        let company = place.and_then(|place| world.accounts.get(place)).map(|a| &a.company);
        company
            .map_or_else(Default::default, |company| (company.name.clone(), company.domain.clone()))
    };
    State {
        personas: personas::cast(world, &story.partners),
        free_account: named(story.free_account(world)),
        held_account: named(story.held),
        moved: None,
    }
}

/// Ends the making: what everybody has read long ago goes, and the clock's place is kept.
fn finish(
    tx: &mut Tx<'_>,
    vendor_id: &VendorId,
    now: Timestamp,
    state: &State,
) -> Result<(), AppError> {
    let days_ago = |days: i64| {
        now.saturating_sub(SignedDuration::from_hours(DAY * days)).unwrap_or(Timestamp::MIN)
    };
    notifications::tidy(tx, vendor_id, (days_ago(3), days_ago(60), days_ago(14)))?;
    identity::forget_old(tx, now)?;
    clock::schedule(tx, now)?;
    state::write(tx, vendor_id, now, state)
}
