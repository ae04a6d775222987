//! Normalisation of names (AC-01).

pub(crate) mod fold;
pub(crate) mod phrases;
mod securities;
mod split;
mod web;

use phrases::{PHRASES, Phrase};
use serde::Serialize;
use split::{Piece, split};

/// What kind of word it is, which decides what its absence means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WordClass {
    /// A word of the name itself.
    Plain,
    /// A legal form, in its canonical spelling.
    Legal,
    /// A word that only links others; it is dropped.
    Stop,
    /// A word that is freely added or left out, such as "Group".
    Soft,
    /// A country, region or large city.
    Place,
    /// A number, a Roman numeral, a single letter, or a word with digits: what tells the members
    /// of a series apart.
    Number,
}

/// One word of a normalised name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Word {
    /// Lower-case ASCII.
    pub text: String,
    /// Its kind.
    pub class: WordClass,
}

/// A name after normalisation (AC-01).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Normalised {
    /// Words of the name, legal forms included, linking words left out.
    pub words: Vec<Word>,
    /// Words of the other name behind "trading as" and the like.
    pub trading_as: Vec<Word>,
    /// Canonical legal form, if one was found.
    pub legal_form: Option<String>,
    /// The name was written as a web address.
    pub web_address: bool,
    /// Letters of another alphabet were read as the Latin letters they look like.
    pub lookalike_letters: bool,
}

/// Normalises a name of any script, length and content; never fails (AC-01).
///
/// ```
/// let globex = matching::normalise("GLOBEX G.m.b.H.");
/// assert_eq!(globex.words[0].text, "globex");
/// assert_eq!(globex.legal_form.as_deref(), Some("gmbh"));
/// ```
pub fn normalise(name: &str) -> Normalised {
    let mut words = Words::default();
    words.read(name);
    let collect = |alias: bool| -> Vec<Word> {
        words
            .iter()
            .filter(|(_, token)| token.alias == alias)
            .map(|(text, token)| word_of(text, token))
            .collect()
    };
    let legal: Vec<String> = words
        .iter()
        .filter(|(_, token)| token.class == WordClass::Legal)
        .map(|(text, _)| String::from_utf8_lossy(text).into_owned())
        .collect();
    Normalised {
        words: collect(false),
        trading_as: collect(true),
        legal_form: (!legal.is_empty()).then(|| legal.join(" ")),
        web_address: words.web_address,
        lookalike_letters: words.lookalikes,
    }
}

/// Whether a name says which company is meant, at least together with what else is known: it has a
/// word of its own with three letters, or letters with digits, or less with a legal form behind it. A
/// single letter, a sign, a number, a place or a legal form alone says nothing.
///
/// ```
/// assert!(matching::names_a_company("Globex") && matching::names_a_company("HP Inc"));
/// assert!(!matching::names_a_company("a") && !matching::names_a_company("GmbH"));
/// ```
pub fn names_a_company(name: &str) -> bool {
    if name.chars().filter(|letter| letter.is_alphanumeric()).count() < 2 {
        return false;
    }
    let mut words = Words::default();
    words.read_unsettled(name);
    let (mut letters, mut mixed, mut legal) = (0, false, false);
    for (text, token) in words.iter() {
        match token.class {
            WordClass::Plain => letters += text.len(),
            WordClass::Number => {
                mixed |=
                    text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic);
            }
            WordClass::Legal => legal = true,
            WordClass::Stop | WordClass::Soft | WordClass::Place => {}
        }
    }
    let speaks =
        words.iter().any(|(_, token)| matches!(token.class, WordClass::Plain | WordClass::Number));
    letters >= 3 || mixed || (legal && speaks)
}

fn word_of(text: &[u8], token: &Token) -> Word {
    Word { text: String::from_utf8_lossy(text).into_owned(), class: token.class }
}

/// A word inside [`Words`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    start: usize,
    end: usize,
    pub(crate) class: WordClass,
    /// A full stop followed it directly.
    pub(crate) dotted: bool,
    /// It belongs to the name behind "trading as".
    pub(crate) alias: bool,
}

/// The words of a name in one buffer, which is used again for the next name.
#[derive(Debug, Default)]
pub(crate) struct Words {
    text: Vec<u8>,
    pieces: Vec<Piece>,
    tokens: Vec<Token>,
    key: Vec<u8>,
    pub(crate) web_address: bool,
    pub(crate) lookalikes: bool,
}

impl Words {
    /// Reads a name; what was read before is forgotten.
    pub(crate) fn read(&mut self, name: &str) {
        self.read_unsettled(name);
        self.settle();
    }

    /// The same with linking words, and with legal words as what they are even where no other is.
    fn read_unsettled(&mut self, name: &str) {
        self.text.clear();
        self.pieces.clear();
        self.tokens.clear();
        self.lookalikes = fold::fold(name, &mut self.text).lookalikes;
        self.web_address = web::strip(&mut self.text);
        split(&mut self.text, &mut self.pieces);
        if !self.web_address {
            self.web_address = web::strip_pieces(&self.text, &mut self.pieces);
        }
        securities::strip(&self.text, &mut self.pieces);
        self.classify();
    }

    /// The words that are kept, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &Token)> {
        self.tokens.iter().map(|token| (self.text_of(token), token))
    }

    fn text_of(&self, token: &Token) -> &[u8] {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    fn piece_text(&self, piece: Piece) -> &[u8] {
        self.text.get(piece.start..piece.end).unwrap_or_default()
    }

    fn classify(&mut self) {
        let mut at = 0;
        let mut alias = false;
        while let Some(piece) = self.pieces.get(at).copied() {
            let longest = PHRASES.longest_from(self.piece_text(piece)).unwrap_or(0);
            match self.longest_phrase(at, longest) {
                Some((phrase, length)) if phrase.alias => {
                    let parts = at > 0 && at + length < self.pieces.len();
                    alias |= parts;
                    if !parts {
                        self.push_piece(piece, alias);
                    }
                    at += if parts { length } else { 1 };
                }
                Some((phrase, length)) => {
                    self.push_phrase(phrase, piece, alias);
                    at += length;
                }
                None => {
                    self.push_piece(piece, alias);
                    at += 1;
                }
            }
        }
    }

    fn longest_phrase(&mut self, at: usize, longest: usize) -> Option<(&'static Phrase, usize)> {
        for length in (1..=longest).rev() {
            let Some(run) = self.pieces.get(at..at + length) else {
                continue;
            };
            self.key.clear();
            for piece in run {
                if !self.key.is_empty() {
                    self.key.push(b' ');
                }
                self.key
                    .extend_from_slice(self.text.get(piece.start..piece.end).unwrap_or_default());
            }
            if let Some(phrase) = PHRASES.get(&self.key)
                && (!phrase.end_only || at > 0 && at + length + 2 >= self.pieces.len())
            {
                return Some((phrase, length));
            }
        }
        None
    }

    fn push_phrase(&mut self, phrase: &Phrase, piece: Piece, alias: bool) {
        for word in &phrase.words {
            let start = self.text.len();
            self.text.extend_from_slice(word);
            // "limited company": the second word is soft wherever it stands
            let soft = phrase.class == WordClass::Legal && word.as_ref() == b"company";
            let class = if soft { WordClass::Soft } else { phrase.class };
            self.tokens.push(Token {
                start,
                end: self.text.len(),
                class,
                dotted: piece.dotted,
                alias,
            });
        }
    }

    fn push_piece(&mut self, piece: Piece, alias: bool) {
        let mut start = piece.start;
        let word = self.piece_text(piece);
        let has_digit = word.iter().any(u8::is_ascii_digit);
        let class = if has_digit || word.len() == 1 { WordClass::Number } else { WordClass::Plain };
        if has_digit {
            // 007 and 7 are one number
            let zeros = word.iter().take_while(|byte| **byte == b'0').count();
            start += zeros.min(word.len() - 1);
        }
        self.tokens.push(Token { start, end: piece.end, class, dotted: piece.dotted, alias });
    }

    /// Drops linking words, unless nothing else is there; a name of legal words only is a name.
    fn settle(&mut self) {
        let speaks = |token: &Token| !matches!(token.class, WordClass::Stop | WordClass::Legal);
        if self.tokens.iter().any(speaks) {
            self.tokens.retain(|token| token.class != WordClass::Stop);
        } else {
            for token in &mut self.tokens {
                token.class = WordClass::Plain;
            }
        }
    }
}

#[cfg(test)]
mod tests;
