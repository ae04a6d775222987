//! The routes of `/api/v1/partners`.

use http::Method;

use super::api;
use crate::{
    access::{Access, Permission},
    core::routes::{Doc, Routes},
};

/// What the list is filtered and ordered by.
const LIST: &[(&str, &str)] = &[
    ("q", "Part of the name or domain"),
    ("status", "onboarding, active, paused, offboarding or left"),
    ("track", "The code of a track"),
    ("tier", "The code of a tier"),
    ("manager_user_id", "The partner manager, or none"),
    ("sort", "name, -name, created or -created"),
    ("cursor", "Where the page before ended: its next_cursor"),
    ("limit", "How many at most: 1 to 200, 50 when left out"),
];

/// Adds them to the slice's routes.
pub(super) fn add(routes: Routes) -> Routes {
    const READ: Access = Access::Either(Permission::PartnersRead);
    const MANAGE: Access = Access::Vendor(Permission::PartnersManage);
    let list = Doc::new("List partners").gives::<api::PartnerList>().query(LIST);
    let create = Doc::new("Create a partner")
        .takes::<api::PartnerRequest>()
        .gives::<api::PartnerBody>()
        .status(201);
    let patch = Doc::new("Change a partner; status and manager need a reason")
        .takes::<api::PartnerPatch>()
        .gives::<api::PartnerBody>()
        .if_match();
    let enrol = Doc::new("Enrol a partner in a program, or change how it stands there")
        .takes::<api::EnrolmentRequest>()
        .gives::<api::PartnerBody>()
        .if_match();
    let certify = Doc::new("Add a certificate")
        .takes::<api::CertificateRequest>()
        .gives::<api::CertificateBody>()
        .status(201);
    routes
        .api_get("/api/v1/partners", READ, list, api::list)
        .api((Method::POST, "/api/v1/partners"), MANAGE, create, api::create)
        .api_get(
            "/api/v1/partners/{partner_id}",
            READ,
            Doc::new("Read a partner with its enrolments").gives::<api::PartnerBody>(),
            api::get,
        )
        .api((Method::PATCH, "/api/v1/partners/{partner_id}"), MANAGE, patch, api::patch)
        .api((Method::PUT, "/api/v1/partners/{partner_id}/enrolments"), MANAGE, enrol, api::enrol)
        .api_get(
            "/api/v1/partners/{partner_id}/certificates",
            READ,
            Doc::new("List a partner's certificates").gives::<api::CertificateList>(),
            api::certificates,
        )
        .api(
            (Method::POST, "/api/v1/partners/{partner_id}/certificates"),
            MANAGE,
            certify,
            api::add_certificate,
        )
        .api(
            (Method::DELETE, "/api/v1/partners/{partner_id}/certificates/{certificate_id}"),
            MANAGE,
            Doc::new("Remove a certificate").status(204),
            api::remove_certificate,
        )
}
