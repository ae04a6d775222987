//! Accounts by the thousand: recognised in memory and made with few statements, for imports.
//! What is sure or new is settled here; a possible match goes the way of a single one, `settle`.

use std::collections::BTreeMap;

use domain::ids::AccountId;
use serde_json::json;

use super::{
    kept,
    resolve::{Asked, evidence},
    store::{NewAccount, name_key},
};
use frame::{ctx::Cx, error::AppError};
use people::{audit, events};

/// How many accounts are written by one turn of `create_many`.
const AT_ONCE: usize = 500;

/// Every living account of the vendor by what identifies it exactly.
#[derive(Debug, Default)]
pub struct Known {
    by_external: BTreeMap<(String, String), AccountId>,
    by_domain: BTreeMap<String, Vec<AccountId>>,
    by_name: BTreeMap<String, Vec<(AccountId, String)>>,
    /// The number of the last change of any account when this was read.
    pub upto: i64,
}

/// What is known of a company exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exactly {
    /// It is this account.
    This(AccountId),
    /// More than one account has its name or domain, or its name in another country.
    Several,
    /// No account has its id, domain or name.
    None,
}

/// The number of the last change of any account of the vendor.
pub fn last_change(cx: &mut Cx<'_, '_>) -> Result<i64, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_one_as(
        "SELECT COALESCE(MAX(seq), 0) FROM account_changes WHERE vendor_id = $1",
        db::params![vendor_id.as_str()],
    )?)
}

impl Known {
    /// Reads every living account.
    pub fn read(cx: &mut Cx<'_, '_>) -> Result<Self, AppError> {
        let vendor_id = cx.vendor();
        let mut known = Self { upto: last_change(cx)?, ..Self::default() };
        let vendor = db::params![vendor_id.as_str()];
        cx.tx.for_each(
            "SELECT account_id, name_key, country FROM accounts WHERE vendor_id = $1 \
             AND merged_into = '' ORDER BY account_id",
            vendor,
            |row| {
                let (id, name_key, country): (AccountId, String, String) = row.read()?;
                known.by_name.entry(name_key).or_default().push((id, country));
                Ok(())
            },
        )?;
        cx.tx.for_each(
            "SELECT d.domain, d.account_id FROM account_domains d JOIN accounts a \
             ON a.vendor_id = d.vendor_id AND a.account_id = d.account_id \
             WHERE d.vendor_id = $1 AND a.merged_into = '' ORDER BY d.domain, d.account_id",
            vendor,
            |row| {
                let (domain, id): (String, AccountId) = row.read()?;
                known.by_domain.entry(domain).or_default().push(id);
                Ok(())
            },
        )?;
        cx.tx.for_each(
            "SELECT e.system, e.external_id, e.account_id FROM account_external_ids e \
             JOIN accounts a ON a.vendor_id = e.vendor_id AND a.account_id = e.account_id \
             WHERE e.vendor_id = $1 AND a.merged_into = ''",
            vendor,
            |row| {
                let (external, id): ((String, String), AccountId) = row.read()?;
                known.by_external.insert(external, id);
                Ok(())
            },
        )?;
        Ok(known)
    }

    /// The account that this company exactly is: by an id of another system, then by a domain,
    /// then by its name where the countries agree or one is unknown. Rule AC-02.
    pub fn find(&self, new: &NewAccount) -> Exactly {
        if let Some(found) = new.external_ids.iter().find_map(|id| self.by_external.get(id)) {
            return Exactly::This(found.clone());
        }
        let mut domains = new.domains.iter().filter_map(|domain| evidence(domain));
        if let Some(found) = domains.find_map(|domain| self.by_domain.get(&domain)) {
            return match found.as_slice() {
                [only] => Exactly::This(only.clone()),
                _ => Exactly::Several,
            };
        }
        match self.by_name.get(&name_key(&new.name)).map(Vec::as_slice) {
            None | Some([]) => Exactly::None,
            Some([(only, country)])
                if country.is_empty() || new.country.is_empty() || *country == new.country =>
            {
                Exactly::This(only.clone())
            }
            Some(_) => Exactly::Several,
        }
    }

    /// From now on this account is known too.
    pub fn add(&mut self, account_id: &AccountId, new: &NewAccount) {
        for id in &new.external_ids {
            self.by_external.insert(id.clone(), account_id.clone());
        }
        for domain in new.domains.iter().filter_map(|domain| evidence(domain)) {
            self.by_domain.entry(domain).or_default().push(account_id.clone());
        }
        let named = (account_id.clone(), new.country.clone());
        self.by_name.entry(name_key(&new.name)).or_default().push(named);
    }
}

/// For each company the probability in basis points that some account of the index is it, worked
/// out on two threads; `each` is told how many are done. Rule AC-02.
pub fn best_probabilities(
    cx: &mut Cx<'_, '_>,
    asked: &[Asked],
    each: &(dyn Fn(usize) + Sync),
) -> Result<Vec<u32>, AppError> {
    let app = cx.app.clone();
    let index = super::index(&app)?;
    let ready = index.follow(cx)?;
    let vendor_id = cx.vendor();
    if !ready || index.is_empty(&vendor_id) {
        each(asked.len());
        return Ok(vec![0; asked.len()]);
    }
    let half = asked.len().div_ceil(2).max(1);
    let look_up = |part: &[Asked]| -> Vec<u32> {
        part.iter()
            .map(|one| {
                each(1);
                index.best_probability(&vendor_id, one)
            })
            .collect()
    };
    let halves = std::thread::scope(|scope| {
        let workers: Vec<_> =
            asked.chunks(half).map(|part| scope.spawn(|| look_up(part))).collect();
        workers.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Result<Vec<_>, _>>()
    });
    let halves = halves.map_err(|_| AppError::internal("a company look-up ended early"))?;
    Ok(halves.into_iter().flatten().collect())
}

/// Makes many accounts under the ids given, tells the index, audit and feed.
pub fn create_many(
    cx: &mut Cx<'_, '_>,
    accounts: &[(AccountId, NewAccount)],
    each: &dyn Fn(usize),
) -> Result<(), AppError> {
    for part in accounts.chunks(AT_ONCE) {
        insert(cx, part)?;
        insert_parts(cx, part)?;
        tell(cx, part)?;
        each(part.len());
    }
    Ok(())
}

fn status(new: &NewAccount) -> &'static str {
    new.status.unwrap_or_default().word()
}

fn insert(cx: &mut Cx<'_, '_>, part: &[(AccountId, NewAccount)]) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let now = cx.now.as_microsecond();
    let mut values: Vec<db::Value<'_>> = Vec::with_capacity(part.len() * 16);
    for (id, new) in part {
        values.extend([
            vendor_id.as_str().into(),
            id.as_str().into(),
            new.name.as_str().into(),
            name_key(&new.name).into(),
            new.country.as_str().into(),
            new.region.as_str().into(),
            new.postal_code.as_str().into(),
            new.city.as_str().into(),
            new.parent_account_id.as_str().into(),
            new.owner_user_id.as_str().into(),
            status(new).into(),
            new.segment.as_str().into(),
            new.industry.as_str().into(),
            new.employees.into(),
            now.into(),
            now.into(),
        ]);
    }
    cx.tx.insert_many(
        "INSERT INTO accounts (vendor_id, account_id, name, name_key, country, region, \
         postal_code, city, parent_account_id, owner_user_id, status, segment, industry, \
         employees, created_at, updated_at) VALUES",
        "",
        16,
        &values,
    )?;
    part.iter().try_for_each(|(id, _)| audit::made(cx, &kept::ACCOUNTS, &[id.as_str()]))
}

fn insert_parts(cx: &mut Cx<'_, '_>, part: &[(AccountId, NewAccount)]) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let vendor = vendor_id.as_str();
    let (mut names, mut domains, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for (id, new) in part {
        for name in &new.other_names {
            let row = [vendor.into(), id.as_str().into(), name.as_str().into()];
            names.extend(row);
            names.push(db::Value::from(name_key(name)));
        }
        for domain in new.domains.iter().filter_map(|domain| evidence(domain)) {
            domains.extend([vendor.into(), id.as_str().into(), db::Value::from(domain)]);
        }
        for (system, external_id) in &new.external_ids {
            let row = [vendor.into(), system.as_str().into(), external_id.as_str().into()];
            ids.extend(row);
            ids.push(db::Value::from(id.as_str()));
        }
    }
    let ignore = "ON CONFLICT DO NOTHING";
    let insert = "INSERT INTO account_names (vendor_id, account_id, name, name_key) VALUES";
    cx.tx.insert_many(insert, ignore, 4, &names)?;
    let insert = "INSERT INTO account_domains (vendor_id, account_id, domain) VALUES";
    cx.tx.insert_many(insert, ignore, 3, &domains)?;
    let insert = "INSERT INTO account_external_ids (vendor_id, system, external_id, account_id) \
                  VALUES";
    cx.tx.insert_many(insert, ignore, 4, &ids)?;
    let last = last_change(cx)?;
    let mut changes: Vec<db::Value<'_>> = Vec::with_capacity(part.len() * 3);
    for (seq, (id, _)) in (last + 1..).zip(part) {
        changes.extend([vendor.into(), seq.into(), id.as_str().into()]);
    }
    let insert = "INSERT INTO account_changes (vendor_id, seq, account_id) VALUES";
    cx.tx.insert_many(insert, "", 3, &changes)?;
    Ok(())
}

fn tell(cx: &mut Cx<'_, '_>, part: &[(AccountId, NewAccount)]) -> Result<(), AppError> {
    let facts = |new: &NewAccount| json!({ "name": new.name, "country": new.country, "status": status(new) });
    let entries: Vec<audit::Entry<'_>> = part
        .iter()
        .map(|(id, new)| audit::Entry {
            action: "account.created",
            object_kind: "account",
            object_id: id.as_str(),
            before: serde_json::Value::Null,
            after: facts(new),
        })
        .collect();
    audit::record_many(cx, &entries)?;
    let events: Vec<events::Event<'_>> = part
        .iter()
        .map(|(id, new)| events::Event {
            kind: "account.created",
            object_kind: "account",
            object_id: id.as_str(),
            partner_id: "",
            data: facts(new),
        })
        .collect();
    events::append_many(cx, &events)
}
