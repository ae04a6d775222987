//! Accounts that may be one company: the report.

use domain::{deal_registration::rules::AC_03, ids::AccountId};
use web::{
    Button, Column, Empty, Icon, Markup, Page, Row, Table, Tabs, html, instant, number_text, pager,
    post_button, post_button_with,
};

use super::compare::probability;
use crate::accounts::{
    duplicates::{self, request_search},
    questions::{remember_pair, waiting_count},
    store,
};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};
use people::identity;

/// The pages about matching as tabs.
pub(in crate::accounts) fn tabs(req: &mut Req<'_, '_>, current: &str) -> Result<Tabs, AppError> {
    let waiting = u64::try_from(waiting_count(&mut req.cx)?).unwrap_or(0);
    Ok(Tabs::new("Accounts")
        .tab("All", "/accounts", current == "all")
        .tab_with_count("Same company?", "/accounts/questions", current == "questions", waiting)
        .tab("Duplicates", "/accounts/duplicates", current == "duplicates")
        .tab("Matching", "/accounts/matching", current == "matching"))
}

/// `/accounts/duplicates`
pub(crate) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let after = url.get("after").map(str::to_owned);
    let (pairs, next) = duplicates::list(&mut req.cx, after.as_deref(), 50)?;
    let last = duplicates::last_search(&mut req.cx)?;
    let zone = req.zone()?;
    let may_write = req.cx.actor.may(Permission::AccountsWrite);
    let csrf = req.csrf();
    let table = Table::new("Possible duplicates")
        .column(Column::text("Account"))
        .column(Column::text("Other account"))
        .column(Column::number("Probability"))
        .column(Column::text("Why"))
        .column(Column::actions("Decide"))
        .rows(pairs.iter().map(|pair| {
            let compare = format!("/accounts/{}/merge/{}", pair.left, pair.right);
            let fields = [("left", pair.left.as_str()), ("right", pair.right.as_str())];
            let different = post_button_with(
                "/accounts/duplicates/different",
                &csrf,
                &fields,
                Button::quiet("Different companies").small(),
            );
            let row = if may_write {
                Row::new().href(compare).cell(&pair.left_name).cell(&pair.right_name)
            } else {
                let account = |id: &AccountId, name: &str| html! { a href=(format!("/accounts/{id}")) { (name) } };
                Row::new()
                    .cell(account(&pair.left, &pair.left_name))
                    .cell(account(&pair.right, &pair.right_name))
            };
            row
                .cell(probability(pair.probability_bp))
                .cell(pair.reasons.join(", "))
                .cell(html! { @if may_write { (different) } })
        }))
        .empty(Empty::new(
            Icon::Compare,
            "No possible duplicates",
            "All accounts are compared every night. Pairs that may be the same company are listed \
             here, most likely first.",
        ));
    let tabs = tabs(req, "duplicates")?;
    let mut page = Page::new("Accounts").tabs(tabs).body(html! {
        @if let Some(last) = last { (searched(&last, &zone)) }
        (table)
        (pager(&url, None, next.as_deref(), "Most likely first"))
    });
    if may_write {
        let again = Button::primary("Search for duplicates").icon(Icon::Search);
        page = page.actions(post_button("/accounts/duplicates/searches", &csrf, again));
    }
    req.page(page)
}

fn searched(last: &duplicates::LastSearch, zone: &jiff::tz::TimeZone) -> Markup {
    html! {
        p {
            "Last search " (instant(last.at, zone)) ": " (number_text(last.accounts))
            " accounts, " (number_text(last.pairs)) " pairs."
        }
    }
}

/// `POST /accounts/duplicates/searches`
pub(crate) fn search(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    request_search(&mut req.cx)?;
    Ok(req.go("/accounts/duplicates", "The search is running. Reload this page in a moment."))
}

/// `POST /accounts/duplicates/different`
pub(crate) fn different(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id = |name: &str| AccountId::parse(req.form.text(name)).map_err(|_| AppError::NotFound);
    let (left, right) = (id("left")?, id("right")?);
    judge_different(req, &left, &right)?;
    Ok(req.go("/accounts/duplicates", "Marked as different companies."))
}

/// Keeps that two accounts are different companies, as a person decides. Rule AC-03.
pub(in crate::accounts) fn judge_different(
    req: &mut Req<'_, '_>,
    left: &AccountId,
    right: &AccountId,
) -> Result<(), AppError> {
    identity::deciding_person(&req.cx, AC_03)?;
    store::get(&mut req.cx, left)?;
    store::get(&mut req.cx, right)?;
    remember_pair(&mut req.cx, left, right, (false, 0))?;
    duplicates::say_different(&mut req.cx, left, right)
}
