//! What accounts themselves carry over in a merge, and back.

use std::collections::BTreeMap;

use domain::{accounts::AccountStatus, ids::AccountId};
use serde::{Deserialize, Serialize};

use super::Merging;
use crate::accounts::{
    kept,
    store::{self, AccountView},
};
use frame::{ctx::Cx, error::AppError};

/// Where each text of an account stands in its table; what is blank is taken over in a merge.
const TEXTS: [&str; 8] =
    ["country", "region", "postal_code", "city", "segment", "industry", "owner_user_id", "status"];

/// What went over.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Carried {
    names: Vec<String>,
    domains: Vec<String>,
    external_ids: Vec<(String, String)>,
    children: Vec<String>,
    /// Column → text before and after.
    texts: BTreeMap<String, (String, String)>,
    /// People working there, where the kept account did not know.
    employees: Option<i64>,
    /// Product lines before and after, separated by spaces.
    product_lines: Option<(String, String)>,
    /// The parent before and after.
    parent: Option<(String, String)>,
}

fn texts(account: &AccountView) -> [&str; 8] {
    [
        &account.country,
        &account.region,
        &account.postal_code,
        &account.city,
        &account.segment,
        &account.industry,
        &account.owner_user_id,
        account.status.word(),
    ]
}

/// What would be carried over; changes nothing.
fn plan(
    cx: &mut Cx<'_, '_>,
    kept: &AccountView,
    merged: &AccountView,
) -> Result<Carried, AppError> {
    let known = store::other_names(cx, &kept.account_id)?;
    let mut names = vec![merged.name.clone()];
    names.extend(store::other_names(cx, &merged.account_id)?);
    names.retain(|name| *name != kept.name && !known.contains(name));
    names.dedup();
    let domains = merged.domains.iter().filter(|domain| !kept.domains.contains(domain));
    let children = store::children(cx, &merged.account_id)?
        .into_iter()
        .map(|(id, _)| id)
        .filter(|id| id != kept.account_id.as_str());
    let mut changed = BTreeMap::new();
    for ((column, mine), theirs) in TEXTS.into_iter().zip(texts(kept)).zip(texts(merged)) {
        let blank =
            mine.is_empty() || (column == "status" && mine == AccountStatus::Prospect.word());
        if blank && !theirs.is_empty() && theirs != mine {
            changed.insert(column.to_owned(), (mine.to_owned(), theirs.to_owned()));
        }
    }
    let mut lines = kept.product_lines.clone();
    lines.extend(
        merged.product_lines.iter().filter(|line| !kept.product_lines.contains(line)).cloned(),
    );
    let lines_differ = lines.len() > kept.product_lines.len();
    Ok(Carried {
        names,
        domains: domains.cloned().collect(),
        external_ids: store::external_ids(cx, &merged.account_id)?,
        children: children.collect(),
        texts: changed,
        employees: merged.employees.filter(|_| kept.employees.is_none()),
        product_lines: lines_differ.then(|| (kept.product_lines.join(" "), lines.join(" "))),
        parent: new_parent(kept, merged),
    })
}

/// A kept account does not stay below the one that it takes in, and takes over a parent where it
/// has none.
fn new_parent(kept: &AccountView, merged: &AccountView) -> Option<(String, String)> {
    let below = kept.parent_account_id == merged.account_id.as_str();
    let takes = below || kept.parent_account_id.is_empty();
    let after = if merged.parent_account_id == kept.account_id.as_str() {
        String::new()
    } else {
        merged.parent_account_id.clone()
    };
    (takes && after != kept.parent_account_id).then(|| (kept.parent_account_id.clone(), after))
}

/// What would be carried over, in words.
pub(super) fn foresee(
    cx: &mut Cx<'_, '_>,
    kept: &AccountView,
    merged: &AccountView,
) -> Result<Vec<String>, AppError> {
    let plan = plan(cx, kept, merged)?;
    let mut words = Vec::new();
    let mut list = |what: &str, items: &[String]| {
        if !items.is_empty() {
            words.push(format!("{what} moved to {}: {}.", kept.name, items.join(", ")));
        }
    };
    list("Names", &plan.names);
    list("Domains", &plan.domains);
    let ids: Vec<String> =
        plan.external_ids.iter().map(|(system, id)| format!("{system} {id}")).collect();
    list("External ids", &ids);
    if !plan.children.is_empty() {
        words.push(format!("{} subsidiaries move under {}.", plan.children.len(), kept.name));
    }
    for (column, (_, after)) in &plan.texts {
        let shown = if column == "owner_user_id" { "the other account's" } else { after };
        words.push(format!("{} becomes {shown}.", title(column)));
    }
    Ok(words)
}

fn title(column: &str) -> &'static str {
    match column {
        "country" => "Country",
        "region" => "Region",
        "postal_code" => "Postal code",
        "city" => "City",
        "segment" => "Segment",
        "industry" => "Industry",
        "owner_user_id" => "Direct owner",
        _ => "Status",
    }
}

/// Carries over.
pub(super) fn over(
    cx: &mut Cx<'_, '_>,
    kept: &AccountView,
    merged: &AccountView,
) -> Result<Carried, AppError> {
    let plan = plan(cx, kept, merged)?;
    let id = &kept.account_id;
    store::add_names(cx, id, &plan.names)?;
    store::add_domains(cx, id, &plan.domains)?;
    move_external_ids(cx, &plan.external_ids, &merged.account_id, id)?;
    move_children(cx, &plan.children, &merged.account_id, id)?;
    for (column, (before, after)) in &plan.texts {
        set_text(cx, id, column, (before, after))?;
    }
    if let Some(count) = plan.employees {
        set_employees(cx, id, (None, Some(count)))?;
    }
    if let Some((before, after)) = &plan.product_lines {
        set_text(cx, id, "product_lines", (before, after))?;
    }
    if let Some((before, after)) = &plan.parent {
        set_text(cx, id, "parent_account_id", (before, after))?;
    }
    store::touch(cx, id)?;
    Ok(plan)
}

/// Carries back what is still as the merge left it; what was changed since stays.
pub(super) fn back(
    cx: &mut Cx<'_, '_>,
    merging: &Merging,
    carried: &Carried,
) -> Result<(), AppError> {
    let (vendor_id, id) = (cx.vendor(), &merging.kept);
    for name in &carried.names {
        cx.tx.execute(
            "DELETE FROM account_names WHERE vendor_id = $1 AND account_id = $2 AND name = $3",
            db::params![vendor_id.as_str(), id.as_str(), name],
        )?;
    }
    for domain in &carried.domains {
        cx.tx.execute(
            "DELETE FROM account_domains WHERE vendor_id = $1 AND account_id = $2 AND domain = $3",
            db::params![vendor_id.as_str(), id.as_str(), domain],
        )?;
    }
    move_external_ids(cx, &carried.external_ids, id, &merging.merged)?;
    move_children(cx, &carried.children, id, &merging.merged)?;
    for (column, (before, after)) in &carried.texts {
        set_text(cx, id, column, (after, before))?;
    }
    if let Some(count) = carried.employees {
        set_employees(cx, id, (Some(count), None))?;
    }
    if let Some((before, after)) = &carried.product_lines {
        set_text(cx, id, "product_lines", (after, before))?;
    }
    if let Some((before, after)) = &carried.parent {
        set_text(cx, id, "parent_account_id", (after, before))?;
    }
    store::touch(cx, id)
}

fn move_external_ids(
    cx: &mut Cx<'_, '_>,
    ids: &[(String, String)],
    from: &AccountId,
    to: &AccountId,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    for (system, external_id) in ids {
        cx.tx.execute(
            "UPDATE account_external_ids SET account_id = $1 WHERE vendor_id = $2 \
             AND system = $3 AND external_id = $4 AND account_id = $5",
            db::params![to.as_str(), vendor_id.as_str(), system, external_id, from.as_str()],
        )?;
    }
    Ok(())
}

fn move_children(
    cx: &mut Cx<'_, '_>,
    children: &[String],
    from: &AccountId,
    to: &AccountId,
) -> Result<(), AppError> {
    for child in children {
        let Ok(child) = AccountId::parse(child) else {
            continue;
        };
        set_text(cx, &child, "parent_account_id", (from.as_str(), to.as_str()))?;
        store::changed(cx, &child)?;
    }
    Ok(())
}

/// Changes one text of an account from what it is expected to be; another one stays.
fn set_text(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
    column: &str,
    (from, to): (&str, &str),
) -> Result<(), AppError> {
    let known = TEXTS.into_iter().chain(["product_lines", "parent_account_id"]);
    let Some(column) = known.into_iter().find(|known| *known == column) else {
        return Err(AppError::internal(format!("a merge carried the unknown column {column}")));
    };
    kept::touch(cx, id)?;
    let vendor_id = cx.vendor();
    let sql = format!(
        "UPDATE accounts SET {column} = $1 WHERE vendor_id = $2 AND account_id = $3 \
         AND {column} = $4"
    );
    cx.tx.execute(&sql, db::params![to, vendor_id.as_str(), id.as_str(), from])?;
    Ok(())
}

fn set_employees(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
    (from, to): (Option<i64>, Option<i64>),
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE accounts SET employees = CAST($1 AS BIGINT) WHERE vendor_id = $2 \
         AND account_id = $3 AND COALESCE(employees, -1) = COALESCE(CAST($4 AS BIGINT), -1)",
        db::params![to, vendor_id.as_str(), id.as_str(), from],
    )?;
    Ok(())
}
