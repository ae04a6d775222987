//! Two accounts become one, and the way back (AC-04). What other slices keep about an account
//! moves along in the same transaction: they say how in a [`MergeFollower`], and the application
//! lists them (see docs/adr/0009-merges-have-followers.md).

mod carry;
mod store;
mod undo;

use domain::{ids::AccountId, rule_id::RuleId, text::Note};
use serde_json::{Value, json};

pub(super) use store::{Merge, find, of_account};
pub use undo::UndoMerge;
pub(super) use undo::contradictions;

use super::{
    stakes,
    store::{self as accounts_store, AccountView},
};
use frame::{ctx::Cx, error::AppError};
use people::{audit, events, identity};

/// The rule that merges follow.
pub(super) const AC_04: RuleId = RuleId::new("AC-04");

domain::id_type!(/** One merge of two accounts. */ MergeId, "mrg");

/// Two accounts on the way to becoming one.
#[derive(Debug, Clone)]
pub struct Merging {
    /// The account that stays.
    pub kept: AccountId,
    /// The account that is taken in.
    pub merged: AccountId,
}

/// How a slice above moves along with a merge.
#[derive(Debug, Clone, Copy)]
pub struct MergeFollower {
    /// The slice.
    pub name: &'static str,
    /// What would happen, in words, without doing it.
    pub foresee: fn(&mut Cx<'_, '_>, &Merging) -> Result<Vec<String>, AppError>,
    /// Does it, and gives what the way back needs to know.
    pub follow: fn(&mut Cx<'_, '_>, &Merging) -> Result<Value, AppError>,
    /// What has happened since that contradicts the way back, in words.
    pub check_undo: fn(&mut Cx<'_, '_>, &Merging, &Value) -> Result<Vec<String>, AppError>,
    /// Goes the way back.
    pub undo: fn(&mut Cx<'_, '_>, &Merging, &Value) -> Result<(), AppError>,
}

/// Merges one account into another.
#[derive(Debug)]
pub struct MergeAccounts {
    /// The account that stays.
    pub kept: AccountId,
    /// The account that is taken in.
    pub merged: AccountId,
    /// Why they are one company, as typed.
    pub reason: String,
}

impl MergeAccounts {
    /// Names, domains, external ids and subsidiaries go to the kept account, what it does not know
    /// yet is taken over, and everything that followers keep moves along. Two live holders open a
    /// conflict case. A person decides that it is one company. Rules AC-03, AC-04.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<MergeId, AppError> {
        let reason = Note::parse(&self.reason)
            .map_err(|error| AppError::field("reason", error.to_string()))?;
        identity::deciding_person(cx, AC_04)?;
        let (kept, merged) = living_pair(cx, &self.kept, &self.merged)?;
        let merging = Merging { kept: self.kept.clone(), merged: self.merged.clone() };
        stakes::merges(cx, &kept, &merged)?;
        let carried = carry::over(cx, &kept, &merged)?;
        store::mark_merged(cx, &merging)?;
        let app = cx.app.clone();
        let mut followers = serde_json::Map::new();
        for follower in crate::accounts::followers(&app)? {
            followers.insert(follower.name.to_owned(), (follower.follow)(cx, &merging)?);
        }
        let merge_id = MergeId::new(cx.ids(), cx.now);
        let moved = store::Moved { carried, followers };
        store::insert(cx, &merge_id, &merging, &moved, reason.as_str())?;
        super::questions::merged(cx, &merging)?;
        super::duplicates::forget(cx, &merging.merged)?;
        accounts_store::changed(cx, &merging.kept)?;
        accounts_store::changed(cx, &merging.merged)?;
        record(cx, &merging, ("account.merged", &merge_id, reason.as_str()))?;
        Ok(merge_id)
    }
}

/// What a merge would do, in words, for the page on which it is confirmed.
pub(super) fn foresee(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<Vec<String>, AppError> {
    let (kept, merged) = living_pair(cx, &merging.kept, &merging.merged)?;
    let mut words = carry::foresee(cx, &kept, &merged)?;
    let app = cx.app.clone();
    for follower in crate::accounts::followers(&app)? {
        words.extend((follower.foresee)(cx, merging)?);
    }
    words.push(format!("{} keeps its own history and links to {}.", merged.name, kept.name));
    words.push("You can undo the merge for 30 days, unless later changes conflict with it.".into());
    Ok(words)
}

fn living_pair(
    cx: &mut Cx<'_, '_>,
    kept: &AccountId,
    merged: &AccountId,
) -> Result<(AccountView, AccountView), AppError> {
    if kept == merged {
        return Err(AppError::field(
            "merged_account_id",
            "an account cannot be merged into itself",
        ));
    }
    let kept = accounts_store::get(cx, kept)?;
    let merged = accounts_store::get(cx, merged)?;
    for (account, field) in [(&kept, "account_id"), (&merged, "merged_account_id")] {
        if !account.merged_into.is_empty() {
            let words = format!("{} has already been merged into another account", account.name);
            return Err(AppError::field(field, words));
        }
    }
    Ok((kept, merged))
}

/// One entry in the history of each of the two accounts, and one event.
fn record(
    cx: &mut Cx<'_, '_>,
    merging: &Merging,
    (action, merge_id, reason): (&'static str, &MergeId, &str),
) -> Result<(), AppError> {
    let data = json!({
        "merge_id": merge_id.as_str(),
        "kept_account_id": merging.kept.as_str(),
        "merged_account_id": merging.merged.as_str(),
        "reason": reason,
    });
    for account_id in [&merging.kept, &merging.merged] {
        audit::record(
            cx,
            &audit::Entry {
                action,
                object_kind: "account",
                object_id: account_id.as_str(),
                before: Value::Null,
                after: data.clone(),
            },
        )?;
    }
    let event = events::Event {
        kind: action,
        object_kind: "account",
        object_id: merging.kept.as_str(),
        partner_id: "",
        data,
    };
    events::append(cx, &event)
}
