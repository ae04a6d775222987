//! A partner's consents to direct sales engaging on its protected account (DR-05).

use db::DbError;
use domain::ids::{ConsentId, RegistrationId};
use jiff::{Timestamp, civil::Date};

use super::{
    reader::Reader,
    row::{date_text, micros},
};
use crate::deal_registration::kept;
use frame::{ctx::Cx, error::AppError};
use people::audit;

/// A consent, asked for or given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentView {
    /// Its id.
    pub consent_id: ConsentId,
    /// The registration that protects the account.
    pub registration_id: RegistrationId,
    /// Who asked, as audit names actors; empty when it was given unasked.
    pub asked_by: String,
    /// The name of the one who asked.
    pub asked_by_name: String,
    /// When it was asked for (or given, when unasked).
    pub asked_at: Timestamp,
    /// What direct sales wants to do.
    pub purpose: String,
    /// The answer; `None` while it is awaited.
    pub given: Option<bool>,
    /// Who answered, as audit names actors.
    pub answered_by: String,
    /// The name of the one who answered.
    pub answered_by_name: String,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// Through what: `portal`, `link` or `api`.
    pub answered_through: String,
    /// The last day it holds; `None` as long as protection.
    pub until_on: Option<Date>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

const COLUMNS: &str = "consent_id, registration_id, asked_by, asked_by_name, asked_at, purpose, \
    answer, answered_by, answered_by_name, answered_at, answered_through, until_on, withdrawn_at";

fn answer_word(given: Option<bool>) -> &'static str {
    match given {
        None => "",
        Some(true) => "given",
        Some(false) => "refused",
    }
}

fn read(row: &db::Row<'_>) -> Result<ConsentView, DbError> {
    let mut r = Reader::new(row, 0);
    Ok(ConsentView {
        consent_id: r.with(|text| ConsentId::parse(text).ok())?,
        registration_id: r.with(|text| RegistrationId::parse(text).ok())?,
        asked_by: r.text()?,
        asked_by_name: r.text()?,
        asked_at: r.instant()?,
        purpose: r.text()?,
        given: r.with(|word| match word {
            "" => Some(None),
            "given" => Some(Some(true)),
            "refused" => Some(Some(false)),
            _ => None,
        })?,
        answered_by: r.text()?,
        answered_by_name: r.text()?,
        answered_at: r.opt_instant()?,
        answered_through: r.text()?,
        until_on: r.opt_date()?,
        withdrawn_at: r.opt_instant()?,
    })
}

/// Writes a consent, asked for or given.
pub(crate) fn add_consent(cx: &mut Cx<'_, '_>, consent: &ConsentView) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        &format!(
            "INSERT INTO deal_registration_consents (vendor_id, {COLUMNS}) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        db::params![
            vendor_id.as_str(),
            consent.consent_id.as_str(),
            consent.registration_id.as_str(),
            &consent.asked_by,
            &consent.asked_by_name,
            consent.asked_at.as_microsecond(),
            &consent.purpose,
            answer_word(consent.given),
            &consent.answered_by,
            &consent.answered_by_name,
            micros(consent.answered_at),
            &consent.answered_through,
            date_text(consent.until_on),
            micros(consent.withdrawn_at)
        ],
    )?;
    audit::made(cx, &kept::CONSENTS, &[consent.consent_id.as_str()])
}

/// Writes the answer or the withdrawal of a consent.
pub(crate) fn update_consent(cx: &mut Cx<'_, '_>, consent: &ConsentView) -> Result<(), AppError> {
    audit::touch(cx, &kept::CONSENTS, &[consent.consent_id.as_str()])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE deal_registration_consents SET answer = $3, answered_by = $4, \
         answered_by_name = $5, answered_at = $6, answered_through = $7, until_on = $8, \
         withdrawn_at = $9 WHERE vendor_id = $1 AND consent_id = $2",
        db::params![
            vendor_id.as_str(),
            consent.consent_id.as_str(),
            answer_word(consent.given),
            &consent.answered_by,
            &consent.answered_by_name,
            micros(consent.answered_at),
            &consent.answered_through,
            date_text(consent.until_on),
            micros(consent.withdrawn_at)
        ],
    )?;
    Ok(())
}

/// One consent; whether one may see it follows from its registration.
pub(crate) fn consent(
    cx: &mut Cx<'_, '_>,
    id: &ConsentId,
) -> Result<Option<ConsentView>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_opt(
        &format!(
            "SELECT {COLUMNS} FROM deal_registration_consents \
             WHERE vendor_id = $1 AND consent_id = $2"
        ),
        db::params![vendor_id.as_str(), id.as_str()],
        read,
    )?)
}

/// The consents of a registration, oldest first, at most 500.
pub(crate) fn consents(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
) -> Result<Vec<ConsentView>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query(
        &format!(
            "SELECT {COLUMNS} FROM deal_registration_consents \
             WHERE vendor_id = $1 AND registration_id = $2 ORDER BY asked_at, consent_id LIMIT 500"
        ),
        db::params![vendor_id.as_str(), id.as_str()],
        read,
    )?)
}
