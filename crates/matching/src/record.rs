//! What goes in and what comes out.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domains::registrable_domain;

use crate::name::Words;
use crate::reasons::Reason;
use crate::signs::Signs;

/// A company as the caller keeps it. Only the key and one of names or domains must be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The caller's own identifier, unique within an index; ties are broken by its order.
    pub key: String,
    /// The legal or usual name, in any script.
    pub name: String,
    /// Further names: trading names, former names, names in another language.
    pub other_names: Vec<String>,
    /// Hosts, addresses of pages or of mail; only the registrable domain counts (AC-02).
    pub domains: Vec<String>,
    /// ISO 3166 code of two or three letters or an English country name; other text is no evidence.
    pub country: Option<String>,
    /// Postal code; blanks, hyphens and case do not matter.
    pub postal_code: Option<String>,
    /// Name of the city.
    pub city: Option<String>,
    /// Name of the parent company.
    pub parent: Option<String>,
}

impl Record {
    /// Whether there is a letter or digit in one of its names or a domain that says something.
    pub(crate) fn is_comparable(&self) -> bool {
        let mut words = Words::default();
        let mut names = std::iter::once(&self.name).chain(&self.other_names);
        let speaks = |name: &String| {
            words.read(name);
            words.iter().next().is_some()
        };
        let registrable = |domain: &String| registrable_domain(domain).own().is_some();
        names.any(speaks) || self.domains.iter().any(registrable)
    }
}

/// What is looked for: a record without a key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    /// The name as written, in any script; a web address is understood too.
    pub name: String,
    /// Further names under which it may be known.
    pub other_names: Vec<String>,
    /// Hosts, addresses of pages or of mail.
    pub domains: Vec<String>,
    /// Country as in [`Record::country`].
    pub country: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Name of the city.
    pub city: Option<String>,
    /// Name of the parent company.
    pub parent: Option<String>,
}

impl Query {
    /// A query by name alone.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

impl From<&Record> for Query {
    fn from(record: &Record) -> Self {
        Self {
            name: record.name.clone(),
            other_names: record.other_names.clone(),
            domains: record.domains.clone(),
            country: record.country.clone(),
            postal_code: record.postal_code.clone(),
            city: record.city.clone(),
            parent: record.parent.clone(),
        }
    }
}

/// A record that may be the one looked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Key of the record.
    pub key: String,
    /// Probability, from 0 to 1, that it is the same company (AC-02). Those of one answer compete:
    /// together they do not exceed one.
    pub probability: f64,
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
    /// What names and domains say, each by itself; looked at where the reasons are.
    pub signs: Signs,
}

impl Candidate {
    /// The probability in basis points, 0 to 10,000, rounded down so that a threshold is never
    /// reached by rounding (AC-03).
    pub fn basis_points(&self) -> u16 {
        (self.probability.clamp(0.0, 1.0) * 10_000.0).floor() as u16
    }
}

/// Why a record was not taken into the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecordError {
    /// The key is empty.
    #[error("the record has no key")]
    EmptyKey,
    /// There is neither a letter or digit in any name nor a usable domain.
    #[error("the record has neither a name with a letter or digit nor a usable domain")]
    NothingToCompare,
}
