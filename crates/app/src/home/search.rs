//! Search: companies, registrations, cases, partners, people and pages, for the palette and as a page.

use std::collections::BTreeSet;

use domain::{folding::folded, ids::AccountId};
use web::{
    Button, Column, Empty, Field, GetForm, Icon, Page, Row, SearchAnswer, SearchGroup, SearchHit,
    Table, button_row, html, section, url_encode,
};

use channel::{accounts, partners};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};
use people::identity;
use sell::{
    conflicts,
    deal_registration::{self as deals, ListRow, reference},
};

/// How many hits a kind has at most.
const MOST: i64 = 6;
/// Accounts whose registrations are looked for.
const ACCOUNTS: usize = 4;

/// `/search.json?q=`
pub(super) fn json(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let answer = find(req)?;
    Reply::json(&answer)
}

/// `/search?q=`
pub(super) fn page(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let asked = req.query().get("q").unwrap_or("").to_owned();
    let answer = find(req)?;
    let field = Field::search("q", "Company, number, partner, person or page")
        .required()
        .value(asked.clone())
        .autofocus();
    let body = html! {
        (GetForm::new("/search").body(html! { (field) (button_row(Button::primary("Search"))) }))
        @for group in &answer.groups {
            (section(group.label.as_str(), Table::new(group.label.clone())
                .column(Column::text("Name")).column(Column::text("About"))
                .rows(group.items.iter().map(|hit| {
                    Row::new().href(hit.href.clone()).cell(&hit.title).cell(&hit.detail)
                }))))
        }
        @if answer.groups.is_empty() && !asked.is_empty() {
            (Empty::new(Icon::Search, "No matches", "Try the company's domain or the start of its name."))
        }
    };
    let page = Page::new("Search").narrow().body(body);
    req.page(page)
}

fn find(req: &mut Req<'_, '_>) -> Result<SearchAnswer, AppError> {
    let text: String = req.query().get("q").unwrap_or("").trim().chars().take(200).collect();
    let mut groups = Vec::new();
    if text.chars().count() >= 2 {
        let accounts = found_accounts(req, &text)?;
        groups.push(group("Registrations", registrations(req, &text, &accounts)?));
        groups.push(group("Accounts", accounts));
        groups.push(group("Conflicts", cases(req, &text)?));
        groups.push(group("Partners", found_partners(req, &text)?));
        groups.push(group("People", people(req, &text)?));
    }
    groups.push(group("Pages", pages(req, &text)?));
    groups.retain(|group| !group.items.is_empty());
    Ok(SearchAnswer { groups })
}

fn group(label: &str, items: Vec<SearchHit>) -> SearchGroup {
    SearchGroup { label: label.to_owned(), items }
}

fn found_accounts(req: &mut Req<'_, '_>, text: &str) -> Result<Vec<SearchHit>, AppError> {
    let of_vendor = req.cx.actor.partner_id().is_none();
    if !of_vendor || !req.cx.actor.may(Permission::AccountsRead) {
        return Ok(Vec::new());
    }
    let found = accounts::search(&mut req.cx, text, MOST)?;
    Ok(found
        .into_iter()
        .map(|row| SearchHit {
            title: row.name,
            detail: [row.domain, row.city, row.country]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            href: format!("/accounts/{}", row.account_id),
        })
        .collect())
}

/// By number, and by the accounts that were found (the vendor) or by name (a partner, which has few).
fn registrations(
    req: &mut Req<'_, '_>,
    text: &str,
    accounts: &[SearchHit],
) -> Result<Vec<SearchHit>, AppError> {
    if !req.cx.actor.may(Permission::RegistrationsRead) {
        return Ok(Vec::new());
    }
    let mut seen = BTreeSet::new();
    let mut hits = Vec::new();
    let digits = text.trim_start_matches(['R', 'r', '-', '0']);
    if let Ok(number) = digits.parse::<i64>()
        && let Some(row) = deals::by_number(&mut req.cx, number)?
    {
        seen.insert(row.number);
        hits.push(hit(&row));
    }
    if req.cx.actor.partner_id().is_some() {
        let found = deals::first(&mut req.cx, &[("q", text)], MOST)?;
        hits.extend(found.iter().filter(|row| seen.insert(row.number)).map(hit));
    }
    for account in accounts.iter().take(ACCOUNTS) {
        let id = account.href.rsplit('/').next().unwrap_or("");
        let Ok(account_id) = AccountId::parse(id) else {
            continue;
        };
        for row in deals::first(&mut req.cx, &[("account_id", account_id.as_str())], MOST)? {
            if seen.insert(row.number) {
                hits.push(hit(&row));
            }
        }
    }
    hits.truncate(usize::try_from(MOST).unwrap_or(6));
    Ok(hits)
}

/// By the account's name or the case's number, for who reads cases.
fn cases(req: &mut Req<'_, '_>, text: &str) -> Result<Vec<SearchHit>, AppError> {
    if !req.cx.actor.may(Permission::ConflictsTakePart) {
        return Ok(Vec::new());
    }
    let found = conflicts::search(&mut req.cx, text, MOST)?;
    Ok(found
        .into_iter()
        .map(|case| SearchHit {
            title: case.account_name,
            detail: format!("{} · {}", case.reference, case.state.to_lowercase()),
            href: case.href,
        })
        .collect())
}

/// People of the sides that this person manages.
fn people(req: &mut Req<'_, '_>, text: &str) -> Result<Vec<SearchHit>, AppError> {
    let of_vendor = req.cx.actor.partner_id().is_none();
    let found = identity::search(&mut req.cx, text, MOST)?;
    Ok(found
        .into_iter()
        .map(|person| SearchHit {
            href: match &person.partner_id {
                Some(partner) if of_vendor => {
                    format!("/partners/{partner}/people/{}", person.user_id)
                }
                Some(_) | None => format!("/people/{}", person.user_id),
            },
            detail: person.shown_email(),
            title: person.name,
        })
        .collect())
}

fn hit(row: &ListRow) -> SearchHit {
    SearchHit {
        title: row.account_name.clone(),
        detail: format!(
            "{} · {} · {}",
            reference(row.number),
            row.partner_name,
            row.status.label().to_lowercase()
        ),
        href: format!("/registrations/{}", row.registration_id),
    }
}

fn found_partners(req: &mut Req<'_, '_>, text: &str) -> Result<Vec<SearchHit>, AppError> {
    if req.cx.actor.partner_id().is_some() || !req.cx.actor.may(Permission::PartnersRead) {
        return Ok(Vec::new());
    }
    Ok(partners::search(&mut req.cx, text, MOST)?
        .into_iter()
        .map(|(id, name)| SearchHit {
            title: name,
            detail: "Partner".into(),
            href: format!("/partners/{id}"),
        })
        .collect())
}

/// The pages of this person's navigation, and the question that every search may be.
fn pages(req: &mut Req<'_, '_>, text: &str) -> Result<Vec<SearchHit>, AppError> {
    let wanted = folded(text);
    let chrome = req.chrome()?;
    let mut hits: Vec<SearchHit> = chrome
        .groups
        .iter()
        .flat_map(|group| group.items.iter().map(move |item| (group, item)))
        .filter(|(_, item)| folded(&item.label).contains(&wanted))
        .map(|(group, item)| SearchHit {
            title: item.label.clone(),
            detail: group.label.clone(),
            href: item.href.clone(),
        })
        .collect();
    if text.contains('.') && req.cx.actor.may(Permission::AvailabilityRead) {
        hits.push(SearchHit {
            title: format!("Check availability of {text}"),
            detail: "Availability".into(),
            href: format!("/availability?q={}", url_encode(text)),
        });
    }
    Ok(hits)
}
