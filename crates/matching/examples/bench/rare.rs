//! Kinds of noise that the labelled sets lack.

use super::{Dice, edit_words};

/// Texts to be replaced and their replacements.
type Table = &'static [(&'static str, &'static str)];

/// Kinds that replace some letters once or twice.
const SOME: &[(&str, Table)] = &[
    (
        "ocr",
        &[
            ("O", "0"),
            ("o", "0"),
            ("l", "1"),
            ("I", "l"),
            ("S", "5"),
            ("rn", "m"),
            ("B", "8"),
            ("e", "c"),
        ],
    ),
    (
        "keyboard",
        &[
            ("a", "s"),
            ("e", "r"),
            ("i", "o"),
            ("n", "m"),
            ("T", "R"),
            ("O", "P"),
            ("t", "y"),
            ("A", "S"),
        ],
    ),
    (
        "sound",
        &[
            ("ph", "f"),
            ("c", "k"),
            ("k", "c"),
            ("z", "s"),
            ("i", "y"),
            ("ck", "k"),
            ("F", "PH"),
            ("C", "K"),
            ("S", "Z"),
        ],
    ),
];

/// Kinds that replace everywhere.
const EVERYWHERE: &[(&str, Table)] = &[
    (
        "translit",
        &[
            ("ä", "ae"),
            ("ö", "oe"),
            ("ü", "ue"),
            ("å", "aa"),
            ("ø", "oe"),
            ("ß", "ss"),
            ("K", "C"),
            ("y", "i"),
            ("Y", "I"),
        ],
    ),
    ("homoglyph", &[("a", "а"), ("e", "е"), ("O", "О"), ("p", "р")]),
    ("html", &[("&", "&amp;"), ("'", "&#39;"), ("and", "&amp;")]),
];

/// One kind of noise on a text.
pub(super) fn rare(kind: &str, text: &str, dice: &mut Dice) -> String {
    if let Some((_, table)) = SOME.iter().find(|(name, _)| *name == kind) {
        return replace_some(text, table, dice);
    }
    if let Some((_, table)) = EVERYWHERE.iter().find(|(name, _)| *name == kind) {
        return table.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    }
    match kind {
        "numbers" => numbers(text),
        "prefix" => format!("{}{text}", dice.of(&["The ", "M/s ", "Messrs. ", "Attn: ", "* "])),
        "acronym" => acronym(text),
        "suffix" => {
            let ends = [
                " - Head Office",
                " Branch",
                " (Subsidiary)",
                " c/o Accounts Payable",
                " - Main",
                " Division",
                " HQ",
            ];
            format!("{text}{}", dice.of(&ends))
        }
        "reorder" => text
            .split_once(' ')
            .map_or_else(|| text.to_owned(), |(first, rest)| format!("{rest}, {first}")),
        "hyphen" if text.contains('-') => text.replace('-', ""),
        "hyphen" => text.replacen(' ', "-", 2),
        "former" => format!(
            "{text} (formerly {} Holdings)",
            dice.of(&["Alpha", "Newco", "Bidco", "Acme", "Sunrise"])
        ),
        other => edit_words(text, dice, |words, at, dice| word(other, words, at, dice)),
    }
}

/// Kinds that change one word.
fn word(kind: &str, words: &mut [String], at: usize, dice: &mut Dice) {
    let Some(old) = words.get(at).cloned() else {
        return;
    };
    let letters: Vec<char> = old.chars().collect();
    let new = match kind {
        "split" if letters.len() >= 5 => {
            let (head, tail) = letters.split_at(2 + dice.below(letters.len() - 3));
            format!("{} {}", head.iter().collect::<String>(), tail.iter().collect::<String>())
        }
        "initial" => letters.iter().take(1).collect::<String>() + ".",
        "vowels" => {
            let kept = letters
                .iter()
                .enumerate()
                .filter(|(place, letter)| *place == 0 || !"aeiouAEIOU".contains(**letter));
            kept.map(|(_, letter)| letter).collect()
        }
        "plural" => match old.strip_suffix(['s', 'S']) {
            Some(short) if short.len() > 3 => short.to_owned(),
            Some(_) | None => format!("{old}s"),
        },
        "double" => format!("{old} {old}"),
        _ => old,
    };
    if let Some(place) = words.get_mut(at) {
        *place = new;
    }
}

fn replace_some(text: &str, table: Table, dice: &mut Dice) -> String {
    for _ in 0..6 {
        if let Some((from, to)) = table.get(dice.below(table.len()))
            && text.contains(from)
        {
            return text.replacen(from, to, 1 + dice.below(2));
        }
    }
    text.to_owned()
}

fn numbers(text: &str) -> String {
    const PAIRS: Table = &[
        ("II", "2"),
        ("III", "3"),
        ("IV", "4"),
        ("V", "Five"),
        ("1", "I"),
        ("2", "II"),
        ("3", "Three"),
        ("ONE", "1"),
        ("VI", "6"),
        ("TWO", "2"),
    ];
    let change = |word: &str| {
        let found = PAIRS.iter().find(|(from, _)| *from == word);
        found.map_or_else(|| word.to_owned(), |(_, to)| (*to).to_owned())
    };
    text.split(' ').map(change).collect::<Vec<_>>().join(" ")
}

fn acronym(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.split_at_checked(3) {
        Some((first, rest)) if rest.len() >= 2 => {
            let initials: String = first.iter().filter_map(|word| word.chars().next()).collect();
            format!("{initials} {}", rest.join(" "))
        }
        Some(_) | None => text.to_owned(),
    }
}
