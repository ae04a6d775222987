//! Programs and the versions of their documents (PG-01 to PG-05).
//!
//! Events: `program.created`, `program.version_drafted`, `program.version_edited`,
//! `program.version_proposed`, `program.version_sent_back`, `program.version_withdrawn`,
//! `program.version_approved`, `program.version_shown_to_council`, `program.version_announced`;
//! partners read `program.changes_announced`.

mod actions;
mod api;
mod api_routes;
mod in_force;
mod kept;
mod pages;
pub mod proof;
mod review;
mod store;
mod waiting;

use std::sync::Arc;

pub use actions::{
    announce::{Announce, Effective, TELL_PARTNERS},
    approve::Approve,
    draft::{DraftFault, SaveDraft, TakeBack},
    found::{Applied, Apply, CreateProgram, bootstrap, compare, export},
    propose::Propose,
};
pub use in_force::{
    InForce, ProgramCache, document, in_force, only_in_force, only_program, programs,
};
pub use kept::KEPT;
pub use review::{Review, Touched, review};
pub use store::{Program, Signature, State, VersionRow, version, versions};
pub use waiting::{VersionWaiting, versions_waiting};

use web::Icon;

use frame::{
    access::{Access, Permission},
    parts::{NavGroup, NavItem, Parts, Sides},
    routes::Routes,
    state::App,
};

/// What this slice brings.
pub fn parts() -> Parts {
    Parts::of(routes()).jobs(jobs).shares(ProgramCache::default()).nav(NavItem {
        group: NavGroup::Run,
        icon: Icon::Program,
        label: "Program",
        href: "/program",
        needs: Permission::ProgramRead,
        side: Sides::Vendor,
        place: 10,
    })
}

/// The routes of this slice.
fn routes() -> Routes {
    const READ: Access = Access::Vendor(Permission::ProgramRead);
    const EDIT: Access = Access::Vendor(Permission::ProgramEdit);
    const APPROVE: Access = Access::Vendor(Permission::ProgramApprove);
    const EITHER: Access = Access::Either(Permission::ProgramRead);
    let routes = Routes::of("program")
        .page("/program", READ, pages::program::list)
        .page("/program/new", EDIT, pages::program::new)
        .form("/program", EDIT, pages::edit::create)
        .page("/program/schema.json", READ, pages::version::schema)
        .page("/program/{program_id}", READ, pages::program::show)
        .form("/program/{program_id}/council", EDIT, pages::program::set_council)
        .page("/program/{program_id}/changes/{number}", EITHER, pages::changes::show)
        .page("/program/{program_id}/drafts/new", EDIT, pages::edit::new)
        .form("/program/{program_id}/drafts", EDIT, pages::edit::save_new)
        .page("/program/{program_id}/versions/{number}", READ, pages::version::show)
        .page(
            "/program/{program_id}/versions/{number}/document.toml",
            READ,
            pages::version::download,
        )
        .page("/program/{program_id}/versions/{number}/edit", EDIT, pages::edit::edit)
        .form("/program/{program_id}/versions/{number}/edit", EDIT, pages::edit::save)
        .form("/program/{program_id}/versions/{number}/proposal", EDIT, pages::steps::propose)
        .form("/program/{program_id}/versions/{number}/approval", APPROVE, pages::steps::approve)
        .form("/program/{program_id}/versions/{number}/council", APPROVE, pages::steps::council)
        .form(
            "/program/{program_id}/versions/{number}/announcement",
            APPROVE,
            pages::steps::announce,
        )
        .form("/program/{program_id}/versions/{number}/return", EDIT, pages::steps::take_back)
        .page(
            "/program/{program_id}/versions/{number}/withdrawal",
            EDIT,
            pages::steps::ask_withdrawal,
        )
        .form("/program/{program_id}/versions/{number}/withdrawal", EDIT, pages::steps::withdraw);
    api_routes::add(routes)
}

/// The jobs of this slice: telling partners of an announced version.
fn jobs(app: &Arc<App>, handlers: jobs::Handlers) -> jobs::Handlers {
    let app = app.clone();
    handlers.transactional(TELL_PARTNERS, move |tx, job, now_micros| {
        actions::announce::tell_partners(tx, &app, job, now_micros)
    })
}
