//! Whether a name is only a part of longer ones.

use std::collections::BTreeMap;

use super::store::{MOST_WORDS, Store};
use crate::name::{WordClass, Words};

/// Fewer letters begin too many words.
const LEAST_BEGINNING: usize = 3;

/// A word asked for: the words of the index that it is, or that go on where it ends.
struct Part {
    whole: Vec<u32>,
    begun: Vec<u32>,
}

impl Part {
    fn all(&self) -> impl Iterator<Item = u32> {
        self.whole.iter().chain(&self.begun).copied()
    }
}

/// Whether each word of this name but the legal form is a word of a longer name in the index; the last
/// word may be the beginning of one, as while somebody types.
pub(super) fn stands_in_a_longer_name(store: &Store, name: &str) -> bool {
    let mut words = Words::default();
    words.read(name);
    let spoken = words.iter().filter(|(_, token)| token.class != WordClass::Legal);
    let texts: BTreeMap<&[u8], usize> =
        spoken.take(MOST_WORDS).enumerate().map(|(at, (text, _))| (text, at)).collect();
    let last = texts.values().max().copied();
    // A word is known once for each class that it has in some name: "Bremen" is a place in one name
    // and speaks for itself in another.
    let asked = texts.into_iter().map(|(text, at)| {
        let mut begun = Vec::new();
        if Some(at) == last && text.len() >= LEAST_BEGINNING {
            store.terms.beginning(text, &mut begun);
        }
        Part { whole: store.terms.name_words(text).collect(), begun }
    });
    let asked: Vec<Part> = asked.collect();
    let names = |part: &Part| part.all().map(|id| u64::from(store.terms.names_with(id))).sum();
    let Some(rarest) = asked.iter().min_by_key(|part| -> u64 { names(part) }) else {
        return false;
    };
    let bearing = rarest.all().flat_map(|id| store.terms.postings(id));
    bearing.copied().any(|name| goes_on(store, &asked, store.terms_of(name)))
}

/// Whether a name has every part, and more than that.
fn goes_on(store: &Store, asked: &[Part], own: &[u32]) -> bool {
    let speaks =
        |id: &&u32| store.terms.mark(**id).is_some_and(|(_, class)| class != WordClass::Legal);
    let has = |ids: &[u32]| ids.iter().any(|id| own.contains(id));
    asked.iter().all(|part| has(&part.whole) || has(&part.begun))
        && (own.iter().filter(speaks).count() > asked.len()
            || asked.iter().any(|part| !has(&part.whole)))
}

#[cfg(test)]
mod tests {
    use crate::{Config, Index, Record};

    #[test]
    fn dr_18_a_part_of_a_name_is_one_by_whole_words_wherever_they_stand() {
        let index = Index::new(Config::default());
        for (key, name) in [
            ("1", "Globex Industries Bremen GmbH"),
            ("4", "Initrode Logistics GmbH"),
            ("2", "Acme AG"),
            ("3", "Stark & Partner Werkzeugbau KG"),
        ] {
            let (key, name) = (key.to_owned(), name.to_owned());
            index.insert(Record { key, name, ..Record::default() }).unwrap();
        }
        for part in [
            "Globex",
            "Industries",
            "globex industries",
            "Bremen",
            "Stark Werkzeugbau",
            "Acm",
            "Globex Indus",
            "Initrode Log",
        ] {
            assert!(index.has_longer_name(part), "{part}");
        }
        for other in [
            // The whole name, with another legal form or without one.
            "Acme",
            "Acme Inc",
            "Globex Industries Bremen",
            // Letters inside of a word, and words that no one name has together.
            "lobex",
            "Gl",
            "Globex Werkzeugbau",
            "Glob Industries",
            "Initech",
            "GmbH",
            "",
        ] {
            assert!(!index.has_longer_name(other), "{other}");
        }
        assert!(index.remove("1"));
        assert!(!index.has_longer_name("Globex"), "the name is gone");
    }
}
