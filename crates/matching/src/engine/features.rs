//! What the scorer looks at: numbers drawn from two names laid side by side.

use super::align::{Alignment, Memo, Pair};
use super::edit::likeness as letters_alike;
use super::likeness::{WAYS, Way};
use super::store::MOST_WORDS;
use super::terms::fast_ln;
use crate::name::WordClass;

/// Number of features.
pub const FEATURES: usize = 46;
/// Features of one candidate; their meaning stands in [`FEATURE_NAMES`].
pub type Features = [f32; FEATURES];

/// What each feature is, in order.
pub const FEATURE_NAMES: [&str; FEATURES] = [
    "share of the query's weight that is matched",
    "share of the record's weight that is matched",
    "matched weight in nats",
    "unmatched weight of the query's plain words",
    "heaviest unmatched plain word of the query",
    "unmatched weight of the record's plain words",
    "heaviest unmatched plain word of the record",
    "unmatched places of the query",
    "unmatched places of the record",
    "unmatched soft words of the query",
    "unmatched soft words of the record",
    "unmatched numbers of the query",
    "unmatched numbers of the record",
    "numbers unmatched on both sides",
    "weight lost to imperfect likeness",
    "words with one slip",
    "words with more slips",
    "abbreviations of a family",
    "beginnings",
    "words written together or apart",
    "letters in order and initials",
    "legal words matched",
    "legal words of the query unmatched",
    "legal words of the record unmatched",
    "words out of order",
    "first words go together",
    "last words go together",
    "words of the query",
    "words of the record",
    "unmatched words of the query that the index knows",
    "unmatched words of the query that it does not know",
    "slips in words that the index knows as they stand",
    "unmatched words at the record's end",
    "unmatched words at the record's start or middle",
    "likeness of all letters",
    "likeness of all letters up to the query's length",
    "logarithm of the number of names",
    "matched weight beyond the logarithm of the number of names",
    "the names are equal",
    "written as a web address",
    "the query may be cut",
    "letters of the query",
    "best rival's matched share",
    "lead over the best rival",
    "rivals nearly as good",
    "heaviest matched word",
];

/// A candidate laid beside the query.
#[derive(Debug, Clone)]
pub(super) struct Scored {
    pub(super) name: u32,
    pub(super) hash: u64,
    pub(super) features: Features,
    /// The query's words that are not found as they stand, one bit each.
    pub(super) open: u32,
    /// Quick measure used for rivals: matched share of both sides together.
    pub(super) quick: f32,
}

#[derive(Default)]
struct Sums {
    matched: f32,
    total: f32,
    lost: f32,
    plain: f32,
    heaviest: f32,
    places: f32,
    soft: f32,
    numbers: f32,
    legal: f32,
    legal_matched: f32,
    ways: [f32; WAYS],
    best: f32,
}

impl Sums {
    fn add(&mut self, class: WordClass, weight: f32, like: super::likeness::Likeness, taken: bool) {
        if class == WordClass::Legal {
            if taken {
                self.legal_matched += 1.0;
            } else {
                self.legal += 1.0;
            }
            return;
        }
        self.total += weight;
        if taken {
            self.matched += weight * like.credit;
            self.lost += weight * (1.0 - like.credit);
            self.best = self.best.max(weight * like.credit);
            if let Some(count) = self.ways.get_mut(like.way as usize) {
                *count += 1.0;
            }
            return;
        }
        match class {
            WordClass::Place => self.places += 1.0,
            WordClass::Soft => self.soft += 1.0,
            WordClass::Number => self.numbers += 1.0,
            WordClass::Plain | WordClass::Stop | WordClass::Legal => {
                self.plain += weight;
                self.heaviest = self.heaviest.max(weight);
            }
        }
    }

    fn way(&self, way: Way) -> f32 {
        self.ways.get(way as usize).copied().unwrap_or(0.0)
    }

    fn share(&self) -> f32 {
        if self.total > 0.0 { self.matched / self.total } else { 0.0 }
    }
}

impl Pair<'_> {
    /// Lays the names side by side and measures. The three features about rivals are filled in
    /// later by [`set_rivals`].
    pub(super) fn score(&self, id: u32, memo: &mut Memo) -> Scored {
        let sides = self.align(memo);
        let asked = self.asked_sums(&sides);
        let held = self.held_sums(&sides);
        let mut features = [0.0; FEATURES];
        self.fill_sums(&asked, &held, &mut features);
        self.fill_order(&sides, &mut features);
        self.fill_letters(&sides, &mut features);
        let quick = (asked.matched + held.matched) / (asked.total + held.total).max(0.01);
        Scored { name: id, hash: self.held_hash, features, open: self.open_words(&sides), quick }
    }

    fn asked_sums(&self, sides: &Alignment) -> Sums {
        let mut sums = Sums::default();
        for (ask, place) in self.asked.asks.iter().zip(&sides.asked) {
            sums.add(ask.class, ask.weight, place.like, place.taken);
        }
        sums
    }

    fn held_sums(&self, sides: &Alignment) -> Sums {
        let mut sums = Sums::default();
        for (at, place) in sides.held.iter().take(sides.held_len).enumerate() {
            let weight = sides.weights.get(at).copied().unwrap_or(0.0);
            sums.add(self.held_class(at), weight, place.like, place.taken);
        }
        sums
    }

    fn fill_sums(&self, asked: &Sums, held: &Sums, features: &mut Features) {
        let size = fast_ln(self.names.max(1) as f32);
        let values = [
            asked.share(),
            held.share(),
            held.matched,
            asked.plain,
            asked.heaviest,
            held.plain,
            held.heaviest,
            asked.places,
            held.places,
            asked.soft,
            held.soft,
            asked.numbers,
            held.numbers,
            asked.numbers.min(held.numbers),
            asked.lost.max(held.lost),
            held.way(Way::Typo),
            held.way(Way::Typos) + held.way(Way::Sound),
            held.way(Way::Family),
            held.way(Way::Beginning),
            held.way(Way::Joined),
            held.way(Way::Letters) + held.way(Way::Initial) + held.way(Way::Initials),
            held.legal_matched,
            asked.legal,
            held.legal,
        ];
        put(features, 0, &values);
        put(features, 36, &[size, held.matched - size]);
        put(features, 45, &[held.best]);
    }

    fn fill_order(&self, sides: &Alignment, features: &mut Features) {
        let asks = &self.asked.asks;
        let mut inversions = 0.0;
        let mut highest = 0;
        for place in sides.asked.iter().take(asks.len()).filter(|place| place.taken) {
            if place.other < highest {
                inversions += 1.0;
            }
            highest = highest.max(place.other);
        }
        let speaking = |at: &usize| asks.get(*at).is_some_and(super::asked::Ask::speaks);
        let held_speaks = |at: &usize| self.held_class(*at) != WordClass::Legal;
        let goes = |at: Option<usize>, other: Option<usize>| {
            let (Some(at), Some(other)) = (at, other) else {
                return 0.0;
            };
            let together = sides
                .asked
                .get(at)
                .is_some_and(|place| place.taken && usize::from(place.other) == other);
            f32::from(u8::from(together))
        };
        let firsts = goes((0..asks.len()).find(speaking), (0..sides.held_len).find(held_speaks));
        let lasts =
            goes((0..asks.len()).rev().find(speaking), (0..sides.held_len).rev().find(held_speaks));
        let (known, unknown) = self.unmatched_words(sides);
        let (end, elsewhere) = self.missing(sides);
        let values = [
            inversions,
            firsts,
            lasts,
            asks.iter().filter(|ask| ask.speaks()).count() as f32,
            (0..sides.held_len).filter(held_speaks).count() as f32,
            known,
            unknown,
            self.known_slips(sides),
            end,
            elsewhere,
        ];
        put(features, 24, &values);
    }

    fn open_words(&self, sides: &Alignment) -> u32 {
        let open = |at: &usize| {
            sides.asked.get(*at).is_some_and(|place| {
                !place.taken || !matches!(place.like.way, Way::Same | Way::Joined)
            })
        };
        (0..self.asked.asks.len()).filter(open).fold(0, |bits, at| bits | 1 << at)
    }

    fn unmatched_words(&self, sides: &Alignment) -> (f32, f32) {
        let (mut known, mut unknown) = (0.0, 0.0);
        for (ask, place) in self.asked.asks.iter().zip(&sides.asked) {
            if !place.taken && ask.speaks() {
                if ask.names > 0 {
                    known += 1.0;
                } else {
                    unknown += 1.0;
                }
            }
        }
        (known, unknown)
    }

    /// Weight of words that are matched with slips although the index knows them as they stand.
    fn known_slips(&self, sides: &Alignment) -> f32 {
        let slipped = |way: Way| matches!(way, Way::Typo | Way::Typos | Way::Sound | Way::Letters);
        let words = self.asked.asks.iter().zip(&sides.asked);
        words
            .filter(|(ask, place)| {
                place.taken && ask.speaks() && ask.names > 0 && slipped(place.like.way)
            })
            .map(|(ask, _)| fast_ln(1.0 + ask.names as f32) + 1.0)
            .sum()
    }

    /// Unmatched words of the record that say something: at its end, and elsewhere.
    fn missing(&self, sides: &Alignment) -> (f32, f32) {
        let (mut end, mut elsewhere) = (0.0, 0.0);
        let mut at_end = true;
        for at in (0..sides.held_len).rev() {
            let taken = sides.held.get(at).is_some_and(|place| place.taken);
            if self.held_class(at) == WordClass::Legal {
                continue;
            }
            at_end &= !taken;
            if !taken {
                if at_end { end += 1.0 } else { elsewhere += 1.0 }
            }
        }
        (end, elsewhere)
    }

    fn fill_letters(&self, sides: &Alignment, features: &mut Features) {
        let mut left = Vec::with_capacity(64);
        for ask in self.asked.asks.iter().filter(|ask| ask.speaks()) {
            left.extend_from_slice(&ask.text);
        }
        let mut right = Vec::with_capacity(64);
        for at in 0..sides.held_len {
            if self.held_class(at) != WordClass::Legal {
                right.extend_from_slice(self.held_bytes(at));
            }
        }
        let all = letters_alike(&left, &right);
        let upto = letters_alike(&left, right.get(..left.len()).unwrap_or(&right));
        put(features, 34, &[all, upto]);
        let equal = self.asked.hash == self.held_hash;
        let last = self.asked.asks.len().saturating_sub(1);
        let cut = sides
            .asked
            .get(last)
            .is_some_and(|place| place.taken && place.like.way == Way::Beginning);
        let yes = |value: bool| f32::from(u8::from(value));
        put(features, 38, &[yes(equal), yes(self.asked.web_address), yes(cut), left.len() as f32]);
    }
}

fn put(features: &mut Features, from: usize, values: &[f32]) {
    for (place, value) in features.iter_mut().skip(from).zip(values) {
        *place = *value;
    }
}

/// Fills in, for each candidate, what the others are like.
pub(super) fn set_rivals(scored: &mut [Scored]) {
    let quick: Vec<f32> = scored.iter().map(|one| one.quick).collect();
    for (at, one) in scored.iter_mut().enumerate() {
        let others =
            quick.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, quick)| *quick);
        let best = others.clone().fold(0.0, f32::max);
        let near = others.filter(|quick| *quick > one.quick - 0.05).count();
        put(&mut one.features, 42, &[best, one.quick - best, near as f32]);
    }
}

const _: () = assert!(MOST_WORDS < 256, "places are kept in a byte");
