//! One run: a world, its days, and the check after every step.

use std::{collections::BTreeMap, sync::Arc};

use db::Tx;
use frame::App;
use jiff::{SignedDuration, Timestamp};
use rig::Outcome;
use serde::{Deserialize, Serialize};

use super::{
    faults::{Fault, Plant},
    story::Story,
    world::World,
};
use crate::{
    check::{Violation, Walk, instant},
    spec::days::plus,
    stage::{
        act::{Act, Came, Intent},
        cast::{FIRST_DAY, Size},
        document, found,
    },
};

/// Days after which the worker does what was queued. Each day is a transaction of its own: what
/// recognises companies follows what is committed.
const DAYS_OF_WORK: u32 = 28;

/// How long and how large a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// Days.
    pub days: u32,
    /// The world.
    pub size: Size,
    /// Acts of a day on the average.
    pub acts: u32,
}

/// Where a run stopped.
#[derive(Debug, Clone)]
pub struct Stopped {
    /// What was found.
    pub violation: Violation,
    /// After how many acts.
    pub step: usize,
}

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Every act, in order.
    pub intents: Vec<Intent>,
    /// What was found, where something was.
    pub stopped: Option<Stopped>,
    /// A hash over every table, at the end.
    pub hash: String,
    /// Comparisons made.
    pub compared: u64,
    /// How often each rule refused.
    pub refused: BTreeMap<String, u64>,
}

/// From where the acts come.
#[derive(Debug, Clone)]
pub enum Script {
    /// Chance makes them.
    Chance,
    /// They are given.
    Given(Vec<Intent>),
}

/// What a run carries from day to day.
struct Teller {
    walk: Walk,
    story: Option<Story>,
    given: std::vec::IntoIter<Intent>,
    told: Vec<Intent>,
    stopped: Option<Stopped>,
    refused: BTreeMap<String, u64>,
    day: u32,
    last: Timestamp,
}

/// Runs a seed, with a fault planted where one is given.
pub fn run(seed: u64, length: &Length, script: Script, fault: Option<&Fault>) -> Outcome<Run> {
    let known = document::generate(seed)?;
    let mut given = known.clone();
    if let Some(Plant::Document(change)) = fault.map(|fault| &fault.plant) {
        change(&mut given);
    }
    let world = World::open(seed, given, length.size, fault)?;
    let (story, given) = match script {
        Script::Chance => (Some(Story::new(seed, length)), Vec::new()),
        Script::Given(intents) => (None, intents),
    };
    let mut teller = Teller {
        walk: world.walk(known, fault)?,
        story,
        given: given.into_iter(),
        told: Vec::new(),
        stopped: None,
        refused: BTreeMap::new(),
        day: 0,
        last: found::founded_at(),
    };
    while teller.day < length.days && teller.stopped.is_none() {
        teller = next_day(&world, teller)?;
        if teller.day.is_multiple_of(DAYS_OF_WORK) {
            teller.work_off(&world)?;
        }
    }
    let hash = if teller.stopped.is_none() { world.hash()? } else { String::new() };
    Ok(Run {
        intents: teller.told,
        stopped: teller.stopped,
        hash,
        compared: teller.walk.checker.compared,
        refused: teller.refused,
    })
}

fn next_day(world: &World, teller: Teller) -> Outcome<Teller> {
    let (app, mut slot) = (world.app.clone(), Some(teller));
    let told = world.app.db.write_blocking(move |tx| {
        let Some(mut teller) = slot.take() else {
            return Err(db::DbError::Spoiled);
        };
        teller.one_day(tx, &app);
        Ok(teller)
    });
    told.map_err(|e| format!("seed {}: {e}", world.plan.seed))
}

impl Teller {
    fn one_day(&mut self, tx: &mut Tx<'_>, app: &Arc<App>) {
        let on = plus(FIRST_DAY, i64::from(self.day));
        let day = self.day;
        self.day += 1;
        let days = &self.walk.book.program.days;
        let (begins, ends) = (days.start(on), days.end(on));
        let minute = begins.saturating_add(SignedDuration::from_mins(1)).unwrap_or(begins);
        self.step(tx, app, Intent { at: minute.as_microsecond(), swept: true, act: Act::Wait });
        let mut planned: Vec<Intent> = Vec::new();
        if let Some(story) = &mut self.story {
            planned = story.times(&self.walk.book, (minute, ends));
        }
        for slot in planned {
            let at = instant(slot.at.max(self.last.as_microsecond() + 1));
            let Some(story) = self.story.as_mut().filter(|_| at < ends) else {
                break;
            };
            let intent = story.intent(&self.walk.book, &self.walk.names, slot, at);
            let merges = matches!(intent.act, Act::Merge { .. });
            self.step(tx, app, intent);
            if merges {
                // A day ends with a merge, so that it is committed before anybody asks for one of
                // the two companies.
                break;
            }
        }
        while let Some(intent) = self.given.as_slice().first().cloned() {
            if instant(intent.at) >= ends || self.stopped.is_some() {
                break;
            }
            self.given.next();
            if instant(intent.at) > self.last {
                self.step(tx, app, intent);
            }
        }
        if day % 7 == 6 && self.stopped.is_none() {
            let found = self.walk.everything(tx, self.last);
            self.stop(found);
        }
    }

    /// Takes one step in the product and in the book, and compares.
    fn step(&mut self, tx: &mut Tx<'_>, app: &Arc<App>, intent: Intent) {
        if self.stopped.is_some() {
            return;
        }
        self.last = instant(intent.at);
        let found = self.walk.step(tx, app, &intent);
        if intent.act != Act::Wait {
            self.told.push(intent);
        }
        if let Ok(Came::Refused(rule)) = &found {
            *self.refused.entry(rule.clone()).or_default() += 1;
        }
        self.stop(found.map(drop));
    }

    fn stop(&mut self, found: Result<(), Violation>) {
        if let Err(violation) = found {
            self.stopped = Some(Stopped { violation, step: self.told.len() });
        }
    }

    /// The worker does what was queued meanwhile; none of it may fail.
    fn work_off(&mut self, world: &World) -> Outcome<()> {
        if self.stopped.is_some() {
            return Ok(());
        }
        let options = jobs::WorkerOptions {
            name: "simulation".to_owned(),
            concurrency: 1,
            seed: 1,
            ..jobs::WorkerOptions::default()
        };
        let handlers = world.app.work.handlers(&world.app);
        let worker = jobs::Worker::new(world.app.db.clone(), handlers, options);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| e.to_string())?;
        let ran = runtime
            .block_on(worker.run_due_once(self.last.as_microsecond()))
            .map_err(|e| e.to_string())?;
        if ran.failed > 0 || ran.dead > 0 {
            let words = format!("{} jobs failed and {} died", ran.failed, ran.dead);
            self.stop(Err(Violation::new("OP-02", words)));
        }
        Ok(())
    }
}
