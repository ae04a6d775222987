//! Direct opportunities, activities and attempts follow their account when it is merged (AC-04).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    accounts::{MergeFollower, Merging},
    core::{ctx::Cx, error::AppError},
};

/// What a merge of accounts does to direct sales.
pub const MERGES: MergeFollower =
    MergeFollower { name: "direct_sales", foresee, follow, check_undo, undo };

/// The ids that moved.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Moved {
    opportunities: Vec<String>,
    activities: Vec<String>,
    attempts: Vec<String>,
}

const MOVE: [&str; 3] = [
    "UPDATE direct_opportunities SET account_id = $1 WHERE vendor_id = $2 AND account_id = $3 \
     RETURNING opportunity_id",
    "UPDATE direct_activities SET account_id = $1 WHERE vendor_id = $2 AND account_id = $3 \
     RETURNING activity_id",
    "UPDATE direct_refusals SET account_id = $1 WHERE vendor_id = $2 AND account_id = $3 \
     RETURNING refusal_id",
];
const MOVE_BACK: [&str; 3] = [
    "UPDATE direct_opportunities SET account_id = $1 WHERE vendor_id = $2 AND account_id = $3 \
     AND opportunity_id = $4",
    "UPDATE direct_activities SET account_id = $1 WHERE vendor_id = $2 AND account_id = $3 \
     AND activity_id = $4",
    "UPDATE direct_refusals SET account_id = $1 WHERE vendor_id = $2 AND account_id = $3 \
     AND refusal_id = $4",
];

fn foresee(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<Vec<String>, AppError> {
    let vendor_id = cx.vendor();
    let (opportunities, activities) = cx.tx.query_one(
        "SELECT (SELECT COUNT(*) FROM direct_opportunities WHERE vendor_id = $1 \
         AND account_id = $2), (SELECT COUNT(*) FROM direct_activities WHERE vendor_id = $1 \
         AND account_id = $2)",
        db::params![vendor_id.as_str(), merging.merged.as_str()],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )?;
    let mut words = Vec::new();
    if opportunities > 0 {
        words.push(format!("Direct opportunities moved along: {opportunities}."));
    }
    if activities > 0 {
        words.push(format!("Direct activities moved along: {activities}."));
    }
    Ok(words)
}

fn follow(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<Value, AppError> {
    let vendor_id = cx.vendor();
    let mut ids = Vec::new();
    for sql in MOVE {
        let params =
            db::params![merging.kept.as_str(), vendor_id.as_str(), merging.merged.as_str()];
        ids.push(cx.tx.query(sql, params, |row| row.text(0))?);
    }
    let mut ids = ids.into_iter();
    let mut next = || ids.next().unwrap_or_default();
    let moved = Moved { opportunities: next(), activities: next(), attempts: next() };
    serde_json::to_value(moved).map_err(AppError::internal)
}

fn check_undo(_: &mut Cx<'_, '_>, _: &Merging, _: &Value) -> Result<Vec<String>, AppError> {
    Ok(Vec::new())
}

fn undo(cx: &mut Cx<'_, '_>, merging: &Merging, moved: &Value) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let moved: Moved = serde_json::from_value(moved.clone()).unwrap_or_default();
    for (sql, ids) in MOVE_BACK.iter().zip([moved.opportunities, moved.activities, moved.attempts])
    {
        for id in ids {
            cx.tx.execute(
                sql,
                db::params![
                    merging.merged.as_str(),
                    vendor_id.as_str(),
                    merging.kept.as_str(),
                    &id
                ],
            )?;
        }
    }
    Ok(())
}
