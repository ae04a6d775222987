//! Distinct names and the records that bear them.

use super::names::{Bearer, Bearers, Name, Slot};
use super::pairs::{PairTable, hash32, mix};
use super::terms::{Probe, Terms};
use crate::evidence::Fields;
use crate::name::{WordClass, Words};
use crate::record::{Record, RecordError};

/// Words of a name beyond this many are not compared.
pub(super) const MOST_WORDS: usize = 24;

/// Where the words of a name are in the arena.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    count: u32,
}

/// Everything the index holds.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) terms: Terms,
    pub(super) names: Vec<Name>,
    /// Where each name's words are; apart from the names, as ranking reads little else.
    spans: Vec<Span>,
    /// The words of all names, one name after the other.
    arena: Vec<u32>,
    /// Words in the arena that belong to no name any more.
    unused: usize,
    free_names: Vec<u32>,
    by_words: PairTable,
    slots: Vec<Slot>,
    free_slots: Vec<u32>,
    by_key: PairTable,
    by_domain: PairTable,
    words: Words,
    buffer: Vec<u32>,
    /// Names that their words do not know yet.
    unsettled: Vec<u32>,
}

impl Store {
    /// Number of records.
    pub(super) fn records(&self) -> usize {
        self.slots.len() - self.free_slots.len()
    }

    /// Makes room for this many records more.
    pub(super) fn reserve(&mut self, records: usize) {
        self.names.reserve(records);
        self.spans.reserve(records);
        self.slots.reserve(records);
        self.arena.reserve(records * 5);
        self.by_words.reserve(records);
        self.by_key.reserve(records);
        self.terms.reserve(records);
    }

    /// Number of distinct names.
    pub(super) fn distinct_names(&self) -> usize {
        self.names.len() - self.free_names.len()
    }

    pub(super) fn name(&self, id: u32) -> Option<&Name> {
        self.names.get(id as usize)
    }

    pub(super) fn slot(&self, slot: u32) -> Option<&Slot> {
        self.slots.get(slot as usize)
    }

    /// The place of a key.
    pub(super) fn find_key(&self, key: &str) -> Option<u32> {
        self.by_key
            .get(hash32(key.as_bytes()))
            .find(|slot| self.slot(*slot).is_some_and(|held| held.key.as_ref() == key))
    }

    /// Records with a registrable domain.
    pub(super) fn with_domain(&self, domain: &str) -> impl Iterator<Item = u32> {
        self.by_domain.get(hash32(domain.as_bytes()))
    }

    /// Takes a record in; one with the same key is replaced.
    pub(super) fn insert(&mut self, record: &Record) -> Result<(), RecordError> {
        if record.key.is_empty() {
            return Err(RecordError::EmptyKey);
        }
        let fields = Fields::read(record);
        self.remove(&record.key);
        let slot = self.take_slot();
        for domain in &fields.domains {
            self.by_domain.insert(hash32(domain.as_bytes()), slot);
        }
        self.by_key.insert(hash32(record.key.as_bytes()), slot);
        let domains = fields.domains.len();
        if let Some(place) = self.slots.get_mut(slot as usize) {
            place.key = record.key.as_str().into();
            place.fields = fields;
        }
        let names = self.add_names(record, slot);
        if names == 0 && domains == 0 {
            self.remove(&record.key);
            return Err(RecordError::NothingToCompare);
        }
        Ok(())
    }

    /// Adds the record's names and says how many there are.
    fn add_names(&mut self, record: &Record, slot: u32) -> usize {
        let mut words = std::mem::take(&mut self.words);
        let mut first = None;
        let mut more: Vec<u32> = Vec::new();
        for (at, name) in std::iter::once(&record.name).chain(&record.other_names).enumerate() {
            words.read(name);
            for alias in [false, true] {
                let Some(id) =
                    self.add_name(&words, alias, Bearer { slot, other: at > 0 || alias })
                else {
                    continue;
                };
                if first.is_none() {
                    first = Some(id);
                } else if first != Some(id) && !more.contains(&id) {
                    more.push(id);
                }
            }
        }
        self.words = words;
        let count = usize::from(first.is_some()) + more.len();
        if let Some(place) = self.slots.get_mut(slot as usize) {
            place.first_name = first;
            place.more_names = more.into_boxed_slice();
        }
        count
    }

    fn add_name(&mut self, words: &Words, alias: bool, bearer: Bearer) -> Option<u32> {
        let mut terms = std::mem::take(&mut self.buffer);
        terms.clear();
        let of_name = || words.iter().filter(|(_, token)| token.alias == alias).take(MOST_WORDS);
        let mut hash = 0;
        let mut probes = [Probe::default(); MOST_WORDS];
        for ((text, token), probe) in of_name().zip(&mut probes) {
            *probe = self.terms.probe(text);
            hash = mix(hash ^ probe.hash) ^ class_salt(token.class);
        }
        let mut found = [None; MOST_WORDS];
        for (((_, token), probe), found) in of_name().zip(&probes).zip(&mut found) {
            *found = self.terms.probed(*probe, token.class);
        }
        for (((text, token), probe), found) in of_name().zip(&probes).zip(&found) {
            let id = found.unwrap_or_else(|| self.terms.intern(text, probe.hash, token.class));
            terms.push(id);
        }
        let id = (!terms.is_empty()).then(|| self.name_with(&terms, hash));
        self.buffer = terms;
        let id = id?;
        self.add_bearer(id, bearer);
        Some(id)
    }

    fn name_with(&mut self, terms: &[u32], hash: u64) -> u32 {
        if let Some(id) = self.find_name(terms, hash) {
            return id;
        }
        let span = Span { start: self.arena.len() as u32, count: terms.len() as u32 };
        self.arena.extend_from_slice(terms);
        let name = Name { hash, first: None, more: Bearers::default() };
        let id = if let Some(id) = self.free_names.pop() {
            if let (Some(place), Some(old)) =
                (self.names.get_mut(id as usize), self.spans.get_mut(id as usize))
            {
                *place = name;
                *old = span;
            }
            id
        } else {
            self.names.push(name);
            self.spans.push(span);
            (self.names.len() - 1) as u32
        };
        self.by_words.insert((hash >> 32) as u32, id);
        self.unsettled.push(id);
        id
    }

    /// Makes findable what came since last time. It is called before the index is asked; for many
    /// records together, as steps of one kind wait for memory at the same time.
    pub(super) fn settle(&mut self) {
        self.terms.settle();
        for id in std::mem::take(&mut self.unsettled) {
            let span = self.spans.get(id as usize).copied().unwrap_or_default();
            let start = span.start as usize;
            let terms = self.arena.get(start..start + span.count as usize).unwrap_or_default();
            for (at, term) in terms.iter().enumerate() {
                if !terms.iter().take(at).any(|before| before == term) {
                    self.terms.add_name(*term, id);
                }
            }
        }
    }

    /// The words of several names one after the other, and where each name's words end: read in
    /// steps, so that the waiting times of many names pass together.
    pub(super) fn terms_of_all(&self, ids: &[u32], terms: &mut Vec<u32>, ends: &mut Vec<usize>) {
        let spans: Vec<Span> = ids
            .iter()
            .map(|id| self.spans.get(*id as usize).copied().unwrap_or_default())
            .collect();
        terms.clear();
        ends.clear();
        for span in spans {
            let start = span.start as usize;
            terms.extend_from_slice(
                self.arena.get(start..start + span.count as usize).unwrap_or_default(),
            );
            ends.push(terms.len());
        }
    }

    /// Number of words of a name.
    pub(super) fn length_of(&self, id: u32) -> u32 {
        self.spans.get(id as usize).map_or(0, |span| span.count)
    }

    /// Words of a name in their order, legal forms included.
    pub(super) fn terms_of(&self, id: u32) -> &[u32] {
        let span = self.spans.get(id as usize).copied().unwrap_or_default();
        let start = span.start as usize;
        self.arena.get(start..start + span.count as usize).unwrap_or_default()
    }

    /// The name with exactly these words.
    pub(super) fn find_name(&self, terms: &[u32], hash: u64) -> Option<u32> {
        self.by_words.get((hash >> 32) as u32).find(|id| {
            self.name(*id).is_some_and(|name| name.hash == hash && self.terms_of(*id) == terms)
        })
    }

    fn add_bearer(&mut self, id: u32, bearer: Bearer) {
        let Self { names, slots, .. } = self;
        let key =
            |slot: u32| slots.get(slot as usize).map(|held| held.key.as_ref()).unwrap_or_default();
        let Some(name) = names.get_mut(id as usize) else {
            return;
        };
        let Some(first) = name.first else {
            name.first = Some(bearer);
            return;
        };
        if first.slot == bearer.slot {
            return;
        }
        if key(bearer.slot) < key(first.slot) {
            name.first = Some(bearer);
            name.more.insert(first, key);
        } else {
            name.more.insert(bearer, key);
        }
    }

    /// Takes a record out; says whether it was there.
    pub(super) fn remove(&mut self, key: &str) -> bool {
        let Some(slot) = self.find_key(key) else {
            return false;
        };
        let Some(held) = self.slots.get_mut(slot as usize) else {
            return false;
        };
        let held = std::mem::take(held);
        self.by_key.remove(hash32(key.as_bytes()), slot);
        for domain in &held.fields.domains {
            self.by_domain.remove(hash32(domain.as_bytes()), slot);
        }
        for id in held.names() {
            self.remove_bearer(id, slot, &held.key);
        }
        self.free_slots.push(slot);
        true
    }

    fn remove_bearer(&mut self, id: u32, slot: u32, key: &str) {
        let Self { names, slots, .. } = self;
        let Some(name) = names.get_mut(id as usize) else {
            return;
        };
        // the slot is emptied already, so its key is told
        let held_key = |held: u32| {
            let held = slots.get(held as usize).filter(|_| held != slot);
            held.map_or(key, |held| held.key.as_ref())
        };
        if name.first.is_some_and(|first| first.slot == slot) {
            name.first = name.more.take_first();
        } else {
            name.more.remove(key, held_key);
        }
        if name.first.is_none() {
            self.forget_name(id);
        }
    }

    fn forget_name(&mut self, id: u32) {
        self.settle();
        let Some(name) = self.names.get_mut(id as usize) else {
            return;
        };
        let name = std::mem::take(name);
        self.by_words.remove((name.hash >> 32) as u32, id);
        let terms = self.terms_of(id).to_vec();
        for (at, term) in terms.iter().enumerate() {
            if !terms.iter().take(at).any(|before| before == term) {
                self.terms.remove_name(*term, id);
            }
        }
        self.free_names.push(id);
        self.unused += terms.len();
        if self.unused > 4_096 && self.unused * 2 > self.arena.len() {
            self.compact();
        }
    }

    /// Writes the arena anew without the words of names that are gone.
    fn compact(&mut self) {
        let mut arena = Vec::with_capacity(self.arena.len() - self.unused);
        let held = self.names.iter().zip(&mut self.spans).filter(|(name, _)| name.first.is_some());
        for (_, span) in held {
            let start = span.start as usize;
            span.start = arena.len() as u32;
            arena.extend_from_slice(
                self.arena.get(start..start + span.count as usize).unwrap_or_default(),
            );
        }
        self.arena = arena;
        self.unused = 0;
    }

    fn take_slot(&mut self) -> u32 {
        if let Some(slot) = self.free_slots.pop() {
            return slot;
        }
        self.slots.push(Slot::default());
        (self.slots.len() - 1) as u32
    }

    /// Bytes in use, about.
    pub(super) fn bytes(&self) -> usize {
        let names: usize = self
            .names
            .iter()
            .map(|name| size_of::<Name>() + size_of::<Span>() + name.more.bytes())
            .sum();
        let slots: usize = self
            .slots
            .iter()
            .map(|slot| {
                size_of::<Slot>()
                    + slot.key.len()
                    + slot.more_names.len() * 4
                    + 16
                    + slot.fields.bytes()
            })
            .sum();
        names
            + slots
            + self.arena.capacity() * 4
            + self.terms.bytes()
            + self.by_words.bytes()
            + self.by_key.bytes()
            + self.by_domain.bytes()
    }
}

/// Parts equal words of different classes in the hash of a name.
pub(super) fn class_salt(class: WordClass) -> u64 {
    match class {
        WordClass::Plain => 0,
        WordClass::Legal => 0x0101,
        WordClass::Stop => 0x0202,
        WordClass::Soft => 0x0303,
        WordClass::Place => 0x0404,
        WordClass::Number => 0x0505,
    }
}
