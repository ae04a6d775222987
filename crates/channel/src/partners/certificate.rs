//! Certificates of a partner's people: adding one, and removing it (DR-10).

use std::collections::BTreeSet;

use domain::ids::PartnerId;
use jiff::civil::Date;
use serde_json::{Value, json};
use web::{Choice, FieldErrors};

use super::{
    Certificate,
    body::{self, CertificateBody},
    changes, kept, page, questions, row,
};
use crate::program;
use frame::{
    action::{Action, Done, Opened},
    ctx::Cx,
    error::AppError,
    input::{Day, Text, input},
    list::PageOf,
    reply::Reply,
    request::Req,
};
use people::audit;

/// The most certificates of one partner.
const MOST: usize = 2_000;

input! {
    /// A certificate of a person of a partner.
    pub struct CertificateInput {
        /// The certification code from the program document.
        pub code: String => Text::picked("Certificate").required("Choose a certificate")
            .among(choices),
        /// The holder's name.
        pub holder: String => Text::line("Held by", 200).required("Enter who holds it"),
        /// The day it was issued.
        pub issued_on: Date => Day::new("Issued on")
            .required("Enter the day on which it was issued"),
        /// The last day it is valid; null if it never expires.
        pub expires_on: Option<Date> => Day::new("Last day").optional().beside()
            .hint("Leave empty if it never expires"),
    }
}

/// The certifications that the programs of a partner know: code and name.
fn known(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
) -> Result<BTreeSet<(String, String)>, AppError> {
    let mut found = BTreeSet::new();
    for enrolment in questions::enrolments_of(cx, partner_id)? {
        let in_force = program::in_force(cx, &enrolment.program_id, cx.now)?;
        let certifications = in_force.document.certifications.iter();
        found.extend(certifications.map(|one| (one.code.clone(), one.name.clone())));
    }
    Ok(found)
}

fn choices(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let partner = page::load(req)?;
    Ok(known(&mut req.cx, &partner.partner_id)?.into_iter().map(Choice::from).collect())
}

fn check(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    new: &CertificateInput,
) -> Result<(), AppError> {
    let mut errors = FieldErrors::new();
    let known = known(cx, partner_id)?;
    if !known.iter().any(|(code, _)| *code == new.code) {
        let codes: Vec<&str> = known.iter().map(|(code, _)| code.as_str()).collect();
        let words = if codes.is_empty() {
            "The partner is not enrolled in a program with certifications: enrol it first"
                .to_owned()
        } else {
            let codes = codes.join(", ");
            format!("None of the partner's programs has “{}”. Available: {codes}", new.code)
        };
        errors.add("code", words);
    }
    if new.expires_on.is_some_and(|last| last < new.issued_on) {
        errors.add("expires_on", "The last day is before the day of issue");
    }
    if row::certificates(cx, partner_id)?.len() >= MOST {
        errors.add("code", "A partner can have at most 2,000 certificates: remove old ones first");
    }
    errors.check().map_err(AppError::Invalid)
}

/// Adds a certificate; every bad field is named. Its id is the answer.
pub fn add_certificate(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    new: &CertificateInput,
) -> Result<String, AppError> {
    check(cx, partner_id, new)?;
    let (vendor_id, certificate_id) = (cx.vendor(), cx.ids().text("crt", cx.now));
    cx.tx.execute(
        "INSERT INTO partner_certificates (vendor_id, partner_id, certificate_id, code, holder, \
         issued_on, expires_on) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        db::params![
            vendor_id.as_str(),
            partner_id.as_str(),
            &certificate_id,
            &new.code,
            &new.holder,
            new.issued_on.to_string(),
            new.expires_on.map(|day| day.to_string())
        ],
    )?;
    audit::made(cx, &kept::CERTIFICATES, &[partner_id.as_str(), &certificate_id])?;
    row::count_up(cx, partner_id)?;
    let made = Certificate {
        certificate_id: certificate_id.clone(),
        code: new.code.clone(),
        holder: new.holder.clone(),
        issued_on: new.issued_on,
        expires_on: new.expires_on,
    };
    changes::tell(cx, partner_id, "partners.certificate_added", (json!(null), facts(&made)))?;
    Ok(certificate_id)
}

fn facts(certificate: &Certificate) -> Value {
    json!({
        "certificate_id": certificate.certificate_id, "code": certificate.code,
        "holder": certificate.holder, "issued_on": certificate.issued_on,
        "expires_on": certificate.expires_on,
    })
}

fn find(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    certificate_id: &str,
) -> Result<Certificate, AppError> {
    let all = row::certificates(cx, partner_id)?;
    all.into_iter().find(|one| one.certificate_id == certificate_id).ok_or(AppError::NotFound)
}

/// Removes a certificate; one that is not the partner's is not found.
fn take_away(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    certificate_id: &str,
) -> Result<(), AppError> {
    let found = find(cx, partner_id, certificate_id)?;
    audit::touch(cx, &kept::CERTIFICATES, &[partner_id.as_str(), certificate_id])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "DELETE FROM partner_certificates \
         WHERE vendor_id = $1 AND partner_id = $2 AND certificate_id = $3",
        db::params![vendor_id.as_str(), partner_id.as_str(), certificate_id],
    )?;
    row::count_up(cx, partner_id)?;
    changes::tell(cx, partner_id, "partners.certificate_removed", (facts(&found), json!(null)))
}

/// Adding a certificate by form or API.
pub(super) struct Add;

impl Action for Add {
    type Input = CertificateInput;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<CertificateInput>, AppError> {
        let partner = page::load(req)?;
        let address = format!("/partners/{}", partner.partner_id);
        Ok(Opened::new("Add a certificate", format!("{address}/certificates"), "Add")
            .crumb("Partners", "/partners")
            .crumb(partner.name, address)
            .form_version(partner.version))
    }

    fn run(req: &mut Req<'_, '_>, input: CertificateInput) -> Result<Done, AppError> {
        let partner = page::load(req)?;
        let id = add_certificate(&mut req.cx, &partner.partner_id, &input)?;
        Ok(Done::new(&id, format!("/partners/{}", partner.partner_id), "Certificate added."))
    }

    fn answer(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        let partner_id: PartnerId = req.id("partner_id")?;
        let made = find(&mut req.cx, &partner_id, &done.id)?;
        let address = format!("/api/v1/partners/{partner_id}/certificates/{}", done.id);
        Reply::created(&address, &body::certificate_body(made))
    }
}

/// All certificates of a partner, in one page.
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = page::load(req)?;
    let found = row::certificates(&mut req.cx, &partner.partner_id)?;
    let data: Vec<CertificateBody> = found.into_iter().map(body::certificate_body).collect();
    Reply::json(&PageOf { data, next_cursor: None })
}

/// Removing one by the button on the partner's page.
pub(super) fn remove(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = page::load(req)?;
    req.form_version(partner.version)?;
    let certificate_id = req.param("certificate_id")?.to_owned();
    take_away(&mut req.cx, &partner.partner_id, &certificate_id)?;
    Ok(req.go(&format!("/partners/{}", partner.partner_id), "Certificate removed."))
}

/// Removing one through the API.
pub(super) fn delete(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = page::load(req)?;
    let certificate_id = req.param("certificate_id")?.to_owned();
    take_away(&mut req.cx, &partner.partner_id, &certificate_id)?;
    Ok(Reply::no_content())
}
