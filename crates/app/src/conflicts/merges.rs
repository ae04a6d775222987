//! Cases follow their account when it is merged into another one.

use serde_json::{Value, json};

use crate::{
    accounts::{MergeFollower, Merging},
    core::{ctx::Cx, error::AppError},
};

/// What a merge of accounts does to cases.
pub const MERGES: MergeFollower =
    MergeFollower { name: "conflicts", foresee, follow, check_undo, undo };

fn foresee(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<Vec<String>, AppError> {
    let vendor_id = cx.vendor();
    let cases = cx.tx.query_one(
        "SELECT COUNT(*) FROM conflict_cases WHERE vendor_id = $1 AND account_id = $2",
        db::params![vendor_id.as_str(), merging.merged.as_str()],
        |row| row.int(0),
    )?;
    Ok(match cases {
        0 => Vec::new(),
        1 => vec!["One conflict case moves along.".to_owned()],
        more => vec![format!("{more} conflict cases move along.")],
    })
}

fn follow(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<Value, AppError> {
    let vendor_id = cx.vendor();
    let moved = cx.tx.query(
        "UPDATE conflict_cases SET account_id = $1 WHERE vendor_id = $2 AND account_id = $3 \
         RETURNING case_id",
        db::params![merging.kept.as_str(), vendor_id.as_str(), merging.merged.as_str()],
        |row| row.text(0),
    )?;
    Ok(json!(moved))
}

fn check_undo(_: &mut Cx<'_, '_>, _: &Merging, _: &Value) -> Result<Vec<String>, AppError> {
    Ok(Vec::new())
}

fn undo(cx: &mut Cx<'_, '_>, merging: &Merging, moved: &Value) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    for case_id in moved.as_array().into_iter().flatten().filter_map(Value::as_str) {
        cx.tx.execute(
            "UPDATE conflict_cases SET account_id = $1 WHERE vendor_id = $2 AND case_id = $3 \
             AND account_id = $4",
            db::params![
                merging.merged.as_str(),
                vendor_id.as_str(),
                case_id,
                merging.kept.as_str()
            ],
        )?;
    }
    Ok(())
}
