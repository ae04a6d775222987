//! Accounts through the API.

pub(super) mod export;
pub(super) mod merging;

use domain::ids::AccountId;
use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    edit::{self, Typed},
    list::{AccountFilter, list},
    resolve::{Asked, CandidateView, candidates},
    store,
};
use crate::core::{ctx::Cx, error::AppError, reply::Reply, request::Req};

const PAGE: i64 = 50;

/// A page of accounts.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AccountPage {
    /// Accounts by name.
    data: Vec<AccountShort>,
    /// Give it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// An account in a list.
#[derive(Debug, Serialize, JsonSchema)]
struct AccountShort {
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
    /// prospect, customer or house.
    status: String,
    /// The segment's code, empty when unknown.
    segment: String,
    /// The industry, empty when unknown.
    industry: String,
}

/// An account with everything the vendor knows of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AccountBody {
    /// Its id.
    id: String,
    /// Its legal name.
    name: String,
    /// Other names.
    other_names: Vec<String>,
    /// Internet domains.
    domains: Vec<String>,
    /// ISO 3166 alpha-2, empty when unknown.
    country: String,
    /// The region, empty when unknown.
    region: String,
    /// The postal code, empty when unknown.
    postal_code: String,
    /// The city, empty when unknown.
    city: String,
    /// prospect, customer or house.
    status: String,
    /// The segment's code, empty when unknown.
    segment: String,
    /// The industry, empty when unknown.
    industry: String,
    /// How many people work there.
    employees: Option<i64>,
    /// The direct owner's id, empty for none.
    owner_user_id: String,
    /// The parent account's id, empty for none.
    parent_account_id: String,
    /// The account that took this one in, empty for a living one.
    merged_into: String,
    /// Product lines a customer has bought.
    product_lines: Vec<String>,
    /// Ids in other systems.
    external_ids: Vec<ExternalId>,
}

/// The id of an account in another system.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct ExternalId {
    /// The system, for example `crm`.
    system: String,
    /// The id there.
    id: String,
}

/// An account to be made or changed; a field that is left out stays as it is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AccountInput {
    /// The legal name; required for a new account.
    name: Option<String>,
    /// Other names.
    other_names: Option<Vec<String>>,
    /// Internet domains.
    domains: Option<Vec<String>>,
    /// ISO 3166 alpha-2.
    country: Option<String>,
    /// The region.
    region: Option<String>,
    /// The postal code.
    postal_code: Option<String>,
    /// The city.
    city: Option<String>,
    /// prospect, customer or house.
    status: Option<String>,
    /// The segment's code.
    segment: Option<String>,
    /// The industry.
    industry: Option<String>,
    /// How many people work there.
    employees: Option<u32>,
    /// The direct owner's id.
    owner_user_id: Option<String>,
    /// The parent account's id.
    parent_account_id: Option<String>,
}

/// Accounts that may be the company asked about.
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
    /// How probable it is that it is the same company, in basis points (10,000 = certain).
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

/// `GET /api/v1/accounts`
pub(super) fn get_list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let limit = req.limit(PAGE, 200)?;
    let url = req.query();
    let text = |name: &str| url.get(name).unwrap_or("").to_owned();
    let filter = AccountFilter {
        text: text("q"),
        status: text("status"),
        country: text("country").to_uppercase(),
        owner_user_id: text("owner"),
        cursor: url.get("cursor").map(str::to_owned),
        limit,
    };
    let listing = list(&mut req.cx, &filter)?;
    let data = listing.rows.into_iter().map(|row| AccountShort {
        id: row.account_id,
        name: row.name,
        domain: row.domain,
        country: row.country,
        city: row.city,
        status: row.status,
        segment: row.segment,
        industry: row.industry,
    });
    Reply::json(&AccountPage { data: data.collect(), next_cursor: listing.next })
}

fn body(cx: &mut Cx<'_, '_>, id: &AccountId) -> Result<(AccountBody, i64), AppError> {
    let account = store::get(cx, id)?;
    let external = store::external_ids(cx, id)?;
    let version = account.version;
    let body = AccountBody {
        id: account.account_id.into(),
        name: account.name,
        other_names: store::other_names(cx, id)?,
        domains: account.domains,
        country: account.country,
        region: account.region,
        postal_code: account.postal_code,
        city: account.city,
        status: account.status,
        segment: account.segment,
        industry: account.industry,
        employees: account.employees,
        owner_user_id: account.owner_user_id,
        parent_account_id: account.parent_account_id,
        merged_into: account.merged_into,
        product_lines: account.product_lines,
        external_ids: external.into_iter().map(|(system, id)| ExternalId { system, id }).collect(),
    };
    Ok((body, version))
}

/// `GET /api/v1/accounts/{account_id}`
pub(super) fn get_one(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AccountId = req.id("account_id")?;
    let (body, version) = body(&mut req.cx, &id)?;
    Ok(Reply::json(&body)?.etag(version))
}

/// `POST /api/v1/accounts`
pub(super) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: AccountInput = req.json()?;
    let typed = typed(&input, Typed::default());
    let new = edit::check(&mut req.cx, &typed)?;
    let id = store::create(&mut req.cx, &new)?;
    let (body, version) = body(&mut req.cx, &id)?;
    Ok(Reply::created(&format!("/api/v1/accounts/{id}"), &body)?.etag(version))
}

/// `PATCH /api/v1/accounts/{account_id}`
pub(super) fn change(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AccountId = req.id("account_id")?;
    let account = store::get(&mut req.cx, &id)?;
    if !account.merged_into.is_empty() {
        return Err(AppError::NotFound);
    }
    req.if_match(account.version)?;
    let input: AccountInput = req.json()?;
    let known = Typed {
        name: account.name.clone(),
        other_names: store::other_names(&mut req.cx, &id)?,
        domains: account.domains.clone(),
        country: account.country.clone(),
        region: account.region.clone(),
        postal_code: account.postal_code.clone(),
        city: account.city.clone(),
        status: account.status.clone(),
        segment: account.segment.clone(),
        industry: account.industry.clone(),
        employees: account.employees.map_or(String::new(), |count| count.to_string()),
        owner_user_id: account.owner_user_id.clone(),
        parent_account_id: account.parent_account_id.clone(),
    };
    let new = edit::check(&mut req.cx, &typed(&input, known))?;
    edit::update(&mut req.cx, &account, &new)?;
    let (body, version) = body(&mut req.cx, &id)?;
    Ok(Reply::json_with(StatusCode::OK, &body)?.etag(version))
}

fn typed(input: &AccountInput, known: Typed) -> Typed {
    let text = |given: &Option<String>, known: String| given.clone().unwrap_or(known);
    Typed {
        name: text(&input.name, known.name),
        other_names: input.other_names.clone().unwrap_or(known.other_names),
        domains: input.domains.clone().unwrap_or(known.domains),
        country: text(&input.country, known.country),
        region: text(&input.region, known.region),
        postal_code: text(&input.postal_code, known.postal_code),
        city: text(&input.city, known.city),
        status: text(&input.status, known.status),
        segment: text(&input.segment, known.segment),
        industry: text(&input.industry, known.industry),
        employees: input.employees.map_or(known.employees, |count| count.to_string()),
        owner_user_id: text(&input.owner_user_id, known.owner_user_id),
        parent_account_id: text(&input.parent_account_id, known.parent_account_id),
    }
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
    };
    if asked.name.trim().is_empty() && asked.domain.trim().is_empty() {
        return Err(AppError::field("name", "give a name or a domain to look for"));
    }
    let found = candidates(&mut req.cx, &asked)?;
    Reply::json(&CandidatePage { data: found.into_iter().map(CandidateBody::from).collect() })
}
