//! The document as text: read, written in one canonical form, and known by a fingerprint.

mod comments;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::check::{Report, read};
use super::document::Document;

pub use comments::commented;

impl Document {
    /// The document that a new vendor starts from, with comments that explain each number.
    pub const DEFAULT_TOML: &'static str =
        concat!(include_str!("default.toml"), include_str!("holidays.toml"));

    /// The document that a new vendor starts from.
    ///
    /// # Panics
    ///
    /// Never: the text is part of the program, and a test reads it.
    #[expect(clippy::panic, reason = "the embedded text is read by a test; a fault is a defect")]
    pub fn default_document() -> Self {
        match Self::parse(Self::DEFAULT_TOML) {
            Ok(document) => document,
            Err(report) => panic!("the default document is faulty:\n{report}"),
        }
    }

    /// Reads and checks a document. Errs with the whole report when it has any error; warnings
    /// alone do not refuse it. Rule PG-03.
    pub fn parse(source: &str) -> Result<Self, Report> {
        let (document, report) = read(source);
        document.ok_or(report)
    }

    /// Reads a version that was checked when it was made, without judging it again: a later release
    /// may ask more of a document, and facts are still judged by the old one. Errs with words when
    /// the text is not a document at all. Rule PG-01.
    pub fn parse_stored(canonical: &str) -> Result<Self, String> {
        toml::from_str(canonical).map_err(|error| error.to_string())
    }

    /// The document in its one canonical form: keys in a fixed order, no comments. Reading it
    /// gives the same document again.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).unwrap_or_default()
    }

    /// The SHA-256 of the canonical form, in hexadecimal: two documents with the same rules have
    /// the same fingerprint, however they are written.
    pub fn fingerprint(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(self.to_toml().as_bytes()))
    }
}

/// The JSON Schema (2020-12) of a document, for editors that complete and check TOML.
pub fn schema_json() -> String {
    let schema = schemars::schema_for!(Document).to_value();
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

#[cfg(test)]
mod tests;
