//! Imports (IM-01): files of accounts, opportunities, partners, people and registrations. A file
//! is read, mapped, looked at, checked row by row, and then written as a whole or not at all;
//! every fault says line, column and reason, and what was read otherwise than it was written is
//! told.

mod actions;
mod api;
mod command;
mod file;
mod finding;
mod jobs;
mod kind;
mod kinds;
mod list;
mod mapping;
mod pages;
mod progress;
mod settings;
mod store;
mod values;
mod work;

use std::sync::Arc;

pub use actions::{
    change::{Begin, SetMapping, cancel},
    upload::Upload,
};
pub use command::{FileImport, Imported, run_file};
pub use finding::{Finding, Level, Remark};
pub use jobs::{CHECK, RUN};
pub use kind::{Field, Kind, Shape};
pub use mapping::Mapping;
pub use progress::Progress;
pub use settings::{EqualRows, KnownRows, Settings, WithoutAccount};
pub use store::{Import, Report, State};

use web::Icon;

use frame::access::Permission;
use frame::parts::{NavGroup, NavItem, Parts, Sides};
use frame::{App, AppError, routes::Routes};

/// What this slice brings.
pub fn parts() -> Parts {
    Parts::of(routes()).jobs(jobs).shares(Progress::default()).nav(NavItem {
        group: NavGroup::Run,
        icon: Icon::Import,
        label: "Imports",
        href: "/imports",
        needs: Permission::ImportsRun,
        side: Sides::Vendor,
        place: 50,
    })
}

/// How far the imports are that run on this node.
fn progress(app: &App) -> Result<&Progress, AppError> {
    app.shared()
}

/// The routes of this slice.
fn routes() -> Routes {
    api::routes(pages::routes(Routes::of("imports")))
}

/// The jobs of this slice.
fn jobs(app: &Arc<App>, handlers: ::jobs::Handlers) -> ::jobs::Handlers {
    jobs::add(app, handlers)
}
