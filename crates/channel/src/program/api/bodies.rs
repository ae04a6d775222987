//! The shapes of programs and versions in the API.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The programs one may know of.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct ProgramPage {
    /// The oldest first.
    pub(super) data: Vec<ProgramBody>,
    /// Always `null`: the list is short.
    pub(super) next_cursor: Option<String>,
}

/// A program.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct ProgramBody {
    /// Its id.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// When it was made.
    pub(super) created_at: String,
    /// The number of the version in force; `null` before the first.
    pub(super) version_in_force: Option<i64>,
}

/// The versions of a program.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct VersionPage {
    /// The newest first.
    pub(super) data: Vec<VersionShort>,
    /// Always `null`: the list is short.
    pub(super) next_cursor: Option<String>,
}

/// A version without its document.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct VersionShort {
    /// Its id: the program's id, a slash, the number.
    pub(super) id: String,
    /// The program.
    pub(super) program_id: String,
    /// Its number within the program, from 1.
    pub(super) number: i64,
    /// `draft`, `in_review`, `approved`, `announced`, `in_force`, `superseded` or `withdrawn`.
    pub(super) state: String,
    /// The fingerprint of its rules.
    pub(super) fingerprint: String,
    /// What its author says of it.
    pub(super) note: String,
    /// When it was written last.
    pub(super) drafted_at: String,
    /// When it was approved.
    pub(super) approved_at: Option<String>,
    /// When it was announced.
    pub(super) announced_at: Option<String>,
    /// From when on it holds.
    pub(super) effective_at: Option<String>,
}

/// A version with its document.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct VersionBody {
    #[serde(flatten)]
    pub(super) short: VersionShort,
    /// The document as TOML, as it was written.
    pub(super) document: String,
    /// The changes that were approved, in words; `null` before approval.
    pub(super) approved_changes: Option<Value>,
}

/// A document.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::program) struct DocumentInput {
    /// The document as TOML.
    pub(super) document: String,
    /// What the author says of it.
    #[serde(default)]
    pub(super) note: String,
    /// The program; the first one when it is left out.
    #[serde(default)]
    pub(super) program_id: Option<String>,
}

/// When a version is to take effect; neither field means as early as notice allows.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::program) struct AnnouncementInput {
    /// At the beginning of this day in the program's zone.
    pub(super) effective_on: Option<String>,
    /// At this instant.
    pub(super) effective_at: Option<String>,
}

/// A draft with what the check said of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct DraftBody {
    #[serde(flatten)]
    pub(super) version: VersionShort,
    /// Warnings with line, column, key, what to do and why.
    pub(super) warnings: Value,
}

/// What a check found.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct CheckBody {
    /// Whether the document can be used.
    pub(super) accepted: bool,
    /// Errors with line, column, key and what to do.
    pub(super) errors: Value,
    /// Warnings with line, column, key, what to do and why.
    pub(super) warnings: Value,
}

/// What a document or version would change.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct DiffBody {
    /// The version it is compared with; `null` before the first.
    pub(super) base: Option<i64>,
    /// The changes in words, each with its rule, key and whom it touches.
    pub(super) changes: Value,
    /// The partners touched, with the positions of the changes that do.
    pub(super) partners: Vec<TouchedBody>,
    /// The first instant at which it can take effect when it is announced now.
    pub(super) earliest_effective_at: String,
}

/// A partner that a change touches.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct TouchedBody {
    /// The partner.
    pub(super) partner_id: String,
    /// Its name.
    pub(super) name: String,
    /// Positions in `changes`, from 0.
    pub(super) changes: Vec<usize>,
    /// True when one of them takes something from it.
    pub(super) worse_terms: bool,
}

/// The rules of engagement, section by section.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct RulesBody {
    /// The number of the version in force.
    pub(super) version: i64,
    /// Sections with heading and paragraphs, each paragraph with its rules.
    pub(super) sections: Value,
}
