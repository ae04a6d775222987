//! One account.

use domain::{accounts::Country, ids::AccountId};
use web::{
    Button, Callout, Column, Detail, Empty, Facts, Icon, Page, Row, Table, Tone, amount, day, html,
    section, status,
};

use super::status_chip;
use crate::accounts::store;
use frame::{error::AppError, reply::Reply, request::Req};
use people::identity;

/// `/accounts/{account_id}`
pub(crate) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AccountId = req.id("account_id")?;
    let account = store::get(&mut req.cx, &id)?;
    let names = store::other_names(&mut req.cx, &id)?;
    let external = store::external_ids(&mut req.cx, &id)?;
    let children = store::children(&mut req.cx, &id)?;
    let (parent, owner) = relations(req, &account)?;
    let merges = super::merge::merges(req, &id)?;
    let history = super::history::of(req, &id)?;
    let country = Country::parse(&account.country).ok();
    let country = country.map_or_else(|| account.country.clone(), |found| found.name().to_owned());
    let facts = Facts::new()
        .row_if("Other names", (!names.is_empty()).then(|| names.join(", ")))
        .row_if("Domains", (!account.domains.is_empty()).then(|| account.domains.join(", ")))
        .row_if("Country", (!account.country.is_empty()).then_some(country))
        .row_if("Region", (!account.region.is_empty()).then_some(&account.region))
        .row_if("Postal code", (!account.postal_code.is_empty()).then_some(&account.postal_code))
        .row_if("City", (!account.city.is_empty()).then_some(&account.city))
        .row_if("Segment", (!account.segment.is_empty()).then_some(&account.segment))
        .row_if("Industry", (!account.industry.is_empty()).then_some(&account.industry))
        .row_if("Employees", account.employees.map(web::number_text))
        .row_if("Direct owner", owner)
        .row_if(
            "Products",
            (!account.product_lines.is_empty()).then(|| account.product_lines.join(", ")),
        )
        .row_if(
            "Parent",
            parent.map(|parent| {
                html! {
                    a href=(format!("/accounts/{}", parent.account_id)) { (parent.name) }
                }
            }),
        );
    let facts = external.iter().fold(facts, |facts, (system, id)| facts.row(system.clone(), id));
    let question = account.domains.first().unwrap_or(&account.name);
    let registrations = registrations(req, &id, question)?;
    let opportunities = opportunities(req, &id)?;
    let may_write = req.cx.actor.may(frame::access::Permission::AccountsWrite);
    let body = Detail::new(html! {
        @if !account.merged_into.is_empty() {
            (Callout::info("This account was merged").body(html! {
                "Its data has moved to "
                a href=(format!("/accounts/{}", account.merged_into)) { "the merged account" }
                "."
            }))
        }
        (section("Deal registrations", registrations))
        (section("Direct opportunities", opportunities))
        @if !children.is_empty() {
            (section("Subsidiaries", html! {
                ul { @for (id, name) in &children { li { a href=(format!("/accounts/{id}")) { (name) } } } }
            }))
        }
        @if let Some(merges) = merges { (section("Merges", merges)) }
        (section("History", history))
    })
    .aside("Facts", facts);
    let mut page = Page::new(account.name.clone())
        .crumb("Accounts", "/accounts")
        .status(status_chip(account.status))
        .body(body);
    if account.merged_into.is_empty() {
        page = page.actions(actions(req, &id, may_write));
    }
    req.page(page)
}

/// What the reader can do with an account that stands for itself.
fn actions(req: &Req<'_, '_>, id: &AccountId, may_write: bool) -> web::Markup {
    let disputes = req.cx.actor.may(frame::access::Permission::ConflictsTakePart);
    html! {
        @if disputes { (Button::quiet("Open a case").href(format!("/conflicts/new?account={id}"))) }
        @if may_write {
            (Button::primary("Edit").icon(Icon::Edit).href(format!("/accounts/{id}/edit")))
            (Button::secondary("Merge").icon(Icon::Compare).href(format!("/accounts/{id}/merge")))
        }
    }
}

/// The parent account and the direct owner's name.
fn relations(
    req: &mut Req<'_, '_>,
    account: &store::AccountView,
) -> Result<(Option<store::AccountView>, Option<String>), AppError> {
    let parent = match AccountId::parse(&account.parent_account_id) {
        Ok(parent) => Some(store::get(&mut req.cx, &parent)?),
        Err(_) => None,
    };
    let owners = std::collections::BTreeSet::from([account.owner_user_id.clone()]);
    let owner = identity::names_of(&mut req.cx, &owners)?.into_values().next();
    Ok((parent, owner))
}

/// Registrations of the account, for those who may read registrations.
fn registrations(
    req: &mut Req<'_, '_>,
    id: &AccountId,
    question: &str,
) -> Result<web::Markup, AppError> {
    if !req.cx.actor.may(frame::access::Permission::RegistrationsRead) {
        let asks = req.cx.actor.may(frame::access::Permission::AvailabilityRead);
        let question = web::url_encode(question);
        return Ok(html! {
            p { "Only people who manage partners can see who registered it." }
            @if asks { (Button::secondary("Check availability").icon(Icon::Shield).href(format!("/availability?q={question}"))) }
        });
    }
    let vendor_id = req.cx.vendor();
    let rows = req.cx.tx.query_as::<(String, i64, String, String, String), _>(
        "SELECT registration_id, number, partner_name, status, protected_until \
         FROM deal_registration_v_by_account WHERE vendor_id = $1 AND account_id = $2 \
         ORDER BY number DESC LIMIT 50",
        db::params![vendor_id.as_str(), id.as_str()],
    )?;
    let table = Table::new("Deal registrations")
        .column(Column::text("Registration"))
        .column(Column::text("Partner"))
        .column(Column::text("Status"))
        .column(Column::date("Protected until"))
        .plain()
        .rows(rows.into_iter().map(|(id, number, partner, word, until)| {
            Row::new()
                .href(format!("/registrations/{id}"))
                .cell(format!("R-{number:06}"))
                .cell(partner)
                .cell(status(Tone::Neutral, word.replace('_', " ")))
                .cell(html! { @if let Ok(until) = until.parse() { (day(until)) } })
        }))
        .empty(Empty::new(
            Icon::Deal,
            "None",
            "No partner has registered a deal for this account.",
        ));
    Ok(html! { (table) })
}

type Opportunity = (String, String, String, i64, String, String);

fn opportunities(req: &mut Req<'_, '_>, id: &AccountId) -> Result<web::Markup, AppError> {
    if !req.cx.actor.may(frame::access::Permission::DirectRead) {
        return Ok(html! { p { "You do not have permission to see direct opportunities." } });
    }
    let vendor_id = req.cx.vendor();
    let rows: Vec<Opportunity> = req.cx.tx.query_as(
        "SELECT opportunity_id, name, stage, amount_minor, currency, opened_on \
         FROM direct_sales_v_by_account WHERE vendor_id = $1 AND account_id = $2 \
         ORDER BY opened_on DESC, opportunity_id LIMIT 50",
        db::params![vendor_id.as_str(), id.as_str()],
    )?;
    let table = Table::new("Direct opportunities")
        .column(Column::text("Opportunity"))
        .column(Column::text("Stage"))
        .column(Column::number("Amount"))
        .column(Column::date("Opened"))
        .plain()
        .rows(rows.into_iter().map(|(id, name, stage, minor, currency, opened)| {
            let exponent = domain::money::Currency::parse(&currency)
                .map_or(2, domain::money::Currency::exponent);
            let exponent = u8::try_from(exponent).unwrap_or(2);
            Row::new()
                .href(format!("/direct-opportunities/{id}"))
                .cell(name)
                .cell(stage)
                .cell(amount(minor, exponent, &currency))
                .cell(html! { @if let Ok(opened) = opened.parse() { (day(opened)) } })
        }))
        .empty(Empty::new(
            Icon::Bolt,
            "None",
            "Direct sales has no opportunities for this account.",
        ));
    Ok(html! { (table) })
}
