//! Size and time against all names.

use std::time::Instant;

use matching::{Index, Query, Record};

use crate::cpu;
use crate::data::{Asked, Row};
use crate::noise::{self, Dice};
use crate::score::Answer;
use crate::sets::{Measured, ask, index_of};

/// What was measured with all names held.
pub(crate) struct Scale {
    pub(crate) build_seconds: f64,
    pub(crate) index_megabytes: f64,
    pub(crate) resident_megabytes: f64,
    pub(crate) median_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) slowest_ms: f64,
    pub(crate) change_p99_ms: f64,
}

/// Look-ups and changes against all names. Times are wall-clock times of single
/// calls; of a look-up the least of three.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures elapsed time")]
pub(crate) fn measure(list: &[Row], asked: &[Asked]) -> Scale {
    let before = cpu::resident_megabytes();
    let (index, build_seconds) = cpu::timed(|| index_of(list, |_| true, true));
    let resident_megabytes = cpu::resident_megabytes() - before;
    let mut looks: Vec<f64> = asked
        .iter()
        .map(|one| {
            // the least of three, as other work on the machine interrupts
            let once = || {
                let start = Instant::now();
                let _ = index.candidates(&Query::named(&one.name), 5);
                start.elapsed().as_secs_f64() * 1_000.0
            };
            [once(), once(), once()].into_iter().fold(f64::MAX, f64::min)
        })
        .collect();
    looks.sort_by(f64::total_cmp);
    let mut changes: Vec<f64> =
        asked.iter().enumerate().flat_map(|(at, one)| change(&index, at, &one.name)).collect();
    changes.sort_by(f64::total_cmp);
    Scale {
        build_seconds,
        index_megabytes: index.stats().bytes as f64 / 1e6,
        resident_megabytes,
        median_ms: part(&looks, 0.5),
        p99_ms: part(&looks, 0.99),
        slowest_ms: part(&looks, 1.0),
        change_p99_ms: part(&changes, 0.99),
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures elapsed time")]
fn change(index: &Index, at: usize, name: &str) -> [f64; 2] {
    let key = format!("change {at}");
    let record = Record { key: key.clone(), name: name.to_owned(), ..Record::default() };
    let start = Instant::now();
    let _ = index.insert(record);
    let inserted = start.elapsed().as_secs_f64() * 1_000.0;
    let start = Instant::now();
    index.remove(&key);
    [inserted, start.elapsed().as_secs_f64() * 1_000.0]
}

fn part(sorted: &[f64], share: f64) -> f64 {
    let at = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or(0.0)
}

/// Made queries against all names: three in ten are made from rows that are then taken out.
pub(crate) fn made_queries(list: &[Row], many: usize, seed: u64) -> (Vec<Asked>, Vec<bool>) {
    let mut dice = Dice(seed);
    let mut out = vec![false; list.len()];
    let mut asked = Vec::with_capacity(many);
    for _ in 0..many {
        let row = dice.below(list.len());
        let (name, kinds) =
            list.get(row).map(|row| noise::known(&row.name, &mut dice)).unwrap_or_default();
        if dice.below(10) < 3
            && let Some(out) = out.get_mut(row)
        {
            *out = true;
        }
        let country = list.get(row).map(|row| row.country.clone()).unwrap_or_default();
        asked.push(Asked { name, country, truth: Some(row), kinds });
    }
    for one in &mut asked {
        one.truth = one.truth.filter(|row| !out.get(*row).copied().unwrap_or(false));
    }
    (asked, out)
}

/// The queries made for the first 100,000 names, asked of all: the names from which the queries
/// without a match were made are among the others, so those that are recognised are taken out.
pub(crate) fn file_queries(list: &[Row], asked: Vec<Asked>) -> (Measured, usize) {
    let full = index_of(list, |_| true, false);
    let sources: Vec<Option<Answer>> = ask(&full, &asked, false);
    drop(full);
    let mut out = vec![false; list.len()];
    for (one, source) in asked.iter().zip(&sources) {
        let source = source.filter(|source| {
            one.truth.is_none() && source.row >= 100_000 && source.probability >= 0.3
        });
        if let Some(out) = source.and_then(|source| out.get_mut(source.row)) {
            *out = true;
        }
    }
    let taken = out.iter().filter(|out| **out).count();
    let keep = |at: usize| !out.get(at).copied().unwrap_or(false);
    (crate::sets::measure_without("399,203 names, file", list, asked, keep, false), taken)
}

/// CPU seconds for finding 100,000 noised names in 100,000 names.
pub(crate) fn two_lists(list: &[Row]) -> f64 {
    let mut dice = Dice(5);
    let right = list.get(..100_000).unwrap_or(list);
    let left: Vec<Asked> = right
        .iter()
        .map(|row| Asked {
            name: noise::known(&row.name, &mut dice).0,
            country: row.country.clone(),
            truth: None,
            kinds: String::new(),
        })
        .collect();
    cpu::timed(|| ask(&index_of(right, |_| true, true), &left, true)).1
}
