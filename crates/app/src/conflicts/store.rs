//! Cases in the database; every read is limited by `Visibility`.

use db::{DbError, Row};
use domain::ids::{CaseId, RegistrationId};
use jiff::Timestamp;

use super::CaseKind;
use crate::core::{clock::from_micros, ctx::Cx, error::AppError};

/// A case.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) case_id: CaseId,
    pub(super) number: i64,
    pub(super) kind: CaseKind,
    pub(super) account_id: String,
    pub(super) account_name: String,
    /// The vendor's words, or those for partners, by who reads.
    pub(super) asked: String,
    pub(super) opened_by_name: String,
    pub(super) opened_at: Timestamp,
    pub(super) due_at: Timestamp,
    pub(super) open: bool,
    pub(super) closed_by_name: String,
    pub(super) closed_at: Option<Timestamp>,
    /// For the vendor only.
    pub(super) closing_note: String,
    pub(super) closing_words: String,
    pub(super) version: i64,
}

impl Case {
    /// What people call it.
    pub(super) fn reference(&self) -> String {
        format!("C-{:06}", self.number)
    }
}

/// A party as its reader may know it.
#[derive(Debug, Clone)]
pub(super) struct PartyRow {
    pub(super) partner_id: String,
    pub(super) partner_name: String,
    pub(super) registration_id: String,
    pub(super) registration: String,
    pub(super) status: String,
    pub(super) protected_until: String,
}

/// A note.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) from_partner: bool,
    pub(super) by_name: String,
    pub(super) written_at: Timestamp,
    pub(super) words: String,
}

/// An attempt of direct sales that led to the case.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) what: String,
    pub(super) by_name: String,
    pub(super) at: Timestamp,
    pub(super) through: String,
}

/// Which cases to list.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// open, closed or both (`""`).
    pub(super) state: String,
    /// An account, `""` for all.
    pub(super) account_id: String,
    /// Only cases with a smaller number.
    pub(super) before: Option<i64>,
    /// At most so many.
    pub(super) limit: i64,
}

const COLUMNS: &str = "c.case_id, c.number, c.kind, c.account_id, a.name, c.asked, \
    c.asked_of_partners, c.opened_by_name, c.opened_at, c.due_at, c.state, c.closed_by_name, \
    c.closed_at, c.closing_note, c.closing_words, c.version";
const SEEN: &str = "($2 = '' OR EXISTS (SELECT 1 FROM conflict_parties p \
    WHERE p.vendor_id = c.vendor_id AND p.case_id = c.case_id AND p.partner_id = $2))";

fn case(row: &Row<'_>, for_partner: bool) -> Result<Case, DbError> {
    let id = row.text(0)?;
    let kind = row.text(2)?;
    let partners = row.text(6)?;
    let bad = |what: &str| DbError::Other(format!("conflict_cases: {what}"));
    Ok(Case {
        case_id: CaseId::parse(&id).map_err(|_| bad("id"))?,
        number: row.int(1)?,
        kind: CaseKind::from_word(&kind).ok_or_else(|| bad("kind"))?,
        account_id: if for_partner { String::new() } else { row.text(3)? },
        account_name: row.opt_text(4)?.unwrap_or_default(),
        asked: if for_partner { partners } else { row.text(5)? },
        opened_by_name: row.text(7)?,
        opened_at: from_micros(row.int(8)?),
        due_at: from_micros(row.int(9)?),
        open: row.with_text(10, |state| state == "open")?,
        closed_by_name: row.text(11)?,
        closed_at: row.opt_int(12)?.map(from_micros),
        closing_note: if for_partner { String::new() } else { row.text(13)? },
        closing_words: row.text(14)?,
        version: row.int(15)?,
    })
}

/// A case that the actor may know of; 404 otherwise.
pub(super) fn find(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Case, AppError> {
    let seen = cx.actor.visibility();
    let for_partner = seen.partner_id().is_some();
    let sql = format!(
        "SELECT {COLUMNS} FROM conflict_cases c LEFT JOIN accounts_v_names a \
         ON a.vendor_id = c.vendor_id AND a.account_id = c.account_id \
         WHERE c.vendor_id = $1 AND {SEEN} AND c.case_id = $3"
    );
    let params = &[seen.vendor(), seen.partner(), case_id.as_str().into()];
    cx.tx.query_opt(&sql, params, |row| case(row, for_partner))?.ok_or(AppError::NotFound)
}

/// Cases that the actor may know of, newest first.
pub(super) fn list(cx: &mut Cx<'_, '_>, filter: &Filter) -> Result<Vec<Case>, AppError> {
    let seen = cx.actor.visibility();
    let for_partner = seen.partner_id().is_some();
    let sql = format!(
        "SELECT {COLUMNS} FROM conflict_cases c LEFT JOIN accounts_v_names a \
         ON a.vendor_id = c.vendor_id AND a.account_id = c.account_id \
         WHERE c.vendor_id = $1 AND {SEEN} AND ($3 = '' OR c.state = $3) \
         AND ($4 = '' OR c.account_id = $4) AND c.number < $5 ORDER BY c.number DESC LIMIT $6"
    );
    let account = if for_partner { "" } else { filter.account_id.as_str() };
    let params = &[
        seen.vendor(),
        seen.partner(),
        filter.state.as_str().into(),
        account.into(),
        filter.before.unwrap_or(i64::MAX).into(),
        filter.limit.into(),
    ];
    Ok(cx.tx.query(&sql, params, |row| case(row, for_partner))?)
}

/// The parties of a case that was found before: a partner sees itself and direct sales.
pub(super) fn parties(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<PartyRow>, AppError> {
    let seen = cx.actor.visibility();
    let params = &[seen.vendor(), seen.partner(), case_id.as_str().into()];
    Ok(cx.tx.query(
        "SELECT p.partner_id, n.name, p.registration_id, r.number, r.status, r.protected_until \
         FROM conflict_parties p \
         LEFT JOIN partners_v_names n ON n.vendor_id = p.vendor_id AND n.partner_id = p.partner_id \
         LEFT JOIN deal_registration_v_by_account r ON r.vendor_id = p.vendor_id \
          AND r.registration_id = p.registration_id AND p.registration_id <> '' \
         WHERE p.vendor_id = $1 AND p.case_id = $3 \
         AND ($2 = '' OR p.partner_id = $2 OR p.partner_id = '') ORDER BY p.seq",
        params,
        |row| {
            Ok(PartyRow {
                partner_id: row.text(0)?,
                partner_name: row.opt_text(1)?.unwrap_or_default(),
                registration_id: row.text(2)?,
                registration: row
                    .opt_int(3)?
                    .map_or(String::new(), |number| format!("R-{number:06}")),
                status: row.opt_text(4)?.unwrap_or_default(),
                protected_until: row.opt_text(5)?.unwrap_or_default(),
            })
        },
    )?)
}

/// The registrations in a case.
pub(super) fn registrations(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
) -> Result<Vec<RegistrationId>, AppError> {
    let vendor_id = cx.vendor();
    let ids = cx.tx.query(
        "SELECT registration_id FROM conflict_parties WHERE vendor_id = $1 AND case_id = $2 \
         AND registration_id <> '' ORDER BY seq",
        db::params![vendor_id.as_str(), case_id.as_str()],
        |row| row.text(0),
    )?;
    ids.iter().map(|id| RegistrationId::parse(id).map_err(AppError::internal)).collect()
}

/// What was said in a case, oldest first: a partner reads its own notes, the vendor all.
pub(super) fn notes(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<Note>, AppError> {
    let seen = cx.actor.visibility();
    let params = &[seen.vendor(), seen.partner(), case_id.as_str().into()];
    Ok(cx.tx.query(
        "SELECT partner_id, by_name, written_at, words FROM conflict_notes \
         WHERE vendor_id = $1 AND case_id = $3 AND ($2 = '' OR partner_id = $2) \
         ORDER BY written_at, note_id",
        params,
        |row| {
            Ok(Note {
                from_partner: row.with_text(0, |partner| !partner.is_empty())?,
                by_name: row.text(1)?,
                written_at: from_micros(row.int(2)?),
                words: row.text(3)?,
            })
        },
    )?)
}

/// What direct sales tried, oldest first.
pub(super) fn attempts(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<Attempt>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query(
        "SELECT what, attempted_by_name, attempted_at, through FROM direct_sales_v_attempts \
         WHERE vendor_id = $1 AND case_id = $2 ORDER BY attempted_at, refusal_id LIMIT 200",
        db::params![vendor_id.as_str(), case_id.as_str()],
        |row| {
            Ok(Attempt {
                what: row.text(0)?,
                by_name: row.text(1)?,
                at: from_micros(row.int(2)?),
                through: row.text(3)?,
            })
        },
    )?)
}
