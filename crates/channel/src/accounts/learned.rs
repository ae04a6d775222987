//! What accounts learn from others: further names and ids from imports, purchases from won deals.

use domain::{accounts::AccountStatus, crm_id, ids::AccountId};
use serde_json::json;

use super::{kept, store};
use frame::{ctx::Cx, error::AppError};
use people::{audit, events};

/// The living account with this id in another system; an id that has two forms is found by both.
pub fn find_by_external_id(
    cx: &mut Cx<'_, '_>,
    system: &str,
    external_id: &str,
) -> Result<Option<AccountId>, AppError> {
    let vendor_id = cx.vendor();
    let other_form = crm_id::other_form(external_id).unwrap_or_else(|| external_id.to_owned());
    let found = cx.tx.query_opt_as::<String, _>(
        "SELECT x.account_id FROM account_external_ids x JOIN accounts a \
         ON a.vendor_id = x.vendor_id AND a.account_id = x.account_id \
         WHERE x.vendor_id = $1 AND x.system = $2 AND x.external_id IN ($3, $4) \
         AND a.merged_into = '' ORDER BY x.external_id LIMIT 1",
        db::params![vendor_id.as_str(), system, external_id, &other_form],
    )?;
    found.map(|id| AccountId::parse(&id).map_err(AppError::internal)).transpose()
}

/// Adds the names, domains and external ids that an account does not have yet; `true` when there
/// were any.
pub fn learn_more(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
    names: &[String],
    domains: &[String],
    external_ids: &[(String, String)],
) -> Result<bool, AppError> {
    let account = store::get(cx, id)?;
    let known = store::other_names(cx, id)?;
    let names: Vec<String> = names
        .iter()
        .filter(|name| **name != account.name && !known.contains(name) && !name.is_empty())
        .cloned()
        .collect();
    let domains: Vec<String> = domains
        .iter()
        .filter_map(|domain| super::exact::evidence(domain))
        .filter(|domain| !account.domains.contains(domain))
        .collect();
    let have = store::external_ids(cx, id)?;
    let external_ids: Vec<(String, String)> =
        external_ids.iter().filter(|given| !have.contains(given)).cloned().collect();
    if names.is_empty() && domains.is_empty() && external_ids.is_empty() {
        return Ok(false);
    }
    store::add_names(cx, id, &names)?;
    store::add_domains(cx, id, &domains)?;
    store::add_external_ids(cx, id, &external_ids)?;
    store::touch(cx, id)?;
    store::changed(cx, id)?;
    let after = json!({ "names": names, "domains": domains, "external_ids": external_ids });
    audit::record(
        cx,
        &audit::Entry {
            action: "account.learned",
            object_kind: "account",
            object_id: id.as_str(),
            before: serde_json::Value::Null,
            after,
        },
    )?;
    Ok(true)
}

/// The account has bought these product lines: it is a customer from now on (DR-13 asks).
pub fn bought(cx: &mut Cx<'_, '_>, id: &AccountId, product_lines: &[&str]) -> Result<(), AppError> {
    let account = store::get(cx, id)?;
    let mut lines = account.product_lines.clone();
    for line in product_lines.iter().filter(|line| !line.is_empty()) {
        if !lines.iter().any(|known| known == line) {
            lines.push((*line).to_owned());
        }
    }
    // A house account stays one: it is not for partners, whatever it buys.
    let status = match account.status {
        AccountStatus::House => AccountStatus::House,
        AccountStatus::Prospect | AccountStatus::Customer => AccountStatus::Customer,
    };
    if status == account.status && lines == account.product_lines {
        return Ok(());
    }
    kept::touch(cx, id)?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE accounts SET status = $1, product_lines = $2, updated_at = $3, \
         version = version + 1 WHERE vendor_id = $4 AND account_id = $5",
        db::params![
            status.word(),
            lines.join(" "),
            cx.now.as_microsecond(),
            vendor_id.as_str(),
            id.as_str()
        ],
    )?;
    let after = json!({ "status": status.word(), "product_lines": lines });
    audit::record(
        cx,
        &audit::Entry {
            action: "account.bought",
            object_kind: "account",
            object_id: id.as_str(),
            before: json!({ "status": account.status.word(), "product_lines": account.product_lines }),
            after: after.clone(),
        },
    )?;
    let event = events::Event {
        kind: "account.changed",
        object_kind: "account",
        object_id: id.as_str(),
        partner_id: "",
        data: after,
    };
    events::append(cx, &event)
}
