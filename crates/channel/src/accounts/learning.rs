//! Weights of the matching engine, learned from what the vendor's people decided (AC-02, AC-03).
//! A job measures and proposes, a person adopts; each node takes over the weights in use.

use std::{collections::BTreeMap, sync::Arc};

use domain::ids::VendorId;
use jiff::Timestamp;
use jobs::{Job, JobFailure, NewJob};
use matching::{
    Config, Index, Query, Record, Weights,
    learn::{self, Decision, Figures, Learned},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use frame::{columns::json, ctx::Cx, error::AppError, state::App};
use people::audit;

/// The job that learns.
pub(super) const LEARN: &str = "accounts.learn_weights";
/// The newest decisions that are learned from at most.
const MOST_DECISIONS: i64 = 20_000;

/// Figures before and after, as they are kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Measured {
    pub(super) before: Option<Figures>,
    pub(super) after: Option<Figures>,
    /// Why nothing was learned; `""` when something was.
    #[serde(default)]
    pub(super) fault: String,
}

db::row! {
    /// Weights that were learned, or that are in use.
    #[derive(Debug, Clone)]
    pub(super) struct Learning {
        pub(super) number: i64,
        pub(super) measured: Measured => json,
        pub(super) decisions: i64,
        pub(super) adopted_by_name: String,
        pub(super) adopted_at: Option<Timestamp>,
    }
}

/// The weights in use: the last that were adopted, else the shipped ones.
pub(super) fn in_use(tx: &mut db::Tx<'_>, vendor: &str) -> Result<Weights, AppError> {
    let text = tx.query_opt_as::<String, _>(
        "SELECT weights FROM account_match_weights WHERE vendor_id = $1 \
         AND adopted_at IS NOT NULL ORDER BY adopted_at DESC, number DESC LIMIT 1",
        db::params![vendor],
    )?;
    match text {
        None => Ok(Config::default().weights),
        Some(text) => serde_json::from_str(&text).map_err(AppError::internal),
    }
}

/// Everything that was learned, newest first.
pub(super) fn history(cx: &mut Cx<'_, '_>) -> Result<Vec<Learning>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT number, figures, decisions, adopted_by_name, adopted_at \
         FROM account_match_weights WHERE vendor_id = $1 ORDER BY number DESC LIMIT 50",
        db::params![vendor_id.as_str()],
    )?)
}

/// How many decisions there are: same and different.
pub(super) fn decisions(cx: &mut Cx<'_, '_>) -> Result<(i64, i64), AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_one_as(
        "SELECT COUNT(*) FILTER (WHERE same = 1), COUNT(*) FILTER (WHERE same = 0) \
         FROM account_match_decisions WHERE vendor_id = $1",
        db::params![vendor_id.as_str()],
    )?)
}

/// Asks for a trial: the job learns and measures.
pub(super) fn request(cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let job = NewJob {
        vendor_id: vendor_id.as_str(),
        kind: LEARN,
        key: Some("learn"),
        payload: "{}",
        run_at_micros: cx.now_micros(),
        max_attempts: 3,
    };
    jobs::enqueue(cx.tx, &job, cx.now.as_microsecond())?;
    Ok(())
}

/// The job: learns from the decisions and proposes weights with figures before and after.
pub(super) fn learn(app: &Arc<App>, job: &Job, now_micros: i64) -> Result<(), JobFailure> {
    let vendor_id =
        VendorId::parse(&job.vendor_id).map_err(|error| JobFailure::give_up(error.to_string()))?;
    learn_vendor(app, &vendor_id, now_micros).map_err(|error| JobFailure::retry(error.to_string()))
}

fn learn_vendor(app: &Arc<App>, vendor_id: &VendorId, now_micros: i64) -> Result<(), AppError> {
    let vendor = vendor_id.clone();
    super::index(app)?.bring_up_to_date(app, vendor_id)?;
    let decided = app.db.read_blocking(move |tx| read_decisions(tx, vendor.as_str()))?;
    let learned = super::index(app)?.with(vendor_id, |index| from(index, &decided));
    let (weights, measured, cases) = match learned {
        Ok(learned) => {
            let measured =
                Measured { before: learned.before, after: learned.after, fault: String::new() };
            (serde_json::to_string(&learned.weights), measured, learned.cases)
        }
        Err(fault) => {
            let measured = Measured { fault, ..Measured::default() };
            (Ok(String::new()), measured, decided.len())
        }
    };
    let weights = weights.map_err(AppError::internal)?;
    let figures = serde_json::to_string(&measured).map_err(AppError::internal)?;
    let cases = i64::try_from(cases).unwrap_or(i64::MAX);
    let vendor = vendor_id.clone();
    app.write_for_blocking(vendor_id, move |tx| {
        tx.execute(
            "INSERT INTO account_match_weights (vendor_id, number, weights, figures, decisions, \
             learned_at) SELECT $1, COALESCE((SELECT MAX(number) FROM account_match_weights \
             WHERE vendor_id = $1), 0) + 1, $2, $3, $4, $5",
            db::params![vendor.as_str(), &weights, &figures, cases, now_micros],
        )?;
        Ok::<_, AppError>(())
    })
}

fn from(index: &Index, decided: &[Decision]) -> Result<Learned, String> {
    learn::from_decisions(index, decided).map_err(|error| error.to_string())
}

#[derive(Deserialize)]
struct Given {
    query: Query,
    record: Record,
}

/// What was decided, each pair as it was judged last.
fn read_decisions(tx: &mut db::Tx<'_>, vendor: &str) -> Result<Vec<Decision>, AppError> {
    let rows = tx.query_as::<(String, bool), _>(
        "SELECT given, same FROM account_match_decisions WHERE vendor_id = $1 \
         ORDER BY decided_at DESC, decision_id DESC LIMIT $2",
        db::params![vendor, MOST_DECISIONS],
    )?;
    let mut last: BTreeMap<(String, String), Decision> = BTreeMap::new();
    for (given, same) in rows {
        let Ok(Given { query, record }) = serde_json::from_str(&given) else {
            continue;
        };
        let pair = (query.name.clone(), record.key.clone());
        last.entry(pair).or_insert(Decision { query, record, same });
    }
    Ok(last.into_values().collect())
}

/// Which weights to use from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Adopt {
    /// Learned ones, by their number.
    Learned(i64),
    /// The shipped ones again.
    Shipped,
}

impl Adopt {
    /// Puts the weights in use; every node follows with its next look-up.
    pub(super) fn run(self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let vendor_id = cx.vendor();
        let (name, now) = (cx.actor.name.clone(), cx.now.as_microsecond());
        match self {
            Self::Learned(number) => {
                let adopted = cx.tx.execute(
                    "UPDATE account_match_weights SET adopted_at = $1, adopted_by_name = $2 \
                     WHERE vendor_id = $3 AND number = $4 AND weights <> ''",
                    db::params![now, &name, vendor_id.as_str(), number],
                )?;
                if adopted == 0 {
                    return Err(AppError::NotFound);
                }
            }
            Self::Shipped => {
                let weights = serde_json::to_string(&Config::default().weights)
                    .map_err(AppError::internal)?;
                cx.tx.execute(
                    "INSERT INTO account_match_weights (vendor_id, number, weights, figures, \
                     decisions, learned_at, adopted_by_name, adopted_at) \
                     SELECT $1, COALESCE((SELECT MAX(number) FROM account_match_weights \
                     WHERE vendor_id = $1), 0) + 1, $2, '{}', 0, $3, $4, $3",
                    db::params![vendor_id.as_str(), &weights, now, &name],
                )?;
            }
        }
        super::store::changed_weights(cx)?;
        let after = match self {
            Self::Learned(number) => json!({ "number": number }),
            Self::Shipped => json!({ "number": "shipped" }),
        };
        let entry = audit::Entry {
            action: "account.match_weights_adopted",
            object_kind: "account_match_weights",
            object_id: vendor_id.as_str(),
            before: Value::Null,
            after,
        };
        audit::record(cx, &entry)
    }
}
