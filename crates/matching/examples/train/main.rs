//! Trains the shipped trees on half of the labelled sets and on made queries, and measures them on
//! the other half and on kinds of noise that were held back:
//! `cargo run --release -p matching --example train -- crates/matching/src/model/trees.txt`.
//! The same data give the same trees, byte for byte.
#![expect(
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "a tool for developers: it counts in floats, prints tables, and may stop at a fault"
)]

#[path = "../bench/data.rs"]
#[expect(dead_code, reason = "shared with the measurement, which reads more")]
mod data;
mod gbdt;
#[path = "../bench/noise.rs"]
mod noise;
#[path = "../bench/score.rs"]
mod score;

use data::{Asked, Row};
use gbdt::{Case, Growth};
use matching::{Config, Features, Forest, Index, Query, Record};
use noise::Dice;
use score::{Answer, best_threshold, count, in_first_half};

/// Queries with their candidates.
struct Set {
    label: String,
    asked: Vec<Asked>,
    cases: Vec<Case>,
    keys: Vec<Vec<usize>>,
    /// Never trained on.
    held_back: bool,
}

/// Candidates of a query that are trained on.
const MOST_CANDIDATES: usize = 8;
/// Made queries for each large list.
const MADE: usize = 8_000;
/// Lists of made queries: label, number of names, first row, part of [`MADE`].
const LISTS: &[(&str, usize, usize, usize)] = &[
    ("made 500", 500, 50_000, 6),
    ("made 3,000", 3_000, 150_000, 2),
    ("made 10,000", 10_000, 200_000, 1),
    ("made 60,000", 60_000, 300_000, 1),
    ("made, all", usize::MAX, 0, 1),
];
/// Small lists, as a vendor has them at first: label, number of names, number of lists.
const SMALL: &[(&str, usize, usize)] =
    &[("made 8", 8, 80), ("made 40", 40, 40), ("made 150", 150, 15)];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = data::folder().ok_or("the data are not there")?;
    let companies = folder.join("companies");
    let names = data::rows(&companies.join("gleif_names.csv.gz"), 2, 3)?;
    let listed = data::rows(&companies.join("fd_left.csv"), 1, 2)?;
    let growth = Growth { trees: 160, leaves: 16, rate: 0.12, least_weight: 3.0, ridge: 3.0 };
    let mut sets = Vec::new();
    for (label, list, file, weight) in [
        ("10,000", &names[..10_000], "gleif_queries_10k.csv", 1.0),
        ("100,000", &names[..100_000], "gleif_queries_100k.csv", 1.0),
        ("real variants", &listed[..], "fd_right.csv", 1.5),
    ] {
        let index = index_of(list, 0..list.len());
        sets.push(observe(label, &index, data::queries(&companies.join(file))?, weight));
    }
    let mut dice = Dice(7);
    for list in LISTS {
        sets.extend(made_list(&names, *list, &mut dice));
    }
    for small in SMALL {
        sets.push(small_lists(&names, *small, &mut dice));
    }
    let fit: Vec<Case> = sets.iter().filter(|set| !set.held_back).flat_map(first_half).collect();
    println!(
        "{} queries, {} candidates",
        fit.len(),
        fit.iter().map(|case| case.features.len()).sum::<usize>()
    );
    let forest = gbdt::grow(&fit, growth);
    for set in &sets {
        report(&forest, set);
    }
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, forest.to_text())?;
    }
    Ok(())
}

fn first_half(set: &Set) -> Vec<Case> {
    set.cases
        .iter()
        .enumerate()
        .filter(|(at, _)| in_first_half(*at, 0))
        .map(|(_, case)| case.clone())
        .collect()
}

fn index_of(list: &[Row], rows: impl Iterator<Item = usize>) -> Index {
    let index = Index::new(Config::default());
    index.insert_all(rows.map(|at| Record {
        key: at.to_string(),
        name: list[at].name.clone(),
        ..Record::default()
    }));
    index
}

fn observe(label: &str, index: &Index, asked: Vec<Asked>, weight: f32) -> Set {
    let mut set = Set {
        label: label.to_owned(),
        asked: Vec::new(),
        cases: Vec::new(),
        keys: Vec::new(),
        held_back: weight == 0.0,
    };
    for query in &asked {
        let mut seen = index.observe(&Query::named(&query.name));
        seen.truncate(MOST_CANDIDATES);
        let ids: Vec<usize> =
            seen.iter().map(|one| one.key.parse().unwrap_or(usize::MAX)).collect();
        let truth = query.truth.and_then(|truth| ids.iter().position(|id| *id == truth));
        let features: Vec<Features> = seen.iter().map(|one| one.features).collect();
        set.cases.push(Case { features, truth, weight });
        set.keys.push(ids);
    }
    set.asked = asked;
    set
}

type Make = fn(&str, &mut Dice) -> (String, String);

/// Queries made from the given rows; rows marked in `out` are to be taken out of the list.
fn made(
    list: &[Row],
    rows: &[usize],
    many: usize,
    dice: &mut Dice,
    make: Make,
) -> (Vec<Asked>, Vec<bool>) {
    let mut out = vec![false; list.len()];
    let asked = (0..many)
        .map(|_| {
            let row = rows[dice.below(rows.len())];
            let (name, kinds) = make(&list[row].name, dice);
            out[row] |= dice.below(10) < 3;
            Asked { name, country: list[row].country.clone(), truth: Some(row), kinds }
        })
        .collect();
    (asked, out)
}

fn settle(asked: &mut [Asked], out: &[bool]) {
    for one in asked {
        one.truth = one.truth.filter(|row| !out[*row]);
    }
}

/// A list with queries of the kinds that are trained on, and one with kinds that are held back.
fn made_list(names: &[Row], list: (&str, usize, usize, usize), dice: &mut Dice) -> Vec<Set> {
    let (label, size, offset, part) = list;
    let many = MADE / part;
    let rows: Vec<usize> = (offset..names.len().min(offset.saturating_add(size))).collect();
    let (mut asked, mut out) = made(names, &rows, many * 3 / 4, dice, noise::known);
    let further: Make = |name, dice| noise::with_one_of(name, noise::FURTHER, dice);
    let (more, more_out) = made(names, &rows, many / 4, dice, further);
    asked.extend(more);
    for (one, other) in out.iter_mut().zip(more_out) {
        *one |= other;
    }
    settle(&mut asked, &out);
    let unseen: Make = |name, dice| noise::with_one_of(name, noise::UNSEEN, dice);
    let (mut held_back, _) = made(names, &rows, many.min(1_500), dice, unseen);
    settle(&mut held_back, &out);
    let index = index_of(names, rows.into_iter().filter(|row| !out[*row]));
    vec![observe(label, &index, asked, 0.6), observe("… kinds held back", &index, held_back, 0.0)]
}

fn small_lists(names: &[Row], lists: (&str, usize, usize), dice: &mut Dice) -> Set {
    let (label, size, many) = lists;
    let mut all = Set {
        label: label.to_owned(),
        asked: Vec::new(),
        cases: Vec::new(),
        keys: Vec::new(),
        held_back: false,
    };
    for number in 0..many {
        let offset = 101_000 + number * 151;
        let rows: Vec<usize> = (offset..offset + size).collect();
        let (mut asked, out) = made(names, &rows, size, dice, noise::known);
        settle(&mut asked, &out);
        let set =
            observe(label, &index_of(names, rows.into_iter().filter(|row| !out[*row])), asked, 0.6);
        all.asked.extend(set.asked);
        all.cases.extend(set.cases);
        all.keys.extend(set.keys);
    }
    all
}

fn answers(forest: &Forest, set: &Set) -> Vec<Option<Answer>> {
    let answer = |(case, keys): (&Case, &Vec<usize>)| {
        let scores: Vec<f32> = case.features.iter().map(|row| forest.score(row)).collect();
        let total: f32 = 1.0 + scores.iter().map(|score| score.exp()).sum::<f32>();
        let best =
            (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a)))?;
        Some(Answer { row: keys[best], probability: f64::from(scores[best].exp() / total) })
    };
    set.cases.iter().zip(&set.keys).map(answer).collect()
}

fn report(forest: &Forest, set: &Set) {
    let found = answers(forest, set);
    let second = |at: usize| !in_first_half(at, 0);
    let threshold = best_threshold(&set.asked, &found, |at| in_first_half(at, 0));
    let chosen = count(&set.asked, &found, threshold, second);
    let reached = set.cases.iter().filter(|case| case.truth.is_some()).count();
    let meant = set.asked.iter().filter(|one| one.truth.is_some()).count();
    print!(
        "{:>18}: F1 {:.4} (threshold {threshold:.2}) precision {:.4} recall {:.4}, among candidates {:.4}; wrong at",
        set.label,
        chosen.f1(),
        chosen.precision(),
        chosen.recall(),
        reached as f64 / (meant as f64).max(1.0)
    );
    for sure in [0.97, 0.98, 0.985, 0.99, 0.995] {
        let counts = count(&set.asked, &found, sure, second);
        let false_share = counts.false_links as f64 / (counts.without_match as f64).max(1.0);
        print!(" {sure}: {:.2} %/{:.2} %", 100.0 * (1.0 - counts.precision()), 100.0 * false_share);
    }
    println!();
}
