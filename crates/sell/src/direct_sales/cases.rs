//! What direct sales does for conflict cases: who works an account, and what was done there
//! (CF-03, CF-04).

use domain::{
    conflicts::bundle::Fact,
    ids::{AccountId, UserId},
};
use serde_json::json;

use crate::conflicts::{Direct, DirectView, Gathered};
use frame::{clock::from_micros, ctx::Cx, error::AppError};
use people::identity;

/// What direct sales does for cases.
pub const CASES: Direct = Direct { on, gather };

fn on(cx: &mut Cx<'_, '_>, account_id: &AccountId) -> Result<DirectView, AppError> {
    let vendor_id = cx.vendor();
    let params = db::params![vendor_id.as_str(), account_id.as_str()];
    let owners = cx.tx.query_as::<(String, i64), _>(
        "SELECT owner_user_id, created_at FROM direct_opportunities WHERE vendor_id = $1 \
         AND account_id = $2 AND stage = 'open' ORDER BY created_at DESC LIMIT 50",
        params,
    )?;
    let attempts = cx.tx.query(
        "SELECT attempted_by, attempted_at, held, settled_as FROM direct_refusals \
         WHERE vendor_id = $1 AND account_id = $2 ORDER BY attempted_at DESC LIMIT 50",
        params,
        |row| {
            let (by, at, held, settled_as): (String, i64, String, String) = row.read()?;
            let waits = !held.is_empty() && settled_as.is_empty();
            Ok::<_, db::DbError>((by, at, held, waits))
        },
    )?;
    let has_open = !owners.is_empty() || attempts.iter().any(|(_, _, _, waits)| *waits);
    let mut people: Vec<(i64, UserId)> =
        owners.iter().filter_map(|(owner, at)| Some((*at, UserId::parse(owner).ok()?))).collect();
    for (by, at, held, _) in &attempts {
        let by = identity::person_of(cx, by)?;
        people.extend(by.into_iter().chain(owner_of(held)).map(|id| (*at, id)));
    }
    people.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(DirectView { people: people.into_iter().map(|(_, id)| id).collect(), has_open })
}

/// Whose something is that is held back.
pub(super) fn owner_of(held: &str) -> Option<UserId> {
    let held: serde_json::Value = serde_json::from_str(held).ok()?;
    UserId::parse(held.get("owner_user_id")?.as_str()?).ok()
}

fn fact(at: i64, kind: &'static str, by: String, words: String, data: String) -> Fact {
    Fact { at: from_micros(at), kind, side: "direct_sales".to_owned(), by, words, data }
}

fn gather(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    gathered: &mut Gathered,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let params = db::params![vendor_id.as_str(), account_id.as_str()];
    let opportunities = cx.tx.query(
        "SELECT name, opened_on, stage, through, permitted_by, created_by_name, created_at, \
         owner_name FROM direct_opportunities WHERE vendor_id = $1 AND account_id = $2 \
         ORDER BY created_at, opportunity_id LIMIT 500",
        params,
        |row| {
            let (name, [opened_on, stage, through, permitted_by], by, at, owner): (
                String,
                [String; 4],
                String,
                i64,
                String,
            ) = row.read()?;
            let data = json!({ "opened_on": opened_on, "stage": stage, "through": through,
                "permitted_by": permitted_by, "owner": owner });
            let words = format!("The opportunity “{name}” was recorded.");
            Ok::<_, db::DbError>(fact(at, "direct_opportunity", by, words, data.to_string()))
        },
    )?;
    let activities = cx.tx.query(
        "SELECT kind, occurred_on, note, recorded_by_name, recorded_at FROM direct_activities \
         WHERE vendor_id = $1 AND account_id = $2 ORDER BY recorded_at, activity_id LIMIT 1000",
        params,
        |row| {
            let ([kind, day, words, by], at): ([String; 4], i64) = row.read()?;
            let data = json!({ "kind": kind, "occurred_on": day }).to_string();
            Ok::<_, db::DbError>(fact(at, "direct_activity", by, words, data))
        },
    )?;
    let attempts = cx.tx.query(
        "SELECT what, through, words, attempted_by_name, attempted_at, rule FROM direct_refusals \
         WHERE vendor_id = $1 AND account_id = $2 ORDER BY attempted_at, refusal_id LIMIT 500",
        params,
        |row| {
            let ([what, through, told, by], at, rule): ([String; 4], i64, String) = row.read()?;
            let data = json!({ "through": through, "rule": rule }).to_string();
            let words = format!("Tried to record {what}. {told}");
            Ok::<_, db::DbError>(fact(at, "direct_attempt", by, words, data))
        },
    )?;
    gathered.facts.extend(opportunities.into_iter().chain(activities).chain(attempts));
    Ok(())
}
