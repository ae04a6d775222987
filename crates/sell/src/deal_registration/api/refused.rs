//! Refused submissions through the API, with the whole reason, for the vendor (DR-13).

use domain::ids::PartnerId;
use schemars::JsonSchema;
use serde::Serialize;

use super::{bodies::CheckBody, writing};
use crate::deal_registration::attempts::{self, RefusedSubmission};
use frame::{error::AppError, reply::Reply, request::Req};

/// A page of refused submissions.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RefusedPage<'a> {
    /// The latest first.
    data: Vec<RefusedBody<'a>>,
    /// Give it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<&'a str>,
}

/// A submission that a rule refused at once. The partner keeps nothing of it.
#[derive(Debug, Serialize, JsonSchema)]
struct RefusedBody<'a> {
    id: &'a str,
    partner_id: &'a str,
    refused_at: String,
    /// Who submitted, by name.
    refused_by: &'a str,
    /// `portal`, `api`, `link` or `import`.
    source: &'a str,
    /// The company as the partner named it.
    account_name: &'a str,
    account_domain: &'a str,
    /// The account that was recognised; `null` for none.
    account_id: Option<&'a str>,
    /// The rule that the partner was told.
    rule: &'a str,
    /// Every check, in the vendor's words.
    checks: Vec<CheckBody<'a>>,
}

impl<'a> From<&'a RefusedSubmission> for RefusedBody<'a> {
    fn from(refused: &'a RefusedSubmission) -> Self {
        Self {
            id: &refused.refusal_id,
            partner_id: &refused.partner_id,
            refused_at: refused.refused_at.to_string(),
            refused_by: &refused.refused_by_name,
            source: &refused.source,
            account_name: &refused.account_name,
            account_domain: &refused.account_domain,
            account_id: Some(refused.account_id.as_str()).filter(|id| !id.is_empty()),
            rule: &refused.rule,
            checks: refused.checks.iter().filter_map(|check| CheckBody::of(check, true)).collect(),
        }
    }
}

/// `GET /api/v1/refused-submissions`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let partner_id: Option<PartnerId> =
        url.get("partner_id").map(|text| writing::id_of("partner_id", text)).transpose()?;
    let after = url.get("cursor").unwrap_or("");
    let most = req.limit(50, i64::from(attempts::MOST))?;
    let limit = u32::try_from(most).map_err(AppError::internal)?;
    let mut rows = attempts::list(&mut req.cx, (partner_id.as_ref(), after), limit + 1)?;
    let most = usize::try_from(most).map_err(AppError::internal)?;
    let more = rows.len() > most;
    rows.truncate(most);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.refusal_id.as_str());
    Reply::json(&RefusedPage { data: rows.iter().map(RefusedBody::from).collect(), next_cursor })
}
