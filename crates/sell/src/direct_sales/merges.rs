//! Direct opportunities, activities and attempts follow their account when it is merged (AC-04).

use domain::ids::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kept;
use channel::accounts::{MergeFollower, Merging};
use frame::{ctx::Cx, error::AppError};
use people::{
    audit,
    identity::stakes::{Stake, carry_over, gave_up},
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

/// What follows an account: the table, which rows of it lie on an account, and moving one.
const FOLLOWING: [(&audit::Table, &str, &str); 3] = [
    (
        &kept::OPPORTUNITIES,
        "SELECT opportunity_id FROM direct_opportunities WHERE vendor_id = $1 AND account_id = $2 \
         ORDER BY opportunity_id",
        "UPDATE direct_opportunities SET account_id = $1 WHERE vendor_id = $2 \
         AND account_id = $3 AND opportunity_id = $4",
    ),
    (
        &kept::ACTIVITIES,
        "SELECT activity_id FROM direct_activities WHERE vendor_id = $1 AND account_id = $2 \
         ORDER BY activity_id",
        "UPDATE direct_activities SET account_id = $1 WHERE vendor_id = $2 AND account_id = $3 \
         AND activity_id = $4",
    ),
    (
        &kept::ATTEMPTS,
        "SELECT refusal_id FROM direct_refusals WHERE vendor_id = $1 AND account_id = $2 \
         ORDER BY refusal_id",
        "UPDATE direct_refusals SET account_id = $1 WHERE vendor_id = $2 AND account_id = $3 \
         AND refusal_id = $4",
    ),
];

/// Moves a row from one account to another, if it is still on the first.
fn set_account(
    cx: &mut Cx<'_, '_>,
    (table, sql): (&'static audit::Table, &str),
    id: &str,
    (from, to): (&AccountId, &AccountId),
) -> Result<(), AppError> {
    audit::touch(cx, table, &[id])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(sql, db::params![to.as_str(), vendor_id.as_str(), from.as_str(), id])?;
    Ok(())
}

fn foresee(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<Vec<String>, AppError> {
    let vendor_id = cx.vendor();
    let (opportunities, activities) = cx.tx.query_one_as::<(i64, i64), _>(
        "SELECT (SELECT COUNT(*) FROM direct_opportunities WHERE vendor_id = $1 \
         AND account_id = $2), (SELECT COUNT(*) FROM direct_activities WHERE vendor_id = $1 \
         AND account_id = $2)",
        db::params![vendor_id.as_str(), merging.merged.as_str()],
    )?;
    let mut words = Vec::new();
    if opportunities > 0 {
        words.push(format!("Direct opportunities that move too: {opportunities}."));
    }
    if activities > 0 {
        words.push(format!("Direct activities that move too: {activities}."));
    }
    Ok(words)
}

fn follow(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<Value, AppError> {
    let vendor_id = cx.vendor();
    let accounts = (merging.merged.as_str(), merging.kept.as_str());
    carry_over(cx, Stake::Opportunity, accounts)?;
    let mut ids = Vec::new();
    for (table, which, sql) in FOLLOWING {
        let params = db::params![vendor_id.as_str(), merging.merged.as_str()];
        let found: Vec<String> = cx.tx.query_as(which, params)?;
        for id in &found {
            set_account(cx, (table, sql), id, (&merging.merged, &merging.kept))?;
        }
        ids.push(found);
    }
    let mut ids = ids.into_iter();
    let mut next = || ids.next().unwrap_or_default();
    let moved = Moved { opportunities: next(), activities: next(), attempts: next() };
    serde_json::to_value(moved).map_err(AppError::internal)
}

/// Open opportunities counted on the account as a whole until now, and so on both parts of it.
/// Rules DR-14, CF-03.
fn part(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let owners = cx.tx.query_as::<String, _>(
        "SELECT DISTINCT owner_user_id FROM direct_opportunities WHERE vendor_id = $1 \
         AND account_id = $2 AND stage = 'open' LIMIT 200",
        db::params![vendor_id.as_str(), merging.kept.as_str()],
    )?;
    for owner in owners {
        gave_up(cx, Stake::Opportunity, merging.kept.as_str(), &owner)?;
        gave_up(cx, Stake::Opportunity, merging.merged.as_str(), &owner)?;
    }
    carry_over(cx, Stake::Opportunity, (merging.kept.as_str(), merging.merged.as_str()))
}

fn check_undo(_: &mut Cx<'_, '_>, _: &Merging, _: &Value) -> Result<Vec<String>, AppError> {
    Ok(Vec::new())
}

fn undo(cx: &mut Cx<'_, '_>, merging: &Merging, moved: &Value) -> Result<(), AppError> {
    part(cx, merging)?;
    let moved: Moved = serde_json::from_value(moved.clone()).unwrap_or_default();
    let ids = [moved.opportunities, moved.activities, moved.attempts];
    for ((table, _, sql), ids) in FOLLOWING.into_iter().zip(ids) {
        for id in ids {
            set_account(cx, (table, sql), &id, (&merging.kept, &merging.merged))?;
        }
    }
    Ok(())
}
