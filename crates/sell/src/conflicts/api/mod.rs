//! Conflict cases through the API.

mod bodies;
mod reading;
mod writing;

use http::Method;

use frame::{
    access::{Access, Permission},
    routes::{Doc, Routes},
};

pub(super) use reading::{before, cut, file};

const READ: Access = Access::Either(Permission::ConflictsTakePart);
const DECIDE: Access = Access::Vendor(Permission::ConflictsDecide);

/// The API of this slice.
pub(super) fn routes(routes: Routes) -> Routes {
    deciding(taking_part(reads(routes)))
}

fn reads(routes: Routes) -> Routes {
    routes
        .api_get(
            "/api/v1/conflicts",
            READ,
            Doc::new("Conflict cases one is in, newest first").gives::<bodies::CasePage>().query(
                &[
                    ("state", "open, decided or closed; all when left out"),
                    ("account", "Only cases about this account; for the vendor"),
                    ("decider", "Only open cases that this person decides; for the vendor"),
                    ("cursor", "The cursor of the page before"),
                    ("limit", "How many cases at most: 1 to 200, 50 by default"),
                ],
            ),
            reading::list,
        )
        .api_get(
            "/api/v1/conflicts/{case_id}",
            READ,
            Doc::new("One conflict case").gives::<bodies::CaseBody>(),
            reading::show,
        )
        .api_get(
            "/api/v1/conflicts/{case_id}/evidence",
            READ,
            Doc::new(
                "The evidence of a case in order of time, chained and signed; a partner gets its \
                 own side",
            ),
            reading::evidence,
        )
        .api_get(
            "/api/v1/conflicts/{case_id}/files/{file_id}",
            READ,
            Doc::new("The content of a file that a party added"),
            file,
        )
        .api_get(
            "/api/v1/conflict-precedents",
            DECIDE,
            Doc::new("Decisions that stand, the latest case first")
                .gives::<bodies::PrecedentPage>()
                .query(&[
                    ("q", "Part of the reason or of the words"),
                    ("kind", "A kind of case"),
                    ("outcome", "award, co_sell, reject_both or release"),
                    ("rule", "A rule, for example DR-05"),
                    ("cursor", "The cursor of the page before"),
                    ("limit", "How many at most: 1 to 200, 50 by default"),
                ]),
            reading::precedents,
        )
        .api_get(
            "/api/v1/conflict-measures",
            DECIDE,
            Doc::new("What is measured of conflict cases").gives::<bodies::MeasuresBody>(),
            reading::measures,
        )
}

fn taking_part(routes: Routes) -> Routes {
    routes
        .api(
            (Method::POST, "/api/v1/conflicts"),
            READ,
            Doc::new("Open a case; the system finds who else is in it")
                .takes::<bodies::CaseInput>()
                .gives::<bodies::CaseBody>()
                .status(201),
            writing::open,
        )
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/notes"),
            READ,
            Doc::new(
                "Add what one has to say; a partner's note is read by the partner and the vendor",
            )
            .takes::<bodies::NoteInput>()
            .gives::<bodies::CaseBody>()
            .status(201),
            writing::add_note,
        )
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/statements"),
            READ,
            Doc::new("Give the one statement of one's side, with files that show it")
                .takes::<bodies::NoteInput>()
                .with_files("words")
                .gives::<bodies::CaseBody>()
                .status(201),
            writing::state,
        )
        .upload()
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/evidence"),
            READ,
            Doc::new("Add a file to what one's side has shown; its name is in the query")
                .gives::<bodies::FileBody>()
                .status(201)
                .query(&[("name", "The file's name")]),
            writing::add_file,
        )
        .upload()
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/evidence-requests/{request_id}/answer"),
            READ,
            Doc::new("Answer a request for evidence; the clock runs on")
                .takes::<bodies::NoteInput>()
                .with_files("words")
                .gives::<bodies::CaseBody>(),
            writing::answer,
        )
        .upload()
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/appeal"),
            READ,
            Doc::new("Appeal the decision, once, in time and on new evidence")
                .takes::<bodies::NoteInput>()
                .with_files("words")
                .gives::<bodies::CaseBody>()
                .status(201),
            writing::appeal,
        )
        .upload()
}

fn deciding(routes: Routes) -> Routes {
    routes
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/decision"),
            DECIDE,
            Doc::new("Decide a case: outcome, rule, reason and remedies")
                .takes::<bodies::DecisionInput>()
                .gives::<bodies::CaseBody>()
                .status(201),
            writing::decide,
        )
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/evidence-requests"),
            DECIDE,
            Doc::new("Ask a party for evidence; the clock stops until it comes")
                .takes::<bodies::RequestInput>()
                .gives::<bodies::CaseBody>()
                .status(201),
            writing::request,
        )
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/escalation"),
            DECIDE,
            Doc::new("Pass a case on to the next level")
                .takes::<bodies::EscalationInput>()
                .gives::<bodies::CaseBody>(),
            writing::escalate,
        )
        .api(
            (Method::PUT, "/api/v1/conflicts/{case_id}/clock-hold"),
            DECIDE,
            Doc::new("Hold the clocks of the registrations in a case, or let them go on")
                .takes::<bodies::HoldInput>()
                .gives::<bodies::CaseBody>(),
            writing::hold,
        )
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/closing"),
            DECIDE,
            Doc::new("Close a case without a decision, because the parties settled it")
                .takes::<bodies::ClosingInput>()
                .gives::<bodies::CaseBody>(),
            writing::close,
        )
}
