//! The table of legal forms, places, numbers and other words with a meaning of their own.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::WordClass;
use super::fold::fold;
use super::split::{Piece, split};
use crate::engine::pairs::hash_bytes;

/// What a word group stands for.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    pub(crate) class: WordClass,
    /// Whether it parts a name from another name ("trading as").
    pub(crate) alias: bool,
    /// The canonical words.
    pub(crate) words: Box<[Box<[u8]>]>,
    /// Letters written apart ("B V"): meant only at the end of a name.
    pub(crate) end_only: bool,
}

/// All phrases by their words joined with blanks.
#[derive(Debug, Default)]
pub(crate) struct Phrases {
    phrases: FxHashMap<Box<[u8]>, Phrase>,
    /// Longest phrase, in words, that starts with the word of this hash.
    longest: FxHashMap<u64, usize>,
}

/// The table, read once.
pub(crate) static PHRASES: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::parse(include_str!("phrases.txt")));

#[derive(Clone, Copy)]
struct Section {
    class: WordClass,
    alias: bool,
}

impl Phrases {
    /// Longest phrase that starts with this word; none for nearly all words.
    pub(crate) fn longest_from(&self, word: &[u8]) -> Option<usize> {
        self.longest.get(&hash_bytes(word)).copied()
    }

    /// The phrase with exactly these words, joined by blanks.
    pub(crate) fn get(&self, words: &[u8]) -> Option<&Phrase> {
        self.phrases.get(words)
    }

    fn parse(table: &str) -> Self {
        let mut phrases = Self::default();
        let mut section = Section { class: WordClass::Plain, alias: false };
        for line in table.lines() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = section_named(name);
                continue;
            }
            let (canonical, variants) = line.split_once(':').unwrap_or((line, ""));
            phrases.add_line(section, canonical, variants);
        }
        phrases
    }

    fn add_line(&mut self, section: Section, canonical: &str, variants: &str) {
        let words: Box<[Box<[u8]>]> =
            words_of(canonical).into_iter().map(Vec::into_boxed_slice).collect();
        for variant in std::iter::once(canonical).chain(variants.split(';')) {
            let parts = words_of(variant);
            let phrase = Phrase {
                class: section.class,
                alias: section.alias,
                words: words.clone(),
                end_only: false,
            };
            if section.class == WordClass::Legal
                && let [only] = parts.as_slice()
            {
                self.add_spaced(only, &phrase);
            }
            self.add(&parts, phrase);
        }
    }

    /// A legal form in letters written apart.
    fn add_spaced(&mut self, word: &[u8], phrase: &Phrase) {
        if (2..=4).contains(&word.len()) && word.iter().all(u8::is_ascii_alphabetic) {
            let letters: Vec<Vec<u8>> = word.iter().map(|letter| vec![*letter]).collect();
            self.add(&letters, Phrase { end_only: true, ..phrase.clone() });
        }
    }

    /// The first meaning given to a phrase stays.
    fn add(&mut self, parts: &[Vec<u8>], phrase: Phrase) {
        let Some(first) = parts.first() else { return };
        let longest = self.longest.entry(hash_bytes(first)).or_default();
        *longest = parts.len().max(*longest);
        let joined = parts.join(&b' ').into_boxed_slice();
        self.phrases.entry(joined).or_insert(phrase);
    }
}

fn section_named(name: &str) -> Section {
    let class = match name {
        "legal" => WordClass::Legal,
        "stop" => WordClass::Stop,
        "soft" => WordClass::Soft,
        "place" => WordClass::Place,
        "number" => WordClass::Number,
        _ => WordClass::Plain,
    };
    Section { class, alias: name == "alias" }
}

fn words_of(text: &str) -> Vec<Vec<u8>> {
    let mut folded = Vec::new();
    fold(text, &mut folded);
    let mut pieces: Vec<Piece> = Vec::new();
    split(&mut folded, &mut pieces);
    pieces
        .iter()
        .filter_map(|piece| folded.get(piece.start..piece.end).map(<[u8]>::to_vec))
        .collect()
}

/// The families of words that registries shorten alike, for the word with this hash; none for most
/// words.
pub(crate) fn families_of(hash: u64) -> &'static [u16] {
    FAMILIES.get(&hash).map_or(&[], |families| families.as_ref())
}

static FAMILIES: LazyLock<FxHashMap<u64, Box<[u16]>>> = LazyLock::new(|| {
    let mut families: FxHashMap<u64, Vec<u16>> = FxHashMap::default();
    for (number, words) in FAMILY_WORDS.iter().enumerate() {
        for word in words {
            families.entry(hash_bytes(word)).or_default().push(number as u16);
        }
    }
    families.into_iter().map(|(word, numbers)| (word, numbers.into_boxed_slice())).collect()
});

/// The words of a family, fullest form first.
pub(crate) static FAMILY_WORDS: LazyLock<Vec<Vec<&'static [u8]>>> = LazyLock::new(|| {
    include_str!("groups.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_whitespace().map(str::as_bytes).collect())
        .collect()
});
