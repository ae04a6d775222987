//! Closing a case: a person of the vendor says how it was settled.

use domain::{ids::CaseId, text::Note};
use serde_json::json;
use web::FieldErrors;

use super::{CaseClosed, store};
use crate::{
    audit,
    core::{ctx::Cx, error::AppError},
    events, identity, notifications,
};

/// How a case was settled.
#[derive(Debug)]
pub struct CloseCase {
    /// The case.
    pub case_id: CaseId,
    /// For the vendor: what was decided and why.
    pub note: String,
    /// For the parties: the outcome; names no other partner.
    pub words: String,
}

impl CloseCase {
    /// Closes the case, ends the dispute of its registrations and tells the parties. The account
    /// and the registrations stay as they are: whoever loses it is released by hand.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let case = store::find(cx, &self.case_id)?;
        let mut errors = FieldErrors::new();
        let note = errors.take("note", Note::parse(&self.note));
        let words = errors.take("words", Note::parse(&self.words));
        if !case.open {
            errors.add("note", "the case is closed already");
        }
        let (Some(note), Some(words), true) = (note, words, case.open) else {
            return Err(AppError::Invalid(errors));
        };
        finish(cx, &case, note.as_str(), words.as_str())
    }
}

/// Writes the closing and tells everyone; `note` is the vendor's, `words` the parties'.
pub(super) fn finish(
    cx: &mut Cx<'_, '_>,
    case: &store::Case,
    note: &str,
    words: &str,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE conflict_cases SET state = 'closed', closed_by_name = $1, closed_at = $2, \
         closing_note = $3, closing_words = $4, version = version + 1 \
         WHERE vendor_id = $5 AND case_id = $6",
        db::params![
            &cx.actor.name.clone(),
            cx.now.as_microsecond(),
            note,
            words,
            vendor_id.as_str(),
            case.case_id.as_str()
        ],
    )?;
    notifications::finish(cx, case.case_id.as_str())?;
    audit::record(
        cx,
        &audit::Entry {
            action: "conflict.closed",
            object_kind: "conflict",
            object_id: case.case_id.as_str(),
            before: json!({ "state": "open" }),
            after: json!({ "state": "closed", "note": note, "words": words }),
        },
    )?;
    let registrations = store::registrations(cx, &case.case_id)?;
    let closed = CaseClosed { case_id: case.case_id.clone(), registrations };
    let app = cx.app.clone();
    for follow in &app.case_followers {
        follow(cx, &closed)?;
    }
    tell(cx, case, words)
}

fn tell(cx: &mut Cx<'_, '_>, case: &store::Case, words: &str) -> Result<(), AppError> {
    let title = format!("{}: the conflict case is closed", case.account_name);
    let href = format!("/conflicts/{}", case.case_id);
    let mut told = std::collections::BTreeSet::new();
    for party in store::parties(cx, &case.case_id)? {
        let Ok(partner_id) = domain::ids::PartnerId::parse(&party.partner_id) else {
            continue;
        };
        if !told.insert(partner_id.clone()) {
            continue;
        }
        let event = events::Event {
            kind: "conflict.closed",
            object_kind: "conflict",
            object_id: case.case_id.as_str(),
            partner_id: partner_id.as_str(),
            data: json!({ "words": words }),
        };
        events::append(cx, &event)?;
        let people = identity::partner_people(cx, &partner_id)?;
        let admins = people.iter().filter(|one| one.roles.iter().any(|role| role == "admin"));
        for person in admins.take(20) {
            let notice = notifications::Notice {
                user_id: person.user_id.as_str(),
                partner_id: partner_id.as_str(),
                kind: "conflict.closed",
                title: &title,
                body: words,
                href: &href,
                action: "",
                until: None,
                subject_id: case.case_id.as_str(),
                links: &[],
            };
            notifications::notify(cx, &notice)?;
        }
    }
    Ok(())
}
