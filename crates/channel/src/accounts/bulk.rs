//! Accounts by the thousand, for imports: weighed on two threads and made with few statements.

use domain::folding::folded;
use domain::ids::AccountId;
use serde_json::json;

use super::{
    exact::evidence,
    kept,
    known::last_change,
    resolve::Asked,
    store::{NewAccount, name_key},
};
use frame::{ctx::Cx, error::AppError};
use people::{audit, events};

/// How many accounts are written by one turn of `create_many`.
const AT_ONCE: usize = 500;

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
    let mut values: Vec<db::Value<'_>> = Vec::with_capacity(part.len() * 17);
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
            folded(&new.name).into(),
        ]);
    }
    cx.tx.insert_many(
        "INSERT INTO accounts (vendor_id, account_id, name, name_key, country, region, \
         postal_code, city, parent_account_id, owner_user_id, status, segment, industry, \
         employees, created_at, updated_at, search_key) VALUES",
        "",
        17,
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
            names.extend([name_key(name).into(), db::Value::from(folded(name))]);
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
    let insert = "INSERT INTO account_names (vendor_id, account_id, name, name_key, search_key) \
                  VALUES";
    cx.tx.insert_many(insert, ignore, 5, &names)?;
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
