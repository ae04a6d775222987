//! The harness: what was kept first, then seeds, then faults.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use rig::Outcome;

use super::{
    faults::{self, Fault},
    kept::{self, Kept},
    run::{Length, Run, Script, run as simulate},
    shrink::shrink,
};
use crate::{Report, Scale, Setting, stage::cast::Size};

/// Runs in which a failing run is made small.
const SHRINKING: u32 = 150;

/// Of how many faults how many have to be found.
const WANTED: (usize, usize) = (57, 60);

/// A world in which a fault is looked for.
const SMALL: Size = Size { partners: 10, known: 24, strangers: 8 };

/// Threads that run seeds; each has its own world.
fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(8)
}

/// Runs the harness of seeds (R8): what failed once, then seeds by chance.
pub fn run(setting: &Setting) -> Outcome<Report> {
    let mut report = Report::new();
    replay(&mut report)?;
    seeds(setting, &mut report)?;
    let fault = faults::all().into_iter().next().ok_or("no fault")?;
    let length = Length { days: 60, size: SMALL, acts: 5 };
    let found = find(&fault, setting.seed, &length, 3)?;
    let words = found.clone().unwrap_or_else(|| "nothing".to_owned());
    report.control(fault.name, words, found.is_some());
    Ok(report)
}

/// Runs the harness of faults (R9): each is planted, and has to be found.
pub fn run_faults(setting: &Setting) -> Outcome<Report> {
    let mut report = Report::new();
    planted(setting, &mut report)?;
    Ok(report)
}

/// Runs that failed once hold now.
fn replay(report: &mut Report) -> Outcome<()> {
    let all = kept::all()?;
    let mut broken = 0;
    for (name, one) in &all {
        let again = simulate(one.seed, &one.length, Script::Given(one.intents.clone()), None)?;
        if let Some(stopped) = again.stopped {
            broken += 1;
            report.figure(format!("replayed {name}"), &stopped.violation, "nothing", false);
        }
    }
    report.none(format!("kept runs that fail again, of {}", all.len()), broken);
    Ok(())
}

/// What the seeds came to.
#[derive(Debug, Default)]
struct Sum {
    acts: u64,
    refused: BTreeMap<String, u64>,
    compared: u64,
    failed: Vec<(u64, Run)>,
    replays: u64,
    unlike: Vec<u64>,
    errors: Vec<String>,
}

#[expect(clippy::disallowed_methods, reason = "it measures how many seeds a minute takes")]
fn seeds(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let size = Size {
        partners: setting.of(8, 40, 40),
        known: setting.of(30, 120, 120),
        strangers: setting.of(8, 40, 40),
    };
    let length = Length { days: setting.of(60, 730, 730), size, acts: 4 };
    let count: u64 = setting.of(3, 24, 5_000);
    let begun = Instant::now();
    let sum = Mutex::new(Sum::default());
    let next = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::SeqCst);
                    if place >= count {
                        return;
                    }
                    one_seed(setting, setting.seed + place, &length, &sum);
                }
            });
        }
    });
    let seconds = begun.elapsed().as_secs().max(1);
    let sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    for error in &sum.errors {
        report.figure("a seed that could not run", error, "none", false);
    }
    for (seed, failing) in &sum.failed {
        smaller(report, (*seed, length), failing)?;
    }
    let found = u64::try_from(sum.failed.len()).unwrap_or(u64::MAX);
    report.none(format!("seeds that break a rule, of {count} × {} days", length.days), found);
    let unlike = u64::try_from(sum.unlike.len()).unwrap_or(u64::MAX);
    report.none(format!("seeds with another state hash, of {} replayed", sum.replays), unlike);
    report.note("partners of each seed", size.partners);
    report.note("acts done or refused", sum.acts);
    report.note("comparisons with the specification", sum.compared);
    let rules: Vec<String> = sum.refused.iter().map(|(rule, n)| format!("{rule} {n}")).collect();
    report.note("refusals by rule", rules.join(", "));
    report.note("runs of a seed per minute", (count + sum.replays) * 60 / seconds);
    Ok(())
}

fn one_seed(setting: &Setting, seed: u64, length: &Length, sum: &Mutex<Sum>) {
    let outcome = simulate(seed, length, Script::Chance, None);
    // In continuous integration one seed of four is run again, else each of them.
    let replays = setting.scale != Scale::Ci || seed.is_multiple_of(4);
    let again = match &outcome {
        Ok(run) if run.stopped.is_none() && replays => {
            Some(simulate(seed, length, Script::Given(run.intents.clone()), None))
        }
        Ok(_) | Err(_) => None,
    };
    let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
    match outcome {
        Err(error) => sum.errors.push(error),
        Ok(run) => {
            sum.acts += u64::try_from(run.intents.len()).unwrap_or(0);
            sum.compared += run.compared;
            for (rule, count) in &run.refused {
                *sum.refused.entry(rule.clone()).or_default() += count;
            }
            if let Some(again) = again {
                sum.replays += 1;
                if again.map(|again| again.hash).as_ref() != Ok(&run.hash) {
                    sum.unlike.push(seed);
                }
            }
            if run.stopped.is_some() {
                sum.failed.push((seed, run));
            }
        }
    }
}

/// Makes a failing run small, keeps it and shows it.
fn smaller(report: &mut Report, (seed, length): (u64, Length), failing: &Run) -> Outcome<()> {
    let Some(stopped) = &failing.stopped else {
        return Ok(());
    };
    let rule = stopped.violation.rule;
    let small = shrink((seed, length), (failing.intents.clone(), rule), None, SHRINKING)?;
    let Some(small) = small else {
        let words = format!("{}; not found again when replayed", stopped.violation);
        report.figure(format!("seed {seed}"), words, "nothing", false);
        return Ok(());
    };
    let found = small.stopped.violation.to_string();
    let kept = Kept { seed, length: small.length, found, intents: small.intents };
    let name = kept::keep(&kept)?;
    let words = format!("{}; {} acts, kept as {name}", kept.found, kept.intents.len());
    report.figure(format!("seed {seed}"), words, "nothing", false);
    Ok(())
}

/// Faults that show only small.
const FEW: usize = 8;

/// Plants faults, each in runs of its own that stop where it is found.
fn planted(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let all = faults::all();
    let chosen: Vec<Fault> = match setting.scale {
        Scale::Small => all.iter().step_by(all.len().div_ceil(FEW)).copied().collect(),
        Scale::Ci | Scale::Full => all,
    };
    let length = Length { days: setting.of(60, 150, 365), size: SMALL, acts: 5 };
    let tries = setting.of(10, 8, 12);
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Outcome<Option<String>>)>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::SeqCst);
                    let Some(fault) = chosen.get(place) else {
                        return;
                    };
                    let found = find(fault, setting.seed, &length, tries);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((place, found));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(place, _)| *place);
    let mut missed: Vec<String> = Vec::new();
    let mut elsewhere = 0;
    for (place, found) in results {
        let Some(fault) = chosen.get(place) else {
            continue;
        };
        match found? {
            Some(rule) if rule != fault.rule => elsewhere += 1,
            Some(_) => {}
            None => missed.push(format!("{} ({})", fault.name, fault.rule)),
        }
    }
    let (count, caught) = (chosen.len(), chosen.len() - missed.len());
    for fault in &missed {
        report.note("a planted fault that was not found", fault);
    }
    let wanted = (count * WANTED.0).div_ceil(WANTED.1);
    let words = format!("{caught} of {count}");
    report.control(
        format!("{count} faults planted; at least {wanted} are found"),
        words,
        caught >= wanted,
    );
    report.note("of them found by another rule first", elsewhere);
    Ok(())
}

/// The rule by which a fault is found, in one of so many seeds; `None` when it is not.
fn find(fault: &Fault, seed: u64, length: &Length, tries: u64) -> Outcome<Option<String>> {
    let mut ran = false;
    let mut last = String::new();
    for seed in seed..seed + tries {
        // A document that the product's own check refuses is no world; the next seed has another.
        match simulate(seed, length, Script::Chance, Some(fault)) {
            Ok(run) => {
                ran = true;
                if let Some(stopped) = run.stopped {
                    return Ok(Some(stopped.violation.rule.to_owned()));
                }
            }
            Err(error) => last = error,
        }
    }
    if ran { Ok(None) } else { Err(format!("{}: {last}", fault.name)) }
}
