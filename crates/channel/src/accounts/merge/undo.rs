//! Undoing a merge (AC-04).

use jiff::SignedDuration;
use serde_json::Value;

use super::{AC_04, Merge, MergeId, carry, record, store};
use crate::accounts::{stakes, store as accounts_store};
use frame::{ctx::Cx, error::AppError};
use people::identity;

/// For so many days a merge can be undone.
const DAYS: i64 = 30;

/// Undoes a merge.
#[derive(Debug)]
pub struct UndoMerge {
    /// The merge.
    pub merge_id: MergeId,
}

impl UndoMerge {
    /// Makes the merged account a living one again and gives it back what the merge took over, as
    /// far as it is still as the merge left it. Refused after 30 days, or when something has
    /// happened since that contradicts it. Rule AC-04.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        identity::deciding_person(cx, AC_04)?;
        let merge = store::find(cx, &self.merge_id)?;
        let against = contradictions(cx, &merge)?;
        if !against.is_empty() {
            return Err(AppError::refused(
                AC_04,
                format!("The merge cannot be undone: {}", against.join(" ")),
            ));
        }
        let kept = accounts_store::get(cx, &merge.merging.kept)?;
        stakes::parts(cx, &kept, &merge.merging.merged)?;
        store::set_merged_into(cx, &merge.merging.merged, "")?;
        let app = cx.app.clone();
        for follower in crate::accounts::followers(&app)?.iter().rev() {
            let moved = merge.moved.followers.get(follower.name).unwrap_or(&Value::Null);
            (follower.undo)(cx, &merge.merging, moved)?;
        }
        carry::back(cx, &merge.merging, &merge.moved.carried)?;
        store::mark_undone(cx, &merge.merge_id)?;
        crate::accounts::questions::unmerged(cx, &merge.merging)?;
        accounts_store::changed(cx, &merge.merging.kept)?;
        accounts_store::changed(cx, &merge.merging.merged)?;
        record(cx, &merge.merging, ("account.merge_undone", &merge.merge_id, &merge.reason))
    }
}

/// Why a merge can no longer be undone, in sentences; empty when it can.
pub(crate) fn contradictions(cx: &mut Cx<'_, '_>, merge: &Merge) -> Result<Vec<String>, AppError> {
    if merge.undone_at.is_some() {
        return Ok(vec!["It has already been undone.".to_owned()]);
    }
    let mut against = Vec::new();
    if cx.now.duration_since(merge.merged_at) > SignedDuration::from_hours(24 * DAYS) {
        against.push(format!("It was made more than {DAYS} days ago."));
    }
    let kept = accounts_store::get(cx, &merge.merging.kept)?;
    if !kept.merged_into.is_empty() {
        against.push(format!(
            "{} has since been merged into another account; undo that merge first.",
            kept.name
        ));
        return Ok(against);
    }
    let app = cx.app.clone();
    for follower in crate::accounts::followers(&app)? {
        let moved = merge.moved.followers.get(follower.name).unwrap_or(&Value::Null);
        against.extend((follower.check_undo)(cx, &merge.merging, moved)?);
    }
    Ok(against)
}
