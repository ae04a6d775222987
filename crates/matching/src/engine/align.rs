//! Puts the words of two names side by side.

use rustc_hash::FxHashMap;

use super::asked::AskedName;
use super::edit::distance_within;
use super::likeness::{Likeness, Way, likeness};
use super::store::{MOST_WORDS, Store};
use super::terms::{Term, Terms};
use crate::name::WordClass;

/// One word of a side and what became of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) like: Likeness,
    /// First word of the other side that it goes with.
    pub(super) other: u8,
    pub(super) taken: bool,
}

/// The words of both names side by side.
#[derive(Debug, Clone)]
pub(super) struct Alignment {
    pub(super) asked: [Place; MOST_WORDS],
    pub(super) held: [Place; MOST_WORDS],
    /// Rarities of the record's words.
    pub(super) weights: [f32; MOST_WORDS],
    pub(super) held_len: usize,
}

/// Likenesses already found in this look-up, by word of the query and word of the index.
pub(super) type Memo = FxHashMap<(u8, u32), Likeness>;

/// What an alignment is made from.
pub(super) struct Pair<'a> {
    pub(super) asked: &'a AskedName,
    /// Words of the record's name.
    pub(super) held: &'a [u32],
    pub(super) held_hash: u64,
    /// The same as they are spelled, fetched once.
    words: [Option<&'a Term>; MOST_WORDS],
    terms: &'a Terms,
    pub(super) names: usize,
}

impl<'a> Pair<'a> {
    /// A name of the query and a name of the index; rarity is among `names` names.
    pub(super) fn new(asked: &'a AskedName, store: &'a Store, id: u32, names: usize) -> Self {
        let held = store.terms_of(id);
        let mut words = [None; MOST_WORDS];
        for (place, term) in words.iter_mut().zip(held) {
            *place = store.terms.get(*term);
        }
        let held_hash = store.name(id).map_or(0, |name| name.hash);
        Self { asked, held, held_hash, words, terms: &store.terms, names }
    }

    /// A word of the record.
    pub(super) fn held_word(&self, at: usize) -> Option<&'a Term> {
        self.words.get(at).copied().flatten()
    }

    /// Lays the names side by side.
    pub(super) fn align(&self, memo: &mut Memo) -> Alignment {
        let mut sides = Alignment {
            asked: [Place::default(); MOST_WORDS],
            held: [Place::default(); MOST_WORDS],
            weights: [0.0; MOST_WORDS],
            held_len: self.held.len().min(MOST_WORDS),
        };
        for (weight, term) in sides.weights.iter_mut().zip(self.held) {
            *weight = self.terms.weight(*term, self.names);
        }
        let open = self.take_same(&mut sides);
        if open {
            self.take_joined(&mut sides, 0);
            self.take_like(&mut sides, memo);
            self.take_joined(&mut sides, 1);
            self.take_shifted(&mut sides);
            self.take_initials(&mut sides);
        }
        sides
    }

    /// Takes equal words; says whether words are left on both sides.
    fn take_same(&self, sides: &mut Alignment) -> bool {
        let mut left = 0;
        for (at, ask) in self.asked.asks.iter().enumerate() {
            let Some(id) = ask.id else {
                left += 1;
                continue;
            };
            let found = self.held.iter().take(MOST_WORDS).enumerate().position(|(other, term)| {
                *term == id && sides.held.get(other).is_some_and(|place| !place.taken)
            });
            match found {
                Some(other) => sides.take((at, 1), (other, 1), Likeness::new(Way::Same, 1.0)),
                None => left += 1,
            }
        }
        left > 0 && sides.held.iter().take(sides.held_len).any(|place| !place.taken)
    }

    /// Takes words written together on one side: exactly, or with one slip.
    fn take_joined(&self, sides: &mut Alignment, edits: usize) {
        for at in 0..self.asked.asks.len() {
            for other in 0..sides.held_len {
                if !sides.open_asked(at, 1) || !sides.open_held(other, 1) {
                    continue;
                }
                self.join_at(sides, (at, other), edits);
            }
        }
    }

    fn join_at(&self, sides: &mut Alignment, start: (usize, usize), edits: usize) {
        let (at, other) = start;
        let credit = if edits == 0 { 0.97 } else { 0.8 };
        let mut text = [0_u8; 64];
        let (ask_length, held_length) = (self.ask_bytes(at).len(), self.held_bytes(other).len());
        let (mut asked_sum, mut held_sum) = (ask_length, held_length);
        for many in 2..=4_usize {
            asked_sum += self.ask_bytes(at + many - 1).len();
            held_sum += self.held_bytes(other + many - 1).len();
            if asked_sum > held_length + edits && held_sum > ask_length + edits {
                return;
            }
            if held_sum.abs_diff(ask_length) <= edits
                && sides.open_held(other, many)
                && let Some(joined) = self.held_text(other, many, &mut text)
                && equal_within(self.ask_bytes(at), joined, edits)
            {
                return sides.take((at, 1), (other, many), Likeness::new(Way::Joined, credit));
            }
            if asked_sum.abs_diff(held_length) <= edits
                && sides.open_asked(at, many)
                && let Some(joined) = self.asked_text(at, many, &mut text)
                && equal_within(joined, self.held_bytes(other), edits)
            {
                return sides.take((at, many), (other, 1), Likeness::new(Way::Joined, credit));
            }
        }
    }

    /// Takes the pairs of words that are alike, the most telling first.
    fn take_like(&self, sides: &mut Alignment, memo: &mut Memo) {
        let mut found: Vec<(f32, usize, usize, Likeness)> = Vec::new();
        for (at, ask) in self.asked.asks.iter().enumerate() {
            if !sides.open_asked(at, 1) {
                continue;
            }
            for (other, term_id) in self.held.iter().take(MOST_WORDS).enumerate() {
                if !sides.open_held(other, 1) {
                    continue;
                }
                let like = *memo.entry((at as u8, *term_id)).or_insert_with(|| {
                    self.held_word(other).map_or_else(Likeness::default, |term| likeness(ask, term))
                });
                if like.credit > 0.0 {
                    let near = at.abs_diff(other).min(8) as f32;
                    found.push((like.credit - 0.01 * near, at, other, like));
                }
            }
        }
        found.sort_by(|left, right| {
            right.0.total_cmp(&left.0).then((left.1, left.2).cmp(&(right.1, right.2)))
        });
        for (_, at, other, like) in found {
            if sides.open_asked(at, 1) && sides.open_held(other, 1) {
                sides.take((at, 1), (other, 1), like);
            }
        }
    }

    /// Takes two neighbours against two neighbours between which a blank has moved.
    fn take_shifted(&self, sides: &mut Alignment) {
        let (mut left, mut right) = ([0_u8; 64], [0_u8; 64]);
        for at in 0..self.asked.asks.len().saturating_sub(1) {
            for other in 0..sides.held_len.saturating_sub(1) {
                if !sides.loose_asked(at, 2) || !sides.loose_held(other, 2) {
                    continue;
                }
                let (Some(asked), Some(held)) =
                    (self.asked_text(at, 2, &mut left), self.held_text(other, 2, &mut right))
                else {
                    continue;
                };
                if asked.len().min(held.len()) >= 5
                    && let Some(edits) = distance_within(asked, held, 2)
                {
                    sides.release((at, 2), (other, 2));
                    sides.take(
                        (at, 2),
                        (other, 2),
                        Likeness::new(Way::Joined, 0.92 - 0.08 * edits as f32),
                    );
                }
            }
        }
    }

    /// Takes a word made of the initials of several words of the other side.
    fn take_initials(&self, sides: &mut Alignment) {
        for at in 0..self.asked.asks.len() {
            let many = self.ask_bytes(at).len();
            for other in 0..sides.held_len {
                if (2..=6).contains(&many)
                    && sides.open_asked(at, 1)
                    && sides.open_held(other, many)
                    && (0..many).all(|next| {
                        self.held_bytes(other + next).first() == self.ask_bytes(at).get(next)
                    })
                {
                    sides.take(
                        (at, 1),
                        (other, many),
                        Likeness::new(Way::Initials, initials_credit(many)),
                    );
                }
            }
        }
        for other in 0..sides.held_len {
            let many = self.held_bytes(other).len();
            for at in 0..self.asked.asks.len() {
                if (2..=6).contains(&many)
                    && sides.open_held(other, 1)
                    && sides.open_asked(at, many)
                    && (0..many).all(|next| {
                        self.ask_bytes(at + next).first() == self.held_bytes(other).get(next)
                    })
                {
                    sides.take(
                        (at, many),
                        (other, 1),
                        Likeness::new(Way::Initials, initials_credit(many)),
                    );
                }
            }
        }
    }

    fn ask_bytes(&self, at: usize) -> &[u8] {
        self.asked.asks.get(at).map(|ask| ask.text.as_ref()).unwrap_or_default()
    }

    pub(super) fn held_bytes(&self, at: usize) -> &'a [u8] {
        self.held_word(at).map(|term| term.text.as_ref()).unwrap_or_default()
    }

    /// Class of a word of the record.
    pub(super) fn held_class(&self, at: usize) -> WordClass {
        self.held_word(at).map_or(WordClass::Plain, |term| term.class)
    }

    fn asked_text<'b>(&self, at: usize, many: usize, out: &'b mut [u8; 64]) -> Option<&'b [u8]> {
        let words = self.asked.asks.get(at..at + many)?;
        concat(words.iter().map(|ask| ask.text.as_ref()), out)
    }

    fn held_text<'b>(&self, at: usize, many: usize, out: &'b mut [u8; 64]) -> Option<&'b [u8]> {
        let words = self.words.get(at..at + many)?;
        concat(words.iter().flatten().map(|term| term.text.as_ref()), out)
    }
}

fn equal_within(left: &[u8], right: &[u8], edits: usize) -> bool {
    match edits {
        0 => left == right,
        _ => left.len().min(right.len()) >= 6 && distance_within(left, right, edits).is_some(),
    }
}

fn initials_credit(many: usize) -> f32 {
    if many == 2 { 0.35 } else { 0.6 }
}

fn concat<'b, 'c>(
    words: impl Iterator<Item = &'c [u8]>,
    out: &'b mut [u8; 64],
) -> Option<&'b [u8]> {
    let mut length = 0;
    for word in words {
        out.get_mut(length..length + word.len())?.copy_from_slice(word);
        length += word.len();
    }
    out.get(..length)
}

impl Alignment {
    fn take(&mut self, asked: (usize, usize), held: (usize, usize), like: Likeness) {
        let mark = |places: &mut [Place; MOST_WORDS], range: (usize, usize), other: usize| {
            for place in places.iter_mut().skip(range.0).take(range.1) {
                *place = Place { like, other: other as u8, taken: true };
            }
        };
        mark(&mut self.asked, asked, held.0);
        mark(&mut self.held, held, asked.0);
    }

    fn release(&mut self, asked: (usize, usize), held: (usize, usize)) {
        for place in self.asked.iter_mut().skip(asked.0).take(asked.1) {
            *place = Place::default();
        }
        for place in self.held.iter_mut().skip(held.0).take(held.1) {
            *place = Place::default();
        }
    }

    fn open_asked(&self, at: usize, many: usize) -> bool {
        self.asked.get(at..at + many).is_some_and(|places| places.iter().all(|place| !place.taken))
    }

    fn open_held(&self, at: usize, many: usize) -> bool {
        at + many <= self.held_len
            && self
                .held
                .get(at..at + many)
                .is_some_and(|places| places.iter().all(|place| !place.taken))
    }

    /// Not yet taken for certain, and at least one not at all.
    fn loose_asked(&self, at: usize, many: usize) -> bool {
        self.asked.get(at..at + many).is_some_and(loose)
    }

    fn loose_held(&self, at: usize, many: usize) -> bool {
        at + many <= self.held_len && self.held.get(at..at + many).is_some_and(loose)
    }
}

fn loose(places: &[Place]) -> bool {
    places.iter().all(|place| !place.taken)
}
