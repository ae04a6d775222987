//! One labelled set: links, figures, CPU time.

use matching::{Config, Index, Query, Record, SURE_BASIS_POINTS};

use crate::cpu;
use crate::data::{Asked, Row};
use crate::score::{Answer, Counts, best_threshold, count, in_first_half};

/// Seeds of the halves over which figures are averaged.
const SEEDS: u64 = 5;

/// A labelled set and what was measured on it.
pub(crate) struct Measured {
    pub(crate) label: String,
    pub(crate) asked: Vec<Asked>,
    pub(crate) answers: Vec<Option<Answer>>,
    pub(crate) cpu_seconds: f64,
    pub(crate) build_seconds: f64,
}

/// Figures of a set over seeded halves: the threshold is chosen on one half, scored on the other.
pub(crate) struct Figures {
    pub(crate) f1: f64,
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) threshold: f64,
    pub(crate) false_links: f64,
}

/// An index of the rows that are kept, by their place.
pub(crate) fn index_of(list: &[Row], keep: impl Fn(usize) -> bool, with_country: bool) -> Index {
    let index = Index::new(Config::default());
    let record = |(at, row): (usize, &Row)| Record {
        key: at.to_string(),
        name: row.name.clone(),
        country: Some(row.country.clone()).filter(|country| with_country && !country.is_empty()),
        ..Record::default()
    };
    index.insert_all(list.iter().enumerate().filter(|(at, _)| keep(*at)).map(record));
    index
}

/// The best answer of the index to each query.
pub(crate) fn ask(index: &Index, asked: &[Asked], with_country: bool) -> Vec<Option<Answer>> {
    let query = |one: &Asked| Query {
        country: Some(one.country.clone()).filter(|country| with_country && !country.is_empty()),
        ..Query::named(&one.name)
    };
    asked.iter().map(|one| answer(index, &query(one))).collect()
}

/// The best answer to a query.
pub(crate) fn answer(index: &Index, query: &Query) -> Option<Answer> {
    let found = index.probabilities(query, None, 1);
    found.first().map(|(key, probability)| Answer {
        row: key.parse().unwrap_or(usize::MAX),
        probability: *probability,
    })
}

/// Builds the index and asks all queries, by name alone or with the country.
pub(crate) fn measure(
    label: &str,
    list: &[Row],
    asked: Vec<Asked>,
    with_country: bool,
) -> Measured {
    measure_without(label, list, asked, |_| true, with_country)
}

/// The same in a list of which some rows are left out.
pub(crate) fn measure_without(
    label: &str,
    list: &[Row],
    asked: Vec<Asked>,
    keep: impl Fn(usize) -> bool,
    with_country: bool,
) -> Measured {
    let (index, build_seconds) = cpu::timed(|| index_of(list, keep, with_country));
    let (answers, asking) = cpu::timed(|| ask(&index, &asked, with_country));
    Measured {
        label: label.to_owned(),
        asked,
        answers,
        cpu_seconds: build_seconds + asking,
        build_seconds,
    }
}

impl Measured {
    /// Queries per CPU second, the index included.
    pub(crate) fn speed(&self) -> f64 {
        self.asked.len() as f64 / self.cpu_seconds.max(1e-9)
    }

    /// Figures averaged over seeded halves. The second half is scored; for seed 0 it is the half
    /// that the shipped trees have not seen.
    pub(crate) fn figures(&self) -> Figures {
        figures(&self.asked, &self.answers)
    }

    /// Counts at the sure threshold on the half that the shipped trees have not seen.
    pub(crate) fn sure(&self) -> Counts {
        let threshold = f64::from(SURE_BASIS_POINTS) / 10_000.0;
        count(&self.asked, &self.answers, threshold, |at| !in_first_half(at, 0))
    }
}

/// Figures of any answers.
pub(crate) fn figures(asked: &[Asked], answers: &[Option<Answer>]) -> Figures {
    let mut sum =
        Figures { f1: 0.0, precision: 0.0, recall: 0.0, threshold: 0.0, false_links: 0.0 };
    // the trees have seen the first half of seed 0: only queries of the second are scored at all
    let unseen = |at: usize| !in_first_half(at, 0);
    for seed in 1..=SEEDS {
        for side in [true, false] {
            let threshold =
                best_threshold(asked, answers, |at| unseen(at) && in_first_half(at, seed) == side);
            let counts = count(asked, answers, threshold, |at| {
                unseen(at) && in_first_half(at, seed) != side
            });
            let share = 1.0 / (2.0 * SEEDS as f64);
            sum.f1 += counts.f1() * share;
            sum.precision += counts.precision() * share;
            sum.recall += counts.recall() * share;
            sum.threshold += threshold * share;
            sum.false_links +=
                counts.false_links as f64 / (counts.without_match as f64).max(1.0) * share;
        }
    }
    sum
}
