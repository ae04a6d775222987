//! What the API takes and gives.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Certificate, Enrolment, Partner};

/// A partner.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::partners) struct PartnerBody {
    /// The partner.
    pub(in crate::partners) id: String,
    /// Its name.
    pub(in crate::partners) name: String,
    /// Its internet domain; empty when unknown.
    pub(in crate::partners) domain: String,
    /// Its country as two letters; empty when unknown.
    pub(in crate::partners) country: String,
    /// Its city; empty when unknown.
    pub(in crate::partners) city: String,
    /// `onboarding`, `active`, `paused`, `offboarding` or `left`.
    pub(in crate::partners) status: String,
    /// The partner manager; null when nobody looks after it.
    pub(in crate::partners) manager_user_id: Option<String>,
    /// Its id in another system; empty when there is none, and for the partner's own callers.
    pub(in crate::partners) external_id: String,
    /// When it was made known (RFC 3339).
    pub(in crate::partners) created_at: String,
    /// The programs it is in.
    pub(in crate::partners) enrolments: Vec<EnrolmentBody>,
}

/// How a partner stands in a program.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::partners) struct EnrolmentBody {
    /// The program.
    pub(in crate::partners) program_id: String,
    /// The code of the track.
    pub(in crate::partners) track: String,
    /// The code of the tier; empty on a track without tiers.
    pub(in crate::partners) tier: String,
    /// Codes of territories; none means everywhere.
    pub(in crate::partners) territories: Vec<String>,
    /// Codes of segments; none means all.
    pub(in crate::partners) segments: Vec<String>,
    /// The first day of the agreement; null when none is signed.
    pub(in crate::partners) agreement_from_on: Option<String>,
    /// The last day of the agreement; null for an open one.
    pub(in crate::partners) agreement_until_on: Option<String>,
    /// When it was enrolled (RFC 3339).
    pub(in crate::partners) enrolled_at: String,
}

/// A page of partners.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::partners) struct PartnerList {
    /// The partners in the order asked for.
    pub(in crate::partners) data: Vec<PartnerBody>,
    /// Where the next page begins; null on the last.
    pub(in crate::partners) next_cursor: Option<String>,
}

/// A partner to be made known.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::partners) struct PartnerRequest {
    /// Its name, in up to 300 characters.
    pub(in crate::partners) name: String,
    /// Its internet domain.
    #[serde(default)]
    pub(in crate::partners) domain: String,
    /// Its country as two letters.
    #[serde(default)]
    pub(in crate::partners) country: String,
    /// Its city.
    #[serde(default)]
    pub(in crate::partners) city: String,
    /// How it stands; `onboarding` when left out.
    #[serde(default)]
    pub(in crate::partners) status: Option<String>,
    /// The partner manager.
    #[serde(default)]
    pub(in crate::partners) manager_user_id: Option<String>,
    /// Its id in another system.
    #[serde(default)]
    pub(in crate::partners) external_id: String,
}

/// What changes; what is left out stays.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::partners) struct PartnerPatch {
    /// Its name from now on.
    pub(in crate::partners) name: Option<String>,
    /// Its internet domain; empty for none.
    pub(in crate::partners) domain: Option<String>,
    /// Its country as two letters; empty for none.
    pub(in crate::partners) country: Option<String>,
    /// Its city; empty for none.
    pub(in crate::partners) city: Option<String>,
    /// Its id in another system; empty for none.
    pub(in crate::partners) external_id: Option<String>,
    /// How it stands from now on.
    pub(in crate::partners) status: Option<String>,
    /// The partner manager from now on; empty for nobody.
    pub(in crate::partners) manager_user_id: Option<String>,
    /// Why status or manager change; the partner's history keeps it.
    pub(in crate::partners) reason: Option<String>,
}

/// How a partner is to stand in a program.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::partners) struct EnrolmentRequest {
    /// The program; the vendor's only one when left out.
    #[serde(default)]
    pub(in crate::partners) program_id: Option<String>,
    /// The code of the track.
    pub(in crate::partners) track: String,
    /// The code of the tier; the lowest when left out.
    #[serde(default)]
    pub(in crate::partners) tier: String,
    /// Codes of territories; none means everywhere.
    #[serde(default)]
    pub(in crate::partners) territories: Vec<String>,
    /// Codes of segments; none means all.
    #[serde(default)]
    pub(in crate::partners) segments: Vec<String>,
    /// The first day of the agreement.
    #[serde(default)]
    pub(in crate::partners) agreement_from_on: Option<String>,
    /// The last day of the agreement.
    #[serde(default)]
    pub(in crate::partners) agreement_until_on: Option<String>,
    /// True takes the partner out of the program.
    #[serde(default)]
    pub(in crate::partners) ended: bool,
    /// Why; needed when track or tier change and when the enrolment ends.
    #[serde(default)]
    pub(in crate::partners) reason: String,
}

/// A certificate to be noted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::partners) struct CertificateRequest {
    /// The code of what it shows, as the program document names it.
    pub(in crate::partners) code: String,
    /// The person who holds it, by name.
    pub(in crate::partners) holder: String,
    /// The day on which it was given.
    pub(in crate::partners) issued_on: String,
    /// The last day on which it counts; null when it never lapses.
    #[serde(default)]
    pub(in crate::partners) expires_on: Option<String>,
}

/// A certificate.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::partners) struct CertificateBody {
    /// The certificate.
    pub(in crate::partners) id: String,
    /// The code of what it shows.
    pub(in crate::partners) code: String,
    /// The person who holds it.
    pub(in crate::partners) holder: String,
    /// The day on which it was given.
    pub(in crate::partners) issued_on: String,
    /// The last day on which it counts; null when it never lapses.
    pub(in crate::partners) expires_on: Option<String>,
}

/// The certificates of a partner.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::partners) struct CertificateList {
    /// All of them, by code and holder.
    pub(in crate::partners) data: Vec<CertificateBody>,
    /// Always null: a partner's certificates come in one page.
    pub(in crate::partners) next_cursor: Option<String>,
}

pub(in crate::partners) fn body<'a>(
    partner: Partner,
    enrolments: impl Iterator<Item = &'a Enrolment>,
    own: bool,
) -> PartnerBody {
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
        enrolments: enrolments.map(enrolment_body).collect(),
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

pub(in crate::partners) fn certificate_body(certificate: Certificate) -> CertificateBody {
    CertificateBody {
        id: certificate.certificate_id,
        code: certificate.code,
        holder: certificate.holder,
        issued_on: certificate.issued_on.to_string(),
        expires_on: certificate.expires_on.map(|day| day.to_string()),
    }
}
