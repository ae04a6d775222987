//! Changing an account.

use domain::{
    accounts::{Country, Domain, MatchVerdict},
    folding::folded,
    ids::{AccountId, UserId},
};
use serde_json::{Value, json};

use super::{
    api,
    create::AccountInput,
    duplicates, kept, questions,
    resolve::{candidates, thresholds, verdict},
    stakes,
    store::{self, AccountView, NewAccount},
};
use frame::{
    action::{Action, Done, Opened},
    ctx::Cx,
    error::AppError,
    reply::Reply,
    request::Req,
};
use people::{audit, events};

/// The account of the address, unless it was merged into another.
fn living(req: &mut Req<'_, '_>) -> Result<AccountView, AppError> {
    let id: AccountId = req.id("account_id")?;
    let account = store::get(&mut req.cx, &id)?;
    if account.merged_into.is_empty() { Ok(account) } else { Err(AppError::NotFound) }
}

/// Changing an account by form or API.
pub(super) struct Edit;

impl Action for Edit {
    type Input = AccountInput;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<AccountInput>, AppError> {
        let account = living(req)?;
        let address = format!("/accounts/{}", account.account_id);
        let before = AccountInput {
            name: account.name.clone(),
            other_names: store::other_names(&mut req.cx, &account.account_id)?,
            domains: account.domains.iter().filter_map(|one| Domain::parse(one).ok()).collect(),
            status: account.status,
            industry: account.industry,
            employees: account.employees,
            segment: account.segment,
            country: Country::parse(&account.country).ok(),
            postal_code: account.postal_code,
            city: account.city,
            region: account.region,
            owner_user_id: UserId::parse(&account.owner_user_id).ok(),
            parent_account_id: AccountId::parse(&account.parent_account_id).ok(),
        };
        let title = format!("Edit {}", account.name);
        Ok(Opened::new(title, format!("{address}/edit"), "Save account")
            .crumb("Accounts", "/accounts")
            .crumb(account.name, address)
            .before(before, account.version))
    }

    fn run(req: &mut Req<'_, '_>, input: AccountInput) -> Result<Done, AppError> {
        let account = living(req)?;
        let new = input.account(&mut req.cx)?;
        let before = known_by(&mut req.cx, &account.account_id)?;
        update(&mut req.cx, &account, &new)?;
        if known_by(&mut req.cx, &account.account_id)? != before {
            let by = if req.input.is_api() { "api" } else { "page" };
            ask_about(&mut req.cx, &account.account_id, &new, by)?;
        }
        let id = &account.account_id;
        Ok(Done::new(id, format!("/accounts/{id}"), "Account saved."))
    }

    fn answer(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        let (body, version) = api::read(&mut req.cx, &done.id)?;
        Ok(Reply::json(&body)?.etag(version))
    }
}

/// Name, other names and domains of an account.
fn known_by(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
) -> Result<(String, Vec<String>, Vec<String>), AppError> {
    let account = store::get(cx, id)?;
    Ok((account.name, store::other_names(cx, id)?, account.domains))
}

/// Another name or domain may make an account the same as one that exists: a person is asked, unless
/// somebody said already that the two are different. Rule AC-03.
fn ask_about(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
    new: &NewAccount,
    by: &str,
) -> Result<(), AppError> {
    let thresholds = thresholds(cx)?;
    let mut found = Vec::new();
    for candidate in candidates(cx, &new.asked())? {
        let other = &candidate.account_id;
        if other != id
            && verdict(&candidate, &thresholds) != MatchVerdict::New
            && !duplicates::are_different(cx, id, other)?
        {
            found.push(candidate);
        }
    }
    if found.is_empty() { Ok(()) } else { questions::ask(cx, id, by, &found) }
}

/// Writes the changed fields of an account; names and domains become exactly those given.
pub fn update(
    cx: &mut Cx<'_, '_>,
    account: &AccountView,
    new: &NewAccount,
) -> Result<i64, AppError> {
    stakes::changes(cx, account, new)?;
    let vendor_id = cx.vendor();
    let id = &account.account_id;
    kept::touch(cx, id)?;
    let status = new.status.unwrap_or(account.status).word();
    let version = cx.tx.query_one_as::<i64, _>(
        "UPDATE accounts SET name = $1, name_key = $2, country = $3, region = $4, \
         postal_code = $5, city = $6, parent_account_id = $7, owner_user_id = $8, status = $9, \
         segment = $10, industry = $11, employees = $12, updated_at = $13, search_key = $14, \
         version = version + 1 WHERE vendor_id = $15 AND account_id = $16 RETURNING version",
        db::params![
            &new.name,
            store::name_key(&new.name),
            &new.country,
            &new.region,
            &new.postal_code,
            &new.city,
            &new.parent_account_id,
            &new.owner_user_id,
            status,
            &new.segment,
            &new.industry,
            new.employees,
            cx.now.as_microsecond(),
            folded(&new.name),
            vendor_id.as_str(),
            id.as_str()
        ],
    )?;
    for table in ["account_names", "account_domains"] {
        let sql = format!("DELETE FROM {table} WHERE vendor_id = $1 AND account_id = $2");
        cx.tx.execute(&sql, db::params![vendor_id.as_str(), id.as_str()])?;
    }
    store::add_names(cx, id, &new.other_names)?;
    store::add_domains(cx, id, &new.domains)?;
    store::changed(cx, id)?;
    let after = summary(new, status);
    let before = json!({
        "name": account.name, "country": account.country, "status": account.status.word(),
        "domains": account.domains, "owner": account.owner_user_id,
    });
    audit::record(
        cx,
        &audit::Entry {
            action: "account.changed",
            object_kind: "account",
            object_id: id.as_str(),
            before,
            after: after.clone(),
        },
    )?;
    events::append(
        cx,
        &events::Event {
            kind: "account.changed",
            object_kind: "account",
            object_id: id.as_str(),
            partner_id: "",
            data: after,
        },
    )?;
    Ok(version)
}

fn summary(new: &NewAccount, status: &str) -> Value {
    json!({
        "name": new.name, "country": new.country, "status": status,
        "domains": new.domains, "owner": new.owner_user_id,
    })
}
