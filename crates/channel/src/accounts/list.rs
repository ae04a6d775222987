//! The list of accounts.

use db::Searched;
use domain::{
    accounts::{AccountStatus, Country},
    folding::folded,
    ids::UserId,
};
use web::{Choice, Icon, Page, html};

use super::{
    api::AccountBody,
    exact,
    index::IndexState,
    pages,
    store::{self, AccountView},
};
use frame::{
    access::Permission,
    ctx::Cx,
    error::AppError,
    list::{At, Column, Condition, Filter, List, Listed, Sort, containing, few, first, one_of_few},
    request::Req,
};

/// The accounts of a vendor that were not merged into others.
pub(super) struct Accounts;

impl Listed for Accounts {
    type Row = AccountView;
    type Body = AccountBody;
    const AT: At = At { page: "/accounts", file: "/accounts.csv", api: "/api/v1/accounts" };

    fn list() -> List<AccountView> {
        List::<AccountView>::plain("Accounts", (store::SELECT, "a.vendor_id"))
            .only("a.merged_into = ''")
            .id("a.account_id", |a| a.account_id.to_string())
            .leads_to(|a| format!("/accounts/{}", a.account_id))
            .filter(
                Filter::search_through("Name or domain", named)
                    .about("Part of the name, or a whole domain"),
            )
            .filter(Filter::word::<AccountStatus>("status", "Status", "a.status"))
            .filter(
                Filter::choice(("country", "Country"), countries, in_country)
                    .about("ISO 3166 alpha-2"),
            )
            .filter(
                Filter::hidden("owner_user_id", "The direct owner's id", owned_by)
                    .formerly("owner"),
            )
            .sort(Sort::text("name", "a.search_key", |a| folded(&a.name)))
            .sort(Sort::number("created", "a.created_at", |a| a.created_at.as_microsecond()))
            .column_by("name", Column::text("Name", |a| a.name.clone()))
            .column(Column::text("Domain", |a| a.domain.clone()))
            .column(Column::text("Country", |a| a.country.clone()))
            .column(Column::text("City", |a| a.city.clone()))
            .column(Column::text("Industry", |a| a.industry.clone()))
            .column(Column::drawn("Status", |a, _| pages::status_chip(a.status)))
            .csv("id", |a| a.account_id.to_string())
            .csv("name", |a| a.name.clone())
            .csv("domain", |a| a.domain.clone())
            .csv("country", |a| a.country.clone())
            .csv("city", |a| a.city.clone())
            .csv("industry", |a| a.industry.clone())
            .csv("status", |a| a.status.word().to_owned())
            .empty(
                Icon::Account,
                "No accounts yet",
                "Accounts are the companies you sell to. Import them from your CRM. Partners' \
                 deal registrations create them too.",
            )
            .action("New account", "/accounts/new", Permission::AccountsWrite)
            .action("Import accounts", "/imports/new?kind=accounts", Permission::ImportsRun)
            .dress(dress)
    }

    fn bodies(_: &mut Cx<'_, '_>, rows: Vec<AccountView>) -> Result<Vec<AccountBody>, AppError> {
        Ok(rows.into_iter().map(AccountBody::from).collect())
    }
}

/// Accounts whose name contains a text, or with this domain, by name, at most `limit`.
pub fn search(cx: &mut Cx<'_, '_>, text: &str, limit: i64) -> Result<Vec<AccountView>, AppError> {
    first::<Accounts>(cx, &[("q", text)], limit)
}

const NAMES: Searched = Searched { table: "accounts", text: "search_key", id: "account_id" };
const OTHER_NAMES: Searched = Searched { table: "account_names", ..NAMES };

/// By part of the name, or of another name that the company is known by.
fn named(text: &str, cx: &mut Cx<'_, '_>) -> Result<Condition, AppError> {
    let domain = exact::evidence(&text.trim().to_lowercase());
    if let Some(mut ids) = few(cx, &[NAMES, OTHER_NAMES], text)? {
        if let Some(domain) = &domain {
            ids.extend(store::with_domain(cx, domain)?);
        }
        return Ok(one_of_few("a.account_id", ids));
    }
    let (name, mut values) = containing("a.search_key", text);
    let (other, other_values) = containing("n.search_key", text);
    let mut tests = vec![
        name,
        format!(
            "EXISTS (SELECT 1 FROM account_names n WHERE n.vendor_id = $1 \
             AND n.account_id = a.account_id AND {other})"
        ),
    ];
    values.extend(other_values);
    if let Some(domain) = domain {
        tests.push(
            "EXISTS (SELECT 1 FROM account_domains d WHERE d.vendor_id = $1 \
             AND d.account_id = a.account_id AND d.domain = ?)"
                .to_owned(),
        );
        values.push(domain.into());
    }
    Ok((format!("({})", tests.join(" OR ")), values))
}

fn countries(_: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    Ok(Country::all().map(|country| Choice::new(country.code(), country.name())).collect())
}

fn in_country(code: &str) -> Result<Condition, String> {
    let country = Country::parse(code).map_err(|error| error.to_string())?;
    Ok(("a.country = ?".to_owned(), vec![country.code().into()]))
}

fn owned_by(id: &str) -> Result<Condition, String> {
    let id = UserId::parse(id).map_err(|error| error.to_string())?;
    Ok(("a.owner_user_id = ?".to_owned(), vec![id.to_string().into()]))
}

fn dress(req: &mut Req<'_, '_>, page: Page) -> Result<Page, AppError> {
    let state = super::index(req.cx.app)?.state(&req.cx.actor.vendor_id);
    let page = page.tabs(pages::duplicates::tabs(req, "all")?);
    Ok(match state {
        IndexState::Ready { .. } => page,
        IndexState::Filling => page.intro(html! {
            "The matching index is being built; until then only exact names and domains are "
            "recognised."
        }),
    })
}
