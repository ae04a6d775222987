//! Metrics of the vendor's cases (CF-09).

use domain::{
    calendar::days_before,
    conflicts::{
        kind::CaseKind,
        measures::{CaseFigures, Favoured, Measures, measure},
        outcome::Outcome,
    },
};
use jiff::Timestamp;

use super::terms;
use frame::{ctx::Cx, error::AppError};

/// Most cases that are measured, the latest.
const MOST: i64 = 20_000;

/// The measures with the first instant that they cover.
pub(super) fn of_vendor(cx: &mut Cx<'_, '_>) -> Result<(Measures, Timestamp), AppError> {
    let now = cx.now;
    let terms = terms::at(cx, now, None)?;
    let days = terms.conflicts().measured_days;
    let since = terms.calendar.start_of(days_before(terms.calendar.date_of(now), days));
    let cases = cases(cx, since)?;
    let repeated = terms.conflicts().repeated_cases;
    Ok((measure(&cases, now, repeated, &terms.calendar), since))
}

fn cases(cx: &mut Cx<'_, '_>, since: Timestamp) -> Result<Vec<CaseFigures>, AppError> {
    let vendor_id = cx.vendor();
    let sql = "SELECT c.kind, c.account_id, c.rep_user_id, c.opened_at, c.due_at, c.resolved_at, \
         d.outcome, d.reverses, (SELECT MIN(p.seq) FROM conflict_parties p \
         WHERE p.vendor_id = $1 AND p.case_id = c.case_id AND p.partner_id = '') \
         FROM conflict_cases c LEFT JOIN conflict_decisions d ON d.vendor_id = c.vendor_id \
         AND d.case_id = c.case_id AND d.seq = (SELECT MAX(l.seq) FROM conflict_decisions l \
         WHERE l.vendor_id = $1 AND l.case_id = c.case_id) \
         WHERE c.vendor_id = $1 AND (c.opened_at >= $2 OR c.state = 'open') \
         ORDER BY c.number DESC LIMIT $3";
    let params = db::params![vendor_id.as_str(), since.as_microsecond(), MOST];
    Ok(cx.tx.query(sql, params, |row| {
        let (kind, account_id, rep, opened_at, due_at, resolved_at, outcome, reversed, direct): (
            CaseKind,
            _,
            _,
            _,
            _,
            _,
            Option<String>,
            Option<i64>,
            Option<i64>,
        ) = row.read()?;
        let outcome: Option<Outcome> = outcome.and_then(|text| serde_json::from_str(&text).ok());
        let direct = direct.and_then(|seq| u32::try_from(seq).ok());
        Ok::<_, db::DbError>(CaseFigures {
            kind,
            account_id,
            rep,
            opened_at,
            due_at,
            resolved_at,
            favoured: outcome.map(|outcome| favoured(kind, &outcome, direct)),
            reversed: reversed.unwrap_or(0) != 0,
        })
    })?)
}

/// For whom a case between a partner and direct sales was decided; nobody's for other cases.
fn favoured(kind: CaseKind, outcome: &Outcome, direct: Option<u32>) -> Favoured {
    let Some(direct) = direct.filter(|_| kind == CaseKind::PartnerDirect) else {
        return Favoured::Neither;
    };
    match outcome {
        Outcome::Award { party } if *party == direct => Favoured::Direct,
        Outcome::Award { .. } => Favoured::Partner,
        Outcome::CoSell { .. } => Favoured::Both,
        Outcome::RejectBoth | Outcome::Release => Favoured::Neither,
    }
}
