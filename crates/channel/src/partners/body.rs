//! Partners, enrolments and certificates as the API answers them.

use domain::ids::PartnerId;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Certificate, Enrolment, Partner, questions};
use frame::{error::AppError, reply::Reply, request::Req};

/// A partner.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PartnerBody {
    /// The partner.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// Its internet domain; empty if unknown.
    pub(super) domain: String,
    /// Its country as two letters; empty if unknown.
    pub(super) country: String,
    /// Its city; empty if unknown.
    pub(super) city: String,
    /// `onboarding`, `active`, `paused`, `offboarding` or `left`.
    pub(super) status: String,
    /// The partner manager; null if none is assigned.
    pub(super) manager_user_id: Option<String>,
    /// Its id in another system; empty if there is none, and for the partner itself.
    pub(super) external_id: String,
    /// When it was added (RFC 3339).
    pub(super) created_at: String,
    /// The programs it is in.
    pub(super) enrolments: Vec<EnrolmentBody>,
}

/// An enrolment in a program.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EnrolmentBody {
    /// The program.
    pub(super) program_id: String,
    /// The code of the track.
    pub(super) track: String,
    /// The tier code; empty on a track without tiers.
    pub(super) tier: String,
    /// Territory codes; empty means everywhere.
    pub(super) territories: Vec<String>,
    /// Segment codes; empty means all.
    pub(super) segments: Vec<String>,
    /// The first day of the agreement; null if none is signed.
    pub(super) agreement_from_on: Option<String>,
    /// The last day of the agreement; null for an open one.
    pub(super) agreement_until_on: Option<String>,
    /// When it was enrolled (RFC 3339).
    pub(super) enrolled_at: String,
}

/// A certificate.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CertificateBody {
    /// The certificate.
    pub(super) id: String,
    /// The certification code.
    pub(super) code: String,
    /// The person who holds it.
    pub(super) holder: String,
    /// The day it was issued.
    pub(super) issued_on: String,
    /// The last day it is valid; null if it never expires.
    pub(super) expires_on: Option<String>,
}

/// A partner of this id as the one who acts may see it, and its version.
pub(super) fn read(req: &mut Req<'_, '_>, id: &str) -> Result<(PartnerBody, i64), AppError> {
    let partner_id = PartnerId::parse(id).map_err(|_| AppError::NotFound)?;
    let found = questions::partner(&mut req.cx, &partner_id)?;
    let enrolments = questions::enrolments_of(&mut req.cx, &partner_id)?;
    let version = found.version;
    let own = req.cx.actor.partner_id().is_some();
    Ok((partner(found, &enrolments, own), version))
}

/// Answers one partner.
pub(super) fn get(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: PartnerId = req.id("partner_id")?;
    let (body, version) = read(req, id.as_str())?;
    Ok(Reply::json(&body)?.etag(version))
}

/// A partner as the API answers it; `own` to its own people.
pub(super) fn partner(partner: Partner, enrolments: &[Enrolment], own: bool) -> PartnerBody {
    PartnerBody {
        id: partner.partner_id.as_str().to_owned(),
        name: partner.name,
        domain: partner.domain,
        country: partner.country,
        city: partner.city,
        status: partner.status.word().to_owned(),
        manager_user_id: partner.manager_user_id.map(String::from),
        external_id: if own { String::new() } else { partner.external_id },
        created_at: partner.created_at.to_string(),
        enrolments: enrolments.iter().map(enrolment_body).collect(),
    }
}

fn enrolment_body(enrolment: &Enrolment) -> EnrolmentBody {
    EnrolmentBody {
        program_id: enrolment.program_id.as_str().to_owned(),
        track: enrolment.track.clone(),
        tier: enrolment.tier.clone(),
        territories: enrolment.territories.clone(),
        segments: enrolment.segments.clone(),
        agreement_from_on: enrolment.agreement_from.map(|day| day.to_string()),
        agreement_until_on: enrolment.agreement_until.map(|day| day.to_string()),
        enrolled_at: enrolment.enrolled_at.to_string(),
    }
}

/// A certificate as the API answers it.
pub(super) fn certificate_body(certificate: Certificate) -> CertificateBody {
    CertificateBody {
        id: certificate.certificate_id,
        code: certificate.code,
        holder: certificate.holder,
        issued_on: certificate.issued_on.to_string(),
        expires_on: certificate.expires_on.map(|day| day.to_string()),
    }
}
