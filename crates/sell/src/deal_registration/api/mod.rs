//! The API of registrations: each verb is a resource of its own below the registration.

pub(super) mod bodies;
mod consents;
mod files;
mod parts;
mod reading;
mod writing;

use http::Method;

use super::{
    actions::{
        ActivityInput, ConsentAnswerInput, ConsentInput, ConsentRequestInput, DecisionInput,
        OutcomeInput, ReleaseInput, RoleInput, StageInput, WithdrawalInput,
    },
    form::{Edit, Register},
    list::Registrations,
};
use bodies::RegistrationDetail;
pub(super) use consents::reply as consent;
use frame::{
    access::{Access, Permission},
    routes::{Doc, Routes},
};
pub(super) use parts::logged;
pub(super) use writing::{begun, reply};

const READ: Access = Access::Either(Permission::RegistrationsRead);
const SUBMIT: Access = Access::Either(Permission::RegistrationsSubmit);
const OWN: Access = Access::Partner(Permission::RegistrationsSubmit);
const DECIDE: Access = Access::Vendor(Permission::RegistrationsDecide);

/// The routes of the API.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes = collection(routes);
    let routes = one(routes);
    let routes = course(routes);
    let routes = work(routes);
    let routes = consenting(routes);
    around(routes)
}

fn collection(routes: Routes) -> Routes {
    routes
        .api_post_of::<Register>(
            "/api/v1/deal-registrations",
            SUBMIT,
            Doc::new("Saves a draft, or registers a deal at once with \"submit\": true")
                .gives::<writing::SubmittedBody<'static>>(),
        )
        .lines::<Registrations>(
            "/api/v1/deal-registrations.ndjson",
            READ,
            "All registrations you can see, one JSON object per line",
        )
}

fn one(routes: Routes) -> Routes {
    routes
        .api_get(
            "/api/v1/deal-registrations/{id}",
            READ,
            Doc::new("One registration; its ETag is for If-Match")
                .gives::<RegistrationDetail<'static>>(),
            reading::show,
        )
        .api_patch_of::<Edit>(
            "/api/v1/deal-registrations/{id}",
            SUBMIT,
            Doc::new("Amends a deal; holder and clocks stay (DR-21)")
                .gives::<RegistrationDetail<'static>>(),
        )
        .api_get(
            "/api/v1/deal-registrations/{id}/timeline",
            READ,
            Doc::new("The timeline, with the rules applied; with `on`, the state on that day")
                .gives::<reading::TimelineBody>()
                .query(&[("on", "A day (YYYY-MM-DD) of the program's zone")]),
            reading::timeline,
        )
        .api_get(
            "/api/v1/deal-registrations/{id}/receipt",
            READ,
            Doc::new("The signed receipt of the latest submission (DR-19)"),
            reading::receipt,
        )
        .api_get(
            "/api/v1/deal-registrations/{id}/files",
            READ,
            Doc::new("The files that were added as evidence").gives::<files::FilePage>(),
            files::list,
        )
        .api(
            (Method::POST, "/api/v1/deal-registrations/{id}/files"),
            SUBMIT,
            Doc::new("Adds a file: its bytes are the body, its name the query")
                .gives::<files::FileBody>()
                .status(201)
                .query(&[("name", "The file's name with its extension")]),
            files::add,
        )
        .upload()
        .api_get(
            "/api/v1/deal-registrations/{id}/files/{file_id}",
            READ,
            Doc::new("The content of a file"),
            files::content,
        )
}

fn course(routes: Routes) -> Routes {
    let post = |path| (Method::POST, path);
    let done = |summary| Doc::new(summary).gives::<RegistrationDetail<'static>>();
    routes
        .api(
            post("/api/v1/deal-registrations/{id}/submission"),
            SUBMIT,
            Doc::new("Submits a draft, or a returned or withdrawn registration again (DR-16)")
                .gives::<writing::SubmittedBody<'static>>(),
            writing::submit,
        )
        .api(
            post("/api/v1/deal-registrations/{id}/review"),
            DECIDE,
            done("Starts the review of a submission"),
            writing::take_up,
        )
        .api(
            post("/api/v1/deal-registrations/{id}/decision"),
            DECIDE,
            done("Approves, rejects or returns a submission").takes_input::<DecisionInput>(),
            writing::decide,
        )
        .api(
            post("/api/v1/deal-registrations/{id}/renewal"),
            SUBMIT,
            done("Renews protection in its last days (DR-03)"),
            writing::renew,
        )
        .api_of::<WithdrawalInput>(
            post("/api/v1/deal-registrations/{id}/withdrawal"),
            SUBMIT,
            done("Withdraws a registration"),
        )
        .api_of::<ReleaseInput>(
            post("/api/v1/deal-registrations/{id}/release"),
            DECIDE,
            done("Ends protection before its time, with a reason"),
        )
        .api_of::<StageInput>(
            post("/api/v1/deal-registrations/{id}/stage"),
            SUBMIT,
            done("Moves the deal to another open sales stage"),
        )
        .api(
            post("/api/v1/deal-registrations/{id}/outcome"),
            SUBMIT,
            done("The deal is won or lost").takes_input::<OutcomeInput>(),
            writing::outcome,
        )
}

fn work(routes: Routes) -> Routes {
    let post = |path| (Method::POST, path);
    let done = |summary| Doc::new(summary).gives::<RegistrationDetail<'static>>();
    routes
        .api_get(
            "/api/v1/deal-registrations/{id}/activities",
            READ,
            Doc::new("The documented activities").gives::<parts::ActivityPage>(),
            parts::activities,
        )
        .api_post_of::<ActivityInput>(
            "/api/v1/deal-registrations/{id}/activities",
            SUBMIT,
            Doc::new("Logs an activity; the follow-up clock restarts (DR-06, DR-08)")
                .gives::<parts::LoggedBody>(),
        )
        .api_get(
            "/api/v1/deal-registrations/{id}/amendments",
            READ,
            Doc::new("What was changed after submission").gives::<reading::TimelineBody>(),
            reading::amendments,
        )
        .api_changes_of::<Edit>(
            post("/api/v1/deal-registrations/{id}/amendments"),
            SUBMIT,
            done("Amends a deal (DR-21)"),
        )
}

fn consenting(routes: Routes) -> Routes {
    let post = |path| (Method::POST, path);
    routes
        .api_get(
            "/api/v1/deal-registrations/{id}/consents",
            READ,
            Doc::new("Consents to direct engagement (DR-05)").gives::<consents::ConsentPage>(),
            consents::list,
        )
        .api_post_of::<ConsentInput>(
            "/api/v1/deal-registrations/{id}/consents",
            OWN,
            Doc::new("Gives consent without a request").gives::<consents::ConsentBody>(),
        )
        .api(
            post("/api/v1/deal-registrations/{id}/consents/{consent_id}/answer"),
            OWN,
            Doc::new("Answers a request for consent")
                .takes_input::<ConsentAnswerInput>()
                .gives::<consents::ConsentBody>(),
            consents::answer,
        )
        .api(
            post("/api/v1/deal-registrations/{id}/consents/{consent_id}/withdrawal"),
            OWN,
            Doc::new("Withdraws a consent").gives::<consents::ConsentBody>(),
            consents::withdraw,
        )
        .api_post_of::<ConsentRequestInput>(
            "/api/v1/consent-requests",
            Access::Vendor(Permission::DirectRecord),
            Doc::new("Asks the holder of a protected account for its consent")
                .gives::<consents::ConsentBody>(),
        )
        .api_get(
            "/api/v1/consent-requests/{consent_id}",
            Access::Vendor(Permission::DirectRead),
            Doc::new("A request for consent and its answer").gives::<consents::ConsentBody>(),
            consents::show_request,
        )
}

fn around(routes: Routes) -> Routes {
    routes
        .api_get(
            "/api/v1/deal-registrations/{id}/roles",
            READ,
            Doc::new("Other partners on the deal (DR-22)").gives::<parts::RolePage>(),
            parts::roles,
        )
        .api(
            (Method::POST, "/api/v1/deal-registrations/{id}/roles"),
            DECIDE,
            Doc::new("Gives another partner a role on the deal")
                .takes_input::<RoleInput>()
                .gives::<parts::RolePage>()
                .status(201),
            parts::add_role,
        )
        .api(
            (Method::DELETE, "/api/v1/deal-registrations/{id}/roles"),
            DECIDE,
            Doc::new("Takes a role from another partner")
                .takes_input::<RoleInput>()
                .gives::<parts::RolePage>(),
            parts::remove_role,
        )
        .api_counted_get(
            "/api/v1/availability",
            Access::Either(Permission::AvailabilityRead),
            Doc::new("Checks availability by domain or name; answers per hour are limited (DR-18)")
                .gives::<reading::AvailabilityBody>()
                .query(&[("q", "A domain or a company's name")]),
            reading::availability,
        )
        .api_counted_get(
            "/api/v1/receipt-key",
            Access::Public,
            Doc::new("The public key by which anyone verifies receipts")
                .gives::<crate::deal_registration::receipts::PublicKey>(),
            reading::receipt_key,
        )
        .api_get(
            "/api/v1/receipts",
            Access::Vendor(Permission::RegistrationsRead),
            Doc::new("The chain of a program's receipts, at most 1,000 at once").query(&[
                ("program_id", "The program; the only one when left out"),
                ("after", "The number after which to go on; 0 from the beginning"),
            ]),
            reading::receipt_chain,
        )
}
