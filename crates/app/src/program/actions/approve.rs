//! Approving a version: a second person signs the difference in words.

use domain::{
    ids::{ApiKeyId, ProgramId},
    rule_id::RuleId,
};
use serde_json::json;

use super::{act, record, refused, subject, unchanged, withdrawn};
use crate::{
    core::{actor::Who, ctx::Cx, error::AppError},
    identity, notifications,
    program::{
        review::{Review, review},
        store::{self, State, VersionRow},
    },
};

/// Approves a version in review.
#[derive(Debug)]
pub struct Approve<'a> {
    /// The program.
    pub program_id: &'a ProgramId,
    /// The version.
    pub number: i64,
    /// The count of its changes as it was read.
    pub expected_version: Option<i64>,
    /// The version with which the approver saw it compared; `None` when that was not shown.
    pub expected_base: Option<i64>,
}

impl Approve<'_> {
    /// Signs the difference to the version before; the words are kept with the signature. Whoever
    /// wrote the version last cannot approve it, except the first of a program, which changes
    /// nobody's terms. Rules PG-02, PG-04.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<VersionRow, AppError> {
        store::program(cx, self.program_id)?;
        let row = store::version(cx, self.program_id, self.number)?;
        unchanged(&row, self.expected_version)?;
        let life = row.lifecycle().ok_or_else(withdrawn)?;
        let step = act(cx);
        life.approve(step.clone()).map_err(|refusal| refused(&refusal))?;
        let review = review(cx, self.program_id, &row.document()?)?;
        if self.expected_base.is_some_and(|base| base != review.base_number()) {
            return Err(AppError::Stale);
        }
        four_eyes(cx, &row, &review)?;
        let signed = review.signed();
        let vendor_id = cx.vendor();
        cx.tx.execute(
            "UPDATE program_versions SET state = 'approved', approved_by = $1, \
             approved_at = $2, approved_base = $3, approved_diff = $4, version = version + 1 \
             WHERE vendor_id = $5 AND program_id = $6 AND number = $7",
            db::params![
                step.by,
                step.at.as_microsecond(),
                review.base_number(),
                signed.to_string(),
                vendor_id.as_str(),
                self.program_id.as_str(),
                self.number
            ],
        )?;
        notifications::finish(cx, &subject(self.program_id, self.number))?;
        record(cx, &row, ("approved", State::InReview, State::Approved), json!(signed))?;
        store::version(cx, self.program_id, self.number)
    }
}

/// Two people stand behind a change of terms; behind a key stands whoever made it. The operator
/// at the machine's own command line answers for both. Rule PG-02.
fn four_eyes(cx: &mut Cx<'_, '_>, row: &VersionRow, review: &Review) -> Result<(), AppError> {
    if review.base.is_none() || cx.actor.who == Who::System {
        return Ok(());
    }
    if is_own(cx, row)? {
        return Err(AppError::refused(
            RuleId::new("PG-02"),
            "You wrote this version, so someone else approves it: ask another person with the \
             right to approve.",
        ));
    }
    Ok(())
}

/// True when the acting person, or the one behind the acting key, wrote the version last.
pub(in crate::program) fn is_own(cx: &mut Cx<'_, '_>, row: &VersionRow) -> Result<bool, AppError> {
    let acting = cx.actor.reference();
    Ok(person_behind(cx, &acting)? == person_behind(cx, &row.drafted.by)?)
}

/// The person who made the key, or the key that made the key, and so on.
fn person_behind(cx: &mut Cx<'_, '_>, reference: &str) -> Result<String, AppError> {
    let mut behind = reference.to_owned();
    for _ in 0..8 {
        let Some(key) = behind.strip_prefix("key:").and_then(|id| ApiKeyId::parse(id).ok()) else {
            break;
        };
        let Some(maker) = identity::api_key_made_by(cx, &key)? else {
            break;
        };
        behind = maker;
    }
    Ok(behind)
}
