//! Changing what was said: of a draft and of what was returned freely, of a live registration
//! everything but the company (DR-21).

use domain::deal_registration::status::StatusKind;
use domain::ids::RegistrationId;
use web::{Button, Callout, Form, Markup, Page, PostForm, hidden, html};

use super::{
    fields::{Fields, filled, labelled},
    forms::{Fault, fault_of},
    new,
    words::Moment,
};
use crate::deal_registration::{self as deals, Changes, Registration, actions::Amend};
use frame::{error::AppError, reply::Reply, request::Req};

fn is_open(registration: &Registration) -> bool {
    match registration.status {
        StatusKind::Draft | StatusKind::Returned | StatusKind::Withdrawn => true,
        StatusKind::Submitted
        | StatusKind::UnderReview
        | StatusKind::Approved
        | StatusKind::Renewed
        | StatusKind::Rejected
        | StatusKind::Won
        | StatusKind::Lost
        | StatusKind::Expired
        | StatusKind::Released => false,
    }
}

/// `/registrations/{id}/edit`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = deals::find(&mut req.cx, &id)?;
    let page = page(req, &registration, &filled(&registration), &Fault::default())?;
    req.page(page)
}

fn page(
    req: &mut Req<'_, '_>,
    registration: &Registration,
    form: &Form,
    fault: &Fault,
) -> Result<Page, AppError> {
    let document = new::document(&mut req.cx)?;
    let moment = Moment::of(&mut req.cx)?;
    let open = is_open(registration);
    let fields = Fields {
        form,
        errors: &fault.errors,
        document: &document,
        today: moment.today,
        live: open.then(|| new::LIVE.into()),
        with_file: open,
    };
    let version = registration.version.to_string();
    let post = PostForm::new(format!("{}/edit", registration.href()), req.csrf())
        .idempotency(req.form_token())
        .errors(&labelled(&fault.errors))
        .body(html! { (hidden("version", &version)) (fields.short()) (fields.further()) })
        .actions(buttons(registration));
    let post = if open { post.multipart() } else { post };
    let intro = if open {
        "Everything can still be changed."
    } else {
        "Changes here never affect the clocks or who holds the account. For another company, register a new deal."
    };
    let title = match registration.status {
        StatusKind::Returned => "Answer and resubmit",
        StatusKind::Withdrawn => "Submit again",
        StatusKind::Draft => "Edit the draft",
        StatusKind::Submitted
        | StatusKind::UnderReview
        | StatusKind::Approved
        | StatusKind::Renewed
        | StatusKind::Rejected
        | StatusKind::Won
        | StatusKind::Lost
        | StatusKind::Expired
        | StatusKind::Released => "Amend",
    };
    Ok(Page::new(title)
        .crumb("Registrations", "/registrations")
        .crumb(shown_name(registration), registration.href())
        .intro(intro)
        .narrow()
        .body(html! { (fault.callout()) (question(registration)) (post) }))
}

/// What the vendor asked when it returned the registration.
pub(super) fn question(registration: &Registration) -> Markup {
    html! {
        @if registration.status == StatusKind::Returned && !registration.return_note.is_empty() {
            (Callout::warn("The vendor asks").body(html! { p { (registration.return_note) } }))
        }
    }
}

/// The company's name, or that it has none yet.
pub(super) fn shown_name(registration: &Registration) -> String {
    if registration.details.account_name.is_empty() {
        format!("{} (no company yet)", registration.reference())
    } else {
        registration.details.account_name.clone()
    }
}

fn buttons(registration: &Registration) -> Markup {
    let cancel = Button::quiet("Cancel").href(registration.href());
    html! {
        @if is_open(registration) {
            (Button::primary(if registration.submitted_at.is_some() { "Resubmit" } else { "Submit" })
                .submits("do", "submit"))
            (Button::secondary("Save without submitting").submits("do", "draft"))
        } @else {
            (Button::primary("Save").submits("do", "amend"))
        }
        (cancel)
    }
}

/// `POST /registrations/{id}/edit`
pub(super) fn save(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = deals::find(&mut req.cx, &id)?;
    let outcome = match req.form.text("do") {
        "submit" => new::submit(req, Some(&registration)).map(|done| new::submitted(req, &done)),
        "amend" => amend(req, &registration),
        _ => new::save(req, Some(&registration))
            .map(|saved| req.go(&saved.href(), "Saved, not submitted yet.")),
    };
    match outcome {
        Ok(reply) => Ok(reply),
        Err(error) => {
            let fault = fault_of(error)?;
            let form = req.form.clone();
            let page = page(req, &registration, &form, &fault)?;
            Err(fault.undone(req, &page))
        }
    }
}

fn amend(req: &mut Req<'_, '_>, registration: &Registration) -> Result<Reply, AppError> {
    let amended = Amend {
        registration_id: registration.registration_id.clone(),
        changes: Changes::from_form(&req.form),
        expected_version: req.form.text("version").parse().ok(),
    }
    .run(&mut req.cx)?;
    Ok(req.go(&amended.href(), "Amended. Clock and holder stay as they were."))
}
