//! Finds the names worth laying beside the query.

use super::align::{Memo, Pair};
use super::asked::AskedName;
use super::credits::Credits;
use super::features::{Scored, set_rivals};
use super::names::Name;
use super::store::{MOST_WORDS, Store};
use super::tally::Tally;
use super::units::collect_units;
use crate::name::Words;

/// Postings that are read when no rarer word has found anything.
const SCAN_MOST: usize = 150_000;
/// With a name that shares as much as this no further spellings are tried.
const CONTENT: f32 = 0.85;
/// Names that share less than this part of what the best shares are left aside.
const OUTCLASSED: f32 = 0.5;
/// Most names kept after the first count.
const KEEP_MOST: usize = 400;
/// Fewest names kept after the first count.
const KEEP_COUNTED: usize = 64;
/// Units that together can bring less than this share of the best name so far are not read.
const HOPELESS: f32 = 0.45;
/// Names laid beside the query.
const KEEP_ALIGNED: usize = 10;

/// How much is looked at in an index of this many names; more names, more that look alike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    /// Postings read for one name before usual words are left to the second step.
    pub(super) scan: usize,
    /// Names kept after the first count.
    keep: usize,
}

impl Reach {
    pub(super) fn within(names: usize) -> Self {
        Self { scan: 5_000 + names / 30, keep: (KEEP_COUNTED + names / 4_000).min(KEEP_MOST) }
    }
}

/// Space for one look-up, used again and again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    tally: Tally,
    credits: Credits,
    pub(super) near: Vec<u32>,
    /// Words to look up, each with the place of the query's word it stands for.
    pub(super) units: Vec<(Unit, usize)>,
    pub(super) asking: usize,
    pub(super) words: Words,
    memo: Memo,
    /// A record to be left out.
    except: Option<u32>,
}

/// A word of the index that may stand for a word of the query.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub(super) term: u32,
    /// What its names are credited with.
    pub(super) gain: f32,
    pub(super) names: u32,
}

/// Lays the names beside the query that come nearest to it.
pub(super) fn search(
    store: &Store,
    asked: &mut AskedName,
    except: Option<u32>,
    scratch: &mut Scratch,
) -> Vec<Scored> {
    scratch.memo.clear();
    scratch.except = except;
    if asked.asks.is_empty() {
        return Vec::new();
    }
    let mut scored = Vec::with_capacity(2 * KEEP_ALIGNED + 2);
    round(store, asked, scratch, Effort::Usual, &mut scored);
    let best = scored
        .iter()
        .max_by(|left, right| left.quick.total_cmp(&right.quick).then(right.hash.cmp(&left.hash)));
    if best.is_none_or(|best| best.quick < CONTENT) {
        let open = best.map_or(u32::MAX, |best| best.open);
        round(store, asked, scratch, Effort::Wide { open }, &mut scored);
    }
    scored
        .sort_by(|left, right| right.quick.total_cmp(&left.quick).then(left.hash.cmp(&right.hash)));
    set_rivals(&mut scored);
    scored
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Other spellings only for words that the index does not know.
    Usual,
    /// Other spellings for every word that the best name so far does not have as it stands.
    Wide { open: u32 },
}

fn round(
    store: &Store,
    asked: &mut AskedName,
    scratch: &mut Scratch,
    effort: Effort,
    scored: &mut Vec<Scored>,
) {
    collect_units(store, asked, scratch, effort);
    count(store, scratch);
    let names = store.distinct_names();
    let except = scratch.except;
    for id in nearest(store, asked, scratch) {
        let others = |held: &Name| held.bearers().any(|bearer| Some(bearer.slot) != except);
        let known = scored.iter().any(|known| known.name == id);
        if !known && (except.is_none() || store.name(id).is_some_and(others)) {
            let pair = Pair::new(asked, store, id, names);
            scored.push(pair.score(id, &mut scratch.memo));
        }
    }
}

impl Scratch {
    pub(super) fn push(&mut self, unit: Unit) {
        match self.units.iter_mut().find(|(known, _)| known.term == unit.term) {
            Some((known, _)) => known.gain = known.gain.max(unit.gain),
            None => self.units.push((unit, self.asking)),
        }
    }
}

/// Credits the names of the words found: rare words first, and usual ones only while they can still
/// bring a name to the front and that is cheap.
fn count(store: &Store, scratch: &mut Scratch) {
    let Scratch { tally, credits, units, .. } = scratch;
    credits.begin(units.len());
    units.sort_by(|(left, _), (right, _)| {
        let rarer = left.names.cmp(&right.names).then(right.gain.total_cmp(&left.gain));
        rarer.then_with(|| store.terms.mark(left.term).cmp(&store.terms.mark(right.term)))
    });
    let remaining = remaining_gains(units);
    let reach = Reach::within(store.distinct_names());
    let mut read = 0;
    tally.begin(store.names.len());
    for ((unit, _), remaining) in units.iter().zip(remaining) {
        credits.insert(unit.term, unit.gain);
        let many = unit.names as usize;
        let room = if read == 0 { SCAN_MOST } else { reach.scan };
        if read + many > room || remaining < tally.best * HOPELESS {
            continue;
        }
        read += many;
        tally.add(&store.terms, unit);
    }
}

/// For each unit, the most that it and those behind it can bring: one unit for each word asked.
fn remaining_gains(units: &[(Unit, usize)]) -> Vec<f32> {
    let mut most = [0.0_f32; MOST_WORDS];
    let mut sum = 0.0;
    let mut remaining: Vec<f32> = units
        .iter()
        .rev()
        .map(|(unit, asking)| {
            if let Some(most) = most.get_mut(*asking)
                && unit.gain > *most
            {
                sum += unit.gain - *most;
                *most = unit.gain;
            }
            sum
        })
        .collect();
    remaining.reverse();
    remaining
}

/// The names with the most in common, by all their words.
fn nearest(store: &Store, asked: &AskedName, scratch: &mut Scratch) -> Vec<u32> {
    let names = store.distinct_names();
    let mut kept = Vec::new();
    scratch.tally.most(store, Reach::within(names).keep, &mut kept);
    let credits = &scratch.credits;
    let asked_weight = asked.weight();
    let (mut terms, mut ends) = (Vec::new(), Vec::new());
    store.terms_of_all(&kept, &mut terms, &mut ends);
    let mut weights = Vec::new();
    store.terms.speaking_weights(&terms, names, &mut weights);
    let mut start = 0;
    let mut ranked: Vec<(f32, u32)> = Vec::with_capacity(kept.len());
    for (id, end) in kept.into_iter().zip(ends) {
        let (mut own, mut shared) = (0.0, 0.0);
        let words = terms.get(start..end).unwrap_or_default();
        for (term, weight) in words.iter().zip(weights.iter().skip(start)) {
            own += weight;
            shared += credits.of(*term);
        }
        start = end;
        ranked.push((shared / (0.35 * own + 0.65 * asked_weight).max(0.01), id));
    }
    let hash = |id: u32| store.name(id).map(|name| name.hash);
    ranked.sort_unstable_by(|left, right| {
        right.0.total_cmp(&left.0).then_with(|| hash(left.1).cmp(&hash(right.1)))
    });
    ranked.truncate(KEEP_ALIGNED);
    let least = ranked.first().map_or(0.0, |(share, _)| share * OUTCLASSED);
    ranked.retain(|(share, _)| *share >= least);
    let mut found: Vec<u32> = ranked.into_iter().map(|(_, id)| id).collect();
    let words: Option<Vec<u32>> = asked.asks.iter().map(|ask| ask.id).collect();
    if let Some(equal) = words.and_then(|words| store.find_name(&words, asked.hash))
        && !found.contains(&equal)
    {
        found.push(equal);
    }
    found
}
