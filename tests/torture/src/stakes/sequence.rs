//! One sequence: a vendor of its own, acts by chance or as given, and what the oracle finds.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use rig::Outcome;
use testkit::World;

use super::{
    act::{Act, Came},
    choose::Maker,
    oracle::{Doer, Oracle},
    scene::Scene,
};

/// Acts of a sequence.
const STEPS: u32 = 60;

/// From where the acts come.
#[derive(Debug, Clone)]
pub(super) enum Script {
    /// By chance.
    Chance(u64),
    /// As they were done before.
    Given(Vec<Act>),
}

/// What came of a sequence.
#[derive(Debug, Clone, Default)]
pub(super) struct Sequence {
    /// What was done or refused.
    pub(super) acts: Vec<Act>,
    /// How many of them were done.
    pub(super) done: u64,
    /// Decisions that were reached, by rule.
    pub(super) decisions: BTreeMap<&'static str, u64>,
    /// Refusals by rule.
    pub(super) refused: BTreeMap<String, u64>,
    /// The rule that fewer people met than it asks for, and how.
    pub(super) found: Option<(&'static str, String)>,
}

/// The rule by which an act is a decision.
fn decides(act: Act) -> Option<&'static str> {
    match act {
        Act::Decide { .. } | Act::Release { .. } => Some("DR-14"),
        Act::Rule { .. } => Some("CF-03"),
        Act::Sign { .. } => Some("PG-02"),
        Act::Give { .. } | Act::Engage { .. } => Some("DR-05"),
        Act::Roles { .. } | Act::Territories { .. } => Some("ID-02"),
        Act::Invite { .. }
        | Act::Remove { .. }
        | Act::Suspend { .. }
        | Act::Owner { .. }
        | Act::Country { .. }
        | Act::Manager { .. }
        | Act::Opportunity { .. }
        | Act::Lose { .. }
        | Act::Register { .. }
        | Act::Open { .. }
        | Act::Appeal { .. }
        | Act::Draft { .. }
        | Act::Ask { .. } => None,
    }
}

/// Runs a sequence for a fresh vendor of a world.
pub(super) async fn run(world: &World, number: u64, script: &Script) -> Outcome<Sequence> {
    let mut scene = Scene::found(world, number).await?;
    let people: Vec<(u32, Option<u32>, String)> =
        scene.faces.values().map(|face| (face.human, face.partner, face.user_id.clone())).collect();
    let mut oracle = Oracle::begin(&people);
    let mut sequence = Sequence::default();
    match script {
        Script::Chance(seed) => {
            let mut maker = Maker::new(*seed);
            for _ in 0..STEPS {
                let Some(act) = maker.next(&scene) else { continue };
                if !step(&mut scene, &mut oracle, &mut sequence, act).await? {
                    break;
                }
            }
        }
        Script::Given(acts) => {
            for act in acts {
                if !step(&mut scene, &mut oracle, &mut sequence, *act).await? {
                    break;
                }
            }
        }
    }
    Ok(sequence)
}

/// Takes a step; false when it found something.
async fn step(
    scene: &mut Scene<'_>,
    oracle: &mut Oracle,
    sequence: &mut Sequence,
    act: Act,
) -> Outcome<bool> {
    let clock = &scene.world.app.clock;
    clock.set(clock.now().saturating_add(SignedDuration::from_secs(1)).unwrap_or(clock.now()));
    oracle.next();
    let human = scene.faces.get(&act.by().face).map(|face| face.human);
    let came = scene.perform(act).await?;
    if came == Came::Nothing {
        return Ok(true);
    }
    sequence.acts.push(act);
    match came {
        Came::Broken(words) => {
            sequence.found = Some(("broken", words));
            return Ok(false);
        }
        Came::Refused(rule) => *sequence.refused.entry(rule).or_default() += 1,
        Came::Done | Came::Nothing => {
            sequence.done += 1;
            if let Some(rule) = decides(act) {
                *sequence.decisions.entry(rule).or_default() += 1;
            }
            if let Act::Register { company, .. } = act {
                oracle.appears(company);
            }
            let doer = Doer { human: human.unwrap_or(u32::MAX), faces: &scene.faces };
            if let Err(found) = oracle.done(act, doer) {
                sequence.found = Some(found);
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Leaves out acts of a failing sequence, as long as the same rule is found broken.
pub(super) async fn shrink(
    world: &World,
    number: &mut u64,
    failing: &Sequence,
) -> Outcome<Sequence> {
    let rule = failing.found.as_ref().map(|(rule, _)| *rule);
    let mut best = failing.clone();
    let mut place = best.acts.len();
    while place > 0 {
        place -= 1;
        if place >= best.acts.len() {
            continue;
        }
        let mut fewer = best.acts.clone();
        fewer.remove(place);
        *number += 1;
        let again = run(world, *number, &Script::Given(fewer)).await?;
        if again.found.as_ref().map(|(rule, _)| *rule) == rule {
            best = again;
        }
    }
    Ok(best)
}
