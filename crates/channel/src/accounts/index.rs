//! The engine's index, one per vendor: in memory, filled in the background at start, following
//! every committed change on every node.
//!
//! It only ever holds committed accounts: what a transaction has written itself is found by the
//! exact look-up, and enters the index when it is committed.

use std::{collections::BTreeMap, sync::Arc};

use domain::ids::{AccountId, VendorId};
use matching::{Config, Index, Query, Record};
use parking_lot::{Mutex, RwLock};

use super::{
    exact, learning,
    resolve::{Asked, CandidateView},
};
use frame::{ctx::Cx, error::AppError, state::App};

/// With more changes than this, a first filling is left to the background.
const CHUNK: i64 = 2_000;

/// One vendor's index and how far it has followed.
#[derive(Debug)]
struct OfVendor {
    index: Index,
    /// How far it has followed; `None` before the first filling.
    upto: Mutex<Option<Followed>>,
}

/// How far an index has followed the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Followed {
    /// The number of the last change it holds.
    change: i64,
    /// The write in which it looked; `None` when that was no write.
    write: Option<u64>,
}

/// How far a vendor's index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexState {
    /// Being filled; exact look-up answers meanwhile.
    Filling,
    /// Holds so many accounts.
    Ready {
        /// Accounts in the index.
        accounts: usize,
    },
}

/// Every vendor's index.
#[derive(Debug, Default)]
pub struct AccountIndex {
    by_vendor: RwLock<BTreeMap<String, Arc<OfVendor>>>,
}

impl AccountIndex {
    fn of(&self, vendor_id: &VendorId) -> Arc<OfVendor> {
        if let Some(found) = self.by_vendor.read().get(vendor_id.as_str()) {
            return found.clone();
        }
        self.by_vendor
            .write()
            .entry(vendor_id.as_str().to_owned())
            .or_insert_with(|| {
                Arc::new(OfVendor { index: Index::new(Config::default()), upto: Mutex::new(None) })
            })
            .clone()
    }

    /// How far the vendor's index is.
    pub fn state(&self, vendor_id: &VendorId) -> IndexState {
        let followed = self.of(vendor_id);
        let filled = followed.upto.lock().is_some();
        if filled {
            IndexState::Ready { accounts: followed.index.len() }
        } else {
            IndexState::Filling
        }
    }

    /// Fills the index from every living account; called in the background at start.
    pub fn fill(&self, app: &Arc<App>, vendor_id: &VendorId) -> Result<(), AppError> {
        let followed = self.of(vendor_id);
        let mut upto = followed.upto.lock();
        let vendor = vendor_id.as_str().to_owned();
        let (records, change, weights) = app.db.read_blocking(move |tx| {
            let last = last_change(tx, &vendor)?;
            let weights = learning::in_use(tx, &vendor)?;
            Ok::<_, AppError>((records(tx, &vendor, None)?, last, weights))
        })?;
        followed.index.set_weights(weights);
        followed.index.insert_all(records);
        *upto = Some(Followed { change, write: None });
        Ok(())
    }

    /// Fills the index or brings it up to date, for a job; waits for whoever does so already.
    pub(super) fn bring_up_to_date(
        &self,
        app: &Arc<App>,
        vendor_id: &VendorId,
    ) -> Result<(), AppError> {
        if self.state(vendor_id) == IndexState::Filling {
            return self.fill(app, vendor_id);
        }
        let (following, vendor, now) = (app.clone(), vendor_id.clone(), app.clock.now());
        app.db.read_blocking(move |tx| {
            let mut cx = Cx { writes: false, ..Cx::system(tx, &following, vendor, now) };
            super::index(&following)?.follow(&mut cx)?;
            Ok(())
        })
    }

    /// Follows the changes committed since; `false` while the index is being filled or brought
    /// up to date by someone else. Nobody ever waits here: a reader that waited for a writer that
    /// waits for a reader would stand still for good.
    pub(super) fn follow(&self, cx: &mut Cx<'_, '_>) -> Result<bool, AppError> {
        let vendor_id = cx.vendor();
        let followed = self.of(&vendor_id);
        let Some(mut upto) = followed.upto.try_lock() else {
            return Ok(false);
        };
        let last = last_change(cx.tx, vendor_id.as_str())?;
        if cx.tx.is_on_replica() {
            // What the index has learned from a newer state must not be unlearned.
            return match *upto {
                Some(seen) if seen.change >= last => Ok(true),
                Some(_) | None => {
                    Err(AppError::Unavailable("the index is brought up to date".into()))
                }
            };
        }
        // While a write of the vendor's lane is open, nothing of the vendor is committed on any
        // node: what its batch has added itself is left to the exact look-up.
        let write = cx.tx.number();
        let fresh =
            |seen: Followed| seen.change == last || (write.is_some() && seen.write == write);
        if upto.is_some_and(fresh) {
            return Ok(true);
        }
        if upto.is_none() && last > CHUNK {
            return Ok(false);
        }
        let from = upto.map_or(0, |seen| seen.change);
        let vendor = vendor_id.as_str().to_owned();
        // A write transaction must not teach the index what may still be undone, so the committed
        // state is read beside it.
        let first = upto.is_none();
        let changes = if write.is_some() {
            cx.app.db.read_blocking(move |tx| changes(tx, &vendor, from, first))?
        } else {
            changes(cx.tx, &vendor, from, first)?
        };
        if let Some(weights) = changes.weights {
            followed.index.set_weights(weights);
        }
        for key in &changes.keys {
            followed.index.remove(key);
        }
        followed.index.insert_all(changes.records);
        *upto = Some(Followed { change: changes.upto, write });
        Ok(true)
    }

    /// True when the vendor's index holds no account.
    pub(super) fn is_empty(&self, vendor_id: &VendorId) -> bool {
        self.of(vendor_id).index.is_empty()
    }

    /// The probability of the best candidate in basis points; 0 without one.
    pub(super) fn best_probability(&self, vendor_id: &VendorId, asked: &Asked) -> u32 {
        let found = self.of(vendor_id).index.candidates(&query(asked), 1);
        found.first().map_or(0, |candidate| u32::from(candidate.basis_points()))
    }

    /// The engine's candidates of at least `least_bp` basis points, each checked against the
    /// table.
    pub(super) fn candidates(
        &self,
        cx: &mut Cx<'_, '_>,
        asked: &Asked,
        (limit, least_bp): (usize, u32),
    ) -> Result<Vec<CandidateView>, AppError> {
        let vendor_id = cx.vendor();
        let followed = self.of(&vendor_id);
        let least = u16::try_from(least_bp).unwrap_or(u16::MAX);
        views(cx, followed.index.candidates_from(&query(asked), limit, least))
    }

    /// The engine's candidates for what an account itself may be, without the account.
    pub(super) fn candidates_of(
        &self,
        cx: &mut Cx<'_, '_>,
        account_id: &AccountId,
        limit: usize,
    ) -> Result<Vec<CandidateView>, AppError> {
        let vendor_id = cx.vendor();
        let followed = self.of(&vendor_id);
        let Some(record) = record_of(cx.tx, vendor_id.as_str(), account_id)? else {
            return Ok(Vec::new());
        };
        let mut query = Query::from(&record);
        query.domains = exact::telling_domains(cx, record.domains.iter())?;
        views(cx, followed.index.candidates_except(&query, account_id.as_str(), limit))
    }

    /// Runs `f` with the vendor's index; it must neither wait nor read the database.
    pub(super) fn with<T>(&self, vendor_id: &VendorId, f: impl FnOnce(&Index) -> T) -> T {
        f(&self.of(vendor_id).index)
    }
}

/// Candidates as people see them, each checked against the table.
fn views(
    cx: &mut Cx<'_, '_>,
    candidates: Vec<matching::Candidate>,
) -> Result<Vec<CandidateView>, AppError> {
    let vendor_id = cx.vendor();
    let mut views = Vec::new();
    for candidate in candidates {
        let Ok(account_id) = AccountId::parse(&candidate.key) else {
            continue;
        };
        let row = cx.tx.query_opt_as::<(String, String), _>(
            "SELECT name, country FROM accounts WHERE vendor_id = $1 AND account_id = $2 \
                 AND merged_into = ''",
            db::params![vendor_id.as_str(), account_id.as_str()],
        )?;
        let Some((name, country)) = row else { continue };
        views.push(CandidateView {
            account_id,
            name,
            country,
            probability_bp: u32::from(candidate.basis_points()),
            contradicts: candidate.signs.contradict(),
            reasons: candidate.reasons.into_iter().map(|reason| reason.words).collect(),
        });
    }
    Ok(views)
}

pub(super) fn query(asked: &Asked) -> Query {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut query = Query::named(&asked.name);
    query.other_names.clone_from(&asked.other_names);
    query.domains = asked.domains().filter_map(|domain| some(domain)).collect();
    query.country = some(&asked.country);
    query.postal_code = some(&asked.postal_code);
    query.city = some(&asked.city);
    query
}

/// What was committed after a change.
struct Changes {
    keys: Vec<String>,
    records: Vec<Record>,
    /// The weights in use, when they may be others than before.
    weights: Option<matching::Weights>,
    upto: i64,
}

fn changes(tx: &mut db::Tx<'_>, vendor: &str, from: i64, first: bool) -> Result<Changes, AppError> {
    let upto = last_change(tx, vendor)?;
    let keys = tx.query_as::<String, _>(
        "SELECT DISTINCT account_id FROM account_changes WHERE vendor_id = $1 AND seq > $2 \
         AND seq <= $3",
        db::params![vendor, from, upto],
    )?;
    let records = records(tx, vendor, Some((from, upto)))?;
    // A change of no account in particular is one of the weights.
    let weights = if first || keys.iter().any(String::is_empty) {
        Some(learning::in_use(tx, vendor)?)
    } else {
        None
    };
    Ok(Changes { keys, records, weights, upto })
}

/// The number of the last change of an account or of the weights; 0 before the first.
pub(super) fn last_change(tx: &mut db::Tx<'_>, vendor: &str) -> Result<i64, AppError> {
    Ok(tx.query_one_as(
        "SELECT COALESCE(MAX(seq), 0) FROM account_changes WHERE vendor_id = $1",
        db::params![vendor],
    )?)
}

/// Every living account as the engine takes it.
pub(super) fn all_records(tx: &mut db::Tx<'_>, vendor: &str) -> Result<Vec<Record>, AppError> {
    records(tx, vendor, None)
}

/// One living account as the engine takes it.
pub(super) fn record_of(
    tx: &mut db::Tx<'_>,
    vendor: &str,
    account_id: &AccountId,
) -> Result<Option<Record>, AppError> {
    let params = db::params![vendor, account_id.as_str()];
    Ok(read_records(tx, "AND a.account_id = $2", params)?.into_iter().next())
}

/// Living accounts as the engine takes them: all, or those changed in `(from, upto]`.
fn records(
    tx: &mut db::Tx<'_>,
    vendor: &str,
    changed: Option<(i64, i64)>,
) -> Result<Vec<Record>, AppError> {
    match changed {
        None => read_records(tx, "", db::params![vendor]),
        Some((from, upto)) => read_records(
            tx,
            "AND a.account_id IN (SELECT account_id FROM account_changes \
             WHERE vendor_id = $1 AND seq > $2 AND seq <= $3)",
            db::params![vendor, from, upto],
        ),
    }
}

fn read_records(
    tx: &mut db::Tx<'_>,
    filter: &str,
    params: &[db::Value<'_>],
) -> Result<Vec<Record>, AppError> {
    let mut records: BTreeMap<String, Record> = BTreeMap::new();
    let sql = format!(
        "SELECT a.account_id, a.name, a.country, a.postal_code, a.city, p.name FROM accounts a \
         LEFT JOIN accounts p ON p.vendor_id = a.vendor_id \
          AND p.account_id = a.parent_account_id \
         WHERE a.vendor_id = $1 AND a.merged_into = '' {filter}"
    );
    let some = |text: String| (!text.is_empty()).then_some(text);
    tx.for_each(&sql, params, |row| {
        let (key, name, [country, postal_code, city], parent): (String, String, [String; 3], _) =
            row.read()?;
        let record = Record {
            key: key.clone(),
            name,
            country: some(country),
            postal_code: some(postal_code),
            city: some(city),
            parent,
            ..Record::default()
        };
        records.insert(key, record);
        Ok(())
    })?;
    let sql = format!(
        "SELECT a.account_id, a.name FROM account_names a WHERE a.vendor_id = $1 {filter} \
         ORDER BY a.account_id, a.name"
    );
    tx.for_each(&sql, params, |row| {
        let (key, other_name): (String, String) = row.read()?;
        if let Some(record) = records.get_mut(&key) {
            record.other_names.push(other_name);
        }
        Ok(())
    })?;
    let sql = format!(
        "SELECT a.account_id, a.domain FROM account_domains a WHERE a.vendor_id = $1 {filter} \
         ORDER BY a.account_id, a.domain"
    );
    tx.for_each(&sql, params, |row| {
        let (key, domain): (String, String) = row.read()?;
        if let Some(record) = records.get_mut(&key) {
            record.domains.push(domain);
        }
        Ok(())
    })?;
    Ok(records.into_values().collect())
}
