//! The small values that the document is written in: bands, cadences, and the published shapes of
//! codes, dates, zones, countries, currencies and domains.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A range of whole numbers that begins with `from` and ends before `below`.
///
/// Bands of one list have to meet: each begins where the one before it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The smallest number that belongs to the band.
    #[schemars(range(min = 0))]
    pub from: i64,
    /// The first number above the band; without it the band has no upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub below: Option<i64>,
}

impl Band {
    /// Whether `number` lies in the band: at or above `from`, under `below`.
    pub fn contains(&self, number: i64) -> bool {
        number >= self.from && self.below.is_none_or(|below| number < below)
    }
}

/// How often something recurs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Cadence {
    /// Once in each calendar week.
    Weekly,
    /// Once in each calendar month.
    Monthly,
    /// Once in each fiscal quarter.
    Quarterly,
    /// Once in each fiscal year.
    Yearly,
}

/// The published shape of a code: small letters, digits and underscores, a letter first.
pub(crate) fn code(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "format": "code",
        "pattern": "^[a-z][a-z0-9_]*$",
        "maxLength": 40,
    })
}

/// The published shape of a list of codes.
pub(crate) fn codes(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": code(generator), "maxItems": 200 })
}

/// The published shape of a time zone.
pub(crate) fn zone(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "iana-time-zone", "maxLength": 60 })
}

/// The published shape of a country.
pub(crate) fn country(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "format": "iso-3166-1-alpha-2",
        "pattern": "^[A-Z]{2}$",
    })
}

/// The published shape of a list of countries.
pub(crate) fn countries(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": country(generator), "maxItems": 249 })
}

/// The published shape of a currency.
pub(crate) fn currency(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "format": "iso-4217",
        "pattern": "^[A-Z]{3}$",
    })
}

/// The published shape of a calendar date.
pub(crate) fn date(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date" })
}

/// The published shape of a date that may be left out.
pub(crate) fn optional_date(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "format": "date" })
}

/// The published shape of a list of internet domains.
pub(crate) fn domains(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array",
        "items": { "type": "string", "format": "internet-domain", "maxLength": 253 },
        "maxItems": 100,
    })
}

/// The published shape of amounts in minor units, by currency.
pub(crate) fn amounts(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": currency(generator),
        "maxProperties": 200,
        "additionalProperties": { "type": "integer", "minimum": 0 },
    })
}

/// The published shape of amounts that may be left out as a whole.
pub(crate) fn optional_amounts(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["object", "null"],
        "propertyNames": currency(generator),
        "maxProperties": 200,
        "additionalProperties": { "type": "integer", "minimum": 0 },
    })
}

/// Whether `text` is a code: small letters, digits and underscores, a letter first.
pub(crate) fn is_code(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pg_03_a_band_holds_its_first_number_and_not_its_end() {
        let band = Band { from: 10, below: Some(20) };
        assert!(!band.contains(9));
        assert!(band.contains(10));
        assert!(band.contains(19));
        assert!(!band.contains(20));
        assert!(Band { from: 10, below: None }.contains(i64::MAX));
    }

    #[test]
    fn pg_03_codes_are_told_from_other_text() {
        for code in ["premier", "tier_2", "a"] {
            assert!(is_code(code), "{code}");
        }
        for other in ["", "Premier", "2nd", "a-b", "a b", "_a"] {
            assert!(!is_code(other), "{other}");
        }
    }
}
