//! The pages of conflict cases.

mod appeal;
mod closing;
mod decide;
mod detail;
mod forms;
mod links;
mod measures;
mod new;
mod next;
mod own;
mod parts;
mod steps;

use crate::conflicts::api;
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
        .page("/conflicts/new", read, new::show)
        .form("/conflicts/new", read, new::open)
        .page("/conflicts/{case_id}", read, detail::show)
        .form("/conflicts/{case_id}/notes", read, detail::add_note)
        .form("/conflicts/{case_id}/statement", read, detail::give_statement)
        .upload()
        .form("/conflicts/{case_id}/requests/{request_id}", read, detail::answer)
        .upload()
        .page("/conflicts/{case_id}/appeal", read, appeal::show)
        .form("/conflicts/{case_id}/appeal", read, appeal::appeal)
        .upload()
        .page("/conflicts/{case_id}/evidence", read, steps::evidence)
        .page("/conflicts/{case_id}/files/{file_id}", read, api::file)
}

fn deciding(routes: Routes) -> Routes {
    let decide = Vendor(ConflictsDecide);
    routes
        .page("/conflicts/measures", decide, measures::show)
        .page("/conflicts/{case_id}/decision", decide, decide::show)
        .form("/conflicts/{case_id}/decision", decide, decide::decide)
        .form("/conflicts/{case_id}/requests", decide, steps::request)
        .form("/conflicts/{case_id}/escalation", decide, steps::escalate)
        .form("/conflicts/{case_id}/clock-hold", decide, steps::hold)
        .page("/conflicts/{case_id}/closing", decide, closing::show)
        .form("/conflicts/{case_id}/closing", decide, closing::close)
}
