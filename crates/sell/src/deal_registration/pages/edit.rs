//! Changing what was said: of a draft and of what was returned freely, of a live registration
//! everything but the company (DR-21).

use domain::{deal_registration::status::StatusKind, ids::RegistrationId};
use web::{Callout, Markup, html};

use super::{
    change::{done, opened},
    new::{self, FILE_FAULTS},
};
use crate::deal_registration::{
    BeginInput, ProgressInput, Registration, Source,
    actions::{Amend, SaveDraft, change},
    form::{COMPANY, Edit, Whole},
    read, terms,
};
use frame::{
    action::{Action, Done, Opened},
    error::AppError,
    request::Req,
};

fn found(req: &mut Req<'_, '_>) -> Result<Registration, AppError> {
    let id: RegistrationId = req.id("id")?;
    read::find(&mut req.cx, &id)
}

impl Action for Edit {
    type Input = Whole;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Whole>, AppError> {
        let r = found(req)?;
        let (title, button) = match r.status {
            StatusKind::Returned => ("Answer and resubmit", "Resubmit"),
            StatusKind::Withdrawn if r.submitted_at.is_some() => ("Submit again", "Resubmit"),
            StatusKind::Withdrawn => ("Submit again", "Submit"),
            StatusKind::Draft => ("Edit the draft", "Submit"),
            StatusKind::Submitted
            | StatusKind::UnderReview
            | StatusKind::Approved
            | StatusKind::Renewed
            | StatusKind::Rejected
            | StatusKind::Won
            | StatusKind::Lost
            | StatusKind::Expired
            | StatusKind::Released => ("Amend", "Save"),
        };
        // Pages of before send no version: they change what there is.
        if !req.form.ticked("version") {
            req.form.set("version", r.version.to_string());
        }
        let progress = ProgressInput { stage: r.stage };
        let begin = BeginInput { partner_id: None, program_id: None, submit: false };
        let before = (r.details.clone(), (progress, begin));
        let opened =
            opened(&r, title, ("edit", button)).above(question(&r)).before(before, r.version);
        Ok(if r.is_being_written() {
            opened
                .intro("Everything can still be changed.")
                .either("submit", ("draft", "Save without submitting"))
                .multipart(FILE_FAULTS)
        } else {
            opened.without(COMPANY).intro(
                "Changes here never affect the clocks or who holds the account. For another company, register a new deal.",
            )
        })
    }

    fn check(req: &mut Req<'_, '_>, (details, (progress, _)): &Whole) -> Result<(), AppError> {
        let mut r = found(req)?;
        let terms = terms::of(&mut req.cx, &r)?;
        change(&mut r, &(details.clone(), progress.clone()), &terms, (req.cx.now, None))
    }

    fn run(req: &mut Req<'_, '_>, sent: Whole) -> Result<Done, AppError> {
        let (details, (progress, begin)) = sent;
        begin.check_fixed()?;
        let said = (details, progress);
        let r = found(req)?;
        let registration_id = r.registration_id.clone();
        // Only a form sends the whole of a draft; what a program sends of it is an amendment.
        let amends = req.input.is_api() && r.status != StatusKind::Withdrawn;
        if amends || !r.is_being_written() {
            let amended = Amend { registration_id, said }.run(&mut req.cx)?;
            return done(req, &amended, "Amended. Clock and holder stay as they were.");
        }
        let saved = SaveDraft {
            registration_id: Some(registration_id),
            partner_id: None,
            program_id: None,
            said,
            source: Source::Portal,
        }
        .run(&mut req.cx)?;
        new::attach(req, &saved)?;
        if req.form.text("do") == "submit" {
            return new::submit(req, &saved);
        }
        done(req, &saved, "Saved, not submitted yet.")
    }
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
