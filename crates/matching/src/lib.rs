//! Recognises the same company under another spelling, with a probability and reasons.
//!
//! Records go into an [`Index`]; a [`Query`] brings back [`Candidate`]s, best first, each with a
//! calibrated probability and the [`Reason`]s behind it, in words and as data. The crate knows
//! nothing of the rest of the product and can be used alone. How it works is told step by step in
//! the README beside this crate.
//!
//! ```
//! use matching::{Config, Index, Query, Record};
//!
//! let index = Index::new(Config::default());
//! index.insert(Record { key: "a1".to_owned(), name: "Globex GmbH".to_owned(), ..Record::default() })?;
//! index.insert(Record { key: "a2".to_owned(), name: "Initech Ltd".to_owned(), ..Record::default() })?;
//! let found = index.candidates(&Query::named("GLOBX G.m.b.H."), 3);
//! assert_eq!(found.first().map(|candidate| candidate.key.as_str()), Some("a1"));
//! # Ok::<(), matching::RecordError>(())
//! ```
#![expect(
    clippy::float_arithmetic,
    reason = "probabilities and rarities are real numbers; the rules get basis points"
)]
#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "sizes, counts and weights are converted in the inner loops; every one is bounded far below 2^24 or rounded on purpose"
)]

mod domains;
mod engine;
mod evidence;
pub mod learn;
mod model;
mod name;
pub mod people;
mod places;
mod reasons;
mod record;
pub mod run;
mod signs;

pub use domains::{DomainEvidence, registrable_domain};
pub use engine::{Config, FEATURE_NAMES, FEATURES, Features, Index, IndexStats, Observation};
pub use evidence::FieldWeights;
pub use model::{Forest, Node, Weights};
pub use name::{Normalised, Word, WordClass, names_a_company, normalise};
pub use reasons::{Direction, Reason, ReasonKind};
pub use record::{Candidate, Query, Record, RecordError};
pub use signs::{Evidence, NameSign, Signs};

/// At or above this many basis points a candidate is the same company: the default of the program
/// document's sure threshold (AC-03).
pub const SURE_BASIS_POINTS: u16 = 9_920;
/// From this many basis points up to the sure threshold a person decides: the default of the
/// program document's possible threshold (AC-03).
pub const POSSIBLE_BASIS_POINTS: u16 = 2_500;
