//! A partner's consents to direct sales engaging on its protected account (DR-05).

use db::Record as _;
use domain::ids::{ConsentId, RegistrationId};
use jiff::{Timestamp, civil::Date};

use crate::deal_registration::kept;
use frame::{ctx::Cx, error::AppError};
use people::audit;

domain::words! {
    /// What a partner answered.
    pub enum ConsentAnswer {
        /// Direct sales may engage.
        #[default]
        Given = "given", "Given",
        /// It may not.
        Refused = "refused", "Refused",
    }
}
frame::columns::words!(ConsentAnswer);

db::record! {
    /// A consent, asked for or given.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ConsentView in "deal_registration_consents" {
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
        pub answer: Option<ConsentAnswer> = "",
        /// Who answered, as audit names actors.
        pub answered_by: String,
        /// The name of the one who answered.
        pub answered_by_name: String,
        /// When it was answered.
        pub answered_at: Option<Timestamp>,
        /// Through what: `portal`, `link` or `api`.
        pub answered_through: String,
        /// The last day it holds; `None` as long as protection.
        pub until_on: Option<Date> = "",
        /// When it was withdrawn.
        pub withdrawn_at: Option<Timestamp>,
    }
}

impl ConsentAnswer {
    /// The answer of a yes or a no.
    pub(crate) const fn of(given: bool) -> Self {
        if given { Self::Given } else { Self::Refused }
    }
}

impl ConsentView {
    /// Whether it was given; `None` while the answer is awaited.
    pub fn given(&self) -> Option<bool> {
        self.answer.map(|answer| answer == ConsentAnswer::Given)
    }
}

/// Writes a consent, asked for or given.
pub(crate) fn add_consent(cx: &mut Cx<'_, '_>, consent: &ConsentView) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    consent.insert(cx.tx, &[("vendor_id", vendor_id.as_str().into())])?;
    audit::made(cx, &kept::CONSENTS, &[consent.consent_id.as_str()])
}

/// Writes the answer or the withdrawal of a consent.
pub(crate) fn update_consent(cx: &mut Cx<'_, '_>, consent: &ConsentView) -> Result<(), AppError> {
    let id = consent.consent_id.as_str();
    audit::touch(cx, &kept::CONSENTS, &[id])?;
    let vendor_id = cx.vendor();
    let key = [("vendor_id", vendor_id.as_str().into()), ("consent_id", id.into())];
    consent.update(cx.tx, &key)?;
    Ok(())
}

/// One consent; whether one may see it follows from its registration.
pub(crate) fn consent(
    cx: &mut Cx<'_, '_>,
    id: &ConsentId,
) -> Result<Option<ConsentView>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!("{} WHERE vendor_id = $1 AND consent_id = $2", ConsentView::SELECT);
    Ok(cx.tx.query_opt_as(&sql, db::params![vendor_id.as_str(), id.as_str()])?)
}

/// The consents of a registration, oldest first, at most 500.
pub(crate) fn consents(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
) -> Result<Vec<ConsentView>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "{} WHERE vendor_id = $1 AND registration_id = $2 ORDER BY asked_at, consent_id LIMIT 500",
        ConsentView::SELECT
    );
    Ok(cx.tx.query_as(&sql, db::params![vendor_id.as_str(), id.as_str()])?)
}
