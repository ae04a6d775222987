//! The pages of deal registration. They call the use cases and show what these answer; no rule
//! is decided here.

mod activities;
mod availability;
mod change;
mod comparison;
mod consents;
mod decision;
mod detail;
mod edit;
mod ending;
mod facts;
mod history;
mod links;
mod new;
mod next;
mod notes;
mod parties;
mod personal_link;
mod queue;
mod refuse;
mod steps;
mod ways_on;
pub mod words;

use super::{
    actions::{
        ActivityInput, ApprovalInput, ConsentInput, ConsentRequestInput, LostInput, RejectionInput,
        ReleaseInput, ReturnInput, StageInput, WithdrawalInput, WonInput,
    },
    form::{Edit, Register},
    list::{Queue, Registrations},
    refused::Refused,
};
use frame::{
    access::{
        Access::{Either, Link, Partner, Vendor},
        Permission::{
            AvailabilityRead, DirectRecord, RegistrationsDecide, RegistrationsRead,
            RegistrationsSubmit,
        },
    },
    routes::Routes,
};

/// The pages' routes.
pub(super) fn routes(routes: Routes) -> Routes {
    by_link(deciding(working(reading(routes))))
}

fn reading(routes: Routes) -> Routes {
    let read = Either(RegistrationsRead);
    routes
        .list::<Registrations>(read, read, "Registrations, the newest first")
        .page("/registrations/{id}", read, detail::show)
        .page("/registrations/{id}/timeline", read, history::show)
        .page("/registrations/{id}/receipt", read, steps::receipt)
        .page("/registrations/{id}/files/{file}", read, parties::file)
        .counted_page("/availability", Either(AvailabilityRead), availability::show)
        .counted_page("/availability/check", Either(AvailabilityRead), availability::check)
}

fn working(routes: Routes) -> Routes {
    let submit = Partner(RegistrationsSubmit);
    let log = "/registrations/{id}/activities/new";
    let withdrawal = "/registrations/{id}/withdrawal";
    let consent = "/registrations/{id}/consents/new";
    let (win, loss) = ("/registrations/{id}/win", "/registrations/{id}/loss");
    routes
        .form_of::<Register>("/registrations/new", "/registrations/new", submit)
        .upload()
        .page("/registrations/link", submit, personal_link::show)
        .form("/registrations/link", submit, personal_link::change)
        .form_of::<Edit>("/registrations/{id}/edit", "/registrations/{id}/edit", submit)
        .upload()
        .form_of::<ActivityInput>(log, log, submit)
        .form("/registrations/{id}/renewal", submit, steps::renew)
        .form_to::<StageInput>("/registrations/{id}/stage", submit)
        .form_of::<WithdrawalInput>(withdrawal, withdrawal, submit)
        .form_of::<WonInput>(win, win, submit)
        .form_of::<LostInput>(loss, loss, submit)
        .form_of::<ConsentInput>(consent, consent, submit)
        .page("/registrations/{id}/consents/{consent}", submit, consents::show)
        .form("/registrations/{id}/consents/{consent}", submit, consents::answer)
        .form("/registrations/{id}/files", submit, parties::add_file)
        .upload()
        .form("/registrations/{id}/roles", submit, parties::change_roles)
}

fn deciding(routes: Routes) -> Routes {
    let decide = Vendor(RegistrationsDecide);
    let (back, reject) =
        ("/registrations/{id}/decision/return", "/registrations/{id}/decision/reject");
    let release = "/registrations/{id}/release";
    let ask = "/availability/consent";
    routes
        .list::<Queue>(
            decide,
            decide,
            "Submissions that wait for a decision, the most urgent first",
        )
        .list::<Refused>(
            decide,
            decide,
            "Submissions that a rule refused at once, with every check; for three months",
        )
        .form("/registrations/bulk", decide, queue::bulk)
        .page("/registrations/{id}/decision", decide, decision::show)
        .form_to::<ApprovalInput>("/registrations/{id}/decision", decide)
        .form_of::<ReturnInput>(back, back, decide)
        .form_of::<RejectionInput>(reject, reject, decide)
        .form("/registrations/{id}/take-up", decide, steps::take_up)
        .form_of::<ReleaseInput>(release, release, decide)
        .form_of::<ConsentRequestInput>(ask, ask, Vendor(DirectRecord))
}

fn by_link(routes: Routes) -> Routes {
    routes
        .counted_page("/links/register/{secret}", Link("register"), personal_link::open)
        .form("/links/register/{secret}", Link("register"), personal_link::register)
        .counted_page("/links/register/{secret}/check", Link("register"), personal_link::check)
        .counted_page("/links/consent/{secret}", Link("consent"), links::show_consent)
        .form("/links/consent/{secret}", Link("consent"), links::answer_consent)
        .counted_page("/links/answer/{secret}", Link("answer"), links::show_answer)
        .form("/links/answer/{secret}", Link("answer"), links::answer)
        .counted_page("/links/follow-up/{secret}", Link("follow_up"), links::show_follow_up)
        .form("/links/follow-up/{secret}", Link("follow_up"), links::follow_up)
}
