//! What one would write in an afternoon: normalised Jaro-Winkler within blocks of the first word.

use std::collections::BTreeMap;

use crate::data::{Asked, Row};
use crate::score::Answer;

/// Answers of the baseline.
pub(crate) fn answers(list: &[Row], asked: &[Asked]) -> Vec<Option<Answer>> {
    let names: Vec<String> = list.iter().map(|row| plain(&row.name)).collect();
    let mut blocks: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        blocks.entry(first_word(name)).or_default().push(at);
    }
    asked.iter().map(|query| best(&plain(&query.name), &names, &blocks)).collect()
}

fn best(query: &str, names: &[String], blocks: &BTreeMap<&str, Vec<usize>>) -> Option<Answer> {
    let block = blocks.get(first_word(query))?;
    let mut best: Option<Answer> = None;
    for row in block {
        let probability =
            names.get(*row).map_or(0.0, |name| jaro_winkler(query.as_bytes(), name.as_bytes()));
        if best.is_none_or(|best| probability > best.probability) {
            best = Some(Answer { row: *row, probability });
        }
    }
    best
}

fn first_word(name: &str) -> &str {
    name.split(' ').next().unwrap_or_default()
}

/// Lower-case ASCII words without the commonest legal forms.
fn plain(name: &str) -> String {
    const LEGAL: &[&str] = &[
        "inc", "ltd", "limited", "llc", "gmbh", "bv", "sa", "srl", "plc", "corp", "co", "ag", "ab",
        "private", "pvt",
    ];
    let text: String = deunicode::deunicode(name)
        .to_lowercase()
        .chars()
        .filter(|letter| *letter != '.')
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' })
        .collect();
    let words: Vec<&str> = text.split_whitespace().filter(|word| !LEGAL.contains(word)).collect();
    words.join(" ")
}

fn jaro_winkler(left: &[u8], right: &[u8]) -> f64 {
    let jaro = jaro(left, right);
    let head = left.iter().zip(right).take(4).take_while(|(a, b)| a == b).count();
    jaro + head as f64 * 0.1 * (1.0 - jaro)
}

fn jaro(left: &[u8], right: &[u8]) -> f64 {
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    let window = (left.len().max(right.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; right.len()];
    let mut matched = Vec::new();
    for (at, letter) in left.iter().enumerate() {
        let from = at.saturating_sub(window);
        let to = (at + window + 1).min(right.len());
        if let Some(found) = (from..to).find(|other| !taken[*other] && right[*other] == *letter) {
            taken[found] = true;
            matched.push(*letter);
        }
    }
    if matched.is_empty() {
        return 0.0;
    }
    let others = right.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(letter, _)| letter);
    let moved = matched.iter().zip(others).filter(|(a, b)| a != b).count() as f64 / 2.0;
    let many = matched.len() as f64;
    (many / left.len() as f64 + many / right.len() as f64 + (many - moved) / many) / 3.0
}
