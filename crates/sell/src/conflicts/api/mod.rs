//! Conflict cases through the API.

pub(super) mod bodies;
mod reading;
mod rows;

use http::Method;

use frame::{
    access::{Access, Permission},
    routes::{Doc, Routes},
};

use super::{
    AppealInput, ClosingInput, DecisionInput, EscalationInput, EvidenceAnswerInput, HoldInput,
    NoteInput, RequestInput, StatementInput,
    change::Of,
    list::{Cases, Precedents},
    open_by::OpenCase,
};
use bodies::CaseDetail;
pub(super) use reading::{detail, file};
pub(super) use rows::{case_body, precedent_body};

const READ: Access = Access::Either(Permission::ConflictsTakePart);
const DECIDE: Access = Access::Vendor(Permission::ConflictsDecide);

/// The API of this slice.
pub(super) fn routes(routes: Routes) -> Routes {
    deciding(taking_part(reads(routes)))
}

fn reads(routes: Routes) -> Routes {
    routes
        .list::<Cases>(READ, READ, "List your conflict cases, newest first")
        .api_get(
            "/api/v1/conflicts/{case_id}",
            READ,
            Doc::new("Read a conflict case").gives::<CaseDetail>(),
            reading::show,
        )
        .api_get(
            "/api/v1/conflicts/{case_id}/evidence",
            READ,
            Doc::new(
                "Download the evidence of a case, in time order, chained and signed; a partner \
                 gets its own side",
            ),
            reading::evidence,
        )
        .api_get(
            "/api/v1/conflicts/{case_id}/files/{file_id}",
            READ,
            Doc::new("Download a file that a party added"),
            file,
        )
        .list::<Precedents>(DECIDE, DECIDE, "List final decisions (precedents), latest case first")
        .api_get(
            "/api/v1/conflict-measures",
            DECIDE,
            Doc::new("Read the metrics of conflict cases").gives::<bodies::MeasuresBody>(),
            reading::measures,
        )
}

fn taking_part(routes: Routes) -> Routes {
    routes
        .api_post_of::<OpenCase>(
            "/api/v1/conflicts",
            READ,
            Doc::new("Open a case; the system finds the other parties").gives::<CaseDetail>(),
        )
        .api_post_of::<Of<NoteInput>>(
            "/api/v1/conflicts/{case_id}/notes",
            READ,
            Doc::new("Add a note; a partner's note is visible to the partner and the vendor")
                .gives::<CaseDetail>(),
        )
        .api_post_of::<Of<StatementInput>>(
            "/api/v1/conflicts/{case_id}/statements",
            READ,
            Doc::new("Give your side's statement, with supporting files; one per party")
                .with_files("words")
                .gives::<CaseDetail>(),
        )
        .upload()
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/evidence"),
            READ,
            Doc::new("Add a file as evidence; its name is in the query")
                .gives::<bodies::FileBody>()
                .status(201)
                .query(&[("name", "The file's name")]),
            reading::add_file,
        )
        .upload()
        .api_of::<Of<EvidenceAnswerInput>>(
            (Method::POST, "/api/v1/conflicts/{case_id}/evidence-requests/{request_id}/answer"),
            READ,
            Doc::new("Answer a request for evidence; the clock resumes")
                .with_files("words")
                .gives::<CaseDetail>(),
        )
        .upload()
        .api_post_of::<Of<AppealInput>>(
            "/api/v1/conflicts/{case_id}/appeal",
            READ,
            Doc::new("Appeal the decision, once, in time and with new evidence")
                .with_files("words")
                .gives::<CaseDetail>(),
        )
        .upload()
}

fn deciding(routes: Routes) -> Routes {
    routes
        .api_post_of::<Of<DecisionInput>>(
            "/api/v1/conflicts/{case_id}/decision",
            DECIDE,
            Doc::new("Decide a case: outcome, rule, reason and remedies").gives::<CaseDetail>(),
        )
        .api_post_of::<Of<RequestInput>>(
            "/api/v1/conflicts/{case_id}/evidence-requests",
            DECIDE,
            Doc::new("Ask a party for evidence; the clock stops until the answer")
                .gives::<CaseDetail>(),
        )
        .api_of::<Of<EscalationInput>>(
            (Method::POST, "/api/v1/conflicts/{case_id}/escalation"),
            DECIDE,
            Doc::new("Escalate a case to the next level").gives::<CaseDetail>(),
        )
        .api_of::<Of<HoldInput>>(
            (Method::PUT, "/api/v1/conflicts/{case_id}/clock-hold"),
            DECIDE,
            Doc::new("Stop or resume the clocks of the registrations in a case")
                .gives::<CaseDetail>(),
        )
        .api_of::<Of<ClosingInput>>(
            (Method::POST, "/api/v1/conflicts/{case_id}/closing"),
            DECIDE,
            Doc::new("Close a case without a decision because the parties settled it")
                .gives::<CaseDetail>(),
        )
}
