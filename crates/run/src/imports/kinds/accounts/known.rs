//! Accounts that are known already, and what a file adds to them.

use domain::ids::AccountId;

use crate::imports::settings::KnownRows;
use channel::accounts::{self, NewAccount};
use frame::{ctx::Cx, error::AppError};

/// Brings an account that is known up to what the file says; true when something changed.
pub(super) fn known(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
    new: &NewAccount,
    how: KnownRows,
) -> Result<bool, AppError> {
    if how == KnownRows::Leave {
        return Ok(false);
    }
    let account = accounts::get(cx, id)?;
    let names = accounts::other_names(cx, id)?;
    let over = how == KnownRows::Overwrite;
    let text = |known: &String, given: &String| {
        if given.is_empty() || (!over && !known.is_empty()) { known.clone() } else { given.clone() }
    };
    let mut merged = NewAccount {
        name: text(&account.name, &new.name),
        other_names: names.clone(),
        domains: account.domains.clone(),
        country: text(&account.country, &new.country),
        region: text(&account.region, &new.region),
        postal_code: text(&account.postal_code, &new.postal_code),
        city: text(&account.city, &new.city),
        segment: text(&account.segment, &new.segment),
        industry: text(&account.industry, &new.industry),
        employees: if over {
            new.employees.or(account.employees)
        } else {
            account.employees.or(new.employees)
        },
        status: new.status.filter(|_| over).or(Some(account.status)),
        owner_user_id: text(&account.owner_user_id, &new.owner_user_id),
        parent_account_id: text(&account.parent_account_id, &new.parent_account_id),
        external_ids: Vec::new(),
    };
    for name in new.other_names.iter().chain([&new.name, &account.name]) {
        if *name != merged.name && !merged.other_names.contains(name) {
            merged.other_names.push(name.clone());
        }
    }
    for domain in &new.domains {
        if !merged.domains.contains(domain) {
            merged.domains.push(domain.clone());
        }
    }
    let learned = accounts::learn_more(cx, id, &[], &[], &new.external_ids)?;
    let same = merged.name == account.name
        && merged.other_names == names
        && merged.domains == account.domains
        && merged.country == account.country
        && merged.region == account.region
        && merged.postal_code == account.postal_code
        && merged.city == account.city
        && merged.segment == account.segment
        && merged.industry == account.industry
        && merged.employees == account.employees
        && merged.status == Some(account.status)
        && merged.owner_user_id == account.owner_user_id
        && merged.parent_account_id == account.parent_account_id;
    if same {
        return Ok(learned);
    }
    let account = if learned { accounts::get(cx, id)? } else { account };
    accounts::update(cx, &account, &merged)?;
    Ok(true)
}
