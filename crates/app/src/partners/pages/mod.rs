//! The pages of partners.

pub(super) mod certificate;
pub(super) mod detail;
pub(super) mod edit;
pub(super) mod enrolment;
pub(super) mod list;

use domain::ids::PartnerId;
use web::{FieldErrors, Tone, status as status_chip};

use super::{Partner, PartnerStatus, store};
use crate::core::{error::AppError, request::Req};

/// The partner in the path that one may see.
fn load(req: &mut Req<'_, '_>) -> Result<Partner, AppError> {
    let partner_id: PartnerId = req.id("partner_id")?;
    let visible = req.cx.actor.visibility();
    store::get(&mut req.cx, &visible, &partner_id)
}

/// Fails when the form was shown before somebody else changed the partner.
fn unchanged(req: &Req<'_, '_>, partner: &Partner) -> Result<(), AppError> {
    match req.form.text("version").parse::<i64>() {
        Ok(version) if version == partner.version => Ok(()),
        Ok(_) | Err(_) => Err(AppError::Stale),
    }
}

fn status(status: PartnerStatus) -> maud::Markup {
    let tone = match status {
        PartnerStatus::Active => Tone::Good,
        PartnerStatus::Onboarding => Tone::Accent,
        PartnerStatus::Paused | PartnerStatus::Offboarding => Tone::Warn,
        PartnerStatus::Left => Tone::Neutral,
    };
    status_chip(tone, status.label())
}

/// A date of the form; a blank one is `None`, a wrong one becomes an error.
fn date(req: &Req<'_, '_>, field: &str, errors: &mut FieldErrors) -> Option<jiff::civil::Date> {
    let text = req.form.opt(field)?;
    let parsed = text.parse().map_err(|_| "Write a date such as 2026-04-01");
    errors.take(field, parsed)
}
