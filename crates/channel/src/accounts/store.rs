//! Accounts in the database.

use domain::folding::folded;
use domain::{accounts::AccountStatus, ids::AccountId};
use jiff::Timestamp;
use serde_json::json;

use super::{kept, resolve::Asked};
use frame::{ctx::Cx, error::AppError};
use people::{audit, events};

db::row! {
    /// An account as other slices see it.
    #[derive(Debug, Clone)]
    pub struct AccountView {
        /// Its id.
        pub account_id: AccountId,
        /// Its legal name.
        pub name: String,
        /// ISO 3166 alpha-2, `""` when unknown.
        pub country: String,
        /// The region inside the country, `""` when unknown.
        pub region: String,
        /// The postal code, `""` when unknown.
        pub postal_code: String,
        /// The city, `""` when unknown.
        pub city: String,
        /// The parent account, `""` for none.
        pub parent_account_id: String,
        /// The direct owner, `""` for none.
        pub owner_user_id: String,
        /// What it is to the vendor.
        pub status: AccountStatus,
        /// The segment's code, `""` when unknown.
        pub segment: String,
        /// The industry, `""` when unknown.
        pub industry: String,
        /// How many people work there.
        pub employees: Option<i64>,
        /// Codes of the product lines a customer has bought.
        pub product_lines: Vec<String> => |codes: String| codes_of(&codes),
        /// The account that took this one in; `""` for a living one.
        pub merged_into: String,
        /// The version, for `ETags`.
        pub version: i64,
        /// When it was made.
        pub created_at: Timestamp,
        /// Its first domain in alphabetical order, `""` when none is known.
        pub domain: String => Option::unwrap_or_default,
        /// Internet domains, in alphabetical order; a list leaves them out.
        pub domains: Vec<String> = default,
    }
}

/// An account to be made.
#[derive(Debug, Clone, Default)]
pub struct NewAccount {
    /// Its legal name.
    pub name: String,
    /// Other names.
    pub other_names: Vec<String>,
    /// Internet domains as given; each is reduced to its registrable part.
    pub domains: Vec<String>,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// The region.
    pub region: String,
    /// The postal code.
    pub postal_code: String,
    /// The city.
    pub city: String,
    /// The segment's code.
    pub segment: String,
    /// The industry.
    pub industry: String,
    /// How many people work there.
    pub employees: Option<i64>,
    /// What it is to the vendor; `None` for a prospect, or for what a known one is.
    pub status: Option<AccountStatus>,
    /// The direct owner.
    pub owner_user_id: String,
    /// The parent account.
    pub parent_account_id: String,
    /// Ids in other systems: (system, id).
    pub external_ids: Vec<(String, String)>,
}

impl NewAccount {
    /// The account as a question who it is.
    pub fn asked(&self) -> Asked {
        Asked {
            name: self.name.clone(),
            other_names: self.other_names.clone(),
            domain: self.domains.first().cloned().unwrap_or_default(),
            country: self.country.clone(),
            postal_code: self.postal_code.clone(),
            city: self.city.clone(),
            further_domains: self.domains.iter().skip(1).cloned().collect(),
            external_ids: self.external_ids.clone(),
        }
    }
}

/// The key under which equal names meet: words in order, without legal form. Rule AC-01.
pub fn name_key(name: &str) -> String {
    let words = matching::normalise(name).words;
    let own = words.iter().filter(|word| word.class != matching::WordClass::Legal);
    let own: Vec<&str> = own.map(|word| word.text.as_str()).collect();
    if own.is_empty() {
        let all: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        return all.join(" ");
    }
    own.join(" ")
}

/// Accounts of the vendor `$1`; a condition follows.
pub(super) const SELECT: &str = "SELECT a.account_id, a.name, a.country, a.region, \
    a.postal_code, a.city, a.parent_account_id, a.owner_user_id, a.status, a.segment, a.industry, \
    a.employees, a.product_lines, a.merged_into, a.version, a.created_at, \
    (SELECT MIN(d.domain) FROM account_domains d WHERE d.vendor_id = $1 \
     AND d.account_id = a.account_id) FROM accounts a";

fn codes_of(text: &str) -> Vec<String> {
    text.split(' ').filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

/// An account of this vendor, merged ones too; 404 when there is none.
pub fn get(cx: &mut Cx<'_, '_>, account_id: &AccountId) -> Result<AccountView, AppError> {
    let vendor_id = cx.vendor();
    let params = db::params![vendor_id.as_str(), account_id.as_str()];
    let sql = format!("{SELECT} WHERE a.vendor_id = $1 AND a.account_id = $2");
    let found: Option<AccountView> = cx.tx.query_opt_as(&sql, params)?;
    let mut account = found.ok_or(AppError::NotFound)?;
    account.domains = cx.tx.query_as::<String, _>(
        "SELECT domain FROM account_domains WHERE vendor_id = $1 AND account_id = $2 \
         ORDER BY domain",
        params,
    )?;
    Ok(account)
}

/// True when this vendor has such an account and it was not merged away.
pub fn exists(cx: &mut Cx<'_, '_>, account_id: &AccountId) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.query_opt_as::<i64, _>(
        "SELECT 1 FROM accounts WHERE vendor_id = $1 AND account_id = $2 AND merged_into = ''",
        db::params![vendor_id.as_str(), account_id.as_str()],
    )?;
    Ok(found.is_some())
}

/// Makes an account, tells the index, audit and feed.
pub fn create(cx: &mut Cx<'_, '_>, new: &NewAccount) -> Result<AccountId, AppError> {
    let vendor_id = cx.vendor();
    let id = AccountId::new(cx.ids(), cx.now);
    let status = new.status.unwrap_or_default().word();
    cx.tx.execute(
        "INSERT INTO accounts (vendor_id, account_id, name, name_key, country, region, \
         postal_code, city, parent_account_id, owner_user_id, status, segment, industry, \
         employees, created_at, updated_at, search_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, \
         $9, $10, $11, $12, $13, $14, $15, $15, $16)",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            &new.name,
            name_key(&new.name),
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
            folded(&new.name)
        ],
    )?;
    audit::made(cx, &kept::ACCOUNTS, &[id.as_str()])?;
    add_names(cx, &id, &new.other_names)?;
    add_domains(cx, &id, &new.domains)?;
    add_external_ids(cx, &id, &new.external_ids)?;
    changed(cx, &id)?;
    let after = json!({ "name": new.name, "country": new.country, "status": status });
    audit::record(
        cx,
        &audit::Entry {
            action: "account.created",
            object_kind: "account",
            object_id: id.as_str(),
            before: serde_json::Value::Null,
            after: after.clone(),
        },
    )?;
    let event = events::Event {
        kind: "account.created",
        object_kind: "account",
        object_id: id.as_str(),
        partner_id: "",
        data: after,
    };
    events::append(cx, &event)?;
    Ok(id)
}

pub(super) fn add_names(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
    names: &[String],
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    for name in names {
        cx.tx.execute(
            "INSERT INTO account_names (vendor_id, account_id, name, name_key, search_key) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (vendor_id, account_id, name) DO NOTHING",
            db::params![vendor_id.as_str(), id.as_str(), name, name_key(name), folded(name)],
        )?;
    }
    Ok(())
}

pub(super) fn add_domains(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
    domains: &[String],
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    for domain in domains {
        let Some(domain) = super::exact::evidence(domain) else {
            continue;
        };
        cx.tx.execute(
            "INSERT INTO account_domains (vendor_id, account_id, domain) VALUES ($1, $2, $3) \
             ON CONFLICT (vendor_id, account_id, domain) DO NOTHING",
            db::params![vendor_id.as_str(), id.as_str(), &domain],
        )?;
    }
    Ok(())
}

/// The ids of accounts with this domain, at most 500.
pub(super) fn with_domain(cx: &mut Cx<'_, '_>, domain: &str) -> Result<Vec<String>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT account_id FROM account_domains WHERE vendor_id = $1 AND domain = $2 LIMIT 500",
        db::params![vendor_id.as_str(), domain],
    )?)
}

pub(super) fn add_external_ids(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
    external_ids: &[(String, String)],
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    for (system, external_id) in external_ids {
        cx.tx.execute(
            "INSERT INTO account_external_ids (vendor_id, system, external_id, account_id) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (vendor_id, system, external_id) DO NOTHING",
            db::params![vendor_id.as_str(), system, external_id, id.as_str()],
        )?;
    }
    Ok(())
}

/// Counts a change of an account's row.
pub(super) fn touch(cx: &mut Cx<'_, '_>, id: &AccountId) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE accounts SET updated_at = $1, version = version + 1 WHERE vendor_id = $2 \
         AND account_id = $3",
        db::params![cx.now.as_microsecond(), vendor_id.as_str(), id.as_str()],
    )?;
    Ok(())
}

/// Notes that an account changed, so that each node's index follows.
pub(super) fn changed(cx: &mut Cx<'_, '_>, id: &AccountId) -> Result<(), AppError> {
    note_change(cx, id.as_str())
}

/// Notes that the weights changed; every node's index follows.
pub(super) fn changed_weights(cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
    note_change(cx, "")
}

fn note_change(cx: &mut Cx<'_, '_>, account_id: &str) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let seq = super::index::last_change(cx.tx, vendor_id.as_str())? + 1;
    cx.tx.execute(
        "INSERT INTO account_changes (vendor_id, seq, account_id) VALUES ($1, $2, $3)",
        db::params![vendor_id.as_str(), seq, account_id],
    )?;
    Ok(())
}

/// The other names of an account, in alphabetical order.
pub fn other_names(cx: &mut Cx<'_, '_>, id: &AccountId) -> Result<Vec<String>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT name FROM account_names WHERE vendor_id = $1 AND account_id = $2 ORDER BY name",
        db::params![vendor_id.as_str(), id.as_str()],
    )?)
}

/// The ids of an account in other systems: (system, id).
pub(super) fn external_ids(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
) -> Result<Vec<(String, String)>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT system, external_id FROM account_external_ids WHERE vendor_id = $1 \
         AND account_id = $2 ORDER BY system, external_id",
        db::params![vendor_id.as_str(), id.as_str()],
    )?)
}

/// The living accounts below this one: (id, name), by name.
pub(super) fn children(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
) -> Result<Vec<(String, String)>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT account_id, name FROM accounts WHERE vendor_id = $1 AND parent_account_id = $2 \
         AND merged_into = '' ORDER BY name, account_id LIMIT 200",
        db::params![vendor_id.as_str(), id.as_str()],
    )?)
}
