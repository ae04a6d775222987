//! From a row to a registration.

use db::{DbError, Row};
use domain::{
    deal_registration::{
        rejection::RejectionReason,
        stage::{LostReason, StageKind},
        status::StatusKind,
    },
    ids::{AccountId, PartnerId, ProgramId, RegistrationId},
    money::{Currency, Money},
};

use super::{
    reader::Reader,
    row::{Details, Origin, Registration, Source, freezes_of, json_of},
};

/// A registration from a row of all columns, the vendor first.
pub(super) fn registration(row: &Row<'_>) -> Result<Registration, DbError> {
    let mut r = Reader::new(row, 1);
    let registration_id = r.with(|text| RegistrationId::parse(text).ok())?;
    let number = r.int()?;
    let partner_id = r.with(|text| PartnerId::parse(text).ok())?;
    let account_id = r.opt_with(|text| AccountId::parse(text).ok())?;
    let account_name = r.text()?;
    let status = r.with(StatusKind::parse)?;
    let stage = r.with(StageKind::parse)?;
    let amount_minor = r.opt_int()?;
    let currency = r.with(|text| Currency::parse(text).ok())?;
    let close_on = r.opt_date()?;
    Ok(Registration {
        registration_id,
        number,
        partner_id,
        account_id,
        status,
        stage,
        currency,
        submitted_at: r.opt_instant()?,
        decision_due_at: r.opt_instant()?,
        protected_until: r.opt_date()?,
        lapses_on: r.opt_date()?,
        co_sell_at: r.opt_instant()?,
        in_dispute: r.flag()?,
        escalation_level: r.count()?,
        changed_at: r.instant()?,
        version: r.int()?,
        holds_account: r.flag()?,
        attention_at: r.opt_instant()?,
        last_activity_on: r.opt_date()?,
        program_id: r.with(|text| ProgramId::parse(text).ok())?,
        policy_version: r.int()?,
        track: r.text()?,
        tier: r.text()?,
        source: r.with(Source::parse)?,
        submitted_by: r.text()?,
        created_at: r.instant()?,
        ranked_at: r.opt_instant()?,
        returned_at: r.opt_instant()?,
        withdrawn_at: r.opt_instant()?,
        resubmissions: r.count()?,
        breached_at: r.opt_instant()?,
        decided_at: r.opt_instant()?,
        decided_by: r.text()?,
        decision_reason: r.opt_with(RejectionReason::parse)?,
        approved_at: r.opt_instant()?,
        approved_on: r.opt_date()?,
        renewed_on: r.opt_date()?,
        renewals: r.count()?,
        ended_at: r.opt_instant()?,
        closed_on: r.opt_date()?,
        lost_reason: r.opt_with(LostReason::parse)?,
        reminders: r.text()?,
        freezes: r.with(freezes_of)?,
        details: Details {
            account_name,
            close_on,
            amount: amount_minor.map(|minor| Money { minor, currency }),
            ..details(&mut r, currency)?
        },
        return_note: r.text()?,
        decision_note: r.text()?,
        checks: r.with(json_of)?,
    })
}

fn details(r: &mut Reader<'_, '_>, currency: Currency) -> Result<Details, DbError> {
    Ok(Details {
        account_domain: r.text()?,
        account_country: r.text()?,
        account_postal_code: r.text()?,
        account_city: r.text()?,
        contact_name: r.text()?,
        contact_role: r.text()?,
        contact_email: r.text()?,
        contact_phone: r.text()?,
        products: r.with(json_of)?,
        contract_value: r.opt_int()?.map(|minor| Money { minor, currency }),
        origin: r.with(Origin::parse)?,
        rfp_on: r.opt_date()?,
        first_meeting_on: r.opt_date()?,
        relationship: r.text()?,
        need: r.text()?,
        competitor: r.text()?,
        help_wanted: r.text()?,
        evidence_note: r.text()?,
        ..Details::default()
    })
}
