//! Adds up, name by name, what the words found in it are worth.
//!
//! The names of a rare word are marked one by one. A usual word has thousands of names, and nearly
//! all of them share nothing else with the query: they are all worth the same, and so many equal
//! names are hardly ever kept. So of a usual word only those names are marked that another word has
//! marked already, or that another usual word has too; the others are counted as one group.

use super::search::Unit;
use super::store::{MOST_WORDS, Store};
use super::terms::Terms;

/// From this many names on a word may be treated as usual.
const USUAL: usize = 192;
/// Bands into which names are sorted by their credit.
const BANDS: usize = 64;

/// A usual word.
#[derive(Debug, Clone, Copy)]
struct Usual {
    term: u32,
    gain: f32,
    /// Names that have it and are not marked.
    unmarked: usize,
}

/// What names are worth so far; space that is used again and again.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// What each marked name is worth; zero for all others.
    counted: Vec<f32>,
    marked: Vec<u32>,
    usual: Vec<Usual>,
    /// What the name that is worth most is worth.
    pub(super) best: f32,
    bands: Vec<u8>,
    by_length: Vec<(u32, u32)>,
}

impl Tally {
    /// Begins anew in an index with room for so many names.
    pub(super) fn begin(&mut self, names: usize) {
        for id in self.marked.drain(..) {
            if let Some(count) = self.counted.get_mut(id as usize) {
                *count = 0.0;
            }
        }
        self.counted.resize(names, 0.0);
        self.usual.clear();
        self.best = 0.0;
    }

    /// Credits the names of a word. Words come by their number of names, rare ones first.
    pub(super) fn add(&mut self, terms: &Terms, unit: &Unit) {
        let names = terms.postings(unit.term);
        if self.usual.is_empty() && names.len() < USUAL.max(2 * self.marked.len()) {
            self.mark(names, unit.gain);
        } else {
            self.add_usual(terms, unit, names);
        }
    }

    fn mark(&mut self, names: &[u32], gain: f32) {
        for id in names {
            let Some(count) = self.counted.get_mut(*id as usize) else {
                continue;
            };
            if *count == 0.0 {
                self.marked.push(*id);
            }
            *count += gain;
            self.best = self.best.max(*count);
        }
    }

    fn add_usual(&mut self, terms: &Terms, unit: &Unit, names: &[u32]) {
        let Self { counted, marked, usual, best, .. } = self;
        let mut unmarked = names.len();
        for id in marked.iter() {
            if names.binary_search(id).is_ok()
                && let Some(count) = counted.get_mut(*id as usize)
            {
                *count += unit.gain;
                *best = best.max(*count);
                unmarked -= 1;
            }
        }
        for earlier in usual.iter_mut() {
            for_common(terms.postings(earlier.term), names, |id| {
                if let Some(count) = counted.get_mut(id as usize)
                    && *count == 0.0
                {
                    *count = earlier.gain + unit.gain;
                    *best = best.max(*count);
                    marked.push(id);
                    earlier.unmarked -= 1;
                    unmarked -= 1;
                }
            });
        }
        if unmarked > 0 {
            *best = best.max(unit.gain);
        }
        usual.push(Usual { term: unit.term, gain: unit.gain, unmarked });
    }

    /// The names that are worth most, about `keep` of them. Of names worth alike the shorter are
    /// taken first.
    pub(super) fn most(&mut self, store: &Store, keep: usize, found: &mut Vec<u32>) {
        found.clear();
        let unmarked: usize = self.usual.iter().map(|usual| usual.unmarked).sum();
        if self.marked.len() + unmarked <= keep {
            found.extend_from_slice(&self.marked);
            self.push_unmarked(store, 0, found);
            return;
        }
        let lowest = self.lowest_band(keep);
        let high = self.marked.iter().zip(&self.bands);
        found.extend(high.filter(|(_, band)| usize::from(**band) >= lowest).map(|(id, _)| *id));
        self.push_unmarked(store, lowest, found);
        if found.len() > keep {
            self.shortest(store, keep, found);
        }
    }

    /// The lowest band whose names are kept, counted from the highest while there is room.
    fn lowest_band(&mut self, keep: usize) -> usize {
        let Self { counted, marked, bands, best, usual, .. } = self;
        let count = |id: &u32| counted.get(*id as usize).copied().unwrap_or(0.0);
        bands.clear();
        bands.extend(marked.iter().map(|id| band(count(id), *best)));
        let mut sizes = [0_usize; BANDS];
        let groups = usual.iter().map(|usual| (band(usual.gain, *best), usual.unmarked));
        for (band, many) in bands.iter().map(|band| (*band, 1)).chain(groups) {
            if let Some(size) = sizes.get_mut(usize::from(band)) {
                *size += many;
            }
        }
        let mut kept = 0;
        let mut lowest = BANDS;
        for (number, size) in sizes.iter().enumerate().rev() {
            if kept > 0 && kept + size > keep {
                break;
            }
            kept += size;
            lowest = number;
        }
        lowest
    }

    /// Adds the unmarked names of the usual words in this band and above.
    fn push_unmarked(&self, store: &Store, lowest: usize, found: &mut Vec<u32>) {
        let unmarked = |id: &&u32| self.counted.get(**id as usize).is_some_and(|sum| *sum == 0.0);
        for usual in &self.usual {
            if usual.unmarked > 0 && usize::from(band(usual.gain, self.best)) >= lowest {
                found.extend(store.terms.postings(usual.term).iter().filter(unmarked));
            }
        }
    }

    /// Leaves the `keep` names with the fewest words; their hash decides between equals.
    fn shortest(&mut self, store: &Store, keep: usize, found: &mut Vec<u32>) {
        let mut sizes = [0_usize; MOST_WORDS + 1];
        self.by_length.clear();
        for id in found.drain(..) {
            let length = store.length_of(id);
            self.by_length.push((length, id));
            if let Some(size) = sizes.get_mut(length as usize) {
                *size += 1;
            }
        }
        let mut room = keep;
        let fits = |size: &&usize| match room.checked_sub(**size) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        };
        let longest = sizes.iter().take_while(fits).count() as u32;
        let mut last: Vec<(u64, u32)> = Vec::new();
        for (length, id) in self.by_length.iter().copied() {
            if length < longest {
                found.push(id);
            } else if length == longest {
                last.push((store.name(id).map_or(0, |name| name.hash), id));
            }
        }
        let room = keep - found.len();
        if room < last.len() {
            last.select_nth_unstable(room);
            last.truncate(room);
        }
        found.extend(last.into_iter().map(|(_, id)| id));
    }
}

fn band(count: f32, best: f32) -> u8 {
    let bands_of_best = (BANDS - 1) as f32 / best.max(0.01);
    ((count * bands_of_best) as usize).min(BANDS - 1) as u8
}

/// Calls for each number in both ascending lists, of which the second is not the shorter.
fn for_common(short: &[u32], long: &[u32], mut call: impl FnMut(u32)) {
    if short.len() * 16 < long.len() {
        for id in short.iter().filter(|id| long.binary_search(id).is_ok()) {
            call(*id);
        }
        return;
    }
    let (mut at, mut other) = (0, 0);
    while let (Some(left), Some(right)) = (short.get(at), long.get(other)) {
        if left == right {
            call(*left);
        }
        at += usize::from(left <= right);
        other += usize::from(right <= left);
    }
}
