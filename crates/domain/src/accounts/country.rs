//! Countries, by the two letters of ISO 3166-1.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod list;

/// A country of ISO 3166-1. It orders by its code and is stored as its two letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country {
    code: &'static str,
    name: &'static str,
}

/// No country has this code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown country {code}; use two letters such as DE or US")]
pub struct CountryError {
    code: String,
}

impl Country {
    /// Reads a code of two letters, in either case.
    pub fn parse(code: &str) -> Result<Self, CountryError> {
        let code = code.trim();
        Self::all()
            .find(|country| country.code.eq_ignore_ascii_case(code))
            .ok_or_else(|| CountryError { code: code.chars().take(8).collect() })
    }

    /// Every country, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        list::COUNTRIES.iter().map(|(code, name)| Self { code, name })
    }

    /// The country of that English name, in either case; `None` when the list names none so.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        Self::all().find(|country| country.name.eq_ignore_ascii_case(name))
    }

    /// The country of a code or a name as people and files write it: `DE`, `Germany`, `Deutschland`.
    /// Rules IM-01, UX-01.
    pub fn called(text: &str) -> Result<Self, CountryError> {
        let found = Self::parse(text);
        if let Some(found) = found.as_ref().ok().copied().or_else(|| Self::named(text)) {
            return Ok(found);
        }
        let plain: String =
            text.chars().map(|one| if one.is_alphanumeric() { one } else { ' ' }).collect();
        let plain = plain.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        match list::OTHER_NAMES.iter().find(|(name, _)| *name == plain) {
            Some((_, code)) => Self::parse(code),
            None => found,
        }
    }

    /// The two capital letters.
    pub const fn as_str(self) -> &'static str {
        self.code
    }

    /// The two capital letters.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// The usual English name.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&code).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Country {
    fn schema_name() -> Cow<'static, str> {
        "Country".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[A-Z]{2}$",
            "description": "A country code of ISO 3166-1, for example DE.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dr_12_codes_are_unique_and_in_order() {
        let codes: Vec<_> = Country::all().map(Country::code).collect();
        assert!(codes.is_sorted_by(|left, right| left < right));
        assert!(
            codes
                .iter()
                .all(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()))
        );
    }

    #[test]
    fn im_01_every_other_name_means_a_country_and_none_is_guessed() {
        for (name, code) in list::OTHER_NAMES {
            assert_eq!(Country::called(name).unwrap().code(), *code, "{name}");
        }
        for (text, code) in
            [("de", "DE"), ("Germany", "DE"), (" Deutschland ", "DE"), ("U.S.A.", "US")]
        {
            assert_eq!(Country::called(text).unwrap().code(), code, "{text}");
        }
        for unknown in ["", "Korea", "Germny", "XX", "-"] {
            assert!(Country::called(unknown).is_err(), "{unknown}");
        }
    }

    #[test]
    fn dr_12_a_country_is_found_by_code_or_name() {
        assert_eq!(Country::parse(" de ").unwrap().name(), "Germany");
        assert_eq!(Country::named("germany").unwrap().code(), "DE");
        assert!(Country::parse("UK").is_err());
        assert_eq!(
            Country::parse("XX").unwrap_err().to_string(),
            "unknown country XX; use two letters such as DE or US"
        );
        assert!(Country::parse("").is_err());
    }
}
