//! Decisions, the appeal and remedies (CF-05, CF-06, CF-07).

use domain::{
    conflicts::{
        outcome::Outcome,
        remedy::{Remedy, RemedyKind},
    },
    folding::search_key,
    ids::CaseId,
};
use jiff::{Timestamp, civil::Date};

use crate::conflicts::kept;
use frame::{columns::Json, ctx::Cx, error::AppError};
use people::audit;

db::row! {
    /// A decision.
    #[derive(Debug, Clone)]
    pub(crate) struct Decision {
        /// 1, and 2 on appeal.
        pub(crate) seq: i64,
        pub(crate) level: u32
            => |level: i64| u32::try_from(level).unwrap_or(u32::MAX),
        /// As audit names actors.
        pub(crate) decided_by: String,
        pub(crate) decided_by_name: String,
        pub(crate) decided_at: Timestamp,
        pub(crate) outcome: Outcome => |Json(outcome)| outcome,
        pub(crate) rule: String,
        /// For the vendor.
        pub(crate) reason: String,
        /// For the parties.
        pub(crate) words: String,
        pub(crate) evidence_hash: String,
        pub(crate) evidence_items: i64,
        pub(crate) reverses: bool => |reverses: i64| reverses != 0,
    }
}

pub(crate) const COLUMNS: &str = "d.seq, d.level, d.decided_by, d.decided_by_name, \
    d.decided_at, d.outcome, d.rule, d.reason, d.words, d.evidence_hash, d.evidence_items, \
    d.reverses";

/// The decisions of a case, in order.
pub(crate) fn list(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<Decision>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "SELECT {COLUMNS} FROM conflict_decisions d WHERE d.vendor_id = $1 AND d.case_id = $2 \
         ORDER BY d.seq"
    );
    Ok(cx.tx.query_as(&sql, db::params![vendor_id.as_str(), case_id.as_str()])?)
}

/// Writes a decision.
pub(crate) fn insert(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    decision: &Decision,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let outcome = serde_json::to_string(&decision.outcome).map_err(AppError::internal)?;
    cx.tx.execute(
        "INSERT INTO conflict_decisions (vendor_id, case_id, seq, level, decided_by, \
         decided_by_name, decided_at, outcome, outcome_word, rule, reason, words, evidence_hash, \
         evidence_items, reverses, search_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        db::params![
            vendor_id.as_str(),
            case_id.as_str(),
            decision.seq,
            decision.level,
            &decision.decided_by,
            &decision.decided_by_name,
            decision.decided_at.as_microsecond(),
            &outcome,
            decision.outcome.word(),
            &decision.rule,
            &decision.reason,
            &decision.words,
            &decision.evidence_hash,
            decision.evidence_items,
            decision.reverses,
            search_key([decision.reason.as_str(), &decision.words])
        ],
    )?;
    audit::made(cx, &kept::DECISIONS, &[case_id.as_str(), &decision.seq.to_string()])
}

/// The appeal of a case.
#[derive(Debug, Clone)]
pub(crate) struct Appeal {
    /// Empty for direct sales, and for a reader who may not know it.
    pub(crate) partner_id: String,
    /// Empty for a party that may not read it.
    pub(crate) words: String,
    pub(crate) by_name: String,
    pub(crate) appealed_at: Timestamp,
}

/// The appeal; a partner reads its own words, and of another's only that there is one.
pub(crate) fn appeal(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Option<Appeal>, AppError> {
    let vendor_id = cx.vendor();
    let reader = cx.actor.partner_id().map(|id| id.as_str().to_owned());
    Ok(cx.tx.query_opt(
        "SELECT partner_id, words, by_name, appealed_at FROM conflict_appeals \
         WHERE vendor_id = $1 AND case_id = $2",
        db::params![vendor_id.as_str(), case_id.as_str()],
        |row| {
            let (partner_id, words, by_name, appealed_at): (String, String, String, Timestamp) =
                row.read()?;
            let hidden = reader.as_ref().is_some_and(|reader| *reader != partner_id);
            Ok::<_, db::DbError>(if hidden {
                let (partner_id, words) = (String::new(), String::new());
                Appeal { partner_id, words, by_name: "the other side".to_owned(), appealed_at }
            } else {
                Appeal { partner_id, words, by_name, appealed_at }
            })
        },
    )?)
}

/// Writes the appeal.
pub(crate) fn insert_appeal(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    appeal: &Appeal,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO conflict_appeals (vendor_id, case_id, partner_id, words, by_name, \
         appealed_at) VALUES ($1, $2, $3, $4, $5, $6)",
        db::params![
            vendor_id.as_str(),
            case_id.as_str(),
            &appeal.partner_id,
            &appeal.words,
            &appeal.by_name,
            appeal.appealed_at.as_microsecond()
        ],
    )?;
    audit::made(cx, &kept::APPEALS, &[case_id.as_str()])
}

/// A remedy that a decision gave.
#[derive(Debug, Clone)]
pub(crate) struct RemedyRow {
    pub(crate) decision_seq: i64,
    pub(crate) remedy: Remedy,
    /// Empty for direct sales.
    pub(crate) partner_id: String,
    /// The last day it can be used.
    pub(crate) until_on: Option<Date>,
}

/// The remedies of a case, in order; a partner sees its own.
pub(crate) fn remedies(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<RemedyRow>, AppError> {
    let seen = cx.actor.visibility();
    let params = &[seen.vendor(), seen.partner(), case_id.as_str().into()];
    let rows = cx.tx.query(
        "SELECT decision_seq, remedy, partner_id, party, share_bp, until_on \
         FROM conflict_remedies WHERE vendor_id = $1 AND case_id = $3 \
         AND ($2 = '' OR partner_id = $2) ORDER BY decision_seq, seq",
        params,
        |row| {
            let (decision_seq, remedy, partner_id, party, share_bp, until_on): (
                i64,
                RemedyKind,
                String,
                i64,
                i64,
                String,
            ) = row.read()?;
            Ok::<_, db::DbError>(RemedyRow {
                decision_seq,
                remedy: Remedy {
                    remedy,
                    party: u32::try_from(party).unwrap_or(u32::MAX),
                    share_bp: u32::try_from(share_bp).unwrap_or(0),
                },
                partner_id,
                until_on: until_on.parse().ok(),
            })
        },
    )?;
    Ok(rows)
}

/// Writes a remedy.
pub(crate) fn insert_remedy(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    seq: i64,
    row: &RemedyRow,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO conflict_remedies (vendor_id, case_id, decision_seq, seq, remedy, \
         partner_id, party, share_bp, until_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        db::params![
            vendor_id.as_str(),
            case_id.as_str(),
            row.decision_seq,
            seq,
            row.remedy.remedy.word(),
            &row.partner_id,
            row.remedy.party,
            row.remedy.share_bp,
            row.until_on.map_or(String::new(), |on| on.to_string())
        ],
    )?;
    let (decision, seq) = (row.decision_seq.to_string(), seq.to_string());
    audit::made(cx, &kept::REMEDIES, &[case_id.as_str(), &decision, &seq])
}
