//! What is equal: ids of other systems, domains and normalised names. It holds within the
//! transaction, before the engine's index has heard of it (AC-02).

use std::collections::BTreeSet;

use domain::{accounts::SHARED_DOMAIN_NAMES, crm_id, ids::AccountId};
use matching::Query;

use super::{
    index::{self, record_of},
    learned,
    resolve::{Asked, CandidateView},
    store::{self, NewAccount, name_key},
};
use frame::{ctx::Cx, error::AppError};

/// What an equal domain is worth as long as nothing contradicts it.
const SAME_DOMAIN_BP: u32 = 10_000;
/// What an equal normalised name is worth as long as nothing contradicts it.
const SAME_NAME_BP: u32 = 9_950;

/// The registrable domain of a text, when it is evidence at all.
pub(super) fn evidence(text: &str) -> Option<String> {
    matching::registrable_domain(text).own()
}

/// Whether so many names stand under a registrable domain that it tells none of them apart. Rule AC-02.
pub(super) fn is_shared(cx: &mut Cx<'_, '_>, domain: &str) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let most = i64::try_from(SHARED_DOMAIN_NAMES).unwrap_or(i64::MAX);
    let names = cx.tx.query_one_as::<i64, _>(
        "SELECT COUNT(*) FROM (SELECT DISTINCT a.name_key FROM account_domains d \
         JOIN accounts a ON a.vendor_id = d.vendor_id AND a.account_id = d.account_id \
         WHERE d.vendor_id = $1 AND d.domain = $2 AND a.merged_into = '' LIMIT $3) AS names",
        db::params![vendor_id.as_str(), domain, most],
    )?;
    Ok(names >= most)
}

/// The domains among these that are evidence, in their registrable form.
pub(super) fn telling_domains<'a>(
    cx: &mut Cx<'_, '_>,
    given: impl Iterator<Item = &'a String>,
) -> Result<Vec<String>, AppError> {
    let mut telling = Vec::new();
    for domain in given.filter_map(|given| evidence(given)) {
        if !telling.contains(&domain) && !is_shared(cx, &domain)? {
            telling.push(domain);
        }
    }
    Ok(telling)
}

/// The same question with only those domains that are evidence.
pub(super) fn telling(cx: &mut Cx<'_, '_>, asked: &Asked) -> Result<Asked, AppError> {
    let mut domains = telling_domains(cx, asked.domains())?.into_iter();
    Ok(Asked {
        domain: domains.next().unwrap_or_default(),
        further_domains: domains.collect(),
        ..asked.clone()
    })
}

/// The account that has one of the company's ids in another system.
pub(super) fn by_external_id(
    cx: &mut Cx<'_, '_>,
    asked: &Asked,
) -> Result<Option<CandidateView>, AppError> {
    for (system, id) in &asked.external_ids {
        if let Some(account_id) = learned::find_by_external_id(cx, system, id)? {
            let account = store::get(cx, &account_id)?;
            return Ok(Some(CandidateView {
                account_id,
                name: account.name,
                country: account.country,
                probability_bp: 10_000,
                reasons: vec![format!("same id in {system}")],
                contradicts: false,
            }));
        }
    }
    Ok(None)
}

/// Whether an account is another record of a system in which the company asked for has an id. Two
/// records of one system are two companies until a person says otherwise. Rule AC-03.
pub(super) fn has_another_id(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    asked: &Asked,
) -> Result<bool, AppError> {
    if asked.external_ids.is_empty() {
        return Ok(false);
    }
    let known = store::external_ids(cx, account_id)?;
    Ok(ids_contradict(&known, &asked.external_ids))
}

/// Whether both sides have ids in one system, and none of them is the same.
pub(super) fn ids_contradict(known: &[(String, String)], given: &[(String, String)]) -> bool {
    given.iter().any(|(system, _)| {
        let of = |ids: &[(String, String)]| -> Vec<String> {
            let own = ids.iter().filter(|(other, _)| other == system);
            own.map(|(_, id)| crm_id::canonical(id)).collect()
        };
        let (known, given) = (of(known), of(given));
        !known.is_empty() && !given.iter().any(|id| known.contains(id))
    })
}

/// Whether an account, known to be meant before, can still be the one meant: it has the name, and no
/// domain contradicts it. Of several of one name it stays the one it was.
pub fn still_is(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    new: &NewAccount,
) -> Result<bool, AppError> {
    let account = store::get(cx, account_id)?;
    let key = name_key(&new.name);
    let named = name_key(&account.name) == key
        || store::other_names(cx, account_id)?.iter().any(|name| name_key(name) == key);
    let known = telling_domains(cx, account.domains.iter())?;
    let given = telling_domains(cx, new.domains.iter())?;
    let fits =
        known.is_empty() || given.is_empty() || given.iter().any(|domain| known.contains(domain));
    Ok(account.merged_into.is_empty() && named && fits)
}

/// Accounts with an equal domain or an equal normalised name, other names included; the domains
/// asked for are evidence.
pub(super) fn candidates(
    cx: &mut Cx<'_, '_>,
    asked: &Asked,
    engine_ready: bool,
) -> Result<Vec<CandidateView>, AppError> {
    let mut found: Vec<CandidateView> = Vec::new();
    for (account_id, worth, reason) in equal(cx, asked, engine_ready)? {
        match found.iter_mut().find(|known| known.account_id == account_id) {
            Some(known) => known.probability_bp = known.probability_bp.max(worth),
            None => found.extend(compared(cx, asked, (account_id, worth, reason))?),
        }
    }
    Ok(found)
}

type Equal = (AccountId, u32, String);

fn equal(cx: &mut Cx<'_, '_>, asked: &Asked, engine_ready: bool) -> Result<Vec<Equal>, AppError> {
    let vendor_id = cx.vendor();
    let mut found = Vec::new();
    for domain in asked.domains().filter_map(|domain| evidence(domain)) {
        let rows = cx.tx.query_as::<AccountId, _>(
            "SELECT a.account_id FROM account_domains d \
             JOIN accounts a ON a.vendor_id = d.vendor_id AND a.account_id = d.account_id \
             WHERE d.vendor_id = $1 AND d.domain = $2 AND a.merged_into = '' \
             ORDER BY d.account_id LIMIT 20",
            db::params![vendor_id.as_str(), &domain],
        )?;
        found.extend(
            rows.into_iter().map(|id| (id, SAME_DOMAIN_BP, format!("same domain {domain}"))),
        );
    }
    let names = std::iter::once(&asked.name).chain(&asked.other_names);
    let keys: BTreeSet<String> =
        names.map(|name| name_key(name)).filter(|key| !key.is_empty()).collect();
    for key in keys {
        found.extend(called(cx, asked, (&key, engine_ready))?);
    }
    Ok(found)
}

/// Accounts with a name of this key, other names included.
fn called(
    cx: &mut Cx<'_, '_>,
    asked: &Asked,
    (key, engine_ready): (&str, bool),
) -> Result<Vec<Equal>, AppError> {
    let vendor_id = cx.vendor();
    let rows = cx.tx.query_as::<(AccountId, String), _>(
        "SELECT account_id, country FROM accounts WHERE vendor_id = $1 AND name_key = $2 \
         AND merged_into = '' \
         UNION SELECT a.account_id, a.country FROM account_names n \
         JOIN accounts a ON a.vendor_id = n.vendor_id AND a.account_id = n.account_id \
         WHERE n.vendor_id = $1 AND n.name_key = $2 AND a.merged_into = '' \
         ORDER BY account_id LIMIT 20",
        db::params![vendor_id.as_str(), key],
    )?;
    let equal = rows.into_iter().filter_map(|(id, country)| {
        let same_country =
            asked.country.is_empty() || country.is_empty() || asked.country == country;
        // Equal names in different countries are a person's decision unless the engine, which
        // knows how rare the words are, says more.
        let worth = if same_country { SAME_NAME_BP } else { SAME_NAME_BP / 2 };
        (!engine_ready || same_country).then(|| (id, worth, "same name".to_owned()))
    });
    Ok(equal.collect())
}

/// An account laid beside the company asked for, as it is in this transaction.
fn compared(
    cx: &mut Cx<'_, '_>,
    asked: &Asked,
    (account_id, probability_bp, reason): Equal,
) -> Result<Option<CandidateView>, AppError> {
    let vendor_id = cx.vendor();
    let Some(record) = record_of(cx.tx, vendor_id.as_str(), &account_id)? else {
        return Ok(None);
    };
    let domains = telling_domains(cx, record.domains.iter())?;
    let other = Query { domains, ..Query::from(&record) };
    let query = index::query(asked);
    let app = cx.app.clone();
    let beside = super::index(&app)?.with(&vendor_id, |index| index.compare(&query, &other));
    let mut reasons: Vec<String> = beside.reasons.into_iter().map(|reason| reason.words).collect();
    if reasons.is_empty() {
        reasons.push(reason);
    }
    Ok(Some(CandidateView {
        account_id,
        name: record.name,
        country: record.country.unwrap_or_default(),
        probability_bp,
        reasons,
        contradicts: beside.signs.contradict(),
    }))
}
