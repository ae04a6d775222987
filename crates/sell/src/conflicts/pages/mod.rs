//! The pages of conflict cases.

mod changes;
mod decide;
mod detail;
mod links;
mod measures;
mod next;
mod sections;
mod statement;

use crate::conflicts::{
    AppealInput, ClosingInput, EscalationInput, EvidenceAnswerInput, HoldInput, NoteInput,
    RequestInput, StatementInput, api, change::Of, open_by::OpenCase,
};
use frame::{
    access::{
        Access::{Either, Link, Vendor},
        Permission::{ConflictsDecide, ConflictsTakePart},
    },
    routes::Routes,
};

/// The pages' routes.
pub(super) fn routes(routes: Routes) -> Routes {
    deciding(taking_part(routes))
        .counted_page("/links/case-statement/{secret}", Link("case_statement"), links::show)
        .form("/links/case-statement/{secret}", Link("case_statement"), links::give)
        .upload()
}

fn taking_part(routes: Routes) -> Routes {
    let read = Either(ConflictsTakePart);
    routes
        .form_of::<OpenCase>("/conflicts/new", "/conflicts/new", read)
        .page("/conflicts/{case_id}", read, detail::show)
        .form_to::<Of<NoteInput>>("/conflicts/{case_id}/notes", read)
        .form_to::<Of<StatementInput>>("/conflicts/{case_id}/statement", read)
        .upload()
        .form_to::<Of<EvidenceAnswerInput>>("/conflicts/{case_id}/requests/{request_id}", read)
        .upload()
        .form_of::<Of<AppealInput>>(
            "/conflicts/{case_id}/appeal",
            "/conflicts/{case_id}/appeal",
            read,
        )
        .upload()
        .page("/conflicts/{case_id}/evidence", read, detail::evidence)
        .page("/conflicts/{case_id}/files/{file_id}", read, api::file)
}

fn deciding(routes: Routes) -> Routes {
    let decide = Vendor(ConflictsDecide);
    routes
        .page("/conflicts/measures", decide, measures::show)
        .page("/conflicts/{case_id}/decision", decide, decide::show)
        .form("/conflicts/{case_id}/decision", decide, decide::decide)
        .form_to::<Of<RequestInput>>("/conflicts/{case_id}/requests", decide)
        .form_to::<Of<EscalationInput>>("/conflicts/{case_id}/escalation", decide)
        .form_to::<Of<HoldInput>>("/conflicts/{case_id}/clock-hold", decide)
        .form_of::<Of<ClosingInput>>(
            "/conflicts/{case_id}/closing",
            "/conflicts/{case_id}/closing",
            decide,
        )
}
