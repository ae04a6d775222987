//! Enrolling a partner in a program and changing the enrolment: the page, and the API.

use domain::{ids::ProgramId, program::Document};
use jiff::civil::Date;
use maud::html;
use web::{
    Button, CheckboxGroup, Choice, Field, FieldErrors, Form, Page, PostForm, columns, hidden,
    section,
};

use super::{
    Enrolment, Partner, body,
    enrol::{self, NewEnrolment},
    page, questions,
};
use crate::program;
use frame::{
    error::AppError,
    input::{Codes, Day, Flag, IdOf, Input, Text, input},
    reply::Reply,
    request::Req,
};

input! {
    /// An enrolment in a program.
    pub(super) struct EnrolmentInput {
        /// The program; by default the vendor's only one.
        program_id: Option<ProgramId> => IdOf::<ProgramId>::new("Program").optional(),
        /// The code of the track.
        track: String => Text::picked("Track").required("Choose a track"),
        /// The tier code; the lowest by default.
        tier: String => Text::picked("Tier"),
        /// Territory codes; empty means everywhere.
        territories: Vec<String> => Codes::new("Territories"),
        /// Segment codes; empty means all.
        segments: Vec<String> => Codes::new("Segments"),
        /// The first day of the agreement.
        agreement_from_on: Option<Date> => Day::new("Agreement from").optional(),
        /// The last day of the agreement.
        agreement_until_on: Option<Date> => Day::new("Last day").optional(),
        /// True removes the partner from the program.
        ended: bool => Flag::new("Ended"),
        /// The reason; required when track or tier changes and when the enrolment ends.
        reason: String => Text::line("Reason", 1000),
    }
}

struct Place {
    partner: Partner,
    program_id: ProgramId,
    program: String,
    enrolment: Option<Enrolment>,
}

fn place(req: &mut Req<'_, '_>) -> Result<Place, AppError> {
    let partner = page::load(req)?;
    let program_id: ProgramId = req.id("program_id")?;
    let (_, program) = program::programs(&mut req.cx)?
        .into_iter()
        .find(|(id, _)| *id == program_id)
        .ok_or(AppError::NotFound)?;
    let enrolment = questions::enrolment(&mut req.cx, &program_id, &partner.partner_id)?;
    Ok(Place { partner, program_id, program, enrolment })
}

fn address(place: &Place) -> String {
    format!("/partners/{}/enrolments/{}", place.partner.partner_id, place.program_id)
}

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let place = place(req)?;
    let form = match &place.enrolment {
        Some(enrolment) => filled(enrolment),
        None => Form::default(),
    };
    let page = shown(req, &place, &form, &FieldErrors::new())?;
    req.page(page)
}

fn filled(enrolment: &Enrolment) -> Form {
    let input = EnrolmentInput {
        program_id: None,
        track: enrolment.track.clone(),
        tier: enrolment.tier.clone(),
        territories: enrolment.territories.clone(),
        segments: enrolment.segments.clone(),
        agreement_from_on: enrolment.agreement_from,
        agreement_until_on: enrolment.agreement_until,
        ended: false,
        reason: String::new(),
    };
    let texts = input.texts().into_iter();
    Form::from_pairs(texts.flat_map(|(name, all)| all.into_iter().map(move |text| (name, text))))
}

fn shown(
    req: &mut Req<'_, '_>,
    place: &Place,
    form: &Form,
    errors: &FieldErrors,
) -> Result<Page, AppError> {
    let now = req.cx.now;
    let document = program::in_force(&mut req.cx, &place.program_id, now)?.document;
    let fields = fields(&document, place.enrolment.is_some(), (form, errors));
    let version = place.partner.version.to_string();
    let back = format!("/partners/{}", place.partner.partner_id);
    let label = if place.enrolment.is_some() { "Save" } else { "Enrol" };
    let main = PostForm::new(address(place), req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(html! { (hidden("version", &version)) (fields) })
        .actions(html! {
            (Button::primary(label))
            (Button::quiet("Cancel").href(back.as_str()))
        });
    let end = PostForm::new(format!("{}/end", address(place)), req.csrf())
        .body(html! {
            (hidden("version", &version))
            (Field::text("end_reason", "Reason").filled(form).errors(errors).max_length(1000))
        })
        .actions(Button::danger("End the enrolment"));
    Ok(Page::new(format!("{} in {}", place.partner.name, place.program))
        .crumb("Partners", "/partners")
        .crumb(place.partner.name.as_str(), back.as_str())
        .narrow()
        .body(html! {
            (main)
            @if place.enrolment.is_some() {
                (section("Remove from program", html! {
                    p { "It can no longer register deals in this program. Existing registrations stay." }
                    (end)
                }))
            }
        }))
}

fn fields(
    document: &Document,
    enrolled: bool,
    (form, errors): (&Form, &FieldErrors),
) -> maud::Markup {
    let tracks: Vec<Choice> = document
        .tracks
        .iter()
        .map(|track| Choice::new(track.code.as_str(), track.name.as_str()))
        .collect();
    let lowest = Choice::new("", "Lowest tier, or none if the track has no tiers");
    let tiers: Vec<Choice> = std::iter::once(lowest)
        .chain(document.tiers.iter().map(|t| Choice::new(t.code.as_str(), t.name.as_str())))
        .collect();
    let territories =
        document.territories.iter().map(|t| Choice::new(t.code.as_str(), t.name.as_str()));
    let segments = document.segments.iter().map(|s| Choice::new(s.code.as_str(), s.name.as_str()));
    html! {
        (Field::select("track", "Track", tracks).filled(form).errors(errors).required())
        (Field::select("tier", "Tier", tiers).filled(form).errors(errors))
        @if !document.territories.is_empty() {
            (CheckboxGroup::new("territories", "Territories").choices(territories).filled(form)
                .errors(errors).hint("Select none for all territories").compact())
        }
        @if !document.segments.is_empty() {
            (CheckboxGroup::new("segments", "Segments").choices(segments).filled(form)
                .errors(errors).hint("Select none for all segments").compact())
        }
        (columns(html! {
            (Field::date("agreement_from_on", "Agreement from").filled(form).errors(errors))
            (Field::date("agreement_until_on", "Agreement until").filled(form).errors(errors)
                .hint("Leave empty for no end date"))
        }))
        @if enrolled {
            (Field::text("reason", "Reason").filled(form).errors(errors).max_length(1000)
                .hint("Required when the track or tier changes"))
        }
    }
}

fn enrol(
    req: &mut Req<'_, '_>,
    (program_id, partner): (&ProgramId, &Partner),
    input: &EnrolmentInput,
) -> Result<(), AppError> {
    let new = NewEnrolment {
        program_id,
        partner_id: &partner.partner_id,
        track: &input.track,
        tier: &input.tier,
        territories: &input.territories,
        segments: &input.segments,
        agreement_from: input.agreement_from_on,
        agreement_until: input.agreement_until_on,
        reason: &input.reason,
    };
    enrol::enrol(&mut req.cx, &new)
}

pub(super) fn save(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let place = place(req)?;
    req.form_version(place.partner.version)?;
    let done = match req.form_as::<EnrolmentInput>() {
        Ok(input) => enrol(req, (&place.program_id, &place.partner), &input),
        Err(error) => Err(error),
    };
    answered(req, &place, done, "Saved.")
}

/// The same through the API.
pub(super) fn put(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = page::load(req)?;
    let input: EnrolmentInput = req.body_as()?;
    req.if_match(partner.version)?;
    let program_id = match &input.program_id {
        Some(program_id) => program_id.clone(),
        None => program::only_program(&mut req.cx)?,
    };
    if !program::programs(&mut req.cx)?.iter().any(|(id, _)| *id == program_id) {
        return Err(AppError::field("program_id", "Program not found"));
    }
    if input.ended {
        enrol::end(&mut req.cx, (&program_id, &partner.partner_id), &input.reason)?;
    } else {
        enrol(req, (&program_id, &partner), &input)?;
    }
    let (body, version) = body::read(req, partner.partner_id.as_str())?;
    Ok(Reply::json(&body)?.etag(version))
}

pub(super) fn end(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let place = place(req)?;
    req.form_version(place.partner.version)?;
    let reason = req.form.text("end_reason").to_owned();
    let which = (&place.program_id, &place.partner.partner_id);
    let done = match enrol::end(&mut req.cx, which, &reason) {
        Err(AppError::Invalid(errors)) => {
            Err(AppError::field("end_reason", errors.get("reason").unwrap_or("Enter a reason")))
        }
        done => done,
    };
    answered(req, &place, done, "Enrolment ended.")
}

fn answered(
    req: &mut Req<'_, '_>,
    place: &Place,
    done: Result<(), AppError>,
    words: &str,
) -> Result<Reply, AppError> {
    match done {
        Ok(()) => Ok(req.go(&format!("/partners/{}", place.partner.partner_id), words)),
        Err(AppError::Invalid(errors)) => {
            let form = match (&place.enrolment, errors.get("end_reason")) {
                (Some(enrolment), Some(_)) => filled(enrolment),
                (Some(_) | None, Some(_) | None) => req.form.clone(),
            };
            let page = shown(req, place, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}
