//! How long the stories took, and which were the dearest.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What the stories may take together, in seconds of one thread: beyond it, tests are to become
/// cheaper or to be told on SQLite only.
const SECONDS: u64 = 1_200;

/// How many of the dearest are named.
const NAMED: usize = 10;

/// The sums and the dearest stories, as lines; none when no story was told.
pub(super) fn lines(times: &Path) -> Vec<String> {
    summed(&fs::read_to_string(times).unwrap_or_default())
}

/// Each line holds milliseconds, the database and the story's name.
fn summed(told: &str) -> Vec<String> {
    let mut databases: BTreeMap<&str, u64> = BTreeMap::new();
    let mut stories: BTreeMap<&str, u64> = BTreeMap::new();
    for line in told.lines() {
        let mut parts = line.splitn(3, ' ');
        let millis = parts.next().and_then(|text| text.parse::<u64>().ok());
        let (Some(millis), Some(database), Some(name)) = (millis, parts.next(), parts.next())
        else {
            continue;
        };
        *databases.entry(database).or_default() += millis;
        *stories.entry(name).or_default() += millis;
    }
    if stories.is_empty() {
        return Vec::new();
    }
    let all: u64 = databases.values().sum();
    let each = databases.iter().map(|(name, millis)| format!("{name} {}", seconds(*millis)));
    let over = if all > SECONDS * 1_000 { ", which is OVER it" } else { "" };
    let mut lines = vec![format!(
        "{} stories took {} of the {SECONDS} s budgeted ({}){over}; the dearest:",
        stories.len(),
        seconds(all),
        each.collect::<Vec<_>>().join(", "),
    )];
    let mut dearest: Vec<(&str, u64)> = stories.into_iter().collect();
    dearest.sort_by_key(|(name, millis)| (std::cmp::Reverse(*millis), *name));
    lines.extend(dearest.iter().take(NAMED).map(|(name, ms)| format!("  {} {name}", seconds(*ms))));
    lines
}

fn seconds(millis: u64) -> String {
    format!("{}.{} s", millis / 1_000, millis % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::summed;

    #[test]
    fn stories_are_summed_over_databases_and_the_dearest_comes_first() {
        let told = "1500 SQLite a::one\n2500 PostgreSQL a::one\n250 SQLite b::two\nnonsense\n";
        let lines = summed(told);
        let first = "2 stories took 4.2 s of the 1200 s budgeted (PostgreSQL 2.5 s, SQLite 1.7 s)";
        assert_eq!(lines[0], format!("{first}; the dearest:"));
        assert_eq!(lines[1..], ["  4.0 s a::one", "  0.2 s b::two"]);
        assert_eq!(summed(""), [""; 0]);
    }

    #[test]
    fn what_is_beyond_the_budget_is_told_and_ten_are_named() {
        let told: Vec<String> = (10..22).map(|n| format!("{n}0000 SQLite story {n}")).collect();
        let lines = summed(&told.join("\n"));
        assert!(lines[0].contains("OVER"), "{}", lines[0]);
        assert_eq!(lines.len(), 11);
        assert_eq!(lines[1], "  210.0 s story 21");
    }
}
