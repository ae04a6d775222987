//! The words of all names: their rarity, and how to find a word that is spelled nearly so.

use rustc_hash::FxHashMap;

use super::background::background_share;
use super::edit::distance_within;
use super::pairs::{PairTable, hash_bytes, hash32};
use super::postings::Postings;
use crate::name::WordClass;
use crate::name::phrases::families_of;

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
    /// Of how many names each word is, the background included: all that ranking needs of most
    /// words. Below zero for legal forms.
    shares: Vec<f32>,
    /// The names that have each word; none for legal forms.
    postings: Vec<Postings>,
    free: Vec<u32>,
    by_text: PairTable,
    by_deletion: PairTable,
    /// What is still to be put into the table before.
    deletions: Vec<(u32, u32)>,
    /// Words by their first three letters, each with the four behind these.
    by_prefix: FxHashMap<[u8; 3], Vec<([u8; 4], u32)>>,
}

/// Words longer than this are found by their beginning only.
const LONGEST_FUZZY: usize = 24;
/// So many places of the table are filled in its own order.
const MANY: usize = 8_192;
/// Names of the background, in which the usual words of companies are counted, as many records.
const BACKGROUND_NAMES: f32 = 2_000.0;
/// Rarity of a word that nearly all names have.
const LEAST_WEIGHT: f32 = 0.05;

impl Terms {
    pub(super) fn get(&self, id: u32) -> Option<&Term> {
        self.words.get(id as usize)
    }

    /// Makes room for the words of this many records more.
    pub(super) fn reserve(&mut self, records: usize) {
        self.words.reserve(records / 3);
        self.lights.reserve(records / 3);
        self.shares.reserve(records / 3);
        self.postings.reserve(records / 3);
        self.by_text.reserve(records / 2);
        self.deletions.reserve(records * 3);
    }

    /// Number of words in use.
    pub(super) fn len(&self) -> usize {
        self.words.len() - self.free.len()
    }

    /// The word with this text and class.
    pub(super) fn find(&self, text: &[u8], class: WordClass) -> Option<u32> {
        self.find_hashed(hash_bytes(text), class)
    }

    /// The word with this hash of its text and this class.
    pub(super) fn find_hashed(&self, hash: u64, class: WordClass) -> Option<u32> {
        let check = hash as u32;
        let is_it = |id: &u32| {
            self.lights
                .get(*id as usize)
                .is_some_and(|light| light.check == check && light.class == class)
        };
        self.by_text.get((hash >> 32) as u32).find(is_it)
    }

    /// The words with this text that are no legal form: one for each class.
    pub(super) fn name_words(&self, text: &[u8]) -> impl Iterator<Item = u32> {
        self.spoken(text).map(|(_, id)| id)
    }

    /// The word with this text that is not a legal form.
    pub(super) fn find_name_word(&self, text: &[u8]) -> Option<u32> {
        self.spoken(text).min().map(|(_, id)| id)
    }

    fn spoken(&self, text: &[u8]) -> impl Iterator<Item = (WordClass, u32)> {
        let hash = hash_bytes(text);
        let check = hash as u32;
        self.by_text.get((hash >> 32) as u32).filter_map(move |id| {
            let light = self.lights.get(id as usize)?;
            (light.check == check && light.class != WordClass::Legal).then_some((light.class, id))
        })
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
        let term = Term { text: text.into(), class, families: families_of(hash) };
        let light =
            Light { names: 0, background: background_share(hash), check: hash as u32, class };
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
            self.shares.push(share(&light));
            self.postings.push(Postings::None);
            (self.words.len() - 1) as u32
        };
        self.by_text.insert((hash >> 32) as u32, id);
        for_deletions(text, |hash| self.deletions.push((hash, id)));
        if let Some(prefix) = text.first_chunk::<3>() {
            self.by_prefix.entry(*prefix).or_default().push((next_letters(text), id));
        }
        id
    }

    /// Makes the words that came since last time findable by nearly so spelled ones.
    pub(super) fn settle(&mut self) {
        if self.deletions.len() < MANY {
            for (hash, id) in self.deletions.drain(..) {
                self.by_deletion.insert(hash, id);
            }
        } else {
            self.by_deletion.insert_all(&std::mem::take(&mut self.deletions));
        }
    }

    /// Counts a name in.
    pub(super) fn add_name(&mut self, id: u32, name: u32) {
        let Some(light) = self.lights.get_mut(id as usize) else {
            return;
        };
        light.names += 1;
        if let Some(own) = self.shares.get_mut(id as usize) {
            *own = share(light);
        }
        if light.class != WordClass::Legal
            && let Some(postings) = self.postings.get_mut(id as usize)
        {
            postings.insert(name);
        }
    }

    /// The names that have a word, ascending.
    pub(super) fn postings(&self, id: u32) -> &[u32] {
        self.postings.get(id as usize).map(Postings::as_slice).unwrap_or_default()
    }

    /// Tells words apart by content: the same in every index.
    pub(super) fn mark(&self, id: u32) -> Option<(u32, WordClass)> {
        self.lights.get(id as usize).map(|light| (light.check, light.class))
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
        if let Some(own) = self.shares.get_mut(id as usize) {
            *own = share(light);
        }
        if let Some(postings) = self.postings.get_mut(id as usize) {
            postings.remove(name);
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
            ids.retain(|(_, other)| *other != id);
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

    /// Rarities of words that say which company it is; nothing for legal forms.
    pub(super) fn speaking_weights(&self, ids: &[u32], names: usize, weights: &mut Vec<f32>) {
        weights.clear();
        weights.extend(ids.iter().map(|id| self.shares.get(*id as usize).copied().unwrap_or(-1.0)));
        // a loop without branches or memory that is far away, for several words at a time
        let all = names as f32 + BACKGROUND_NAMES;
        for weight in weights {
            let rarity = fast_ln(all / weight.abs()).max(LEAST_WEIGHT);
            *weight = if *weight < 0.0 { 0.0 } else { rarity };
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
        // nearly all fail at their next letters, so that the words themselves are hardly read
        let known = text.len().saturating_sub(3).min(4);
        let next = next_letters(text);
        let alike = ids.iter().filter(|(letters, _)| letters.get(..known) == next.get(..known));
        found.extend(alike.map(|(_, id)| *id).filter(|id| {
            self.get(*id)
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
        let postings: usize = self.postings.iter().map(Postings::bytes).sum();
        let prefixes: usize = self.by_prefix.values().map(|ids| 48 + ids.capacity() * 8).sum();
        own + self.shares.capacity() * 4
            + postings
            + self.by_text.bytes()
            + self.by_deletion.bytes()
            + prefixes
    }
}

/// Rarity in nats of a word that `names_with` of `names` names have.
pub(super) fn weight(names_with: f32, background: f32, names: usize) -> f32 {
    let all = names as f32 + BACKGROUND_NAMES;
    fast_ln(all / names_of_all(names_with, background)).max(LEAST_WEIGHT)
}

/// Names that have a word, among the index's own and those of the background.
fn names_of_all(names_with: f32, background: f32) -> f32 {
    names_with + BACKGROUND_NAMES * background + 0.5
}

fn share(light: &Light) -> f32 {
    let names = names_of_all(light.names as f32, light.background);
    if light.class == WordClass::Legal { -names } else { names }
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

/// The letters of a word behind its first three, as far as there are any.
fn next_letters(text: &[u8]) -> [u8; 4] {
    let mut letters = [0; 4];
    for (place, letter) in letters.iter_mut().zip(text.iter().skip(3)) {
        *place = *letter;
    }
    letters
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
