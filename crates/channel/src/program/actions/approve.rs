//! Approving a version: a second person signs the difference in words.

use domain::{identity::Likeness, ids::ProgramId, rule_id::RuleId};
use serde_json::json;

use super::{act, record, refused, subject, unchanged, withdrawn};
use crate::program::{
    kept,
    review::{Review, review},
    store::{self, State, VersionRow},
};
use frame::{ctx::Cx, error::AppError};
use people::{identity, notifications};

const PG_02: RuleId = RuleId::new("PG-02");

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
        kept::touch(cx, self.program_id, self.number)?;
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

/// Two people stand behind a change of terms; behind a key stands its owner. The operator
/// at the machine's own command line answers for both. Rule PG-02.
fn four_eyes(cx: &mut Cx<'_, '_>, row: &VersionRow, review: &Review) -> Result<(), AppError> {
    if identity::deciding_person(cx, PG_02)?.is_none() || review.base.is_none() {
        return Ok(());
    }
    let author = &row.drafted.by;
    if author != "system" && identity::person_of(cx, author)?.is_none() {
        return Err(AppError::refused(
            PG_02,
            "This version was written with a key that has no owner. Send it back to draft, have a \
             person save it, and propose it again.",
        ));
    }
    match own(cx, author)? {
        Some(words) => Err(AppError::refused(PG_02, words)),
        None => Ok(()),
    }
}

/// Why the acting person counts as the author of a version and so does not approve it; `None` when
/// the two are two people, by whatever sessions and keys they came. Rule PG-02.
pub(in crate::program) fn own(
    cx: &mut Cx<'_, '_>,
    drafted_by: &str,
) -> Result<Option<String>, AppError> {
    let author = identity::person_of(cx, drafted_by)?;
    let Some((author, acting)) = author.zip(cx.actor.person().cloned()) else {
        return Ok(None);
    };
    let one = identity::Eyes::read(cx, None)?.one_person(&acting, &author);
    Ok(one.map(|one| match one.likeness {
        Likeness::Same => "You wrote this version, so someone else has to approve it. Ask a \
                           colleague who can approve versions."
            .to_owned(),
        Likeness::Mailbox
        | Likeness::Device
        | Likeness::Invited
        | Likeness::InvitedBy
        | Likeness::Behind => {
            let who = format!("{}, who wrote this version,", one.name);
            let why = one.words(&who);
            format!("{why} You therefore count as the same person. Ask a colleague to approve it.")
        }
    }))
}
