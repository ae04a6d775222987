//! The routes of programs under `/api/v1`.

use http::Method;

use super::api;
use frame::{
    access::{Access, Permission},
    routes::{Doc, Routes},
};

const READ: Access = Access::Vendor(Permission::ProgramRead);
const EITHER: Access = Access::Either(Permission::ProgramRead);
const EDIT: Access = Access::Vendor(Permission::ProgramEdit);
const APPROVE: Access = Access::Vendor(Permission::ProgramApprove);

const OF_PROGRAM: &[(&str, &str)] =
    &[("program_id", "The program's id; the first program by default")];

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    let routes = routes
        .api_get(
            "/api/v1/programs",
            EITHER,
            Doc::new("List the programs you can see").gives::<api::ProgramPage>(),
            api::programs,
        )
        .api(
            (Method::POST, "/api/v1/programs"),
            EDIT,
            Doc::new("Create a program; its document becomes a draft")
                .takes::<api::DocumentInput>()
                .gives::<api::DraftBody>()
                .status(201),
            api::create,
        )
        .api_get(
            "/api/v1/programs/{program_id}",
            EITHER,
            Doc::new("Read a program").gives::<api::ProgramBody>(),
            api::program,
        )
        .api_get(
            "/api/v1/programs/{program_id}/rules-of-engagement",
            EITHER,
            Doc::new("Read the rules in force as sentences").gives::<api::RulesBody>(),
            api::rules,
        )
        .api_get(
            "/api/v1/program-versions",
            READ,
            Doc::new("List a program's versions, newest first")
                .gives::<api::VersionPage>()
                .query(OF_PROGRAM),
            api::versions,
        )
        .api_get(
            "/api/v1/program-versions/{number}",
            READ,
            Doc::new("Read a version with its document")
                .gives::<api::VersionBody>()
                .query(OF_PROGRAM),
            api::version,
        )
        .api_get(
            "/api/v1/program-versions/{number}/diff",
            READ,
            Doc::new("Preview what a version would change, for whom, and its earliest start")
                .gives::<api::DiffBody>()
                .query(OF_PROGRAM),
            api::diff,
        );
    steps(drafts(routes))
}

fn drafts(routes: Routes) -> Routes {
    routes
        .api(
            (Method::POST, "/api/v1/program-versions"),
            EDIT,
            Doc::new("Save a document as a new draft")
                .takes::<api::DocumentInput>()
                .gives::<api::DraftBody>()
                .status(201),
            api::draft,
        )
        .api(
            (Method::PATCH, "/api/v1/program-versions/{number}"),
            EDIT,
            Doc::new("Edit a draft")
                .takes::<api::DocumentInput>()
                .gives::<api::DraftBody>()
                .query(OF_PROGRAM)
                .if_match(),
            api::edit,
        )
        .api(
            (Method::POST, "/api/v1/program-versions/check"),
            EDIT,
            Doc::new("Check a document without saving it")
                .takes::<api::DocumentInput>()
                .gives::<api::CheckBody>(),
            api::check,
        )
        .api(
            (Method::POST, "/api/v1/program-versions/diff"),
            EDIT,
            Doc::new("Preview what a document would change, without saving it")
                .takes::<api::DocumentInput>()
                .gives::<api::DiffBody>(),
            api::diff_document,
        )
}

fn steps(routes: Routes) -> Routes {
    let step = |summary| Doc::new(summary).gives::<api::VersionShort>().query(OF_PROGRAM);
    routes
        .api(
            (Method::POST, "/api/v1/program-versions/{number}/proposal"),
            EDIT,
            step("Propose a draft for approval"),
            api::propose,
        )
        .api(
            (Method::POST, "/api/v1/program-versions/{number}/approval"),
            APPROVE,
            step("Approve a version in review; its author cannot"),
            api::approve,
        )
        .api(
            (Method::POST, "/api/v1/program-versions/{number}/announcement"),
            APPROVE,
            step("Announce an approved version").takes::<api::AnnouncementInput>(),
            api::announce,
        )
        .api(
            (Method::POST, "/api/v1/program-versions/{number}/return"),
            EDIT,
            step("Return a version to draft"),
            api::send_back,
        )
        .api(
            (Method::POST, "/api/v1/program-versions/{number}/withdrawal"),
            EDIT,
            step("Withdraw a version that has not been announced"),
            api::withdraw,
        )
}
