//! How alike two words are, and in which way.

use super::asked::Ask;
use super::edit::{distance_within, is_abbreviation, sound};
use super::terms::Term;
use crate::name::WordClass;

/// The way in which words of the two names go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) enum Way {
    /// Not at all.
    #[default]
    None,
    /// The same word.
    Same,
    /// The same letters, parted otherwise.
    Joined,
    /// Words that registries shorten alike.
    Family,
    /// Different spelling of the same sound.
    Sound,
    /// One edit.
    Typo,
    /// Two or three edits in a long word.
    Typos,
    /// One is the beginning of the other.
    Beginning,
    /// The letters of one in the other, in order.
    Letters,
    /// A single letter for a word.
    Initial,
    /// The initials of several words.
    Initials,
}

/// Number of ways.
pub(super) const WAYS: usize = 11;

/// A way and how much of the word's weight it earns, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Likeness {
    pub(super) way: Way,
    pub(super) credit: f32,
}

impl Likeness {
    pub(super) fn new(way: Way, credit: f32) -> Self {
        Self { way, credit }
    }
}

/// Compares a word of the query with a different word of a record.
pub(super) fn likeness(ask: &Ask, term: &Term) -> Likeness {
    let (left, right) = (ask.text.as_ref(), term.text.as_ref());
    if left == right {
        return Likeness::new(Way::Same, 0.95); // the same text in another class
    }
    if ask.families.iter().any(|family| term.families.contains(family)) {
        return Likeness::new(Way::Family, 0.88);
    }
    let numbers = ask.class == WordClass::Number || term.class == WordClass::Number;
    if numbers && !may_slip(left, right) {
        return initial(ask, term);
    }
    let typo = typo(left, right);
    if typo.credit > 0.0 {
        return typo;
    }
    shortened(ask, term)
}

/// Numbers and codes are not misspelled into each other, except long ones of mostly letters.
fn may_slip(left: &[u8], right: &[u8]) -> bool {
    let letters = |text: &[u8]| text.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits =
        |text: &[u8]| -> Vec<u8> { text.iter().copied().filter(u8::is_ascii_digit).collect() };
    letters(left) >= 3 && letters(right) >= 3
        || letters(left).min(letters(right)) >= 2 && digits(left) == digits(right)
        || looks_same(left, right)
}

/// Digits read for the letters they look like.
fn looks_same(left: &[u8], right: &[u8]) -> bool {
    let plain = |byte: &u8| match byte {
        b'0' => b'o',
        b'1' => b'l',
        b'5' => b's',
        b'8' => b'b',
        b'3' => b'e',
        b'4' => b'a',
        other => *other,
    };
    left.len() == right.len()
        && left.len() >= 3
        && left.iter().map(plain).eq(right.iter().map(plain))
}

fn typo(left: &[u8], right: &[u8]) -> Likeness {
    let shortest = left.len().min(right.len());
    if looks_same(left, right) {
        return Likeness::new(Way::Typo, 0.9);
    }
    if shortest < 2 {
        return Likeness::default();
    }
    let limit = match shortest {
        0..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    match distance_within(left, right, limit) {
        Some(1) => {
            let credit = match shortest {
                2 => 0.35,
                3 => 0.55,
                4 => 0.7,
                5 => 0.8,
                _ => 0.87,
            };
            Likeness::new(Way::Typo, credit)
        }
        Some(edits) => {
            let share = edits as f32 / shortest as f32;
            Likeness::new(Way::Typos, (0.9 - 1.4 * share).max(0.2))
        }
        None if shortest >= 4 && sounds_alike(left, right) => Likeness::new(Way::Sound, 0.7),
        None => Likeness::default(),
    }
}

fn sounds_alike(left: &[u8], right: &[u8]) -> bool {
    let ends = |text: &[u8]| text.first().copied().map(first_sound);
    left.len().abs_diff(right.len()) <= 4
        && ends(left) == ends(right)
        && sound(left) == sound(right)
}

/// A letter by which words of the same sound may begin alike.
fn first_sound(letter: u8) -> u8 {
    match letter {
        b'c' | b'q' | b'z' | b'k' | b's' => b'k',
        b'y' | b'j' | b'i' => b'i',
        b'p' | b'f' => b'f',
        b'w' | b'v' => b'v',
        other => other,
    }
}

fn shortened(ask: &Ask, term: &Term) -> Likeness {
    let (left, right) = (ask.text.as_ref(), term.text.as_ref());
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    let enough = short.len() >= 3 || ask.cut && !short.is_empty() && left.len() < right.len();
    if enough && long.starts_with(short) {
        let share = short.len() as f32 / long.len() as f32;
        let marked = if ask.cut && left.len() < right.len() { 0.15 } else { 0.0 };
        return Likeness::new(Way::Beginning, (0.35 + 0.45 * share + marked).min(0.9));
    }
    if short.len() == 1 {
        return initial(ask, term);
    }
    if short.len() >= 2 && long.len() >= 4 && is_abbreviation(short, long) {
        let ends = if short.last() == long.last() { 0.15 } else { 0.0 };
        let share = short.len() as f32 / long.len() as f32;
        return Likeness::new(Way::Letters, 0.15 + 0.4 * share + ends);
    }
    Likeness::default()
}

fn initial(ask: &Ask, term: &Term) -> Likeness {
    let (left, right) = (ask.text.as_ref(), term.text.as_ref());
    let single = |text: &[u8]| text.len() == 1 && text.iter().all(u8::is_ascii_alphabetic);
    let fits = left.first() == right.first()
        && (single(left) && right.len() > 1 || single(right) && left.len() > 1)
        && ask.class != term.class;
    if fits { Likeness::new(Way::Initial, 0.35) } else { Likeness::default() }
}
