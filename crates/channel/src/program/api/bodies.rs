//! The shapes of programs and versions in the API.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The programs you can see.
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
    /// The author's note.
    pub(super) note: String,
    /// When it was last saved.
    pub(super) drafted_at: String,
    /// When it was approved.
    pub(super) approved_at: Option<String>,
    /// When it was announced.
    pub(super) announced_at: Option<String>,
    /// When it takes effect.
    pub(super) effective_at: Option<String>,
}

/// A version with its document.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct VersionBody {
    #[serde(flatten)]
    pub(super) short: VersionShort,
    /// The document as TOML, as it was written.
    pub(super) document: String,
    /// The approved changes, in words; `null` before approval.
    pub(super) approved_changes: Option<Value>,
}

/// A document.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::program) struct DocumentInput {
    /// The document as TOML.
    pub(super) document: String,
    /// The author's note.
    #[serde(default)]
    pub(super) note: String,
    /// The program; the first one by default.
    #[serde(default)]
    pub(super) program_id: Option<String>,
}

/// When a version takes effect; without either field, as early as the notice period allows.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::program) struct AnnouncementInput {
    /// At the start of this day in the program's time zone.
    pub(super) effective_on: Option<String>,
    /// At this time.
    pub(super) effective_at: Option<String>,
}

/// A draft with the result of its check.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct DraftBody {
    #[serde(flatten)]
    pub(super) version: VersionShort,
    /// Warnings with line, column, key, what to do and why.
    pub(super) warnings: Value,
}

/// The result of a check.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct CheckBody {
    /// Whether the document is valid.
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
    /// The changes in words, each with its rule, key and affected partners.
    pub(super) changes: Value,
    /// The affected partners, with the positions of their changes.
    pub(super) partners: Vec<TouchedBody>,
    /// The earliest time it can take effect if announced now.
    pub(super) earliest_effective_at: String,
}

/// A partner affected by a change.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::program) struct TouchedBody {
    /// The partner.
    pub(super) partner_id: String,
    /// Its name.
    pub(super) name: String,
    /// Positions in `changes`, from 0.
    pub(super) changes: Vec<usize>,
    /// True if one of them worsens its terms.
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
