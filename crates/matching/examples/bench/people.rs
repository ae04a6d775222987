//! Persons: FEBRL 4.

use std::path::Path;

use matching::people::{Link, Options, Person, link};

use crate::data::table;

/// What the measurement brought.
pub(crate) struct Outcome {
    pub(crate) f1: f64,
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) cpu_seconds: f64,
}

/// Reads both files, links them, and compares with the truth in the identifiers of the rows.
pub(crate) fn measure(folder: &Path) -> Result<Outcome, Box<dyn std::error::Error>> {
    let before = crate::cpu::seconds();
    let (left_ids, left) = read(&folder.join("people/febrl4a.csv.gz"))?;
    let (right_ids, right) = read(&folder.join("people/febrl4b.csv.gz"))?;
    let links = link(&left, &right, &Options::default());
    let cpu_seconds = crate::cpu::seconds() - before;
    let right_links =
        links.iter().filter(|link| is_true(link, &left_ids, &right_ids)).count() as f64;
    let precision = right_links / (links.len() as f64).max(1.0);
    let recall = right_links / (left.len() as f64).max(1.0);
    Ok(Outcome {
        f1: 2.0 * precision * recall / (precision + recall).max(1e-9),
        precision,
        recall,
        cpu_seconds,
    })
}

fn is_true(link: &Link, left: &[String], right: &[String]) -> bool {
    let number = |id: Option<&String>| id.and_then(|id| id.split('-').nth(1)).map(str::to_owned);
    let left = number(left.get(link.left));
    left.is_some() && left == number(right.get(link.right))
}

fn read(path: &Path) -> Result<(Vec<String>, Vec<Person>), Box<dyn std::error::Error>> {
    let mut ids = Vec::new();
    let mut people = Vec::new();
    for row in table(path)? {
        let text = |column: usize| row.get(column).unwrap_or_default().trim().to_owned();
        ids.push(text(0));
        people.push(Person {
            given_name: text(1),
            surname: text(2),
            street_number: text(3),
            street: text(4),
            street_more: text(5),
            city: text(6),
            postal_code: text(7),
            region: text(8),
            born_on: text(9),
            identifier: text(10),
            ..Person::default()
        });
    }
    Ok((ids, people))
}
