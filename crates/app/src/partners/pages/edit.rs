//! Adding and changing a partner.

use domain::ids::UserId;
use maud::html;
use web::{Button, Choice, Field, FieldErrors, Form, Page, PostForm, columns, field_group, hidden};

use super::{
    super::{
        Partner, PartnerStatus,
        actions::{
            create::{NewPartner, Particulars, create as make},
            edit::{Edit, Manager, edit},
        },
    },
    load, unchanged,
};
use crate::{
    core::{error::AppError, reply::Reply, request::Req},
    identity,
};

pub(in crate::partners) fn new(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = Form::from_pairs([("status", PartnerStatus::Onboarding.word())]);
    let page = page(req, None, &form, &FieldErrors::new())?;
    req.page(page)
}

pub(in crate::partners) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = load(req)?;
    let manager = partner.manager_user_id.as_ref().map_or("", UserId::as_str);
    let form = Form::from_pairs([
        ("name", partner.name.as_str()),
        ("domain", &partner.domain),
        ("country", &partner.country),
        ("city", &partner.city),
        ("external_id", &partner.external_id),
        ("status", partner.status.word()),
        ("manager_user_id", manager),
    ]);
    let page = page(req, Some(&partner), &form, &FieldErrors::new())?;
    req.page(page)
}

fn page(
    req: &mut Req<'_, '_>,
    partner: Option<&Partner>,
    form: &Form,
    errors: &FieldErrors,
) -> Result<Page, AppError> {
    let nobody = Choice::new("", "Nobody yet");
    let people = identity::vendor_people(&mut req.cx)?
        .into_iter()
        .map(|person| Choice::new(person.user_id.as_str(), person.name.as_str()));
    let managers: Vec<Choice> = std::iter::once(nobody).chain(people).collect();
    let statuses = PartnerStatus::ALL.map(|status| Choice::new(status.word(), status.label()));
    let fields = html! {
        (Field::text("name", "Company").filled(form).errors(errors).max_length(300).required())
        (Field::text("domain", "Domain").filled(form).errors(errors).max_length(253)
            .hint("Its place on the internet, for example north.example"))
        (columns(html! {
            (Field::text("country", "Country").filled(form).errors(errors).max_length(2).short()
                .hint("Two letters, for example DE"))
            (Field::text("city", "City").filled(form).errors(errors).max_length(200))
        }))
        (Field::text("external_id", "External id").filled(form).errors(errors).max_length(200)
            .hint("What your CRM calls it"))
        (field_group("How it stands", html! {}, html! {
            (Field::select("status", "Status", statuses).filled(form).errors(errors).short())
            (Field::select("manager_user_id", "Partner manager", managers).filled(form)
                .errors(errors))
            @if partner.is_some() {
                (Field::text("reason", "Reason").filled(form).errors(errors).max_length(1000)
                    .hint("Needed when status or partner manager change. When a partner has left, \
                           its people are signed out and its keys and links stop at once"))
            }
        }))
    };
    let (title, action, back) = match partner {
        Some(partner) => (
            format!("Edit {}", partner.name),
            format!("/partners/{}", partner.partner_id),
            format!("/partners/{}", partner.partner_id),
        ),
        None => ("Add a partner".to_owned(), "/partners".to_owned(), "/partners".to_owned()),
    };
    let version = partner.map_or(0, |partner| partner.version).to_string();
    Ok(Page::new(title).crumb("Partners", "/partners").narrow().body(
        PostForm::new(action, req.csrf())
            .idempotency(req.form_token())
            .errors(errors)
            .body(html! { (hidden("version", &version)) (fields) })
            .actions(html! {
                (Button::primary(if partner.is_some() { "Save" } else { "Add the partner" }))
                (Button::quiet("Cancel").href(back))
            }),
    ))
}

fn particulars(form: &Form) -> Particulars {
    let text = |name: &str| form.text(name).to_owned();
    Particulars {
        name: text("name"),
        domain: text("domain"),
        country: text("country"),
        city: text("city"),
        external_id: text("external_id"),
    }
}

/// Status and manager of the form; what is wrong becomes an error.
fn standing(form: &Form, errors: &mut FieldErrors) -> (Option<PartnerStatus>, Option<UserId>) {
    let status = PartnerStatus::from_word(form.text("status"));
    if status.is_none() {
        errors.add("status", "Choose how the partner stands");
    }
    let manager = form.opt("manager_user_id").and_then(|text| {
        let parsed = UserId::parse(text);
        errors.take("manager_user_id", parsed)
    });
    (status, manager)
}

pub(in crate::partners) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let mut errors = FieldErrors::new();
    let (status, manager) = standing(&form, &mut errors);
    let given = particulars(&form);
    let made = match status {
        Some(status) if errors.is_empty() => make(
            &mut req.cx,
            &NewPartner {
                name: &given.name,
                domain: &given.domain,
                country: &given.country,
                city: &given.city,
                status,
                manager_user_id: manager.as_ref(),
                external_id: &given.external_id,
            },
        ),
        Some(_) | None => Err(AppError::Invalid(errors)),
    };
    match made {
        Ok(partner_id) => Ok(req.go(
            &format!("/partners/{partner_id}"),
            "Added. Enrol it in the program, then invite its people.",
        )),
        Err(AppError::Invalid(errors)) => {
            let page = page(req, None, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}

pub(in crate::partners) fn save(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = load(req)?;
    unchanged(req, &partner)?;
    let form = req.form.clone();
    let mut errors = FieldErrors::new();
    let (status, manager) = standing(&form, &mut errors);
    let done = if errors.is_empty() {
        let change = Edit {
            particulars: Some(particulars(&form)),
            status,
            manager: Manager::Now(manager),
            reason: form.text("reason").to_owned(),
        };
        edit(&mut req.cx, &partner, &change)
    } else {
        Err(AppError::Invalid(errors))
    };
    match done {
        Ok(()) => Ok(req.go(&format!("/partners/{}", partner.partner_id), "Saved.")),
        Err(AppError::Invalid(errors)) => {
            let page = page(req, Some(&partner), &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}
