//! The harness of the machines.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use domain::program::{Document, dispute::Conflicts};
use rig::Outcome;

use super::{
    cases, registrations,
    sequence::{Machine, Move, Script, Sequence, run as one, shrink},
};
use crate::{
    Report, Setting,
    check::Walk,
    simulation::{
        faults::{self, Fault},
        world::World,
    },
    stage::{cast::Size, document},
};

/// Steps of a sequence.
const STEPS: u32 = 50;
/// Sequences from which every move of a model has to be made.
const MANY: u64 = 500;
/// Sequences that share a world.
const SHARED: u64 = 250;

const SIZE: Size = Size { partners: 4, known: 60, strangers: 40 };

/// Runs the harness.
pub fn run(setting: &Setting) -> Outcome<Report> {
    let mut report = Report::new();
    for machine in [registrations::MACHINE, cases::MACHINE] {
        let count = setting.of(40, 1_000, 20_000);
        sequences(setting, &mut report, machine, count)?;
    }
    let planted = [
        (registrations::MACHINE, "a rejected registration counts as withdrawn"),
        (registrations::MACHINE, "a withdrawn registration stays as it was"),
        (cases::MACHINE, "a case stays on its level"),
        (cases::MACHINE, "an appeal has a day more"),
    ];
    for (machine, name) in planted {
        control(setting, &mut report, machine, name)?;
    }
    Ok(report)
}

/// The document of a machine's world: by chance, but partners may hold as much as they want, sell
/// everywhere and may appeal, so that every move can be made.
fn document_of(seed: u64) -> Outcome<Document> {
    let mut document = document::generate(seed)?;
    document.tiers.iter_mut().for_each(|tier| tier.live_registrations = 1_000);
    document.tracks.iter_mut().for_each(|track| {
        track.agreement_required = false;
        track.required_certifications.clear();
    });
    let terms = &mut document.registration;
    terms.auto_approve = false;
    terms.by_track.clear();
    terms.renewals = terms.renewals.max(1);
    let Conflicts { appeal_business_days, .. } = &mut document.conflicts;
    *appeal_business_days = (*appeal_business_days).max(1);
    Document::parse(&document.to_toml()).map_err(|report| format!("seed {seed}: {report}"))
}

/// A world in which every partner may sell, and the walk that begins there.
fn world(seed: u64, fault: Option<&Fault>) -> Outcome<(World, Walk)> {
    let document = document_of(seed)?;
    let world = World::open(seed, document.clone(), SIZE, fault)?;
    let walk = world.walk(document, fault)?;
    Ok((world, walk))
}

#[derive(Debug, Default)]
struct Sum {
    visited: BTreeMap<Move, u64>,
    refused: BTreeSet<String>,
    sequences: u64,
    steps: u64,
    failed: Vec<(u64, Sequence)>,
    errors: Vec<String>,
}

fn sequences(setting: &Setting, report: &mut Report, machine: Machine, count: u64) -> Outcome<()> {
    let sum = Mutex::new(Sum::default());
    let next = AtomicU64::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = SHARED.min(count.div_ceil(u64::try_from(threads).unwrap_or(1)));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let first = next.fetch_add(share, Ordering::SeqCst);
                    if first >= count {
                        return;
                    }
                    let until = (first + share).min(count);
                    let range = setting.seed + first..setting.seed + until;
                    if let Err(error) = some(range, machine, &sum) {
                        sum.lock().unwrap_or_else(PoisonError::into_inner).errors.push(error);
                        return;
                    }
                }
            });
        }
    });
    let sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    tell(report, machine, &sum)
}

/// Some sequences in one world.
fn some(range: std::ops::Range<u64>, machine: Machine, sum: &Mutex<Sum>) -> Outcome<()> {
    let (world, walk) = world(range.start, None)?;
    for seed in range {
        let sequence = one(&world, &walk, machine, &Script::Chance { seed, steps: STEPS })?;
        let small = match &sequence.found {
            Some(_) => Some(shrink(&world, &walk, machine, &sequence)?),
            None => None,
        };
        let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
        sum.sequences += 1;
        sum.steps += u64::try_from(sequence.intents.len()).unwrap_or(0);
        for step in &sequence.visited {
            *sum.visited.entry(*step).or_default() += 1;
        }
        sum.refused.extend(sequence.refused);
        sum.failed.extend(small.map(|small| (seed, small)));
    }
    Ok(())
}

fn tell(report: &mut Report, machine: Machine, sum: &Sum) -> Outcome<()> {
    let name = machine.name;
    for error in &sum.errors {
        report.figure(format!("{name}: a world that could not be made"), error, "none", false);
    }
    for (seed, sequence) in sum.failed.iter().take(5) {
        let found = sequence.found.as_ref().map_or_else(String::new, ToString::to_string);
        let acts = serde_json::to_string(&sequence.intents).map_err(|e| e.to_string())?;
        report.figure(format!("{name}: sequence {seed}"), format!("{found} by {acts}"), "", false);
    }
    let failed = u64::try_from(sum.failed.len()).unwrap_or(u64::MAX);
    let what = format!("{name}: sequences unlike the model, of {} × {STEPS}", sum.sequences);
    report.none(what, failed);
    let missing: Vec<String> = machine
        .moves
        .iter()
        .filter(|step| !sum.visited.contains_key(*step))
        .map(|(from, to)| format!("{from} → {to}"))
        .collect();
    let (all, visited) = (machine.moves.len(), machine.moves.len() - missing.len());
    // A few sequences cannot make every move; many have to.
    let least = if sum.sequences < MANY { all * 9 / 10 } else { all };
    report.figure(
        format!("{name}: moves of the model that were made"),
        format!(
            "{visited} of {all}{}{}",
            if missing.is_empty() { "" } else { ", not " },
            missing.join(", ")
        ),
        format!("{least} of {all}"),
        visited >= least,
    );
    report.note(format!("{name}: steps compared"), sum.steps);
    let rules: Vec<&str> = sum.refused.iter().map(String::as_str).collect();
    report.note(format!("{name}: rules that refused"), rules.join(", "));
    Ok(())
}

/// A wrong move that is planted in the product is found.
fn control(
    setting: &Setting,
    report: &mut Report,
    machine: Machine,
    name: &'static str,
) -> Outcome<()> {
    let all = faults::all();
    let fault = all.iter().find(|fault| fault.name == name);
    let fault = fault.ok_or_else(|| format!("no fault “{name}”"))?;
    let (world, walk) = world(setting.seed, Some(fault))?;
    for seed in setting.seed..setting.seed + 60 {
        let sequence = one(&world, &walk, machine, &Script::Chance { seed, steps: STEPS })?;
        if sequence.found.is_some() {
            let small = shrink(&world, &walk, machine, &sequence)?;
            let found = small.found.as_ref().map_or_else(String::new, ToString::to_string);
            let words = format!("{} acts: {found}", small.intents.len());
            report.control(format!("{}: {name}", machine.name), words, true);
            return Ok(());
        }
    }
    report.control(format!("{}: {name}", machine.name), "nothing in 60 sequences", false);
    Ok(())
}
