//! Registering a deal: seven fields, an answer while one types, a receipt at the end.

use domain::ids::{PartnerId, ProgramId};
use web::Upload;

use super::ways_on;
use crate::deal_registration::{
    Registration, Said, Source,
    actions::{AttachFile, SaveDraft, Submit, SubmitNew, Submitted, begin},
    api,
    form::{Register, Whole, document},
    terms,
};
use channel::partners;
use frame::{
    action::{Action, Done, Opened},
    ctx::Cx,
    error::AppError,
    request::Req,
};

/// Faults of a file, and the field of the form that shows them.
pub(super) const FILE_FAULTS: &[(&str, &str)] =
    &[("file", "evidence_file"), ("content", "evidence_file")];

/// Whose registration it is, when it is not plain.
type Whose = (Option<PartnerId>, Option<ProgramId>);

/// What was sent, taken apart: what is said, whose it is, and whether it is submitted.
fn parts(req: &Req<'_, '_>, (details, (progress, begin)): Whole) -> (Said, Whose, bool) {
    let by_api = req.input.is_api();
    let submits = if by_api { begin.submit } else { req.form.text("do") != "draft" };
    ((details, progress), (begin.partner_id, begin.program_id), submits)
}

impl Action for Register {
    type Input = Whole;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Whole>, AppError> {
        let opened = Opened::new("Register a deal", "/registrations/new", "Submit")
            .crumb("Registrations", "/registrations");
        if req.input.is_api() {
            return Ok(opened);
        }
        let url = req.query();
        let asked = ["account_domain", "account_name", "contact_email"];
        let known = asked.into_iter().filter_map(|name| Some((name, url.get(name)?)));
        let opened = known.fold(opened, |opened, (name, text)| opened.preset(name, text));
        let days = validity(&mut req.cx)?;
        Ok(opened
            .when_refused(ways_on::after_refusal(&mut req.cx)?)
            .intro(format!(
                "Once approved, it protects the account for {days} days: no other partner can register it, and direct sales stays out."
            ))
            .either("submit", ("draft", "Save as draft"))
            .multipart(FILE_FAULTS)
            .keep("registration"))
    }

    fn check(req: &mut Req<'_, '_>, input: &Whole) -> Result<(), AppError> {
        let (said, (partner_id, program_id), submits) = parts(req, input.clone());
        let has_file = submits.then(|| file(req).is_some());
        let whose = (partner_id.as_ref(), program_id.as_ref());
        begin(&mut req.cx, whose, (&said, has_file), Source::Portal).map(|_| ())
    }

    fn run(req: &mut Req<'_, '_>, input: Whole) -> Result<Done, AppError> {
        let (said, (partner_id, program_id), submits) = parts(req, input);
        let source = if req.input.is_api() { Source::Api } else { Source::Portal };
        if submits && file(req).is_none() {
            let new = SubmitNew { partner_id, program_id, said, source };
            let done = new.run(&mut req.cx)?;
            return submitted(req, &done);
        }
        let draft = SaveDraft { registration_id: None, partner_id, program_id, said, source };
        let r = draft.run(&mut req.cx)?;
        attach(req, &r)?;
        if submits {
            return submit(req, &r);
        }
        let words = "Saved as a draft. Nothing is protected until you submit it.";
        let done = Done::new(&r.registration_id, r.href(), words);
        Ok(if req.input.is_api() { done.answered(api::begun(req, &r, None)?) } else { done })
    }
}

/// How many days an approval protects: by the terms of the partner's track and tier, where it is in one
/// program. Rule DR-01.
fn validity(cx: &mut Cx<'_, '_>) -> Result<u32, AppError> {
    if let Some(partner_id) = cx.actor.partner_id().cloned()
        && let [only] = partners::enrolments_of(cx, &partner_id)?.as_slice()
    {
        let terms = terms::in_force(cx, &only.program_id, (&only.track, &only.tier))?;
        return Ok(terms.policy.validity_days);
    }
    Ok(document(cx)?.registration.validity_days)
}

/// The file of the form, if one was chosen.
fn file(req: &Req<'_, '_>) -> Option<Upload> {
    req.form.file("evidence_file").filter(|file| !file.bytes.is_empty()).cloned()
}

/// Adds the file of the form, if one was chosen.
pub(super) fn attach(req: &mut Req<'_, '_>, r: &Registration) -> Result<(), AppError> {
    let Some(file) = file(req) else { return Ok(()) };
    let registration_id = r.registration_id.clone();
    AttachFile { registration_id, name: file.file_name, content: file.bytes }.run(&mut req.cx)?;
    Ok(())
}

/// Submits what was saved.
pub(super) fn submit(req: &mut Req<'_, '_>, r: &Registration) -> Result<Done, AppError> {
    let done = Submit { registration_id: r.registration_id.clone() }.run(&mut req.cx)?;
    submitted(req, &done)
}

fn submitted(req: &Req<'_, '_>, done: &Submitted) -> Result<Done, AppError> {
    let r = &done.registration;
    let page = Done::new(&r.registration_id, r.href(), said(done));
    if !req.input.is_api() {
        return Ok(page);
    }
    Ok(page.answered(api::begun(req, r, Some(&done.receipt))?))
}

/// What the partner is told after it submitted.
pub(super) fn said(done: &Submitted) -> String {
    let reference = done.registration.reference();
    let until = done.registration.protected_until.filter(|_| done.approved);
    match until {
        Some(until) => format!(
            "{reference} is approved: the account is protected until {}. Your receipt is on this page.",
            web::day_text(until)
        ),
        None => format!(
            "{reference} submitted. You will be notified of the decision; your receipt is on this page."
        ),
    }
}
