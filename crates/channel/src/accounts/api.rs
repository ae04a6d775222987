//! Accounts through the API.

pub(super) mod export;
pub(super) mod merging;

use std::mem::take;

use domain::ids::AccountId;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    resolve::{Asked, CandidateView, candidates},
    store::{self, AccountView},
};
use frame::{ctx::Cx, error::AppError, reply::Reply, request::Req};

/// An account.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AccountBody {
    /// Its id.
    id: String,
    /// Its legal name.
    name: String,
    /// Its first domain, empty when none is known.
    domain: String,
    /// ISO 3166 alpha-2, empty when unknown.
    country: String,
    /// The city, empty when unknown.
    city: String,
    /// `prospect`, `customer` or `house`.
    status: &'static str,
    /// The segment's code, empty when unknown.
    segment: String,
    /// The industry, empty when unknown.
    industry: String,
}

/// An account in full.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AccountDetail {
    #[serde(flatten)]
    account: AccountBody,
    /// Other names.
    other_names: Vec<String>,
    /// Internet domains.
    domains: Vec<String>,
    /// The region, empty when unknown.
    region: String,
    /// The postal code, empty when unknown.
    postal_code: String,
    /// How many people work there.
    employees: Option<i64>,
    /// The direct owner's id, empty for none.
    owner_user_id: String,
    /// The parent account's id, empty for none.
    parent_account_id: String,
    /// The account this one was merged into, empty if it was not merged.
    merged_into: String,
    /// Product lines the customer has bought.
    product_lines: Vec<String>,
    /// Ids in other systems.
    external_ids: Vec<ExternalId>,
}

impl From<AccountView> for AccountBody {
    fn from(account: AccountView) -> Self {
        Self {
            id: account.account_id.into(),
            name: account.name,
            domain: account.domain,
            country: account.country,
            city: account.city,
            status: account.status.word(),
            segment: account.segment,
            industry: account.industry,
        }
    }
}

/// The id of an account in another system.
#[derive(Debug, Serialize, JsonSchema)]
struct ExternalId {
    /// The system, for example `crm`.
    system: String,
    /// The id there.
    id: String,
}

/// Accounts that may be the given company.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CandidatePage {
    /// Best first.
    data: Vec<CandidateBody>,
}

/// One candidate.
#[derive(Debug, Serialize, JsonSchema)]
struct CandidateBody {
    /// The account.
    account_id: String,
    /// Its name.
    name: String,
    /// Its country.
    country: String,
    /// The probability of the same company, in basis points (10,000 = certain).
    probability_bp: u32,
    /// Why, in words.
    reasons: Vec<String>,
}

impl From<CandidateView> for CandidateBody {
    fn from(view: CandidateView) -> Self {
        Self {
            account_id: view.account_id.into(),
            name: view.name,
            country: view.country,
            probability_bp: view.probability_bp,
            reasons: view.reasons,
        }
    }
}

/// An account with everything known of it, and its version.
pub(super) fn read(cx: &mut Cx<'_, '_>, id: &str) -> Result<(AccountDetail, i64), AppError> {
    let id = AccountId::parse(id).map_err(|_| AppError::NotFound)?;
    let mut account = store::get(cx, &id)?;
    let external = store::external_ids(cx, &id)?;
    let version = account.version;
    let body = AccountDetail {
        other_names: store::other_names(cx, &id)?,
        domains: take(&mut account.domains),
        region: take(&mut account.region),
        postal_code: take(&mut account.postal_code),
        employees: account.employees,
        owner_user_id: take(&mut account.owner_user_id),
        parent_account_id: take(&mut account.parent_account_id),
        merged_into: take(&mut account.merged_into),
        product_lines: take(&mut account.product_lines),
        external_ids: external.into_iter().map(|(system, id)| ExternalId { system, id }).collect(),
        account: account.into(),
    };
    Ok((body, version))
}

/// `GET /api/v1/accounts/{account_id}`
pub(super) fn get_one(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AccountId = req.id("account_id")?;
    let (body, version) = read(&mut req.cx, id.as_str())?;
    Ok(Reply::json(&body)?.etag(version))
}

/// `GET /api/v1/account-candidates`
pub(super) fn get_candidates(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let text = |name: &str| url.get(name).unwrap_or("").to_owned();
    let asked = Asked {
        name: text("name"),
        domain: text("domain"),
        country: text("country").to_uppercase(),
        postal_code: text("postal_code"),
        city: text("city"),
        ..Asked::default()
    };
    if asked.name.trim().is_empty() && asked.domain.trim().is_empty() {
        return Err(AppError::field("name", "send a name or a domain to search for"));
    }
    let found = candidates(&mut req.cx, &asked)?;
    Reply::json(&CandidatePage { data: found.into_iter().map(CandidateBody::from).collect() })
}
