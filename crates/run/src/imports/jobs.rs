//! The jobs of imports: checking and writing, beside the requests.

use std::sync::Arc;

use ::jobs::{Handlers, Job, JobFailure};
use domain::ids::{ImportId, VendorId};

use super::work::Work;
use frame::{error::AppError, state::App};

/// The job that checks the rows of an import.
pub const CHECK: &str = "imports.check";
/// The job that writes the rows of an import.
pub const RUN: &str = "imports.run";

/// Adds them.
pub(super) fn add(app: &Arc<App>, handlers: Handlers) -> Handlers {
    let (checking, running) = (app.clone(), app.clone());
    handlers
        .blocking_effect(CHECK, move |job, _| ended(work(&checking, job)?.check()))
        .blocking_effect(RUN, move |job, _| ended(work(&running, job)?.run()))
}

fn work(app: &Arc<App>, job: &Job) -> Result<Work, JobFailure> {
    let vendor_id = VendorId::parse(&job.vendor_id);
    let import_id = ImportId::parse(&job.payload);
    match (vendor_id, import_id) {
        (Ok(vendor_id), Ok(import_id)) => Ok(Work::new(app, &vendor_id, &import_id)),
        (Err(error), _) | (_, Err(error)) => Err(JobFailure::give_up(error.to_string())),
    }
}

/// The import itself says that it failed; the job keeps the cause for the operator.
fn ended(outcome: Result<(), AppError>) -> Result<(), JobFailure> {
    outcome.map_err(|error| JobFailure::give_up(error.to_string()))
}
