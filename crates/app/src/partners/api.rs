//! `/api/v1/partners`.

mod shapes;

pub(super) use shapes::{
    CertificateBody, CertificateList, CertificateRequest, EnrolmentRequest, PartnerBody,
    PartnerList, PartnerPatch, PartnerRequest,
};

use domain::ids::{PartnerId, ProgramId, UserId};
use jiff::civil::Date;
use shapes::{body, certificate_body};
use web::FieldErrors;

use super::{
    Partner, PartnerStatus,
    actions::{
        certificate::{self, NewCertificate},
        create::{self, NewPartner, Particulars},
        edit::{self, Edit, Manager},
        enrol::{self, NewEnrolment},
    },
    listing::{self, Filter, Order},
    questions, store,
};
use crate::{
    core::{error::AppError, paging, reply::Reply, request::Req},
    program,
};

pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let query = req.query();
    let text = |name: &str| query.get(name).unwrap_or("").to_owned();
    let status = match query.get("status") {
        Some(word) => Some(status(word)?),
        None => None,
    };
    let filter = Filter {
        q: text("q"),
        status,
        track: text("track"),
        tier: text("tier"),
        manager: text("manager_user_id"),
        order: Order::from_word(query.get("sort").unwrap_or("")),
    };
    let limit = paging::limit(req)?;
    let after = match query.get("cursor") {
        Some(cursor) => filter.position(cursor).ok_or_else(|| {
            AppError::field("cursor", "Send the next_cursor of the page before, with its filter")
        })?,
        None => listing::Position::default(),
    };
    let visible = req.cx.actor.visibility();
    let mut rows = listing::list(&mut req.cx, &visible, &filter, (&after, limit + 1))?;
    let more = paging::cut(&mut rows, limit);
    let next_cursor = rows.last().filter(|_| more).map(|last| filter.cursor(last));
    let enrolments = listing::enrolments(&mut req.cx, &rows)?;
    let own = visible.partner_id().is_some();
    let data = rows
        .into_iter()
        .map(|partner| {
            let id = partner.partner_id.clone();
            body(partner, listing::of(&enrolments, &id), own)
        })
        .collect();
    Reply::json(&PartnerList { data, next_cursor })
}

fn status(word: &str) -> Result<PartnerStatus, AppError> {
    PartnerStatus::from_word(word).ok_or_else(|| {
        let all: Vec<&str> = PartnerStatus::ALL.into_iter().map(PartnerStatus::word).collect();
        AppError::field("status", format!("Known are {}", all.join(", ")))
    })
}

fn manager(text: Option<&str>) -> Result<Option<UserId>, AppError> {
    text.filter(|text| !text.is_empty())
        .map(UserId::parse)
        .transpose()
        .map_err(|error| AppError::field("manager_user_id", error.to_string()))
}

fn load(req: &mut Req<'_, '_>) -> Result<Partner, AppError> {
    let partner_id: PartnerId = req.id("partner_id")?;
    questions::partner(&mut req.cx, &partner_id)
}

fn answer(req: &mut Req<'_, '_>, partner_id: &PartnerId) -> Result<(PartnerBody, i64), AppError> {
    let partner = questions::partner(&mut req.cx, partner_id)?;
    let enrolments = questions::enrolments_of(&mut req.cx, partner_id)?;
    let version = partner.version;
    let own = req.cx.actor.partner_id().is_some();
    Ok((body(partner, enrolments.iter(), own), version))
}

pub(super) fn get(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner_id: PartnerId = req.id("partner_id")?;
    let (body, version) = answer(req, &partner_id)?;
    Ok(Reply::json(&body)?.etag(version))
}

pub(super) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let asked: PartnerRequest = req.json()?;
    let status = match asked.status.as_deref() {
        Some(word) => status(word)?,
        None => PartnerStatus::Onboarding,
    };
    let manager = manager(asked.manager_user_id.as_deref())?;
    let partner_id = create::create(
        &mut req.cx,
        &NewPartner {
            name: &asked.name,
            domain: &asked.domain,
            country: &asked.country,
            city: &asked.city,
            status,
            manager_user_id: manager.as_ref(),
            external_id: &asked.external_id,
        },
    )?;
    let (body, version) = answer(req, &partner_id)?;
    Ok(Reply::created(&format!("/api/v1/partners/{partner_id}"), &body)?.etag(version))
}

pub(super) fn patch(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = load(req)?;
    let asked: PartnerPatch = req.json()?;
    req.if_match(partner.version)?;
    let status = asked.status.as_deref().map(status).transpose()?;
    let manager = match asked.manager_user_id.as_deref() {
        Some(text) => Manager::Now(manager(Some(text))?),
        None => Manager::Same,
    };
    let change = Edit {
        particulars: Some(Particulars {
            name: asked.name.unwrap_or_else(|| partner.name.clone()),
            domain: asked.domain.unwrap_or_else(|| partner.domain.clone()),
            country: asked.country.unwrap_or_else(|| partner.country.clone()),
            city: asked.city.unwrap_or_else(|| partner.city.clone()),
            external_id: asked.external_id.unwrap_or_else(|| partner.external_id.clone()),
        }),
        status,
        manager,
        reason: asked.reason.unwrap_or_default(),
    };
    edit::edit(&mut req.cx, &partner, &change)?;
    let (body, version) = answer(req, &partner.partner_id)?;
    Ok(Reply::json(&body)?.etag(version))
}

fn date(field: &'static str, text: Option<&str>, errors: &mut FieldErrors) -> Option<Date> {
    let text = text.filter(|text| !text.is_empty())?;
    let parsed = text.parse().map_err(|_| "Write a date such as 2026-04-01");
    errors.take(field, parsed)
}

pub(super) fn enrol(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = load(req)?;
    let asked: EnrolmentRequest = req.json()?;
    req.if_match(partner.version)?;
    let program_id = match asked.program_id.as_deref() {
        Some(text) => ProgramId::parse(text)
            .map_err(|error| AppError::field("program_id", error.to_string()))?,
        None => program::only_program(&mut req.cx)?,
    };
    if !program::programs(&mut req.cx)?.iter().any(|(id, _)| *id == program_id) {
        return Err(AppError::field("program_id", "There is no such program"));
    }
    if asked.ended {
        enrol::end(&mut req.cx, (&program_id, &partner.partner_id), &asked.reason)?;
    } else {
        let mut errors = FieldErrors::new();
        let from = date("agreement_from_on", asked.agreement_from_on.as_deref(), &mut errors);
        let until = date("agreement_until_on", asked.agreement_until_on.as_deref(), &mut errors);
        if !errors.is_empty() {
            return Err(AppError::Invalid(errors));
        }
        let new = NewEnrolment {
            program_id: &program_id,
            partner_id: &partner.partner_id,
            track: &asked.track,
            tier: &asked.tier,
            territories: &asked.territories,
            segments: &asked.segments,
            agreement_from: from,
            agreement_until: until,
            reason: &asked.reason,
        };
        enrol::enrol(&mut req.cx, &new)?;
    }
    let (body, version) = answer(req, &partner.partner_id)?;
    Ok(Reply::json(&body)?.etag(version))
}

pub(super) fn certificates(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = load(req)?;
    let found = store::certificates(&mut req.cx, &partner.partner_id)?;
    let data = found.into_iter().map(certificate_body).collect();
    Reply::json(&CertificateList { data, next_cursor: None })
}

pub(super) fn add_certificate(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = load(req)?;
    let asked: CertificateRequest = req.json()?;
    let mut errors = FieldErrors::new();
    let issued_on = date("issued_on", Some(&asked.issued_on), &mut errors);
    let expires_on = date("expires_on", asked.expires_on.as_deref(), &mut errors);
    let (Some(issued_on), true) = (issued_on, errors.is_empty()) else {
        errors.add("issued_on", "Write a date such as 2026-04-01");
        return Err(AppError::Invalid(errors));
    };
    let new = NewCertificate { code: &asked.code, holder: &asked.holder, issued_on, expires_on };
    let certificate_id = certificate::add_certificate(&mut req.cx, &partner.partner_id, &new)?;
    let body = CertificateBody {
        id: certificate_id.clone(),
        code: asked.code,
        holder: asked.holder.trim().to_owned(),
        issued_on: issued_on.to_string(),
        expires_on: expires_on.map(|day| day.to_string()),
    };
    let address = format!("/api/v1/partners/{}/certificates/{certificate_id}", partner.partner_id);
    Reply::created(&address, &body)
}

pub(super) fn remove_certificate(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = load(req)?;
    let certificate_id = req.param("certificate_id")?.to_owned();
    certificate::remove(&mut req.cx, &partner.partner_id, &certificate_id)?;
    Ok(Reply::no_content())
}
