//! Evidence that was asked of a party (CF-08).

use domain::{conflicts::clock::Wait, ids::CaseId};
use jiff::Timestamp;

use crate::conflicts::kept;
use frame::{ctx::Cx, error::AppError};
use people::audit;

db::row! {
    /// A request for evidence.
    #[derive(Debug, Clone)]
    pub(crate) struct Request {
        pub(crate) request_id: String,
        /// Empty for direct sales.
        pub(crate) partner_id: String,
        pub(crate) words: String,
        pub(crate) asked_by_name: String,
        pub(crate) asked_at: Timestamp,
        /// Until when it stops the clock at the longest.
        pub(crate) stops_until: Timestamp,
        pub(crate) answered_at: Option<Timestamp>,
        pub(crate) answered_by_name: String,
        pub(crate) answer: String,
    }
}

impl Request {
    /// The request as the clock sees it.
    pub(crate) const fn wait(&self) -> Wait {
        Wait { from_at: self.asked_at, answered_at: self.answered_at }
    }
}

/// The requests of a case, oldest first: a partner sees its own, the vendor all.
pub(crate) fn list(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<Request>, AppError> {
    let seen = cx.actor.visibility();
    let (vendor, partner) = (seen.vendor(), seen.partner());
    read(cx, &[vendor, partner, case_id.as_str().into()])
}

/// The requests to every party, for the rules themselves.
pub(crate) fn of_all(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<Request>, AppError> {
    let vendor_id = cx.vendor();
    read(cx, &[vendor_id.as_str().into(), "".into(), case_id.as_str().into()])
}

fn read(cx: &mut Cx<'_, '_>, params: &[db::Value<'_>]) -> Result<Vec<Request>, AppError> {
    Ok(cx.tx.query_as(
        "SELECT request_id, partner_id, words, asked_by_name, asked_at, stops_until, answered_at, \
         answered_by_name, answer FROM conflict_requests WHERE vendor_id = $1 AND case_id = $3 \
         AND ($2 = '' OR partner_id = $2) ORDER BY asked_at, request_id LIMIT 100",
        params,
    )?)
}

/// Writes a request.
pub(crate) fn insert(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    request: &Request,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO conflict_requests (vendor_id, case_id, request_id, partner_id, words, \
         asked_by_name, asked_at, stops_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        db::params![
            vendor_id.as_str(),
            case_id.as_str(),
            &request.request_id,
            &request.partner_id,
            &request.words,
            &request.asked_by_name,
            request.asked_at.as_microsecond(),
            request.stops_until.as_microsecond()
        ],
    )?;
    audit::made(cx, &kept::REQUESTS, &[case_id.as_str(), &request.request_id])
}

/// Writes the answer of a request.
pub(crate) fn answer(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    request_id: &str,
    words: &str,
) -> Result<(), AppError> {
    audit::touch(cx, &kept::REQUESTS, &[case_id.as_str(), request_id])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE conflict_requests SET answered_at = $1, answered_by_name = $2, answer = $3 \
         WHERE vendor_id = $4 AND case_id = $5 AND request_id = $6 AND answered_at IS NULL",
        db::params![
            cx.now.as_microsecond(),
            &cx.actor.name,
            words,
            vendor_id.as_str(),
            case_id.as_str(),
            request_id
        ],
    )?;
    Ok(())
}
