//! What the fields beside the name say (AC-02).

use serde::{Deserialize, Serialize};

use crate::domains::registrable_domain;
use crate::name::fold::fold;
use crate::name::{WordClass, Words};
use crate::places::country_code;
use crate::record::{Query, Record};
use crate::signs::Evidence;

/// The fields of a record or query, reduced to what is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) domains: Box<[Box<str>]>,
    pub(crate) country: Option<[u8; 2]>,
    pub(crate) postal_code: Option<Box<[u8]>>,
    pub(crate) city: Option<Box<[u8]>>,
    pub(crate) parent: Option<Box<[u8]>>,
}

impl Fields {
    /// The fields of a record.
    pub(crate) fn read(record: &Record) -> Self {
        Self {
            domains: domains_of(&record.domains),
            country: record.country.as_deref().and_then(country_code),
            postal_code: compact(record.postal_code.as_deref()),
            city: compact(record.city.as_deref()),
            parent: parent_of(record.parent.as_deref()),
        }
    }

    /// The fields of a query.
    pub(crate) fn asked(query: &Query) -> Self {
        Self {
            domains: domains_of(&query.domains),
            country: query.country.as_deref().and_then(country_code),
            postal_code: compact(query.postal_code.as_deref()),
            city: compact(query.city.as_deref()),
            parent: parent_of(query.parent.as_deref()),
        }
    }

    /// Bytes behind the pointers, about.
    pub(crate) fn bytes(&self) -> usize {
        let text = |held: &Option<Box<[u8]>>| held.as_ref().map_or(0, |text| text.len() + 16);
        let domains: usize = self.domains.iter().map(|domain| domain.len() + 32).sum();
        domains + text(&self.postal_code) + text(&self.city) + text(&self.parent)
    }
}

fn domains_of(inputs: &[String]) -> Box<[Box<str>]> {
    let mut domains: Vec<Box<str>> = inputs
        .iter()
        .filter_map(|input| registrable_domain(input).own().map(String::into_boxed_str))
        .collect();
    domains.sort_unstable();
    domains.dedup();
    domains.into_boxed_slice()
}

/// Letters and digits only.
fn compact(text: Option<&str>) -> Option<Box<[u8]>> {
    let text = text.filter(|text| text.len() <= 200)?;
    let mut folded = Vec::new();
    fold(text, &mut folded);
    folded.retain(u8::is_ascii_alphanumeric);
    (!folded.is_empty()).then(|| folded.into_boxed_slice())
}

/// The words of a parent's name without its legal form.
fn parent_of(text: Option<&str>) -> Option<Box<[u8]>> {
    let mut words = Words::default();
    words.read(text?);
    let kept: Vec<&[u8]> = words
        .iter()
        .filter(|(_, token)| !matches!(token.class, WordClass::Legal | WordClass::Soft))
        .map(|(text, _)| text)
        .collect();
    let joined = kept.concat();
    (!joined.is_empty()).then(|| joined.into_boxed_slice())
}

/// Number of fields compared.
pub(crate) const FIELD_COUNT: usize = 5;

/// Compares field by field: domain, country, postal code, city, parent.
pub(crate) fn compare(asked: &Fields, held: &Fields) -> [Evidence; FIELD_COUNT] {
    [
        domains(asked, held),
        equal(asked.country.as_ref(), held.country.as_ref()),
        postal_codes(asked.postal_code.as_deref(), held.postal_code.as_deref()),
        equal(asked.city.as_ref(), held.city.as_ref()),
        equal(asked.parent.as_ref(), held.parent.as_ref()),
    ]
}

fn domains(asked: &Fields, held: &Fields) -> Evidence {
    if asked.domains.is_empty() || held.domains.is_empty() {
        Evidence::Absent
    } else if asked.domains.iter().any(|domain| held.domains.binary_search(domain).is_ok()) {
        Evidence::Agrees
    } else {
        Evidence::Differs
    }
}

fn equal<T: PartialEq>(asked: Option<&T>, held: Option<&T>) -> Evidence {
    match (asked, held) {
        (Some(asked), Some(held)) if asked == held => Evidence::Agrees,
        (Some(_), Some(_)) => Evidence::Differs,
        (Some(_) | None, None) | (None, Some(_)) => Evidence::Absent,
    }
}

fn postal_codes(asked: Option<&[u8]>, held: Option<&[u8]>) -> Evidence {
    let (Some(asked), Some(held)) = (asked, held) else {
        return Evidence::Absent;
    };
    // a ZIP code with and without its four further digits
    let (short, long) = if asked.len() <= held.len() { (asked, held) } else { (held, asked) };
    if asked == held || short.len() == 5 && long.len() == 9 && long.starts_with(short) {
        Evidence::Agrees
    } else if short.len() >= 4 && long.get(..3) == short.get(..3) {
        Evidence::Near
    } else {
        Evidence::Differs
    }
}

/// What a field's agreement and difference weigh, in nats; agreement never below zero, difference
/// never above.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FieldWeights {
    /// For each of domain, country, postal code, city, parent: agreement.
    pub agrees: [f64; FIELD_COUNT],
    /// Agreement in part.
    pub near: [f64; FIELD_COUNT],
    /// Difference.
    pub differs: [f64; FIELD_COUNT],
}

impl Default for FieldWeights {
    fn default() -> Self {
        Self {
            agrees: [7.0, 0.7, 2.6, 1.2, 1.2],
            near: [0.0, 0.0, 0.4, 0.0, 0.0],
            differs: [-1.0, -3.0, -0.9, -0.8, -0.8],
        }
    }
}

impl FieldWeights {
    /// Sum over the fields.
    pub(crate) fn sum(&self, evidence: [Evidence; FIELD_COUNT]) -> f64 {
        evidence.iter().enumerate().map(|(field, level)| self.weight(field, *level)).sum()
    }

    /// Weight of one field; agreement is held at zero or above, difference at zero or below, so
    /// that evidence that agrees never lowers a probability.
    pub(crate) fn weight(&self, field: usize, level: Evidence) -> f64 {
        let of = |table: &[f64; FIELD_COUNT]| {
            table.get(field).copied().filter(|weight| weight.is_finite()).unwrap_or(0.0)
        };
        match level {
            Evidence::Absent => 0.0,
            Evidence::Agrees => of(&self.agrees).max(0.0),
            Evidence::Near => of(&self.near).clamp(0.0, of(&self.agrees).max(0.0)),
            Evidence::Differs => of(&self.differs).min(0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_02_fields_agree_differ_or_say_nothing() {
        let fields = |postal: &str, country: &str, domain: &str| {
            Fields::asked(&Query {
                postal_code: Some(postal.to_owned()),
                country: Some(country.to_owned()),
                domains: vec![domain.to_owned()],
                ..Query::default()
            })
        };
        let left = fields("EC1A 1BB", "GB", "globex.de");
        assert_eq!(
            compare(&left, &fields("ec1a1bb", "United Kingdom", "www.globex.de"))[..3],
            [Evidence::Agrees, Evidence::Agrees, Evidence::Agrees]
        );
        assert_eq!(
            compare(&left, &fields("EC1A 9XX", "DE", "initech.de"))[..3],
            [Evidence::Differs, Evidence::Differs, Evidence::Near]
        );
        assert_eq!(
            compare(&left, &fields("", "Atlantis", "gmail.com"))[..3],
            [Evidence::Absent, Evidence::Absent, Evidence::Absent]
        );
    }

    #[test]
    fn ac_02_agreement_never_weighs_below_nothing() {
        let weights = FieldWeights {
            agrees: [-1.0; FIELD_COUNT],
            near: [3.0; FIELD_COUNT],
            differs: [f64::NAN; FIELD_COUNT],
        };
        for field in 0..FIELD_COUNT {
            for level in [Evidence::Agrees, Evidence::Near] {
                assert!(weights.weight(field, level) >= 0.0);
            }
            assert!(weights.weight(field, Evidence::Differs) <= 0.0);
        }
    }
}
