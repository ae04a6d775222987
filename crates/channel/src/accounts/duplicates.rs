//! The report of accounts that may be one company. A job looks for them, because comparing every
//! account with every similar one takes longer than a page may.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use db::{Value, keyset};
use domain::{
    accounts::SHARED_DOMAIN_NAMES,
    ids::{AccountId, VendorId},
};
use jiff::Timestamp;
use jobs::{Job, JobFailure, NewJob};
use matching::{Index, Query, Record};

use super::{index, resolve::thresholds, store};
use frame::{clock::from_micros, columns::Json, ctx::Cx, error::AppError, state::App};

/// The job that looks for duplicates.
pub(super) const FIND_DUPLICATES: &str = "accounts.find_duplicates";
/// The most probable pairs that are kept.
const MOST_PAIRS: usize = 5_000;
/// How many partners of a pair are looked at per account.
const PER_ACCOUNT: usize = 5;
const SCOPE: &str = "account-duplicates";

db::row! {
    /// Two accounts that may be the same company.
    #[derive(Debug, Clone)]
    pub(super) struct Pair {
        pub(super) left: AccountId,
        pub(super) right: AccountId,
        pub(super) left_name: String,
        pub(super) right_name: String,
        pub(super) probability_bp: u32 => |share: i64| u32::try_from(share).unwrap_or(0),
        pub(super) reasons: Vec<String> => |Json(reasons)| reasons,
    }
}

db::row! {
    /// When duplicates were last looked for, and what was found.
    #[derive(Debug, Clone, Copy)]
    pub(super) struct LastSearch {
        pub(super) at: Timestamp,
        pub(super) accounts: i64,
        pub(super) pairs: i64,
    }
}

/// A pair as the table keeps it: the smaller id first.
fn ordered<'a>(one: &'a AccountId, other: &'a AccountId) -> (&'a AccountId, &'a AccountId) {
    if one <= other { (one, other) } else { (other, one) }
}

/// Asks for a search; one that waits already is enough.
pub(super) fn request_search(cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let job = NewJob {
        vendor_id: vendor_id.as_str(),
        kind: FIND_DUPLICATES,
        key: Some("search"),
        payload: "{}",
        run_at_micros: cx.now_micros(),
        max_attempts: 3,
    };
    jobs::enqueue(cx.tx, &job, cx.now.as_microsecond())?;
    Ok(())
}

/// The job: one vendor's accounts, or every vendor's when it comes from the schedule.
pub(super) fn search(app: &Arc<App>, job: &Job, now_micros: i64) -> Result<(), JobFailure> {
    let failed = |error: AppError| JobFailure::retry(error.to_string());
    let vendors = if job.vendor_id.is_empty() {
        app.db
            .read_blocking(people::identity::vendors)
            .map_err(failed)?
            .into_iter()
            .map(|vendor| vendor.vendor_id.as_str().to_owned())
            .collect()
    } else {
        vec![job.vendor_id.clone()]
    };
    for vendor in vendors {
        let vendor_id =
            VendorId::parse(&vendor).map_err(|error| JobFailure::give_up(error.to_string()))?;
        search_vendor(app, &vendor_id, from_micros(now_micros)).map_err(failed)?;
    }
    Ok(())
}

fn search_vendor(app: &Arc<App>, vendor_id: &VendorId, now: Timestamp) -> Result<(), AppError> {
    index(app)?.bring_up_to_date(app, vendor_id)?;
    let (reading, vendor) = (app.clone(), vendor_id.clone());
    let (records, possible_bp) = app.db.read_blocking(move |tx| {
        let records = index::all_records(tx, vendor.as_str())?;
        let mut cx = Cx { writes: false, ..Cx::system(tx, &reading, vendor.clone(), now) };
        Ok::<_, AppError>((records, thresholds(&mut cx)?.possible_bp.get()))
    })?;
    let pairs = index(app)?.with(vendor_id, |index| pairs(index, &records, possible_bp));
    let (accounts, vendor) = (records.len(), vendor_id.clone());
    app.write_for_blocking(vendor_id, move |tx| keep(tx, &vendor, &pairs, (accounts, now)))
}

type Found = ((String, String), (u32, Vec<String>));

/// Every pair at or above the possible threshold, the most probable first.
fn pairs(index: &Index, records: &[Record], possible_bp: u32) -> Vec<Found> {
    let mut found: BTreeMap<(String, String), (u32, Vec<String>)> = BTreeMap::new();
    let shared = shared_domains(records);
    for record in records {
        let mut query = Query::from(record);
        query.domains.retain(|domain| !shared.contains(domain.as_str()));
        for candidate in index.candidates_except(&query, &record.key, PER_ACCOUNT) {
            let bp = u32::from(candidate.basis_points());
            if bp < possible_bp {
                continue;
            }
            let pair = if record.key <= candidate.key {
                (record.key.clone(), candidate.key.clone())
            } else {
                (candidate.key.clone(), record.key.clone())
            };
            let reasons: Vec<String> =
                candidate.reasons.into_iter().map(|reason| reason.words).collect();
            let best = found.entry(pair).or_insert_with(|| (0, Vec::new()));
            if bp > best.0 {
                *best = (bp, reasons);
            }
        }
    }
    let mut pairs: Vec<Found> = found.into_iter().collect();
    pairs.sort_by(|left, right| (right.1.0, &left.0).cmp(&(left.1.0, &right.0)));
    pairs.truncate(MOST_PAIRS);
    pairs
}

/// The domains under which so many names stand that they tell none apart. Rule AC-02.
fn shared_domains(records: &[Record]) -> BTreeSet<&str> {
    let mut names: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for record in records {
        for domain in &record.domains {
            let behind = names.entry(domain).or_default();
            if behind.len() < SHARED_DOMAIN_NAMES {
                behind.insert(store::name_key(&record.name));
            }
        }
    }
    names.retain(|_, behind| behind.len() >= SHARED_DOMAIN_NAMES);
    names.into_keys().collect()
}

fn keep(
    tx: &mut db::Tx<'_>,
    vendor_id: &VendorId,
    pairs: &[Found],
    (accounts, now): (usize, Timestamp),
) -> Result<(), AppError> {
    let vendor = vendor_id.as_str();
    tx.execute(
        "DELETE FROM account_duplicates WHERE vendor_id = $1 AND different = 0",
        db::params![vendor],
    )?;
    for ((left, right), (bp, reasons)) in pairs {
        let reasons = serde_json::to_string(reasons).map_err(AppError::internal)?;
        tx.execute(
            "INSERT INTO account_duplicates (vendor_id, left_account_id, right_account_id, \
             probability_bp, reasons, found_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (vendor_id, left_account_id, right_account_id) DO NOTHING",
            db::params![vendor, left, right, *bp, &reasons, now.as_microsecond()],
        )?;
    }
    tx.execute("DELETE FROM account_duplicate_searches WHERE vendor_id = $1", db::params![vendor])?;
    tx.execute(
        "INSERT INTO account_duplicate_searches (vendor_id, searched_at, accounts, pairs) \
         VALUES ($1, $2, $3, $4)",
        db::params![
            vendor,
            now.as_microsecond(),
            i64::try_from(accounts).unwrap_or(i64::MAX),
            i64::try_from(pairs.len()).unwrap_or(i64::MAX)
        ],
    )?;
    Ok(())
}

/// When duplicates were last looked for; `None` when never.
pub(super) fn last_search(cx: &mut Cx<'_, '_>) -> Result<Option<LastSearch>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_opt_as(
        "SELECT searched_at, accounts, pairs FROM account_duplicate_searches WHERE vendor_id = $1 \
         ORDER BY searched_at DESC LIMIT 1",
        db::params![vendor_id.as_str()],
    )?)
}

/// Pairs that nobody has judged yet, the most probable first, with the cursor of the next page.
pub(super) fn list(
    cx: &mut Cx<'_, '_>,
    cursor: Option<&str>,
    limit: i64,
) -> Result<(Vec<Pair>, Option<String>), AppError> {
    let vendor_id = cx.vendor();
    let (bp, left, right) = position(cursor)?;
    let mut rows: Vec<Pair> = cx.tx.query_as(
        "SELECT d.left_account_id, d.right_account_id, l.name, r.name, d.probability_bp, d.reasons \
         FROM account_duplicates d \
         JOIN accounts l ON l.vendor_id = d.vendor_id AND l.account_id = d.left_account_id \
         JOIN accounts r ON r.vendor_id = d.vendor_id AND r.account_id = d.right_account_id \
         WHERE d.vendor_id = $1 AND d.different = 0 AND l.merged_into = '' AND r.merged_into = '' \
         AND (-d.probability_bp, d.left_account_id, d.right_account_id) > ($2, $3, $4) \
         ORDER BY -d.probability_bp, d.left_account_id, d.right_account_id LIMIT $5",
        db::params![vendor_id.as_str(), bp, &left, &right, limit + 1],
    )?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|last| {
        let bp = -i64::from(last.probability_bp);
        keyset::encode(SCOPE, db::params![bp, last.left.as_str(), last.right.as_str()])
    });
    Ok((rows, next))
}

fn position(cursor: Option<&str>) -> Result<(i64, String, String), AppError> {
    let Some(cursor) = cursor else {
        return Ok((i64::MIN, String::new(), String::new()));
    };
    let kinds = [keyset::Kind::Int, keyset::Kind::Text, keyset::Kind::Text];
    let values = keyset::decode(SCOPE, cursor, &kinds)
        .map_err(|error| AppError::field("cursor", error.to_string()))?;
    match values.as_slice() {
        [Value::Int(bp), Value::Text(left), Value::Text(right)] => {
            Ok((*bp, left.clone().into_owned(), right.clone().into_owned()))
        }
        _ => Err(AppError::field("cursor", "this is not a cursor of this list")),
    }
}

/// A person says that two accounts are different companies: the report leaves them out from now
/// on.
pub(super) fn say_different(
    cx: &mut Cx<'_, '_>,
    one: &AccountId,
    other: &AccountId,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let (left, right) = ordered(one, other);
    cx.tx.execute(
        "INSERT INTO account_duplicates (vendor_id, left_account_id, right_account_id, \
         probability_bp, reasons, found_at, different) VALUES ($1, $2, $3, 0, '[]', $4, 1) \
         ON CONFLICT (vendor_id, left_account_id, right_account_id) DO UPDATE SET different = 1",
        db::params![vendor_id.as_str(), left.as_str(), right.as_str(), cx.now.as_microsecond()],
    )?;
    Ok(())
}

/// Whether a person said that two accounts are different companies.
pub(super) fn are_different(
    cx: &mut Cx<'_, '_>,
    one: &AccountId,
    other: &AccountId,
) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let (left, right) = ordered(one, other);
    let said = cx.tx.query_opt_as::<i64, _>(
        "SELECT 1 FROM account_duplicates WHERE vendor_id = $1 AND left_account_id = $2 \
         AND right_account_id = $3 AND different = 1",
        db::params![vendor_id.as_str(), left.as_str(), right.as_str()],
    )?;
    Ok(said.is_some())
}

/// Forgets unjudged pairs with an account that was merged away.
pub(super) fn forget(cx: &mut Cx<'_, '_>, account_id: &AccountId) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "DELETE FROM account_duplicates WHERE vendor_id = $1 AND different = 0 \
         AND (left_account_id = $2 OR right_account_id = $2)",
        db::params![vendor_id.as_str(), account_id.as_str()],
    )?;
    Ok(())
}
