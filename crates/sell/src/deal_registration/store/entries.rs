//! What happened to a registration, in order, with the rule that acted.

use domain::{ids::RegistrationId, rule_id::RuleId};
use jiff::Timestamp;

use frame::{ctx::Cx, error::AppError};

/// Something that happened, to be written.
#[derive(Debug)]
pub(crate) struct NewEntry<'a> {
    /// When it took effect.
    pub at: Timestamp,
    /// What: the verb of its event.
    pub kind: &'a str,
    /// The rule that acted, where one did.
    pub rule: Option<RuleId>,
    /// One sentence.
    pub words: &'a str,
    /// The reasons and the arithmetic; may be empty.
    pub why: &'a str,
    /// A word for the rules, for example the new sales stage; may be empty.
    pub detail: &'a str,
    /// True when the partner does not see it.
    pub vendor_only: bool,
}

db::row! {
    /// Something that happened.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EntryView {
        /// Its place, from 1.
        pub seq: i64,
        /// When it took effect.
        pub at: Timestamp,
        /// What: the verb of its event.
        pub kind: String,
        /// The rule that acted, where one did.
        pub rule: Option<RuleId> => |word: String| RuleId::find(&word),
        /// One sentence.
        pub words: String,
        /// The reasons and the arithmetic; may be empty.
        pub why: String,
        /// Who did it; a rule's doing is the product's.
        pub by_name: String,
        /// True when the partner does not see it.
        pub vendor_only: bool,
        /// A word for the rules, for example the new sales stage; may be empty.
        pub detail: String,
    }
}

/// Writes an entry in the name of the one who acts.
pub(crate) fn add_entry(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    entry: &NewEntry<'_>,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let last: i64 = cx.tx.query_one_as(
        "SELECT COALESCE(MAX(seq), 0) FROM deal_registration_entries WHERE vendor_id = $1 \
         AND registration_id = $2",
        db::params![vendor_id.as_str(), id.as_str()],
    )?;
    cx.tx.execute(
        "INSERT INTO deal_registration_entries (vendor_id, registration_id, seq, at, kind, rule, \
         words, why, by_name, vendor_only, detail, by_ref) VALUES ($1, $2, $3, $4, $5, $6, $7, \
         $8, $9, $10, $11, $12)",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            last + 1,
            entry.at.as_microsecond(),
            entry.kind,
            entry.rule.map_or("", RuleId::as_str),
            entry.words,
            entry.why,
            &cx.actor.name,
            entry.vendor_only,
            entry.detail,
            cx.actor.reference()
        ],
    )?;
    Ok(())
}

/// Who ever decided a registration, as references, at most 100.
pub(crate) fn deciders(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Vec<String>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT DISTINCT by_ref FROM deal_registration_entries WHERE vendor_id = $1 \
         AND registration_id = $2 AND kind IN ('approved', 'rejected', 'returned', 'released') \
         AND by_ref <> '' LIMIT 100",
        db::params![vendor_id.as_str(), id.as_str()],
    )?)
}

/// The entries of a registration in order; a partner sees only what is meant for it too.
pub(crate) fn entries(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
) -> Result<Vec<EntryView>, AppError> {
    let vendor_id = cx.vendor();
    let partner_reads = cx.actor.partner_id().is_some();
    Ok(cx.tx.query_as(
        "SELECT seq, at, kind, rule, words, why, by_name, vendor_only, detail \
         FROM deal_registration_entries WHERE vendor_id = $1 AND registration_id = $2 \
         AND vendor_only <= $3 ORDER BY seq LIMIT 2000",
        db::params![vendor_id.as_str(), id.as_str(), !partner_reads],
    )?)
}
