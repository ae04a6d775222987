//! The rules that hold for a case: those in force when it was opened (PG-01).

use std::sync::Arc;

use domain::{
    accounts::Country,
    calendar::BusinessCalendar,
    conflicts::clock::{self, CaseClock, Wait},
    program::{Document, dispute::Conflicts},
};
use jiff::Timestamp;

use super::{file::CaseFile, store::requests::Request};
use channel::program;
use frame::{ctx::Cx, error::AppError};

/// The document and calendar of a case.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    pub(super) document: Arc<Document>,
    pub(super) calendar: BusinessCalendar,
}

impl Terms {
    /// What the document says of conflicts.
    pub(super) fn conflicts(&self) -> &Conflicts {
        &self.document.conflicts
    }

    /// The pair that the rules take.
    pub(super) fn pair(&self) -> (&Conflicts, &BusinessCalendar) {
        (&self.document.conflicts, &self.calendar)
    }

    /// The name of a level that the parties read.
    pub(super) fn level_name(&self, level: u32) -> String {
        self.conflicts()
            .level(level)
            .map_or_else(|| format!("Level {level}"), |step| step.name.clone())
    }
}

/// The terms at an instant; holidays are those of the account's country (CF-08).
pub(super) fn at(
    cx: &mut Cx<'_, '_>,
    at: Timestamp,
    country: Option<Country>,
) -> Result<Terms, AppError> {
    let program_id = program::only_program(cx)?;
    let document = program::in_force(cx, &program_id, at)?.document;
    let calendar = document.business_calendar(country);
    Ok(Terms { document, calendar })
}

/// The clock of a case that somebody has to decide, with all evidence that was asked for; `None`
/// for another.
pub(super) fn clock(file: &CaseFile, requests: &[Request], now: Timestamp) -> Option<CaseClock> {
    let (level, since_at) = file.case.phase.deciding_level()?;
    let waits: Vec<Wait> = requests.iter().map(Request::wait).collect();
    Some(clock::clock((file.case.opened_at, level, since_at), &waits, now, file.terms.pair()))
}
