//! Making and changing an account from what people type.

use domain::{
    accounts::{AccountName, Country, Domain, PostalCode},
    ids::AccountId,
};
use serde_json::{Value, json};
use web::FieldErrors;

use super::{
    kept, stakes,
    store::{self, AccountView, NewAccount},
};
use crate::{
    audit,
    core::{ctx::Cx, error::AppError},
    events,
};

const STATUSES: [&str; 3] = ["prospect", "customer", "house"];
const LINE: usize = 200;
const NAMES: usize = 50;

/// An account as typed; every text may be empty but the name.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    /// The legal name.
    pub name: String,
    /// Other names.
    pub other_names: Vec<String>,
    /// Internet domains.
    pub domains: Vec<String>,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// The region.
    pub region: String,
    /// The postal code.
    pub postal_code: String,
    /// The city.
    pub city: String,
    /// prospect, customer or house.
    pub status: String,
    /// The segment's code.
    pub segment: String,
    /// The industry.
    pub industry: String,
    /// How many people work there.
    pub employees: String,
    /// The direct owner.
    pub owner_user_id: String,
    /// The parent account.
    pub parent_account_id: String,
}

/// Checks what was typed; every bad field at once.
pub(super) fn check(cx: &mut Cx<'_, '_>, typed: &Typed) -> Result<NewAccount, AppError> {
    let mut errors = FieldErrors::new();
    let name = errors.take("name", AccountName::parse(&typed.name));
    let other_names = each(&mut errors, "other_names", &typed.other_names, |name| {
        AccountName::parse(name).map(|name| name.as_str().to_owned()).map_err(|e| e.to_string())
    });
    let domains = each(&mut errors, "domains", &typed.domains, |domain| {
        Domain::parse(domain).map(|domain| domain.ascii().to_owned()).map_err(|e| e.to_string())
    });
    let country = optional(&mut errors, "country", &typed.country, |text| {
        Country::parse(text).map(|country| country.code().to_owned()).map_err(|e| e.to_string())
    });
    let postal_code = optional(&mut errors, "postal_code", &typed.postal_code, |text| {
        PostalCode::parse(text).map(|code| code.as_str().to_owned()).map_err(|e| e.to_string())
    });
    let employees = match typed.employees.trim() {
        "" => None,
        text => errors.take(
            "employees",
            text.parse::<u32>().map_err(|_| "a whole number without separators"),
        ),
    };
    if !typed.status.is_empty() && !STATUSES.contains(&typed.status.as_str()) {
        errors.add("status", "one of prospect, customer, house");
    }
    for (field, text) in
        [("region", &typed.region), ("city", &typed.city), ("industry", &typed.industry)]
    {
        if text.chars().count() > LINE {
            errors.add(field, format!("at most {LINE} characters"));
        }
    }
    if !typed.parent_account_id.is_empty() {
        let parent = AccountId::parse(&typed.parent_account_id);
        let known = match parent {
            Ok(parent) => store::exists(cx, &parent)?,
            Err(_) => false,
        };
        if !known {
            errors.add("parent_account_id", "there is no such account");
        }
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    Ok(NewAccount {
        name: name.map_or(String::new(), |name| name.as_str().to_owned()),
        other_names,
        domains,
        country,
        region: typed.region.trim().to_owned(),
        postal_code,
        city: typed.city.trim().to_owned(),
        segment: typed.segment.trim().to_owned(),
        industry: typed.industry.trim().to_owned(),
        employees: employees.map(i64::from),
        status: typed.status.clone(),
        owner_user_id: typed.owner_user_id.clone(),
        parent_account_id: typed.parent_account_id.clone(),
        external_ids: Vec::new(),
    })
}

fn each(
    errors: &mut FieldErrors,
    field: &str,
    texts: &[String],
    parse: impl Fn(&str) -> Result<String, String>,
) -> Vec<String> {
    let given: Vec<&str> =
        texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
    if given.len() > NAMES {
        errors.add(field, format!("at most {NAMES}"));
        return Vec::new();
    }
    given
        .into_iter()
        .filter_map(|text| errors.take(field, parse(text).map_err(|e| format!("“{text}”: {e}"))))
        .collect()
}

fn optional(
    errors: &mut FieldErrors,
    field: &str,
    text: &str,
    parse: impl Fn(&str) -> Result<String, String>,
) -> String {
    match text.trim() {
        "" => String::new(),
        text => errors.take(field, parse(text)).unwrap_or_default(),
    }
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
    let status = if new.status.is_empty() { &account.status } else { &new.status };
    let version = cx.tx.query_one_as::<i64, _>(
        "UPDATE accounts SET name = $1, name_key = $2, country = $3, region = $4, \
         postal_code = $5, city = $6, parent_account_id = $7, owner_user_id = $8, status = $9, \
         segment = $10, industry = $11, employees = $12, updated_at = $13, version = version + 1 \
         WHERE vendor_id = $14 AND account_id = $15 RETURNING version",
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
        "name": account.name, "country": account.country, "status": account.status,
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
