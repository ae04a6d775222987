//! Moves cases when their account is merged into another one.

use domain::ids::AccountId;
use serde_json::{Value, json};

use super::kept;
use channel::accounts::{MergeFollower, Merging};
use frame::{ctx::Cx, error::AppError};
use people::audit;

/// What a merge of accounts does to cases.
pub const MERGES: MergeFollower =
    MergeFollower { name: "conflicts", foresee, follow, check_undo, undo };

fn foresee(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<Vec<String>, AppError> {
    let vendor_id = cx.vendor();
    let cases = cx.tx.query_one_as::<i64, _>(
        "SELECT COUNT(*) FROM conflict_cases WHERE vendor_id = $1 AND account_id = $2",
        db::params![vendor_id.as_str(), merging.merged.as_str()],
    )?;
    Ok(match cases {
        0 => Vec::new(),
        1 => vec!["1 conflict case moves too.".to_owned()],
        more => vec![format!("{more} conflict cases move too.")],
    })
}

fn follow(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<Value, AppError> {
    let vendor_id = cx.vendor();
    let moved = cx.tx.query_as::<String, _>(
        "SELECT case_id FROM conflict_cases WHERE vendor_id = $1 AND account_id = $2 \
         ORDER BY case_id",
        db::params![vendor_id.as_str(), merging.merged.as_str()],
    )?;
    for case_id in &moved {
        set_account(cx, case_id, (&merging.merged, &merging.kept))?;
    }
    Ok(json!(moved))
}

fn check_undo(_: &mut Cx<'_, '_>, _: &Merging, _: &Value) -> Result<Vec<String>, AppError> {
    Ok(Vec::new())
}

fn undo(cx: &mut Cx<'_, '_>, merging: &Merging, moved: &Value) -> Result<(), AppError> {
    for case_id in moved.as_array().into_iter().flatten().filter_map(Value::as_str) {
        set_account(cx, case_id, (&merging.kept, &merging.merged))?;
    }
    Ok(())
}

/// A case moves from one account to another, if it is still on the first.
fn set_account(
    cx: &mut Cx<'_, '_>,
    case_id: &str,
    (from, to): (&AccountId, &AccountId),
) -> Result<(), AppError> {
    audit::touch(cx, &kept::CASES, &[case_id])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE conflict_cases SET account_id = $1 WHERE vendor_id = $2 AND case_id = $3 \
         AND account_id = $4",
        db::params![to.as_str(), vendor_id.as_str(), case_id, from.as_str()],
    )?;
    Ok(())
}
