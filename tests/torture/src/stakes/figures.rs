//! The harness: many sequences in which nothing may be found, and for each check that is taken away
//! some in which it must be.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use db::Dialect;
use rig::Outcome;
use testkit::World;

use super::{
    faults::{self, Fault},
    sequence::{Script, Sequence, run as one, shrink},
};
use crate::{Report, Setting, inside::in_world};

/// Sequences that share a world: a vendor each.
const SHARED: u64 = 50;

/// Sequences in which a fault has to be found.
const TRIES: u64 = 200;

#[derive(Debug, Default)]
struct Sum {
    sequences: u64,
    acts: u64,
    done: u64,
    decisions: BTreeMap<&'static str, u64>,
    refused: BTreeMap<String, u64>,
    failed: Vec<(u64, Sequence)>,
    errors: Vec<String>,
}

impl Sum {
    fn add(&mut self, sequence: &Sequence) {
        self.sequences += 1;
        self.acts += u64::try_from(sequence.acts.len()).unwrap_or(0);
        self.done += sequence.done;
        for (rule, count) in &sequence.decisions {
            *self.decisions.entry(rule).or_default() += count;
        }
        for (rule, count) in &sequence.refused {
            *self.refused.entry(rule.clone()).or_default() += count;
        }
    }
}

/// Runs the harness.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let mut report = Report::new();
    let count: u64 = setting.of(60, 1_000, 10_000);
    let sum = Mutex::new(Sum::default());
    each(count.div_ceil(SHARED), |part| {
        let first = part * SHARED;
        let seeds = setting.seed + first..setting.seed + (first + SHARED).min(count);
        let told = in_world(Dialect::Sqlite, async |world| some(world, seeds.clone(), &sum).await);
        if let Err(error) = told {
            sum.lock().unwrap_or_else(PoisonError::into_inner).errors.push(error);
        }
    });
    tell(&mut report, &sum.into_inner().unwrap_or_else(PoisonError::into_inner));
    let found = Mutex::new(BTreeMap::new());
    each(u64::try_from(faults::ALL.len()).unwrap_or(0), |place| {
        let fault = faults::ALL.get(usize::try_from(place).unwrap_or(usize::MAX));
        if let Some(fault) = fault {
            let outcome = control(setting.seed, fault);
            found.lock().unwrap_or_else(PoisonError::into_inner).insert(place, (fault, outcome));
        }
    });
    for (fault, outcome) in found.into_inner().unwrap_or_else(PoisonError::into_inner).values() {
        match outcome {
            Ok((words, is_met)) => report.control(fault.name, words, *is_met),
            Err(error) => report.control(fault.name, error, false),
        }
    }
    Ok(report)
}

/// Does it for each number below `count`, on every processor.
fn each(count: u64, work: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= count {
                        return;
                    }
                    work(number);
                }
            });
        }
    });
}

/// Some sequences in one world.
async fn some(world: &World, seeds: std::ops::Range<u64>, sum: &Mutex<Sum>) -> Outcome<()> {
    let mut number = 0;
    for seed in seeds {
        number += 1;
        let sequence = one(world, number, &Script::Chance(seed)).await?;
        sum.lock().unwrap_or_else(PoisonError::into_inner).add(&sequence);
        if sequence.found.is_some() {
            let small = shrink(world, &mut number, &sequence).await?;
            sum.lock().unwrap_or_else(PoisonError::into_inner).failed.push((seed, small));
        }
    }
    Ok(())
}

fn counted<T: std::fmt::Display>(counts: &BTreeMap<T, u64>) -> String {
    let list: Vec<String> = counts.iter().map(|(what, count)| format!("{what} {count}")).collect();
    list.join(", ")
}

fn tell(report: &mut Report, sum: &Sum) {
    for error in &sum.errors {
        report.figure("a sequence that could not be run", error, "none", false);
    }
    for (seed, sequence) in sum.failed.iter().take(5) {
        let (rule, words) = sequence.found.clone().unwrap_or_default();
        let words = format!("{rule}: {words}, by {:?}", sequence.acts);
        report.figure(format!("sequence {seed}"), words, "nothing", false);
    }
    let failed = u64::try_from(sum.failed.len()).unwrap_or(u64::MAX);
    let what = format!("decisions with fewer people than asked, of {} sequences", sum.sequences);
    report.none(what, failed);
    report.note("acts tried, and done", format!("{}, {}", sum.acts, sum.done));
    for rule in ["CF-03", "DR-05", "DR-14", "ID-02", "PG-02"] {
        let reached = sum.decisions.get(rule).copied().unwrap_or(0);
        let refused = sum.refused.get(rule).copied().unwrap_or(0);
        // Where nothing is decided, or nothing is refused, nothing was tried.
        report.figure(
            format!("{rule}: decisions reached, and refused by the rule"),
            format!("{reached}, {refused}"),
            "some of both",
            reached > 0 && refused > 0,
        );
    }
    report.note("refusals by rule or status", counted(&sum.refused));
}

/// A check that is taken away is found missing.
fn control(seed: u64, fault: &Fault) -> Outcome<(String, bool)> {
    let mut tried = 0;
    while tried < TRIES {
        let first = seed + tried;
        tried += SHARED;
        let found = in_world(Dialect::Sqlite, async |world| {
            let sql = fault.sql;
            world.act(move |cx| Ok(cx.tx.batch(sql)?)).await;
            let mut number = 0;
            for seed in first..first + SHARED {
                number += 1;
                let script = match fault.acts {
                    [] => Script::Chance(seed),
                    acts => Script::Given(acts.to_vec()),
                };
                let sequence = one(world, number, &script).await?;
                let Some((rule, words)) = &sequence.found else { continue };
                if !fault.rules.contains(rule) {
                    return Ok(Some((format!("{rule}: {words}"), false)));
                }
                let small = shrink(world, &mut number, &sequence).await?;
                let words = small.found.map_or_else(String::new, |(rule, words)| {
                    format!("{rule}, {} acts: {words}", small.acts.len())
                });
                return Ok(Some((words, true)));
            }
            Ok(None)
        })?;
        if let Some(found) = found {
            return Ok(found);
        }
    }
    Ok((format!("nothing in {TRIES} sequences"), false))
}
