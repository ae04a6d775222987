//! Which words of the index may stand for the words of a query.

use super::asked::{Ask, AskedName};
use super::search::{Effort, Reach, Scratch, Unit};
use super::store::Store;
use crate::name::WordClass;
use crate::name::phrases::FAMILY_WORDS;

/// Spellings tried for one word.
const KEEP_NEAR: usize = 12;

/// Which words of the index stand for the query's words.
pub(super) fn collect_units(
    store: &Store,
    asked: &mut AskedName,
    scratch: &mut Scratch,
    effort: Effort,
) {
    scratch.units.clear();
    for at in 0..asked.asks.len() {
        let Some(ask) = asked.asks.get(at) else {
            continue;
        };
        if ask.class == WordClass::Legal {
            continue;
        }
        scratch.asking = at;
        if let Some(id) = ask.id {
            scratch.push(Unit { term: id, gain: ask.weight, names: ask.names });
        }
        let unknown = ask.id.is_none();
        let wide = matches!(effort, Effort::Wide { open } if open & (1 << at) != 0);
        let mut usual = f32::MAX;
        if unknown || wide {
            usual = add_spellings(store, ask, scratch);
            add_halves(store, ask, scratch);
            if asked.web_address {
                add_beginnings_of(store, ask, scratch);
            }
        }
        if wide || ask.cut && unknown {
            add_completions(store, ask, scratch);
        }
        add_family(store, ask, scratch);
        if let Some(next) = asked.asks.get(at + 1) {
            add_joined(store, ask, next, scratch);
        }
        if unknown && let Some(ask) = asked.asks.get_mut(at) {
            ask.weight = ask.weight.min(usual);
        }
    }
}

/// Adds words spelled nearly so. Returns the weight the word should have: if a usual word is near,
/// the word is probably that word misspelled, and no rare one.
fn add_spellings(store: &Store, ask: &Ask, scratch: &mut Scratch) -> f32 {
    let names = store.distinct_names();
    let mut near = std::mem::take(&mut scratch.near);
    near.clear();
    if ask.class != WordClass::Number || ask.text.len() >= 4 {
        store.terms.near(&ask.text, &mut near);
    }
    near.retain(|id| Some(*id) != ask.id);
    let rank = |id: &u32| {
        store.terms.get(*id).map(|term| {
            (std::cmp::Reverse(store.terms.names_with(*id)), term.text.clone(), term.class)
        })
    };
    if near.len() > KEEP_NEAR {
        near.sort_by_cached_key(rank);
        near.truncate(KEEP_NEAR);
    }
    let mut usual = f32::MAX;
    for id in &near {
        let Some(term) = store.terms.get(*id) else {
            continue;
        };
        let weight = store.terms.weight(*id, names);
        usual = usual.min(weight + 1.5);
        if term.class != WordClass::Legal {
            scratch.push(Unit {
                term: *id,
                gain: weight * 0.8,
                names: store.terms.names_with(*id),
            });
        }
    }
    scratch.near = near;
    usual
}

/// Adds the halves of a word that may be two words run together: both where both are known, and
/// a half alone where it is long, as the seam may hide a slip.
fn add_halves(store: &Store, ask: &Ask, scratch: &mut Scratch) {
    if ask.text.len() < 4 || ask.class == WordClass::Number && ask.text.len() < 6 {
        return;
    }
    let names = store.distinct_names();
    let alone = (ask.text.len() / 2).max(5);
    for cut in 2..ask.text.len().saturating_sub(1) {
        let Some((left, right)) = ask.text.split_at_checked(cut) else {
            continue;
        };
        let ids =
            [(left, store.terms.find_name_word(left)), (right, store.terms.find_name_word(right))];
        let both = ids.iter().all(|(_, id)| id.is_some());
        for (text, id) in ids {
            let Some(id) = id.filter(|_| both || text.len() >= alone) else {
                continue;
            };
            let gain = store.terms.weight(id, names) * if both { 0.6 } else { 0.4 };
            scratch.push(Unit { term: id, gain, names: store.terms.names_with(id) });
        }
    }
}

/// Adds words with which a web address begins.
fn add_beginnings_of(store: &Store, ask: &Ask, scratch: &mut Scratch) {
    let names = store.distinct_names();
    for cut in 3..ask.text.len() {
        let Some(id) = ask.text.get(..cut).and_then(|text| store.terms.find_name_word(text)) else {
            continue;
        };
        let share = cut as f32 / ask.text.len() as f32;
        scratch.push(Unit {
            term: id,
            gain: store.terms.weight(id, names) * share,
            names: store.terms.names_with(id),
        });
    }
}

/// Adds words that begin so.
fn add_completions(store: &Store, ask: &Ask, scratch: &mut Scratch) {
    let names = store.distinct_names();
    let mut found = std::mem::take(&mut scratch.near);
    found.clear();
    store.terms.beginning(&ask.text, &mut found);
    let postings: usize = found.iter().map(|id| store.terms.names_with(*id) as usize).sum();
    if found.len() <= 64 && postings <= Reach::within(names).scan {
        for id in &found {
            if store.terms.get(*id).is_some_and(|term| term.class != WordClass::Legal) {
                let gain = store.terms.weight(*id, names) * 0.5;
                scratch.push(Unit { term: *id, gain, names: store.terms.names_with(*id) });
            }
        }
    }
    scratch.near = found;
}

/// Adds the words that an abbreviation stands for.
fn add_family(store: &Store, ask: &Ask, scratch: &mut Scratch) {
    let names = store.distinct_names();
    for family in ask.families {
        let words = FAMILY_WORDS.get(usize::from(*family)).map(Vec::as_slice).unwrap_or_default();
        for word in words.iter().take(4) {
            if *word == ask.text.as_ref() {
                continue;
            }
            if let Some(id) = store.terms.find_name_word(word) {
                let gain = store.terms.weight(id, names) * 0.8;
                scratch.push(Unit { term: id, gain, names: store.terms.names_with(id) });
            }
        }
    }
}

/// Adds the word that two neighbours make together.
fn add_joined(store: &Store, ask: &Ask, next: &Ask, scratch: &mut Scratch) {
    let mut joined = [0_u8; 48];
    let length = ask.text.len() + next.text.len();
    let Some(space) = joined.get_mut(..length) else {
        return;
    };
    for (place, byte) in space.iter_mut().zip(ask.text.iter().chain(next.text.iter())) {
        *place = *byte;
    }
    if let Some(id) = store.terms.find_name_word(space) {
        let gain = store.terms.weight(id, store.distinct_names());
        scratch.push(Unit { term: id, gain, names: store.terms.names_with(id) });
    }
}
