//! The partner council: who sits in it, and that it saw a version before it is announced.

use domain::{
    ids::{PartnerId, ProgramId},
    rule_id::RuleId,
};
use serde_json::json;

use super::{record, refused, subject, withdrawn};
use crate::program::{
    kept,
    review::review,
    store::{self, State, VersionRow},
};
use frame::{ctx::Cx, error::AppError};
use people::{audit, identity, notifications};

/// The partners of the council: id and name, by name.
pub(crate) fn members(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
) -> Result<Vec<(String, String)>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT c.partner_id, e.name FROM program_council c JOIN partners_v_enrolments e \
         ON e.vendor_id = c.vendor_id AND e.program_id = c.program_id \
         AND e.partner_id = c.partner_id \
         WHERE c.vendor_id = $1 AND c.program_id = $2 ORDER BY e.name, c.partner_id",
        db::params![vendor_id.as_str(), program_id.as_str()],
    )?)
}

/// Gives a partner of the program a seat in its council, or takes it away.
pub(crate) fn set_member(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    partner_id: &PartnerId,
    seated: bool,
) -> Result<(), AppError> {
    store::program(cx, program_id)?;
    let vendor_id = cx.vendor();
    let params = db::params![vendor_id.as_str(), program_id.as_str(), partner_id.as_str()];
    let enrolled = cx.tx.query_opt_as::<i64, _>(
        "SELECT 1 FROM partners_v_enrolments WHERE vendor_id = $1 AND program_id = $2 \
         AND partner_id = $3",
        params,
    )?;
    if enrolled.is_none() {
        return Err(AppError::field("partner_id", "choose a partner of this program"));
    }
    cx.tx.execute(
        "DELETE FROM program_council WHERE vendor_id = $1 AND program_id = $2 \
         AND partner_id = $3",
        params,
    )?;
    if seated {
        cx.tx.execute(
            "INSERT INTO program_council (vendor_id, program_id, partner_id, added_by, added_at) \
             VALUES ($1, $2, $3, $4, $5)",
            db::params![
                vendor_id.as_str(),
                program_id.as_str(),
                partner_id.as_str(),
                cx.actor.reference(),
                cx.now.as_microsecond()
            ],
        )?;
    }
    audit::record(
        cx,
        &audit::Entry {
            action: "program.council_changed",
            object_kind: "program",
            object_id: program_id.as_str(),
            before: json!(null),
            after: json!({ "partner_id": partner_id.as_str(), "seated": seated }),
        },
    )
}

/// Shows an approved version to the council.
#[derive(Debug)]
pub(crate) struct ShowToCouncil<'a> {
    /// The program.
    pub program_id: &'a ProgramId,
    /// The version.
    pub number: i64,
}

impl ShowToCouncil<'_> {
    /// Tells the admins of the council's partners what is about to change. Rule PG-02.
    pub(crate) fn run(&self, cx: &mut Cx<'_, '_>) -> Result<VersionRow, AppError> {
        store::program(cx, self.program_id)?;
        let row = store::version(cx, self.program_id, self.number)?;
        let life = row.lifecycle().ok_or_else(withdrawn)?;
        life.show_to_council(cx.now).map_err(|refusal| refused(&refusal))?;
        let members = members(cx, self.program_id)?;
        if members.is_empty() {
            return Err(AppError::refused(
                RuleId::new("PG-02"),
                "The council has no members yet: add partners on the program page.",
            ));
        }
        kept::touch(cx, self.program_id, self.number)?;
        let vendor_id = cx.vendor();
        cx.tx.execute(
            "UPDATE program_versions SET council_saw_at = COALESCE(council_saw_at, $1), \
             version = version + 1 WHERE vendor_id = $2 AND program_id = $3 AND number = $4",
            db::params![
                cx.now.as_microsecond(),
                vendor_id.as_str(),
                self.program_id.as_str(),
                self.number
            ],
        )?;
        let review = review(cx, self.program_id, &row.document()?)?;
        let words: Vec<String> =
            review.changes.iter().map(|change| format!("– {}", change.words)).collect();
        for (partner_id, _) in members {
            let Ok(partner_id) = PartnerId::parse(&partner_id) else {
                continue;
            };
            tell(cx, &row, &partner_id, &words.join("\n"))?;
        }
        let state = State::Approved;
        record(cx, &row, ("shown_to_council", state, state), json!(null))?;
        store::version(cx, self.program_id, self.number)
    }
}

fn tell(
    cx: &mut Cx<'_, '_>,
    row: &VersionRow,
    partner_id: &PartnerId,
    words: &str,
) -> Result<(), AppError> {
    let body = format!(
        "As a member of the partner council you see these changes before they are announced. \
         Please send us your feedback.\n\n{words}"
    );
    let href = format!("/program/{}/changes/{}", row.program_id, row.number);
    let subject = subject(&row.program_id, row.number);
    for person in identity::partner_people(cx, partner_id)? {
        if !person.roles.iter().any(|role| role == "admin") {
            continue;
        }
        notifications::notify(
            cx,
            &notifications::Notice {
                user_id: person.user_id.as_str(),
                partner_id: partner_id.as_str(),
                kind: "program.version_shown_to_council",
                title: "Planned program changes for the partner council",
                body: &body,
                href: &href,
                action: "",
                until: None,
                subject_id: &subject,
                links: &[],
            },
        )?;
    }
    Ok(())
}
