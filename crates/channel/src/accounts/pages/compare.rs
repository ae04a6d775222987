//! Accounts side by side, and how probable it is that they are one company.

use domain::{ids::AccountId, percentage::BasisPoints};
use web::{Comparison, Markup, html};

use crate::accounts::{resolve::CandidateView, store};
use frame::{ctx::Cx, error::AppError};

/// The accounts beside each other, the first as the reference.
pub(super) fn side_by_side(cx: &mut Cx<'_, '_>, ids: &[AccountId]) -> Result<Comparison, AppError> {
    let mut comparison = Comparison::new("Accounts side by side");
    let mut columns: Vec<[String; 11]> = Vec::new();
    for id in ids {
        let account = store::get(cx, id)?;
        let names = store::other_names(cx, id)?.join(", ");
        let external: Vec<String> = store::external_ids(cx, id)?
            .into_iter()
            .map(|(system, id)| format!("{system} {id}"))
            .collect();
        let parent = match AccountId::parse(&account.parent_account_id) {
            Ok(parent) => store::get(cx, &parent)?.name,
            Err(_) => String::new(),
        };
        comparison = comparison.side(html! {
            a href=(format!("/accounts/{id}")) { (account.name) }
        });
        columns.push([
            account.name,
            names,
            account.domains.join(", "),
            account.country,
            account.postal_code,
            account.city,
            parent,
            account.status.label().to_owned(),
            account.industry,
            account.employees.map_or(String::new(), web::number_text),
            external.join(", "),
        ]);
    }
    let labels = [
        "Name",
        "Other names",
        "Domains",
        "Country",
        "Postal code",
        "City",
        "Parent",
        "Status",
        "Industry",
        "Employees",
        "External ids",
    ];
    for (at, label) in labels.into_iter().enumerate() {
        let cells = columns.iter().filter_map(|column| column.get(at).cloned());
        comparison = comparison.row(label, cells);
    }
    Ok(comparison)
}

/// A probability as people read it.
pub(super) fn probability(bp: u32) -> String {
    BasisPoints::new(bp).rounded()
}

/// How probable a candidate is, and why.
pub(super) fn likelihood(candidate: &CandidateView) -> Markup {
    html! {
        p { strong { (probability(candidate.probability_bp)) } " the same company" }
        @if !candidate.reasons.is_empty() {
            ul { @for reason in &candidate.reasons { li { (reason) } } }
        }
    }
}
