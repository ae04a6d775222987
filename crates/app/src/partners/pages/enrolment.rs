//! Enrolling a partner in a program, and changing how it stands there.

use domain::{ids::ProgramId, program::Document};
use maud::html;
use web::{
    Button, CheckboxGroup, Choice, Field, FieldErrors, Form, Page, PostForm, columns, hidden,
    section,
};

use super::{
    super::{
        Enrolment, Partner,
        actions::enrol::{self, NewEnrolment},
        questions,
    },
    date, load, unchanged,
};
use crate::{
    core::{error::AppError, reply::Reply, request::Req},
    program,
};

struct Place {
    partner: Partner,
    program_id: ProgramId,
    program: String,
    enrolment: Option<Enrolment>,
}

fn place(req: &mut Req<'_, '_>) -> Result<Place, AppError> {
    let partner = load(req)?;
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

pub(in crate::partners) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let place = place(req)?;
    let form = match &place.enrolment {
        Some(enrolment) => filled(enrolment),
        None => Form::default(),
    };
    let page = page(req, &place, &form, &FieldErrors::new())?;
    req.page(page)
}

fn filled(enrolment: &Enrolment) -> Form {
    let text = |day: Option<jiff::civil::Date>| day.map_or(String::new(), |day| day.to_string());
    let mut pairs = vec![
        ("track", enrolment.track.clone()),
        ("tier", enrolment.tier.clone()),
        ("agreement_from_on", text(enrolment.agreement_from)),
        ("agreement_until_on", text(enrolment.agreement_until)),
    ];
    pairs.extend(enrolment.territories.iter().map(|code| ("territories", code.clone())));
    pairs.extend(enrolment.segments.iter().map(|code| ("segments", code.clone())));
    Form::from_pairs(pairs)
}

fn page(
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
                (section("Take it out of the program", html! {
                    p { "It can register nothing more here. What it registered stays." }
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
    let lowest = Choice::new("", "The lowest, or none where the track has no tiers");
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
                .errors(errors).hint("None ticked means everywhere").compact())
        }
        @if !document.segments.is_empty() {
            (CheckboxGroup::new("segments", "Segments").choices(segments).filled(form)
                .errors(errors).hint("None ticked means all").compact())
        }
        (columns(html! {
            (Field::date("agreement_from_on", "Agreement from").filled(form).errors(errors))
            (Field::date("agreement_until_on", "Its last day").filled(form).errors(errors)
                .hint("Empty for an open end"))
        }))
        @if enrolled {
            (Field::text("reason", "Reason").filled(form).errors(errors).max_length(1000)
                .hint("Needed when track or tier change"))
        }
    }
}

pub(in crate::partners) fn save(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let place = place(req)?;
    unchanged(req, &place.partner)?;
    let form = req.form.clone();
    let mut errors = FieldErrors::new();
    let agreement_from = date(req, "agreement_from_on", &mut errors);
    let agreement_until = date(req, "agreement_until_on", &mut errors);
    let list = |name: &str| form.all(name).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (territories, segments) = (list("territories"), list("segments"));
    let done = if errors.is_empty() {
        enrol::enrol(
            &mut req.cx,
            &NewEnrolment {
                program_id: &place.program_id,
                partner_id: &place.partner.partner_id,
                track: form.text("track"),
                tier: form.text("tier"),
                territories: &territories,
                segments: &segments,
                agreement_from,
                agreement_until,
                reason: form.text("reason"),
            },
        )
    } else {
        Err(AppError::Invalid(errors))
    };
    answered(req, &place, done, "Saved.")
}

pub(in crate::partners) fn end(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let place = place(req)?;
    unchanged(req, &place.partner)?;
    let reason = req.form.text("end_reason").to_owned();
    let which = (&place.program_id, &place.partner.partner_id);
    let done = match enrol::end(&mut req.cx, which, &reason) {
        Err(AppError::Invalid(errors)) => {
            Err(AppError::field("end_reason", errors.get("reason").unwrap_or("Say why")))
        }
        done => done,
    };
    answered(req, &place, done, "The enrolment has ended.")
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
            let page = page(req, place, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}
