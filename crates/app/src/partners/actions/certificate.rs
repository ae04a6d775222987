//! Noting what the people of a partner are certified in, and taking it back (DR-10).

use std::collections::BTreeSet;

use domain::ids::PartnerId;
use jiff::civil::Date;
use serde_json::json;
use web::FieldErrors;

use super::super::{changes, kept, questions, store};
use crate::{
    audit,
    core::{ctx::Cx, error::AppError},
    program,
};

/// The most certificates of one partner.
const MOST: usize = 2_000;

/// A certificate to be noted.
#[derive(Debug)]
pub struct NewCertificate<'a> {
    /// The code of what it shows, as a program of the partner names it.
    pub code: &'a str,
    /// The person who holds it, by name.
    pub holder: &'a str,
    /// The day on which it was given.
    pub issued_on: Date,
    /// The last day on which it counts; `None` when it never lapses.
    pub expires_on: Option<Date>,
}

/// The certifications that the programs of a partner know: code and name.
pub(in crate::partners) fn known(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
) -> Result<Vec<(String, String)>, AppError> {
    let mut found = BTreeSet::new();
    for enrolment in questions::enrolments_of(cx, partner_id)? {
        let in_force = program::in_force(cx, &enrolment.program_id, cx.now)?;
        let certifications = in_force.document.certifications.iter();
        found.extend(certifications.map(|one| (one.code.clone(), one.name.clone())));
    }
    Ok(found.into_iter().collect())
}

/// Notes a certificate; every bad field is named. Its id is the answer.
pub fn add_certificate(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    new: &NewCertificate<'_>,
) -> Result<String, AppError> {
    let mut errors = FieldErrors::new();
    let known = known(cx, partner_id)?;
    if !known.iter().any(|(code, _)| code == new.code) {
        let codes: Vec<&str> = known.iter().map(|(code, _)| code.as_str()).collect();
        let words = if codes.is_empty() {
            "The partner is in no program that knows certifications: enrol it first".to_owned()
        } else {
            format!(
                "No program of the partner knows “{}”. They know: {}",
                new.code,
                codes.join(", ")
            )
        };
        errors.add("code", words);
    }
    let holder = new.holder.trim();
    if holder.is_empty() || holder.chars().count() > 200 || holder.chars().any(char::is_control) {
        errors.add("holder", "Enter who holds it, in up to 200 characters");
    }
    if new.expires_on.is_some_and(|last| last < new.issued_on) {
        errors.add("expires_on", "The last day lies before the day it was given");
    }
    if store::certificates(cx, partner_id)?.len() >= MOST {
        errors.add("code", "A partner has at most 2,000 certificates: remove old ones first");
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let (vendor_id, certificate_id) = (cx.vendor(), cx.ids().text("crt", cx.now));
    cx.tx.execute(
        "INSERT INTO partner_certificates (vendor_id, partner_id, certificate_id, code, holder, \
         issued_on, expires_on) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        db::params![
            vendor_id.as_str(),
            partner_id.as_str(),
            &certificate_id,
            new.code,
            holder,
            new.issued_on.to_string(),
            new.expires_on.map(|day| day.to_string())
        ],
    )?;
    audit::made(cx, &kept::CERTIFICATES, &[partner_id.as_str(), &certificate_id])?;
    store::count_up(cx, partner_id)?;
    let after = json!({
        "certificate_id": certificate_id, "code": new.code, "holder": holder,
        "issued_on": new.issued_on, "expires_on": new.expires_on,
    });
    changes::tell(cx, partner_id, "partners.certificate_added", (json!(null), after))?;
    Ok(certificate_id)
}

/// Takes a certificate away; one that is not the partner's is not found.
pub(in crate::partners) fn remove(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    certificate_id: &str,
) -> Result<(), AppError> {
    let found = store::certificates(cx, partner_id)?
        .into_iter()
        .find(|certificate| certificate.certificate_id == certificate_id)
        .ok_or(AppError::NotFound)?;
    audit::touch(cx, &kept::CERTIFICATES, &[partner_id.as_str(), certificate_id])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "DELETE FROM partner_certificates \
         WHERE vendor_id = $1 AND partner_id = $2 AND certificate_id = $3",
        db::params![vendor_id.as_str(), partner_id.as_str(), certificate_id],
    )?;
    store::count_up(cx, partner_id)?;
    let before = json!({
        "certificate_id": certificate_id, "code": found.code, "holder": found.holder,
        "issued_on": found.issued_on, "expires_on": found.expires_on,
    });
    changes::tell(cx, partner_id, "partners.certificate_removed", (before, json!(null)))
}
