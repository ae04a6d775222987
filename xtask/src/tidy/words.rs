//! Words that must not stand in the project: marks of unfinished work, filler, private paths.

use super::Finding;
use super::length::is_not_ours;
use crate::tree::Tree;

const CHECK: &str = "words";

/// Each in two halves, so that this file does not find itself.
const EXACT: [(&str, &str, &str); 6] = [
    ("TO", "DO", "finish it, or say in docs/RULES.md what is open"),
    ("FIX", "ME", "mend it"),
    ("to", "do!(", "finish it"),
    ("/wo", "rk/", "a path of one machine"),
    ("/tmp/", "plan", "a path of one machine"),
    ("/ro", "ot/", "a path of one machine"),
];

/// Looked for in small letters.
const LOOSE: [(&str, &str, &str); 2] = [
    ("coming ", "soon", "promise nothing: build it or leave it out"),
    ("lorem ", "ipsum", "use plausible text"),
];

/// Looks at every text file that is ours.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.iter().filter(|(path, text)| !is_not_ours(path, text)) {
        if path == "Cargo.lock" {
            continue;
        }
        for (index, line) in text.lines().enumerate() {
            if let Some((word, instead)) = forbidden(line) {
                let message = format!("`{word}` may not stand here: {instead}");
                findings.push(Finding::new(CHECK, path, index + 1, message));
            }
        }
    }
    findings
}

fn forbidden(line: &str) -> Option<(String, &'static str)> {
    let exact = EXACT.iter().find(|(a, b, _)| has_word(line, &format!("{a}{b}")));
    let lower = line.to_lowercase();
    let loose = || LOOSE.iter().find(|(a, b, _)| lower.contains(&format!("{a}{b}")));
    let (a, b, instead) = exact.or_else(loose)?;
    Some((format!("{a}{b}"), instead))
}

/// A word of letters must stand alone; anything else may stand anywhere.
fn has_word(line: &str, word: &str) -> bool {
    let is_letters = word.chars().all(char::is_alphabetic);
    let continues = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, found)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + found.len()..).and_then(|text| text.chars().next());
        !is_letters || !(before.is_some_and(continues) || after.is_some_and(continues))
    })
}

#[cfg(test)]
mod tests {
    use super::{EXACT, LOOSE, Tree, check};

    #[test]
    fn each_word_is_found_where_it_stands() {
        for (a, b, _) in EXACT.iter().chain(&LOOSE) {
            let text = format!("fine\n// {a}{b} here\n");
            let findings = check(&Tree::of(&[("docs/guide/start.md", &text)]));
            assert_eq!(findings.len(), 1, "{a}{b}");
            assert_eq!(findings[0].line, 2);
        }
    }

    #[test]
    fn longer_words_and_files_of_others_are_left_alone() {
        let longer = format!("MAS{}S\n", concat!("TO", "DO"));
        assert_eq!(check(&Tree::of(&[("README.md", &longer)])), []);
        let word = concat!("TO", "DO");
        assert_eq!(check(&Tree::of(&[("crates/web/assets/vendor/x.js", word)])), []);
    }
}
