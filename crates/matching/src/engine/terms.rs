//! The words of all names: their rarity, and how to find a word that is spelled nearly so.

use rustc_hash::FxHashMap;

use super::background::background_share;
use super::edit::distance_within;
use super::pairs::{PairTable, hash_bytes, hash32};
use crate::name::WordClass;
use crate::name::phrases::FAMILIES;

/// A word that occurs in at least one name.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) text: Box<[u8]>,
    pub(super) class: WordClass,
    /// Families of words that are shortened alike.
    pub(super) families: &'static [u16],
}

/// What is asked of a word most often.
#[derive(Debug, Clone, Copy)]
struct Light {
    /// Number of names.
    names: u32,
    /// Share of all company names of the world that have it, as far as known.
    background: f32,
    /// The half of the text's hash that is not the key of the table. Words whose 64 bits agree are
    /// taken for one; among a million words the odds of that are one in 37 million.
    check: u32,
    class: WordClass,
}

/// What was read ahead of a word's use.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Probe {
    pub(super) hash: u64,
    slot: u64,
}

/// All words.
#[derive(Debug, Default)]
pub(super) struct Terms {
    words: Vec<Term>,
    /// What ranking needs of each word, close together in memory.
    lights: Vec<Light>,
    /// The names that have each word, in no particular order; none for legal forms.
    postings: Vec<Vec<u32>>,
    free: Vec<u32>,
    by_text: PairTable,
    by_deletion: PairTable,
    by_prefix: FxHashMap<[u8; 3], Vec<u32>>,
}

/// Words longer than this are found by their beginning only.
const LONGEST_FUZZY: usize = 24;
/// Names of the background, in which the usual words of companies are counted, as many records.
const BACKGROUND_NAMES: f32 = 2_000.0;

impl Terms {
    pub(super) fn get(&self, id: u32) -> Option<&Term> {
        self.words.get(id as usize)
    }

    /// Makes room for the words of this many records more.
    pub(super) fn reserve(&mut self, records: usize) {
        self.words.reserve(records / 3);
        self.lights.reserve(records / 3);
        self.postings.reserve(records / 3);
        self.by_text.reserve(records / 2);
        self.by_deletion.reserve(records * 3);
    }

    /// Number of words in use.
    pub(super) fn len(&self) -> usize {
        self.words.len() - self.free.len()
    }

    /// Room for marks per word.
    pub(super) fn slots(&self) -> usize {
        self.words.len()
    }

    /// The word with this text and class.
    pub(super) fn find(&self, text: &[u8], class: WordClass) -> Option<u32> {
        self.find_hashed(hash_bytes(text), class)
    }

    fn find_hashed(&self, hash: u64, class: WordClass) -> Option<u32> {
        let check = hash as u32;
        let is_it = |id: &u32| {
            self.lights
                .get(*id as usize)
                .is_some_and(|light| light.check == check && light.class == class)
        };
        self.by_text.get((hash >> 32) as u32).find(is_it)
    }

    /// The word with this text that is not a legal form.
    pub(super) fn find_name_word(&self, text: &[u8]) -> Option<u32> {
        let hash = hash_bytes(text);
        let check = hash as u32;
        let found = self.by_text.get((hash >> 32) as u32).filter_map(|id| {
            let light = self.lights.get(id as usize)?;
            (light.check == check && light.class != WordClass::Legal).then_some((light.class, id))
        });
        found.min().map(|(_, id)| id)
    }

    /// Reads ahead what [`Terms::intern`] needs.
    pub(super) fn probe(&self, text: &[u8]) -> Probe {
        let hash = hash_bytes(text);
        Probe { hash, slot: self.by_text.first_slot((hash >> 32) as u32) }
    }

    /// The word's number as far as it was read ahead.
    pub(super) fn probed(&self, probe: Probe, class: WordClass) -> Option<u32> {
        let id = PairTable::number_in(probe.slot, (probe.hash >> 32) as u32)?;
        let light = self.lights.get(id as usize)?;
        (light.check == probe.hash as u32 && light.class == class).then_some(id)
    }

    /// The word's number, made when new.
    pub(super) fn intern(&mut self, text: &[u8], hash: u64, class: WordClass) -> u32 {
        if let Some(id) = self.find_hashed(hash, class) {
            return id;
        }
        let term = Term {
            text: text.into(),
            class,
            families: FAMILIES.get(text).map_or(&[], |families| families.as_ref()),
        };
        let light =
            Light { names: 0, background: background_share(text), check: hash as u32, class };
        let id = if let Some(id) = self.free.pop() {
            if let Some(slot) = self.words.get_mut(id as usize) {
                *slot = term;
            }
            if let Some(slot) = self.lights.get_mut(id as usize) {
                *slot = light;
            }
            id
        } else {
            self.words.push(term);
            self.lights.push(light);
            self.postings.push(Vec::new());
            (self.words.len() - 1) as u32
        };
        self.by_text.insert((hash >> 32) as u32, id);
        for_deletions(text, |hash| self.by_deletion.insert(hash, id));
        if let Some(prefix) = text.first_chunk::<3>() {
            self.by_prefix.entry(*prefix).or_default().push(id);
        }
        id
    }

    /// Counts a name in.
    pub(super) fn add_name(&mut self, id: u32, name: u32) {
        let Some(light) = self.lights.get_mut(id as usize) else {
            return;
        };
        light.names += 1;
        if light.class != WordClass::Legal
            && let Some(postings) = self.postings.get_mut(id as usize)
        {
            postings.push(name);
        }
    }

    /// The names that have a word, in no particular order.
    pub(super) fn postings(&self, id: u32) -> &[u32] {
        self.postings.get(id as usize).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many names have a word; legal forms are counted too.
    pub(super) fn names_with(&self, id: u32) -> u32 {
        self.lights.get(id as usize).map_or(0, |light| light.names)
    }

    /// Counts a name out and forgets the word when no name has it any more.
    pub(super) fn remove_name(&mut self, id: u32, name: u32) {
        let Some(light) = self.lights.get_mut(id as usize) else {
            return;
        };
        light.names = light.names.saturating_sub(1);
        let gone = light.names == 0;
        if let Some(postings) = self.postings.get_mut(id as usize) {
            if let Some(at) = postings.iter().position(|posting| *posting == name) {
                postings.swap_remove(at);
            }
            if gone {
                *postings = Vec::new();
            }
        }
        if gone {
            self.forget(id);
        }
    }

    fn forget(&mut self, id: u32) {
        let Some(term) = self.words.get_mut(id as usize) else {
            return;
        };
        let text = std::mem::take(&mut term.text);
        self.by_text.remove(hash32(&text), id);
        for_deletions(&text, |hash| self.by_deletion.remove(hash, id));
        if let Some(prefix) = text.first_chunk::<3>()
            && let Some(ids) = self.by_prefix.get_mut(prefix)
        {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.by_prefix.remove(prefix);
            }
        }
        self.free.push(id);
    }

    /// Rarity of a word in nats: the logarithm of how many names there are for one that has it,
    /// among the index's own names and a background of usual names together.
    pub(super) fn weight(&self, id: u32, names: usize) -> f32 {
        self.lights
            .get(id as usize)
            .map_or(0.0, |light| weight(light.names as f32, light.background, names))
    }

    /// Rarity of a word that says which company it is; nothing for a legal form.
    pub(super) fn speaking_weight(&self, id: u32, names: usize) -> f32 {
        match self.lights.get(id as usize) {
            Some(light) if light.class != WordClass::Legal => {
                weight(light.names as f32, light.background, names)
            }
            Some(_) | None => 0.0,
        }
    }

    /// Takes over how many names have each word from a larger store, counting its own in.
    pub(super) fn borrow_counts(&mut self, larger: &Self) {
        for (term, light) in self.words.iter().zip(&mut self.lights) {
            let others = larger.find(&term.text, term.class).map_or(0, |id| larger.names_with(id));
            light.names = light.names.max(others);
        }
    }

    /// Finds words at one edit, and for a few at two, in no particular order; a word may
    /// come more than once.
    pub(super) fn near(&self, text: &[u8], found: &mut Vec<u32>) {
        if text.len() < 3 || text.len() > LONGEST_FUZZY {
            return;
        }
        found.extend(self.by_deletion.get(hash32(text)));
        let mut buffer = [0_u8; LONGEST_FUZZY];
        for gap in 0..text.len() {
            let Some(shorter) = without(text, gap, &mut buffer) else {
                continue;
            };
            let hash = hash32(shorter);
            found.extend(self.by_deletion.get(hash));
            found.extend(self.by_text.get(hash));
        }
        found.sort_unstable();
        found.dedup();
        let limit = if text.len() >= 8 { 2 } else { 1 };
        found.retain(|id| {
            self.get(*id).is_some_and(|term| distance_within(text, &term.text, limit).is_some())
        });
    }

    /// Words that begin so; the text has three letters or more.
    pub(super) fn beginning(&self, text: &[u8], found: &mut Vec<u32>) {
        let Some(ids) = text.first_chunk::<3>().and_then(|prefix| self.by_prefix.get(prefix))
        else {
            return;
        };
        found.extend(ids.iter().filter(|id| {
            self.get(**id)
                .is_some_and(|term| term.text.starts_with(text) && term.text.len() > text.len())
        }));
    }

    /// Bytes in use, about.
    pub(super) fn bytes(&self) -> usize {
        let own: usize = self
            .words
            .iter()
            .map(|term| size_of::<Term>() + size_of::<Light>() + term.text.len() + 8)
            .sum();
        let postings: usize =
            self.postings.iter().map(|names| 32 + names.capacity() * size_of::<u32>()).sum();
        let prefixes: usize = self.by_prefix.values().map(|ids| 48 + ids.capacity() * 4).sum();
        own + postings + self.by_text.bytes() + self.by_deletion.bytes() + prefixes
    }
}

/// Rarity in nats of a word that `names_with` of `names` names have.
pub(super) fn weight(names_with: f32, background: f32, names: usize) -> f32 {
    let all = names as f32 + BACKGROUND_NAMES;
    let with = names_with + BACKGROUND_NAMES * background + 0.5;
    fast_ln(all / with).max(0.05)
}

/// Natural logarithm to about four digits, the same on every machine.
pub(super) fn fast_ln(value: f32) -> f32 {
    let bits = value.to_bits();
    let exponent = ((bits >> 23) & 0xFF) as f32 - 127.0;
    let m = f32::from_bits((bits & 0x007F_FFFF) | 0x3F80_0000);
    let log2 = -1.741_793_9
        + m * (2.821_202_6 + m * (-1.469_956_8 + m * (0.447_179_55 - 0.056_570_85 * m)));
    (exponent + log2) * std::f32::consts::LN_2
}

fn for_deletions(text: &[u8], mut call: impl FnMut(u32)) {
    if text.len() < 4 || text.len() > LONGEST_FUZZY {
        return;
    }
    let mut buffer = [0_u8; LONGEST_FUZZY];
    let mut before = None;
    for gap in 0..text.len() {
        // equal neighbours give the same shorter word
        if before == text.get(gap) {
            continue;
        }
        before = text.get(gap);
        if let Some(shorter) = without(text, gap, &mut buffer) {
            call(hash32(shorter));
        }
    }
}

fn without<'a>(text: &[u8], gap: usize, buffer: &'a mut [u8; LONGEST_FUZZY]) -> Option<&'a [u8]> {
    let head = text.get(..gap)?;
    let tail = text.get(gap + 1..)?;
    buffer.get_mut(..gap)?.copy_from_slice(head);
    buffer.get_mut(gap..gap + tail.len())?.copy_from_slice(tail);
    buffer.get(..head.len() + tail.len())
}
