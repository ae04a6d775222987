//! The pages of imports.

mod form;
mod list;
mod show;

pub(super) use show::csv;
use web::{Markup, Tone, status};

use super::store::State;
use crate::{
    access::{Access, Permission},
    core::routes::Routes,
};

/// Adds the pages.
pub(super) fn routes(routes: Routes) -> Routes {
    const RUN: Access = Access::Vendor(Permission::ImportsRun);
    routes
        .page("/imports", RUN, list::show)
        .page("/imports/new", RUN, list::new)
        .form("/imports", RUN, list::upload)
        .upload()
        .page("/imports/{import_id}", RUN, show::show)
        .page("/imports/{import_id}/findings.csv", RUN, show::findings_csv)
        .page("/imports/{import_id}/mapping", RUN, form::show)
        .form("/imports/{import_id}/mapping", RUN, form::save)
        .form("/imports/{import_id}/run", RUN, show::run)
        .form("/imports/{import_id}/cancellation", RUN, show::cancel)
}

/// The mark of a state.
fn mark(state: State) -> Markup {
    let (tone, label) = match state {
        State::Uploaded => (Tone::Neutral, "Uploaded"),
        State::Checking => (Tone::Accent, "Being checked"),
        State::Checked => (Tone::Accent, "Checked"),
        State::Faulty => (Tone::Bad, "Has faults"),
        State::Running => (Tone::Accent, "Being written"),
        State::Done => (Tone::Good, "Done"),
        State::Failed => (Tone::Bad, "Failed"),
        State::Cancelled => (Tone::Neutral, "Given up"),
    };
    status(tone, label)
}
