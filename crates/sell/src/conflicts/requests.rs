//! Evidence that the decider asks of a party; the clock stops until it comes (CF-08).

use domain::{
    conflicts::{
        clock::{Wait, stops},
        rules::CF_08,
    },
    ids::{CaseId, PartnerId},
    text::Note,
};
use serde_json::json;
use web::FieldErrors;

use super::{
    Upload, course, decide, seats,
    statements::{acting_side, keep_files},
    store::{self, requests::Request},
    tell::{self, Message},
    terms,
};
use frame::{ctx::Cx, error::AppError, secrets};
use people::audit;

/// Asks a party for evidence.
#[derive(Debug)]
pub struct RequestEvidence {
    /// The case.
    pub case_id: CaseId,
    /// The party; `None` for direct sales.
    pub partner_id: Option<PartnerId>,
    /// What is asked for; names no other partner.
    pub words: String,
}

impl RequestEvidence {
    /// The id of the request. The clock stops from now until the answer, no longer than the
    /// program gives over all requests. Rules CF-04, CF-08.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<String, AppError> {
        let mut case = store::find(cx, &self.case_id)?;
        let parties = store::all_parties(cx, &self.case_id)?;
        let mut errors = FieldErrors::new();
        let words = errors.take("words", Note::parse(&self.words));
        if !parties.iter().any(|party| party.partner() == self.partner_id) {
            errors.add("party", "is not in this case");
        }
        if let Some(words) = &words {
            decide::no_name(&mut errors, "words", words.as_str(), &parties);
        }
        let (Some(words), true) = (words, errors.is_empty()) else {
            return Err(AppError::Invalid(errors));
        };
        if !case.is_open() {
            return Err(AppError::refused(CF_08, "The case is decided; nothing is awaited."));
        }
        let terms = terms::of(cx, &case)?;
        seats::check(cx, &case, &terms, (case.level, false))?;
        let mut waits = store::requests::waits(cx, &self.case_id)?;
        waits.push(Wait { from_at: cx.now, answered_at: None });
        let most = terms.conflicts().evidence_wait_business_days;
        let stops_until = stops(&waits, most, &terms.calendar)
            .last()
            .map_or(cx.now, |stop| stop.until_at.max(cx.now));
        let request = Request {
            request_id: format!("erq_{}", secrets::base62(cx.ids(), 20)),
            partner_id: self.partner_id.as_ref().map_or("", |id| id.as_str()).to_owned(),
            words: words.as_str().to_owned(),
            asked_by_name: cx.actor.name.clone(),
            asked_at: cx.now,
            stops_until,
            answered_at: None,
            answered_by_name: String::new(),
            answer: String::new(),
        };
        store::requests::insert(cx, &self.case_id, &request)?;
        course::refresh(cx, &mut case, &terms)?;
        let entry = "Evidence was asked of a party; the clock stands until it comes.";
        course::entry(cx, &case, (CF_08, entry, entry))?;
        let body = format!("{}: {}", case.reference(), request.words);
        let message = Message {
            kind: "evidence_asked",
            title: "evidence is asked of you in a conflict case",
            body: &body,
            action: "Answer",
            until: Some(stops_until),
            link: false,
        };
        tell::party(cx, &case, self.partner_id.as_ref(), &message)?;
        Ok(request.request_id)
    }
}

/// Answers a request for evidence.
#[derive(Debug)]
pub struct AnswerRequest {
    /// The case.
    pub case_id: CaseId,
    /// The request.
    pub request_id: String,
    /// The answer.
    pub words: String,
    /// Files that show it.
    pub files: Vec<Upload>,
}

impl AnswerRequest {
    /// Keeps the answer; the clock runs on. Another party's request is not found. Rule CF-08.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let case = store::find(cx, &self.case_id)?;
        let side = acting_side(cx, &self.case_id)?;
        let requests = store::requests::list(cx, &self.case_id)?;
        let request = requests
            .iter()
            .find(|one| one.request_id == self.request_id && one.partner_id == side)
            .ok_or(AppError::NotFound)?;
        let words = Note::parse(&self.words)
            .map_err(|error| AppError::field("words", error.to_string()))?;
        if request.answered_at.is_some() || !case.is_open() {
            return Err(AppError::refused(CF_08, "Nothing is awaited any more."));
        }
        store::requests::answer(cx, &self.case_id, &self.request_id, words.as_str())?;
        keep_files(cx, &self.case_id, &side, &self.files)?;
        audit::record(
            cx,
            &audit::Entry {
                action: "conflict.evidence_given",
                object_kind: "conflict",
                object_id: self.case_id.as_str(),
                before: json!({ "asked": request.words }),
                after: json!({ "answer": words.as_str() }),
            },
        )?;
        cx.as_system(|cx| {
            let mut case = store::find(cx, &self.case_id)?;
            let terms = terms::of(cx, &case)?;
            course::refresh(cx, &mut case, &terms)?;
            let entry = "The evidence came; the clock runs on.";
            course::entry(cx, &case, (CF_08, entry, entry))?;
            let body = format!("{}: {entry}", case.reference());
            let message = Message {
                kind: "evidence_given",
                title: "the evidence you asked for came",
                body: &body,
                action: "Decide",
                until: case.level_due_at,
                link: false,
            };
            tell::decider(cx, &case, &message)
        })
    }
}
