//! The parts of a statement.

use super::pieces::Piece;

/// The words that begin a part of a statement.
const CLAUSES: [&str; 17] = [
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "WINDOW",
    "FOR",
    "RETURNING",
    "SET",
    "UPDATE",
    "DELETE",
    "INSERT",
    "VALUES",
    "USING",
];

/// The parts of a statement, each with the word that begins it.
pub(super) fn clauses(pieces: &[Piece]) -> Vec<(&str, &[Piece])> {
    let begins = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| pieces.get(at));
        let word = pieces.get(at).filter(|piece| piece.is_any(&CLAUSES))?;
        let follows = |words: &[&str]| before.is_some_and(|piece| piece.is_any(words));
        let other = (word.is("FROM") && follows(&["DISTINCT", "DELETE"]) && at > 1)
            || (word.is("UPDATE") && follows(&["FOR", "DO"]))
            || (word.is("USING") && !pieces.first().is_some_and(|first| first.is("DELETE")));
        if let (Piece::Word(text), false) = (word, other) { Some(text.as_str()) } else { None }
    };
    let starts: Vec<(usize, &str)> =
        (0..pieces.len()).filter_map(|at| begins(at).map(|word| (at, word))).collect();
    let mut found = Vec::new();
    for (index, (start, word)) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(pieces.len(), |(next, _)| *next);
        found.push((*word, pieces.get(start + 1..end).unwrap_or_default()));
    }
    found
}
