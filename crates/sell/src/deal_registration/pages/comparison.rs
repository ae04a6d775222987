//! Possible accounts of a registration, side by side with the partner's data.

use domain::{ids::AccountId, percentage::BasisPoints};
use web::{Column, Comparison, Markup, Row, Table, html, instant, section};

use super::words::{Moment, money, status_mark};
use crate::deal_registration::{self as deals, ListRow, Registration, reference, store};
use channel::{accounts, partners};
use frame::{ctx::Cx, error::AppError};

/// How many candidates stand beside each other at most.
const MOST_SIDES: usize = 3;

/// An account that may be meant.
#[derive(Debug)]
pub(super) struct Beside {
    /// The account.
    pub(super) account_id: AccountId,
    /// Its name.
    pub(super) name: String,
    /// How probable it is, in words.
    pub(super) likelihood: String,
    /// Why.
    pub(super) reasons: String,
    domains: String,
    country: String,
    postal_code: String,
    city: String,
    standing: String,
}

/// One property of an account.
type Of = fn(&Beside) -> &str;

/// What stands side by side.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// The accounts, the most probable first.
    pub(super) candidates: Vec<Beside>,
}

/// The candidates of a registration with what is known of each.
pub(super) fn of(cx: &mut Cx<'_, '_>, registration: &Registration) -> Result<Compared, AppError> {
    let mut compared = Compared::default();
    for candidate in deals::candidates(cx, registration)?.into_iter().take(MOST_SIDES) {
        let account = accounts::get(cx, &candidate.account_id)?;
        let holder = holder(cx, &candidate.account_id)?;
        compared.candidates.push(Beside {
            account_id: candidate.account_id,
            name: account.name,
            likelihood: format!("{} likely", BasisPoints::new(candidate.probability_bp).rounded()),
            reasons: candidate.reasons.join(", "),
            domains: account.domains.join(", "),
            country: account.country,
            postal_code: account.postal_code,
            city: account.city,
            standing: standing(account.status.label(), &holder),
        });
    }
    Ok(compared)
}

/// What the account is to the vendor, and who holds it.
fn standing(status: &str, holder: &str) -> String {
    format!("{status}, held by {}", if holder.is_empty() { "nobody" } else { holder })
}

/// Who holds the account and until when; empty when nobody does.
fn holder(cx: &mut Cx<'_, '_>, account_id: &AccountId) -> Result<String, AppError> {
    let holders = store::holders(cx, account_id)?;
    let Some(holder) = holders.into_iter().next() else {
        return Ok(String::new());
    };
    let name = partners::name_of(cx, &holder.partner_id)?;
    let until = holder.protected_until.map(web::day_text).unwrap_or_default();
    Ok(format!("{name} until {until}"))
}

/// The comparison as a section; nothing when no account comes near.
pub(super) fn shown(registration: &Registration, compared: &Compared) -> Markup {
    if compared.candidates.is_empty() {
        return html! {};
    }
    let d = &registration.details;
    let table = compared.candidates.iter().fold(
        Comparison::new("The company as the partner named it, and possible accounts")
            .side("Registration"),
        |table, beside| {
            table.side(html! {
                a href=(format!("/accounts/{}", beside.account_id)) { (beside.name) }
                div.quiet { (beside.likelihood) ": " (beside.reasons) }
                div.quiet { (beside.standing) }
            })
        },
    );
    let rows: [(&str, &str, Of); 5] = [
        ("Name", &d.account_name, |b| &b.name),
        ("Domain", &d.account_domain, |b| &b.domains),
        ("Country", &d.account_country, |b| &b.country),
        ("Postal code", &d.account_postal_code, |b| &b.postal_code),
        ("City", &d.account_city, |b| &b.city),
    ];
    let table = rows.into_iter().fold(table, |table, (label, said, of)| {
        let mut cells = vec![said.to_owned()];
        cells.extend(compared.candidates.iter().map(|beside| of(beside).to_owned()));
        table.row(label, cells)
    });
    section("Which company is it?", html! { (table) })
}

/// Other undecided registrations of the same account, in the order in which they count (DR-04).
pub(super) fn rivals(rows: &[ListRow], moment: &Moment) -> Markup {
    let table = Table::new("Other registrations of this account")
        .column(Column::text("Registration"))
        .column(Column::text("Partner"))
        .column(Column::date("Submitted"))
        .column(Column::text("Status"))
        .column(Column::number("Amount a year"))
        .compact()
        .rows(rows.iter().map(|row| {
            Row::new()
                .href(format!("/registrations/{}/decision", row.registration_id))
                .cell(reference(row.number))
                .cell(&row.partner_name)
                .cell(html! { @if let Some(at) = row.submitted_at { (instant(at, &moment.zone)) } })
                .cell(status_mark(row.status))
                .cell(money(row.amount))
        }));
    html! { (table) }
}
