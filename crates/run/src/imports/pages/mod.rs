//! The pages of imports.

mod form;
mod show;
mod upload;

pub(super) use show::csv;
use web::{Markup, Tone, status};

use super::store::State;
use frame::{
    access::{Access, Permission},
    routes::Routes,
};

/// Adds the pages.
pub(super) fn routes(routes: Routes) -> Routes {
    const RUN: Access = Access::Vendor(Permission::ImportsRun);
    routes
        .page("/imports/new", RUN, upload::new)
        .form("/imports", RUN, upload::upload)
        .upload()
        .page("/imports/{import_id}", RUN, show::show)
        .page("/imports/{import_id}/findings.csv", RUN, show::findings_csv)
        .page("/imports/{import_id}/mapping", RUN, form::show)
        .form("/imports/{import_id}/mapping", RUN, form::save)
        .form("/imports/{import_id}/run", RUN, show::run)
        .form("/imports/{import_id}/cancellation", RUN, show::cancel)
}

/// The mark of a state.
pub(super) fn mark(state: State) -> Markup {
    let tone = match state {
        State::Uploaded | State::Cancelled => Tone::Neutral,
        State::Checking | State::Checked | State::Running => Tone::Accent,
        State::Faulty | State::Failed => Tone::Bad,
        State::Done => Tone::Good,
    };
    status(tone, state.label())
}

/// A number as people read it.
pub(super) fn count(number: u64) -> String {
    web::number_text(i64::try_from(number).unwrap_or(i64::MAX))
}
