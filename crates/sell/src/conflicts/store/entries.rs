//! What happened in a case, and what was said beside statements.

use domain::{ids::CaseId, rule_id::RuleId};
use jiff::Timestamp;

use frame::{ctx::Cx, error::AppError};

/// Something that happened in a case, to be written.
#[derive(Debug)]
pub(crate) struct NewEntry<'a> {
    pub(crate) rule: RuleId,
    /// For the vendor.
    pub(crate) words: &'a str,
    /// For partners: names nobody of another partner; empty when they do not read it.
    pub(crate) partner_words: &'a str,
}

db::row! {
    /// Something that happened in a case, as its reader may know it.
    #[derive(Debug, Clone)]
    pub(crate) struct Entry {
        pub(crate) at: Timestamp,
        pub(crate) rule: String,
        pub(crate) words: String,
        pub(crate) by_name: String,
    }
}

/// Writes an entry in the name of the one who acts.
pub(crate) fn add_entry(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    entry: &NewEntry<'_>,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let of_partner = cx.actor.partner_id().is_some();
    // A partner's person is not named to other partners.
    let by_name = if of_partner { "A partner".to_owned() } else { cx.actor.name.clone() };
    cx.tx.execute(
        "INSERT INTO conflict_entries (vendor_id, case_id, seq, at, rule, words, partner_words, \
         by_name) SELECT $1, $2, COALESCE((SELECT MAX(seq) FROM conflict_entries \
         WHERE vendor_id = $1 AND case_id = $2), 0) + 1, $3, $4, $5, $6, $7",
        db::params![
            vendor_id.as_str(),
            case_id.as_str(),
            cx.now.as_microsecond(),
            entry.rule.as_str(),
            entry.words,
            entry.partner_words,
            &by_name
        ],
    )?;
    Ok(())
}

/// What happened in a case that was found before, oldest first.
pub(crate) fn entries(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<Entry>, AppError> {
    let vendor_id = cx.vendor();
    let of_partner = cx.actor.partner_id().is_some();
    let column = if of_partner { "partner_words" } else { "words" };
    let sql = format!(
        "SELECT at, rule, {column}, by_name FROM conflict_entries \
         WHERE vendor_id = $1 AND case_id = $2 AND {column} <> '' ORDER BY seq LIMIT 500"
    );
    Ok(cx.tx.query_as(&sql, db::params![vendor_id.as_str(), case_id.as_str()])?)
}

db::row! {
    /// A note.
    #[derive(Debug, Clone)]
    pub(crate) struct Note {
        /// Empty for the vendor's.
        pub(crate) partner_id: String,
        pub(crate) by_name: String,
        pub(crate) written_at: Timestamp,
        pub(crate) words: String,
    }
}

/// What was said in a case, oldest first: a partner reads its own notes, the vendor all.
pub(crate) fn notes(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<Note>, AppError> {
    let seen = cx.actor.visibility();
    let params = &[seen.vendor(), seen.partner(), case_id.as_str().into()];
    Ok(cx.tx.query_as(
        "SELECT partner_id, by_name, written_at, words FROM conflict_notes \
         WHERE vendor_id = $1 AND case_id = $3 AND ($2 = '' OR partner_id = $2) \
         ORDER BY written_at, note_id LIMIT 500",
        params,
    )?)
}

db::row! {
    /// An attempt of direct sales that led to the case.
    #[derive(Debug, Clone)]
    pub(crate) struct Attempt {
        pub(crate) what: String,
        pub(crate) by_name: String,
        pub(crate) at: Timestamp,
        pub(crate) through: String,
    }
}

/// What direct sales tried, oldest first.
pub(crate) fn attempts(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<Attempt>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT what, attempted_by_name, attempted_at, through FROM direct_sales_v_attempts \
         WHERE vendor_id = $1 AND case_id = $2 ORDER BY attempted_at, refusal_id LIMIT 200",
        db::params![vendor_id.as_str(), case_id.as_str()],
    )?)
}
