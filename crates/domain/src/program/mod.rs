//! The program document: every rule of a partner program as data.
//!
//! A program is one document in TOML. [`Document::parse`] reads and checks it, [`diff()`] says in
//! words what a change means for partners, [`Lifecycle`] leads a version from draft to force, and
//! [`version_in_force`] finds the one a fact is judged by. [`rules_of_engagement`] is the part that
//! partners read.

pub mod business_case;
pub mod check;
pub mod coverage;
pub mod diff;
pub mod dispute;
mod document;
mod engagement;
mod export;
mod in_force;
pub mod lifecycle;
pub mod measure;
pub mod policy;
pub mod rate;
pub mod registration;
pub mod tier;
pub mod track;
pub mod value;
pub mod version;

pub use check::{Finding, Report, check};
pub use diff::{Affects, Change, diff};
pub use dispute::{DecisionKind, Role};
pub use document::{Calendar, Document, EngagementText};
pub use engagement::{EngagementParagraph, EngagementSection, rules_of_engagement};
pub use export::{commented, schema_json};
pub use lifecycle::{Lifecycle, earliest_effective_at};
pub use version::{Version, version_in_force};
