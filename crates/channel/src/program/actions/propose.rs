//! Proposing a draft for review.

use domain::ids::ProgramId;
use serde_json::json;

use super::{act, record, refused, subject, unchanged, withdrawn};
use crate::program::{
    kept,
    review::review,
    store::{self, State, VersionRow},
};
use frame::{access::VendorRole, ctx::Cx, error::AppError};
use people::{identity, notifications};

/// Asks for the review of a draft.
#[derive(Debug)]
pub struct Propose<'a> {
    /// The program.
    pub program_id: &'a ProgramId,
    /// The draft.
    pub number: i64,
    /// The count of its changes as it was read.
    pub expected_version: Option<i64>,
}

impl Propose<'_> {
    /// Puts the draft before those who approve, and tells them. Rule PG-02.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<VersionRow, AppError> {
        store::program(cx, self.program_id)?;
        let row = store::version(cx, self.program_id, self.number)?;
        unchanged(&row, self.expected_version)?;
        let life = row.lifecycle().ok_or_else(withdrawn)?;
        let step = act(cx);
        life.submit(step.clone()).map_err(|refusal| refused(&refusal))?;
        kept::touch(cx, self.program_id, self.number)?;
        let vendor_id = cx.vendor();
        cx.tx.execute(
            "UPDATE program_versions SET state = 'in_review', proposed_by = $1, \
             proposed_at = $2, version = version + 1 \
             WHERE vendor_id = $3 AND program_id = $4 AND number = $5",
            db::params![
                step.by,
                step.at.as_microsecond(),
                vendor_id.as_str(),
                self.program_id.as_str(),
                self.number
            ],
        )?;
        record(cx, &row, ("proposed", State::Draft, State::InReview), json!(null))?;
        tell_approvers(cx, &row)?;
        store::version(cx, self.program_id, self.number)
    }
}

fn tell_approvers(cx: &mut Cx<'_, '_>, row: &VersionRow) -> Result<(), AppError> {
    let review = review(cx, &row.program_id, &row.document()?)?;
    let subject = subject(&row.program_id, row.number);
    let href = format!("/program/{}/versions/{}", row.program_id, row.number);
    let title = format!("Version {} of the program needs your approval", row.number);
    let body = format!(
        "{} changes, {} partners affected. It takes effect only after someone other than its \
         author approves it and it is announced.",
        review.changes.len(),
        review.touched.len()
    );
    let author = identity::person_of(cx, &row.drafted.by)?;
    for person in identity::users_with_role(cx, VendorRole::ChannelChief)? {
        if author.as_ref() == Some(&person.user_id) {
            continue;
        }
        notifications::notify(
            cx,
            &notifications::Notice {
                user_id: person.user_id.as_str(),
                partner_id: "",
                kind: "program.version_proposed",
                title: &title,
                body: &body,
                href: &href,
                action: "Review the changes",
                until: None,
                subject_id: &subject,
                links: &[],
            },
        )?;
    }
    Ok(())
}
