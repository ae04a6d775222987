//! The rules that hold for a case: those in force when it was opened (PG-01).

use std::sync::Arc;

use domain::{
    accounts::Country,
    calendar::BusinessCalendar,
    conflicts::clock::{CaseClock, clock},
    ids::AccountId,
    program::{Document, dispute::Conflicts},
};
use jiff::Timestamp;

use super::store::{self, Case};
use channel::{accounts, program};
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
    account_id: Option<&AccountId>,
) -> Result<Terms, AppError> {
    let program_id = program::only_program(cx)?;
    let document = program::in_force(cx, &program_id, at)?.document;
    let country = match account_id {
        Some(account_id) => match accounts::get(cx, account_id) {
            Ok(account) => Country::parse(&account.country).ok(),
            Err(AppError::NotFound) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let calendar = document.business_calendar(country);
    Ok(Terms { document, calendar })
}

/// The terms of a case.
pub(super) fn of(cx: &mut Cx<'_, '_>, case: &Case) -> Result<Terms, AppError> {
    let account_id = super::account_of(cx, &case.case_id)?;
    at(cx, case.opened_at, account_id.as_ref())
}

/// The clock of a case that somebody has to decide; `None` for another.
pub(super) fn clock_of(
    cx: &mut Cx<'_, '_>,
    case: &Case,
    terms: &Terms,
) -> Result<Option<CaseClock>, AppError> {
    let Some((level, since_at)) = case.phase.deciding_level() else {
        return Ok(None);
    };
    let waits = store::requests::waits(cx, &case.case_id)?;
    Ok(Some(clock((case.opened_at, level, since_at), &waits, cx.now, terms.pair())))
}
