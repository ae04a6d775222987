//! The evidence of a case in order of time, as a chain that nobody can change later. Rule CF-04.
//!
//! The hash of an item is SHA-256 over its fields and the hash before, each field with its length
//! in front, so that no two bundles have the same bytes. The seal is the hash over what the bundle
//! says of itself and the end of the chain; it is what gets signed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::deal_registration::receipt::Hash;

/// The form of a bundle, and what its hashes begin with.
pub const FORMAT: &str = "entente evidence v1";
/// Most items of a bundle.
pub const MOST_ITEMS: usize = 5_000;

/// Something that happened, before it is put into a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// When it happened.
    pub at: Timestamp,
    /// What it is: `submission`, `receipt`, `activity`, `direct_activity`, `statement` …
    pub kind: &'static str,
    /// Whose it is: a partner's id, `direct_sales` or `case`.
    pub side: String,
    /// Who did it.
    pub by: String,
    /// One or more sentences.
    pub words: String,
    /// More about it as JSON text; empty for nothing.
    pub data: String,
}

/// An item of a bundle. Rule CF-04.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its number, from 1 without gaps.
    pub number: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What it is.
    pub kind: String,
    /// Whose it is: a partner's id, `direct_sales` or `case`.
    pub side: String,
    /// Who did it.
    pub by: String,
    /// One or more sentences.
    pub words: String,
    /// More about it as JSON text; empty for nothing.
    pub data: String,
    /// The hash over all of that and the hash before.
    pub hash: Hash,
}

/// A file of a bundle, beside its content. Rule CF-04.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// Whose it is, as in items.
    pub side: String,
    /// The hash over its content.
    pub sha256: Hash,
}

/// A bundle: what it is of, the chain, and the files. Rule CF-04.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// The form: [`FORMAT`].
    pub format: String,
    /// What people call the case.
    pub case: String,
    /// The case's id.
    pub case_id: String,
    /// For whom it was made: a partner's id, which then sees its own side, or `vendor`.
    pub made_for: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The items in order of time.
    pub items: Vec<Item>,
    /// The files, in the order in which they were added.
    pub files: Vec<FileEntry>,
}

/// Why a bundle is not believed. Rule CF-04.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It has another form.
    #[error("this is not evidence in the format “{FORMAT}”")]
    OtherForm,
    /// An item is missing, doubled or in the wrong place.
    #[error("item {expected} is missing; found {found} instead")]
    OutOfSequence {
        /// The number that should follow.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// An item was changed.
    #[error("item {number} or an earlier one was altered")]
    Altered {
        /// Its number.
        number: u64,
    },
    /// An item is dated before the one before it.
    #[error("item {number} is dated before the item before it")]
    Backdated {
        /// Its number.
        number: u64,
    },
}

fn push(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(format!("{}:", text.len()).as_bytes());
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(b'\n');
}

fn hash(item: &Item, before: Hash) -> Hash {
    let mut bytes = Vec::with_capacity(item.words.len() + item.data.len() + 400);
    push(&mut bytes, FORMAT);
    push(&mut bytes, &before.to_string());
    push(&mut bytes, &item.number.to_string());
    push(&mut bytes, &item.at.as_microsecond().to_string());
    for text in [&item.kind, &item.side, &item.by, &item.words, &item.data] {
        push(&mut bytes, text);
    }
    Hash::of(&bytes)
}

/// Puts facts into the order of time and chains them; of facts at one instant the order given
/// stays. At most [`MOST_ITEMS`], the latest. Rule CF-04.
pub fn chain(mut facts: Vec<Fact>) -> Vec<Item> {
    facts.sort_by_key(|fact| fact.at);
    let first = facts.len().saturating_sub(MOST_ITEMS);
    let mut before = Hash::GENESIS;
    let items = (1..).zip(facts.into_iter().skip(first)).map(|(number, fact)| {
        let mut item = Item {
            number,
            at: fact.at,
            kind: fact.kind.to_owned(),
            side: fact.side,
            by: fact.by,
            words: fact.words,
            data: fact.data,
            hash: Hash::GENESIS,
        };
        item.hash = hash(&item, before);
        before = item.hash;
        item
    });
    items.collect()
}

impl Bundle {
    /// The end of the chain; [`Hash::GENESIS`] for an empty one.
    pub fn head(&self) -> Hash {
        self.items.last().map_or(Hash::GENESIS, |item| item.hash)
    }

    /// The hash that gets signed: over what the bundle is of, the end of its chain and its files.
    pub fn seal(&self) -> Hash {
        let mut bytes = Vec::new();
        push(&mut bytes, &self.format);
        for text in [&self.case, &self.case_id, &self.made_for] {
            push(&mut bytes, text);
        }
        push(&mut bytes, &self.made_at.as_microsecond().to_string());
        push(&mut bytes, &self.items.len().to_string());
        push(&mut bytes, &self.head().to_string());
        for file in &self.files {
            push(&mut bytes, &file.name);
            push(&mut bytes, &file.side);
            push(&mut bytes, &file.sha256.to_string());
        }
        Hash::of(&bytes)
    }

    /// Fails unless the chain is whole: each item is what was put in, and nothing is missing
    /// between two. Rule CF-04.
    pub fn check(&self) -> Result<(), Fault> {
        if self.format != FORMAT {
            return Err(Fault::OtherForm);
        }
        let mut before = Hash::GENESIS;
        let mut last = Timestamp::MIN;
        for (expected, item) in (1..).zip(&self.items) {
            let number = item.number;
            if number != expected {
                return Err(Fault::OutOfSequence { expected, found: number });
            }
            if hash(item, before) != item.hash {
                return Err(Fault::Altered { number });
            }
            if item.at < last {
                return Err(Fault::Backdated { number });
            }
            before = item.hash;
            last = item.at;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::worlds::at;
    use super::*;

    fn fact(when: &str, words: &str) -> Fact {
        Fact {
            at: at(when),
            kind: "activity",
            side: "par_1".into(),
            by: "Ana".into(),
            words: words.into(),
            data: String::new(),
        }
    }

    fn bundle() -> Bundle {
        let facts = vec![
            fact("2026-01-06T09:00:00Z", "second"),
            fact("2026-01-05T09:00:00Z", "first"),
            fact("2026-01-06T09:00:00Z", "third"),
        ];
        Bundle {
            format: FORMAT.into(),
            case: "C-000001".into(),
            case_id: "cas_1".into(),
            made_for: "vendor".into(),
            made_at: at("2026-01-07T09:00:00Z"),
            items: chain(facts),
            files: vec![FileEntry {
                name: "a.txt".into(),
                side: "par_1".into(),
                sha256: Hash::of(b"a"),
            }],
        }
    }

    #[test]
    fn cf_04_facts_are_chained_in_the_order_of_time() {
        let bundle = bundle();
        let words: Vec<&str> = bundle.items.iter().map(|item| item.words.as_str()).collect();
        assert_eq!(words, ["first", "second", "third"]);
        assert_eq!(bundle.check(), Ok(()));
        assert_eq!(chain(Vec::new()), []);
    }

    #[test]
    fn cf_04_a_change_is_found_wherever_it_is() {
        let good = bundle();
        let seal = good.seal();
        let mut words = good.clone();
        words.items[1].words = "other".into();
        assert_eq!(words.check(), Err(Fault::Altered { number: 2 }));
        let mut gone = good.clone();
        gone.items.remove(0);
        assert_eq!(gone.check(), Err(Fault::OutOfSequence { expected: 1, found: 2 }));
        let mut cut = good.clone();
        cut.items.pop();
        assert_eq!(cut.check(), Ok(()), "a chain that was cut is whole");
        assert_ne!(cut.seal(), seal, "but its seal is another");
        let mut file = good.clone();
        file.files[0].sha256 = Hash::of(b"b");
        assert_ne!(file.seal(), seal);
        let mut reader = good.clone();
        reader.made_for = "par_1".into();
        assert_ne!(reader.seal(), seal);
        let mut form = good;
        form.format = "evidence".into();
        assert_eq!(form.check(), Err(Fault::OtherForm));
    }

    #[test]
    fn cf_04_words_cannot_slip_from_one_field_into_the_next() {
        let mut one = fact("2026-01-05T09:00:00Z", "b\n1:c");
        one.by = "a".into();
        let mut other = fact("2026-01-05T09:00:00Z", "c");
        other.by = "a\n3:b".into();
        assert_ne!(chain(vec![one])[0].hash, chain(vec![other])[0].hash);
    }
}
