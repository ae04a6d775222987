//! A query's name, looked up word by word.

use super::pairs::{hash_bytes, mix};
use super::store::{MOST_WORDS, Store, class_salt};
use super::terms::weight;
use crate::engine::background::background_share;
use crate::name::phrases::{FAMILY_WORDS, families_of};
use crate::name::{WordClass, Words};

/// A word of the query.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) text: Box<[u8]>,
    pub(super) class: WordClass,
    /// A full stop followed, or it is the last word: it may be cut.
    pub(super) cut: bool,
    /// The word of the index with this text and class.
    pub(super) id: Option<u32>,
    /// Rarity in nats.
    pub(super) weight: f32,
    /// Number of names in the index that have it.
    pub(super) names: u32,
    pub(super) families: &'static [u16],
}

impl Ask {
    /// Whether it says which company it is, as legal forms do not.
    pub(super) fn speaks(&self) -> bool {
        self.class != WordClass::Legal
    }
}

/// A name that is looked for.
#[derive(Debug, Default)]
pub(super) struct AskedName {
    pub(super) asks: Vec<Ask>,
    /// Hash of the words, as names have it.
    pub(super) hash: u64,
    /// Written as a web address: the words are run together.
    pub(super) web_address: bool,
}

impl AskedName {
    /// Looks the words up that stand before, or behind, "trading as"; rarity is among `names` names.
    pub(super) fn look_up(words: &Words, alias: bool, store: &Store, names: usize) -> Self {
        let mut asked = Self { web_address: words.web_address, ..Self::default() };
        for (text, token) in words.iter().filter(|(_, token)| token.alias == alias).take(MOST_WORDS)
        {
            let hash = hash_bytes(text);
            asked.hash = mix(asked.hash ^ hash) ^ class_salt(token.class);
            let id = store.terms.find_hashed(hash, token.class);
            let families = families_of(hash);
            let count = id.map_or(0, |id| store.terms.names_with(id));
            let mut own = id.map_or_else(
                || weight(0.0, background_share(hash), names),
                |id| store.terms.weight(id, names),
            );
            if !families.is_empty() && own > 5.0 {
                own = own.min(family_weight(families, store, names));
            }
            asked.asks.push(Ask {
                text: text.into(),
                class: token.class,
                cut: token.dotted,
                id,
                weight: own,
                names: count,
                families,
            });
        }
        if let Some(last) = asked.asks.last_mut() {
            last.cut = true;
        }
        asked
    }

    /// Whether all its words are words of the other.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.asks.iter().all(|ask| other.asks.iter().any(|own| own.text == ask.text))
    }

    /// Sum of the rarities of the words that say which company it is.
    pub(super) fn weight(&self) -> f32 {
        self.asks.iter().filter(|ask| ask.speaks()).map(|ask| ask.weight).sum()
    }
}

/// An abbreviation is about as rare as the most usual word that it may stand for.
fn family_weight(families: &[u16], store: &Store, names: usize) -> f32 {
    families
        .iter()
        .filter_map(|family| FAMILY_WORDS.get(usize::from(*family)))
        .flat_map(|words| words.iter().take(3))
        .filter_map(|word| store.terms.find_name_word(word))
        .map(|id| store.terms.weight(id, names) + 1.0)
        .fold(f32::MAX, f32::min)
}
