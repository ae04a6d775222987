//! One sequence: it begins in a founded world and leaves nothing behind.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use rig::Outcome;

use crate::{
    check::{Violation, Walk, instant},
    simulation::world::World,
    spec::book::Book,
    stage::{
        act::{Act, Came, Intent},
        cast::FIRST_DAY,
        dice::Dice,
    },
};

/// A step from one state to another.
pub(super) type Move = (&'static str, &'static str);

/// A machine that sequences are made for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Machine {
    /// What it is a machine of.
    pub(super) name: &'static str,
    /// Every move of the model.
    pub(super) moves: &'static [Move],
    /// The next act, by chance, and how long to wait before it.
    pub(super) next: fn(&mut Maker, &Book, Timestamp) -> (Act, SignedDuration),
    /// Where each thing of the machine stands.
    pub(super) states: fn(&Book) -> BTreeMap<u32, &'static str>,
    /// Where a thing stands that does not exist yet.
    pub(super) before: &'static str,
}

/// Chance and the labels given so far.
#[derive(Debug, Clone)]
pub(super) struct Maker {
    pub(super) dice: Dice,
    pub(super) label: u32,
    pub(super) company: u32,
    /// Open requests for evidence: case and side.
    pub(super) requests: BTreeMap<u32, (u32, Option<u32>)>,
}

impl Maker {
    /// The next label.
    pub(super) fn label(&mut self) -> u32 {
        self.label += 1;
        self.label
    }
}

/// What came of a sequence.
#[derive(Debug, Clone)]
pub(super) struct Sequence {
    pub(super) intents: Vec<Intent>,
    pub(super) visited: BTreeSet<Move>,
    pub(super) refused: BTreeSet<String>,
    pub(super) found: Option<Violation>,
}

/// From where the acts come.
#[derive(Debug, Clone)]
pub(super) enum Script {
    Chance { seed: u64, steps: u32 },
    Given(Vec<Intent>),
}

/// How a sequence leaves its transaction: nothing of it stays.
enum Undone {
    Told(Box<Sequence>),
    Failed(String),
}

impl From<db::DbError> for Undone {
    fn from(error: db::DbError) -> Undone {
        Undone::Failed(error.to_string())
    }
}

/// Runs a sequence in a world, from a copy of its walk.
pub(super) fn run(
    world: &World,
    walk: &Walk,
    machine: Machine,
    script: &Script,
) -> Outcome<Sequence> {
    let (app, mut slot) = (world.app.clone(), Some((walk.clone(), script.clone())));
    let outcome = world.app.db.write_blocking(move |tx| {
        let Some((mut walk, script)) = slot.take() else {
            return Err::<(), Undone>(Undone::Failed("the sequence ran twice".to_owned()));
        };
        let mut told = Told::new(&walk.book);
        match script {
            Script::Chance { seed, steps } => {
                let mut maker = Maker {
                    dice: Dice::new(seed, 7),
                    label: 0,
                    company: 0,
                    requests: BTreeMap::new(),
                };
                for _ in 0..steps {
                    let (act, wait) = (machine.next)(&mut maker, &walk.book, told.at);
                    let at = told.at.saturating_add(wait).unwrap_or(told.at);
                    let intent = Intent { at: at.as_microsecond(), swept: true, act };
                    if !told.step(&mut walk, (tx, &app), machine, intent) {
                        break;
                    }
                }
            }
            Script::Given(intents) => {
                for intent in intents {
                    let later = instant(intent.at) > told.at;
                    if later && !told.step(&mut walk, (tx, &app), machine, intent) {
                        break;
                    }
                }
            }
        }
        Err(Undone::Told(Box::new(told.sequence)))
    });
    match outcome {
        Err(Undone::Told(sequence)) => Ok(*sequence),
        Err(Undone::Failed(error)) => Err(error),
        Ok(()) => Err("a sequence stayed".to_owned()),
    }
}

struct Told {
    sequence: Sequence,
    at: Timestamp,
}

impl Told {
    fn new(book: &Book) -> Told {
        let sequence = Sequence {
            intents: Vec::new(),
            visited: BTreeSet::new(),
            refused: BTreeSet::new(),
            found: None,
        };
        Told { sequence, at: book.program.days.start(FIRST_DAY) }
    }

    /// Takes a step; false when it found something.
    fn step(
        &mut self,
        walk: &mut Walk,
        (tx, app): (&mut db::Tx<'_>, &Arc<frame::App>),
        machine: Machine,
        intent: Intent,
    ) -> bool {
        self.at = instant(intent.at);
        let before = (machine.states)(&walk.book);
        let found = walk.step(tx, app, &intent);
        self.sequence.intents.push(intent);
        match found {
            Ok(came) => {
                if let Came::Refused(rule) = came {
                    self.sequence.refused.insert(rule);
                }
                for (label, state) in (machine.states)(&walk.book) {
                    let was = before.get(&label).copied().unwrap_or(machine.before);
                    if was != state {
                        self.sequence.visited.insert((was, state));
                    }
                }
                true
            }
            Err(violation) => {
                self.sequence.found = Some(violation);
                false
            }
        }
    }
}

/// Leaves out acts of a failing sequence, as long as the same rule is found broken.
pub(super) fn shrink(
    world: &World,
    walk: &Walk,
    machine: Machine,
    failing: &Sequence,
) -> Outcome<Sequence> {
    let rule = failing.found.as_ref().map(|found| found.rule);
    let mut best = failing.clone();
    let mut place = best.intents.len();
    while place > 0 {
        place -= 1;
        let mut fewer = best.intents.clone();
        if place >= fewer.len() {
            continue;
        }
        fewer.remove(place);
        let again = run(world, walk, machine, &Script::Given(fewer))?;
        if again.found.as_ref().map(|found| found.rule) == rule {
            best = again;
        }
    }
    Ok(best)
}
