//! Evidence beside the name, and weights learned from data.

use matching::learn::{self, Decision};
use matching::{Config, Index, Query, Record, Weights};

use crate::data::{Asked, Row};
use crate::noise::Dice;
use crate::score::{Answer, in_first_half};
use crate::sets::{answer, figures};

/// A list with made domains and postal codes beside the real countries, and queries that mostly
/// carry them too.
pub(crate) struct Full {
    pub(crate) records: Vec<Record>,
    pub(crate) queries: Vec<Query>,
}

/// Makes the fields, seeded. Of the queries' fields one in five is missing, and of the rest one in
/// twenty is wrong. A tenth of the records shares its domain with a neighbour.
pub(crate) fn make(list: &[Row], asked: &[Asked]) -> Full {
    let records: Vec<Record> =
        list.iter().enumerate().map(|(at, row)| record(at, &row.name, &row.country)).collect();
    let mut dice = Dice(99);
    let queries = asked
        .iter()
        .enumerate()
        .map(|(number, one)| {
            // a query without a match has the fields of a company that is in no list
            let own = record(one.truth.unwrap_or(10_000_000 + number), &one.name, &one.country);
            let wrong = record(20_000_000 + number, "", "");
            let mut pick = |own: Option<String>, wrong: Option<String>| match dice.below(100) {
                0..=19 => None,
                20..=23 => wrong,
                _ => own,
            };
            Query {
                domains: pick(own.domains.first().cloned(), wrong.domains.first().cloned())
                    .into_iter()
                    .collect(),
                postal_code: pick(own.postal_code, wrong.postal_code),
                country: Some(one.country.clone()).filter(|country| !country.is_empty()),
                ..Query::named(&one.name)
            }
        })
        .collect();
    Full { records, queries }
}

fn record(at: usize, name: &str, country: &str) -> Record {
    let mut dice = Dice(at as u64 * 31 + 7);
    let shared = if dice.below(10) == 0 { at / 2 } else { at };
    Record {
        key: at.to_string(),
        name: name.to_owned(),
        domains: vec![format!("company{shared}.com")],
        country: Some(country.to_owned()).filter(|country| !country.is_empty()),
        postal_code: Some(format!("{:05}", dice.below(3_000) * 7)),
        ..Record::default()
    }
}

impl Full {
    /// An index of the records.
    pub(crate) fn index(&self) -> Index {
        let index = Index::new(Config::default());
        index.insert_all(self.records.iter().cloned());
        index
    }

    /// Answers with only the fields that `keep` leaves.
    pub(crate) fn answers(&self, index: &Index, keep: impl Fn(&mut Query)) -> Vec<Option<Answer>> {
        let ask = |query: &Query| {
            let mut query = query.clone();
            keep(&mut query);
            answer(index, &query)
        };
        self.queries.iter().map(ask).collect()
    }

    /// Pairs that a person may have decided: the best candidate of each query of the first half.
    fn decisions(&self, index: &Index, asked: &[Asked]) -> Vec<Decision> {
        let mut found = Vec::new();
        for (at, (query, one)) in
            self.queries.iter().zip(asked).enumerate().filter(|(at, _)| in_first_half(*at, 0))
        {
            let _ = at;
            let best = answer(index, query);
            let Some(record) = best.and_then(|best| self.records.get(best.row)) else {
                continue;
            };
            let same = best.map(|best| best.row) == one.truth;
            found.push(Decision { query: query.clone(), record: record.clone(), same });
        }
        found
    }
}

/// F1 with weights learned from so many decisions of the first half, measured on the second; the
/// first line is the shipped weights, the last those learned without labels.
pub(crate) fn learning_curve(full: &Full, asked: &[Asked]) -> Vec<(String, f64, f64)> {
    let index = full.index();
    let decisions = full.decisions(&index, asked);
    let mut lines = vec![line("shipped", full, asked, &index)];
    for many in [50, 100, 200, 500, 1_000, 2_000] {
        if let Some(Ok(learned)) =
            decisions.get(..many).map(|some| learn::from_decisions(&index, some))
        {
            index.set_weights(learned.weights);
            lines.push(line(&format!("{many} decisions"), full, asked, &index));
            index.set_weights(Weights::default());
        }
    }
    let unlabelled: Vec<Query> = full
        .queries
        .iter()
        .enumerate()
        .filter(|(at, _)| in_first_half(*at, 0))
        .map(|(_, query)| query.clone())
        .collect();
    index.set_weights(learn::without_labels(&index, &unlabelled).weights);
    lines.push(line("without labels", full, asked, &index));
    lines
}

fn line(label: &str, full: &Full, asked: &[Asked], index: &Index) -> (String, f64, f64) {
    let answers = full.answers(index, |_| {});
    let mut loss = 0.0;
    let mut many = 0.0;
    for (at, (one, answer)) in asked.iter().zip(&answers).enumerate() {
        if let Some(answer) = answer.filter(|_| !in_first_half(at, 0)) {
            let told = if Some(answer.row) == one.truth {
                answer.probability
            } else {
                1.0 - answer.probability
            };
            loss -= told.max(1e-4).ln();
            many += 1.0;
        }
    }
    (label.to_owned(), figures(asked, &answers).f1, loss / f64::max(many, 1.0))
}
