//! Holds what the product left in its tables against the book of the specification, after every
//! step. It reads with statements of its own and asks the product nothing.

mod chains;
mod conflicts;
mod expect;
mod outside;
mod rows;
mod sweep;
mod told;
mod walk;

use db::Tx;
use domain::ids::VendorId;
use jiff::Timestamp;

use crate::{
    spec::book::Book,
    stage::{
        act::{Act, Came},
        cast::Cast,
        perform::Names,
    },
};

pub use expect::expect;
pub use walk::{Walk, instant};

/// What the specification says and the product did otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule that is broken.
    pub rule: &'static str,
    /// What was found.
    pub words: String,
}

impl Violation {
    /// A broken rule.
    pub fn new(rule: &'static str, words: impl Into<String>) -> Violation {
        Violation { rule, words: words.into() }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.rule, self.words)
    }
}

impl From<db::DbError> for Violation {
    fn from(error: db::DbError) -> Violation {
        Violation::new("OP-02", format!("the database cannot be read: {error}"))
    }
}

/// Whether everything is as it should be.
pub type Checked = Result<(), Violation>;

/// How far the checker has read.
#[derive(Debug, Clone, Default)]
pub struct Checker {
    pub(crate) audit: (i64, String),
    pub(crate) events: i64,
    pub(crate) receipts: (i64, String),
    pub(crate) entries: std::collections::BTreeMap<u32, i64>,
    pub(crate) looked_at: i64,
    /// How many comparisons were made.
    pub compared: u64,
}

/// What the checker looks at.
pub struct Scene<'s, 't> {
    /// The transaction that the step was taken in.
    pub tx: &'s mut Tx<'t>,
    /// What should be true.
    pub book: &'s Book,
    /// The ids behind the labels.
    pub names: &'s Names,
    /// Who and what there is.
    pub cast: &'s Cast,
}

impl Scene<'_, '_> {
    fn vendor(&self) -> &VendorId {
        &self.cast.vendor_id
    }
}

impl Checker {
    /// A checker that begins after what was founded.
    pub fn new(tx: &mut Tx<'_>, cast: &Cast, at: Timestamp) -> Result<Checker, Violation> {
        let vendor = cast.vendor_id.as_str();
        let audit = tx.query_opt(
            "SELECT seq, hash FROM audit_entries WHERE vendor_id = $1 ORDER BY seq DESC LIMIT 1",
            db::params![vendor],
            |row| Ok((row.int(0)?, row.text(1)?)),
        )?;
        let events = tx.query_one(
            "SELECT COALESCE(MAX(seq), 0) FROM events_feed WHERE vendor_id = $1",
            db::params![vendor],
            |row| row.int(0),
        )?;
        Ok(Checker {
            audit: audit.unwrap_or_default(),
            events,
            receipts: (0, "0".repeat(64)),
            looked_at: at.as_microsecond(),
            ..Checker::default()
        })
    }

    /// Looks at everything that a step touched.
    pub fn after(&mut self, scene: &mut Scene<'_, '_>, at: Timestamp, act: &Act) -> Checked {
        let changed = self.rows(scene, at)?;
        self.told(scene, at, &changed)?;
        self.receipts(scene, at)?;
        self.outside(scene, act)?;
        self.conflicts(scene)?;
        self.looked_at = at.as_microsecond();
        Ok(())
    }
}

/// Whether what came of an act is what the specification expects.
pub fn outcome(act: &Act, expected: &crate::spec::book::Step<Came>, came: &Came) -> Checked {
    let agree = match (expected, came) {
        (Ok(wanted), found) => wanted == found,
        (Err(rules), Came::Nothing | Came::NotFound) => rules.contains("none"),
        (Err(rules), Came::Fields(_)) => rules.contains("fields"),
        (Err(rules), Came::Refused(rule)) => rules.contains(rule.as_str()),
        (Err(_), Came::Done | Came::Kept | Came::Broken(_)) => false,
    };
    if agree {
        return Ok(());
    }
    let rule = expected.as_ref().err().and_then(|rules| rules.first().copied());
    let words = match expected {
        Ok(wanted) => format!("{act:?} should be {wanted:?} and is {came:?}"),
        Err(rules) => format!("{act:?} should be refused by {rules:?} and is {came:?}"),
    };
    Err(Violation::new(rule.unwrap_or("DR-01"), words))
}
