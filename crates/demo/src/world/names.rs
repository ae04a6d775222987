//! Names and addresses of invented people.

use std::collections::BTreeSet;

use crate::{dice::Dice, words::lands::Land};

/// A person's name and the local part of the address made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Given name and family name.
    pub name: String,
    /// `given.family` in plain letters.
    pub local: String,
}

/// A name of that country.
pub(crate) fn name(dice: &mut Dice, land: &Land) -> Named {
    named(&format!("{} {}", dice.pick(land.given), dice.pick(land.family)))
}

/// A name that is not in `taken` yet, and is from now on.
pub(crate) fn new_name(dice: &mut Dice, land: &Land, taken: &mut BTreeSet<String>) -> Named {
    let mut found = name(dice, land);
    for _ in 0..200 {
        if taken.insert(found.local.clone()) {
            return found;
        }
        found = name(dice, land);
    }
    found
}

/// The local part that belongs to a name.
pub(crate) fn named(name: &str) -> Named {
    let words: Vec<String> = name.split(' ').map(plain).filter(|word| !word.is_empty()).collect();
    Named { name: name.to_owned(), local: words.join(".") }
}

/// A text in lower-case ASCII letters, digits and hyphens, as domains spell it.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.to_lowercase().chars() {
        match letter {
            'a'..='z' | '0'..='9' => out.push(letter),
            'ä' | 'æ' => out.push_str("ae"),
            'ö' | 'ø' | 'œ' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'å' | 'à' | 'â' | 'á' | 'ā' => out.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'ē' => out.push('e'),
            'î' | 'ï' | 'í' | 'ī' => out.push('i'),
            'ô' | 'ó' | 'ō' => out.push('o'),
            'û' | 'ù' | 'ú' | 'ū' => out.push('u'),
            'ç' => out.push('c'),
            'ñ' => out.push('n'),
            'ÿ' => out.push('y'),
            'ð' => out.push('d'),
            ' ' | '-' if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dm_01_addresses_are_plain_letters() {
        assert_eq!(named("Étienne O'Sullivan").local, "etienne.osullivan");
        assert_eq!(plain("Brückner & Söhne  Straßenbau"), "brueckner-soehne-strassenbau");
        assert_eq!(plain("Tōkyō - Denki "), "tokyo-denki");
    }
}
