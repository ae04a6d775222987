//! Requests for evidence; the clock stops until the answer (CF-08).

use domain::{
    conflicts::{
        clock::{Wait, stops},
        rules::CF_08,
    },
    ids::{CaseId, PartnerId},
};
use serde_json::json;
use web::FieldErrors;

use super::{
    Upload, course,
    file::CaseFile,
    naming, seats,
    statements::{acting_side, keep_files},
    store::{self, requests::Request},
    tell::{self, Message},
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Text, input},
    secrets,
};

input! {
    /// A request for evidence.
    pub struct RequestInput {
        /// The partner to ask; empty or `direct_sales` for direct sales.
        pub partner_id: String => Text::picked("Party"),
        /// The question: 1 to 4,000 characters; must not name another partner.
        pub words: String => Text::lines("What do you need to know?", 4_000)
            .required("Enter what you need to know"),
    }
}

impl RequestInput {
    /// The id of the request. The clock stops from now until the answer, no longer than the
    /// program gives over all requests. Rules CF-04, CF-08.
    pub fn run(&self, cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<String, AppError> {
        let mut file = CaseFile::open(cx, case_id)?;
        let partner_id = match self.partner_id.as_str() {
            "" | "direct_sales" => Ok(None),
            text => PartnerId::parse(text).map(Some),
        };
        let mut errors = FieldErrors::new();
        match &partner_id {
            Ok(asked) if file.parties.iter().any(|party| party.partner() == *asked) => {}
            Ok(_) | Err(_) => errors.add("partner_id", "Choose a party of this case"),
        }
        naming::check(cx, &mut errors, ("words", &self.words), file.partner_names())?;
        let (Ok(partner_id), true) = (partner_id, errors.is_empty()) else {
            return Err(AppError::Invalid(errors));
        };
        if !file.case.is_open() {
            return Err(AppError::refused(
                CF_08,
                "The case is already decided; no evidence can be requested.",
            ));
        }
        seats::judge(cx, &file)?.may(&file, false)?;
        let asked_before = store::requests::of_all(cx, case_id)?;
        let mut waits: Vec<Wait> = asked_before.iter().map(Request::wait).collect();
        waits.push(Wait { from_at: cx.now, answered_at: None });
        let most = file.terms.conflicts().evidence_wait_business_days;
        let stops_until = stops(&waits, most, &file.terms.calendar)
            .last()
            .map_or(cx.now, |stop| stop.until_at.max(cx.now));
        let request = Request {
            request_id: format!("erq_{}", secrets::base62(cx.ids(), 20)),
            partner_id: partner_id.as_ref().map_or("", |id| id.as_str()).to_owned(),
            words: self.words.clone(),
            asked_by_name: cx.actor.name.clone(),
            asked_at: cx.now,
            stops_until,
            answered_at: None,
            answered_by_name: String::new(),
            answer: String::new(),
        };
        store::requests::insert(cx, case_id, &request)?;
        course::refresh(cx, &mut file)?;
        let entry = "A party was asked for evidence; the clock is stopped until the answer.";
        course::entry(cx, &file.case, (CF_08, entry, entry))?;
        let body = format!("{}: {}", file.case.reference(), request.words);
        let message = Message {
            kind: "evidence_asked",
            title: "you are asked for evidence in a conflict case",
            body: &body,
            action: "Answer",
            until: Some(stops_until),
            ..Message::default()
        };
        tell::party(cx, &file.case, partner_id.as_ref(), &message)?;
        Ok(request.request_id)
    }
}

input! {
    /// The answer to a request for evidence.
    pub struct EvidenceAnswerInput {
        /// 1 to 4,000 characters.
        pub words: String => Text::lines("Your answer", 4_000).required("Enter your answer"),
    }
}

impl EvidenceAnswerInput {
    /// Keeps the answer with its files; the clock runs on. Another party's request is not found.
    /// Rule CF-08.
    pub fn run(
        &self,
        cx: &mut Cx<'_, '_>,
        (case_id, request_id): (&CaseId, &str),
        files: &[Upload],
    ) -> Result<(), AppError> {
        let case = store::find(cx, case_id)?;
        let parties = store::all_parties(cx, case_id)?;
        let side = acting_side(cx, &parties)?;
        let requests = store::requests::list(cx, case_id)?;
        let request = requests
            .iter()
            .find(|one| one.request_id == request_id && one.partner_id == side)
            .ok_or(AppError::NotFound)?;
        if request.answered_at.is_some() || !case.is_open() {
            return Err(AppError::refused(CF_08, "This request is no longer open."));
        }
        store::requests::answer(cx, case_id, request_id, &self.words)?;
        keep_files(cx, case_id, &side, files)?;
        let (before, after) = (json!({ "asked": request.words }), json!({ "answer": self.words }));
        tell::record(cx, case_id, "conflict.evidence_given", (before, after))?;
        cx.as_system(|cx| {
            let mut file = CaseFile::open(cx, case_id)?;
            course::refresh(cx, &mut file)?;
            let (case, entry) = (&file.case, "The evidence arrived; the clock resumes.");
            course::entry(cx, case, (CF_08, entry, entry))?;
            let body = format!("{}: {entry}", case.reference());
            let message = Message {
                kind: "evidence_given",
                title: "the evidence you requested has arrived",
                body: &body,
                action: "Decide",
                until: case.level_due_at,
                ..Message::default()
            };
            tell::decider(cx, case, &message)
        })
    }
}
