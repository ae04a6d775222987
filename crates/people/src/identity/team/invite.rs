//! The page on which people are invited.

use maud::html;
use web::{Button, CheckboxGroup, Choice, Field, FieldErrors, Form, Page, PostForm};

use super::{
    Team,
    actions::{self, Invitation},
};
use crate::identity::memberships::roles_of_side;
use frame::{error::AppError, reply::Reply, request::Req};

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let team = Team::of_page(req)?;
    actions::may_manage(&req.cx, team.partner_id.as_ref())?;
    let page = page(req, &team, &Form::default(), &FieldErrors::new());
    req.page(page)
}

/// One checkbox for each role of the side.
pub(super) fn role_boxes(team: &Team) -> CheckboxGroup {
    roles_of_side(team.partner_id.as_ref()).into_iter().fold(
        CheckboxGroup::new("roles", "Roles"),
        |group, (word, label)| {
            group.choice(Choice::new(word, label).detail(what_a_role_is_for(word)))
        },
    )
}

fn what_a_role_is_for(word: &str) -> &'static str {
    match word {
        "channel_chief" => "Owns the program: its rules, its partners, its people",
        "partner_manager" => "Looks after partners and decides their registrations",
        "operations" => "Keeps rules, data, people and the system in order",
        "marketing" => "Content and campaigns for partners",
        "direct_rep" => "Sells directly; learns which accounts are protected",
        "direct_manager" => "Manages direct sales and decides conflicts",
        "sales_engineer" => "Answers partners' technical questions",
        "finance" => "Reads figures and the audit trail",
        "executive" => "Reads how the program does",
        "admin" => "Manages these people and their API keys, and sells",
        "seller" => "Registers deals and works them",
        "pre_sales" | "delivery" => "Reads registrations and the rules",
        "marketer" => "Reads registrations and the rules; campaigns later",
        _ => "",
    }
}

fn page(req: &Req<'_, '_>, team: &Team, form: &Form, errors: &FieldErrors) -> Page {
    let of_vendor = team.partner_id.is_none();
    let fields = html! {
        (Field::email("email", "E-mail address").filled(form).errors(errors).max_length(254)
            .autofocus().required())
        (Field::text("name", "Name").filled(form).errors(errors).max_length(200).required()
            .hint("They can correct it when they accept"))
        (role_boxes(team).filled(form).errors(errors).required())
        @if of_vendor {
            (Field::text("territories", "Territories").filled(form).errors(errors)
                .hint("Codes of the territories in which their quota lies, with blanks between; \
                       whoever has a stake does not decide"))
        }
    };
    Page::new("Invite a person").crumb("People", team.base.as_str()).narrow().body(
        PostForm::new(team.base.as_str(), req.csrf())
            .idempotency(req.form_token())
            .errors(errors)
            .body(fields)
            .actions(html! {
                (Button::primary("Send the invitation"))
                (Button::quiet("Cancel").href(team.base.as_str()))
            }),
    )
}

pub(super) fn send(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let team = Team::of_page(req)?;
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let invitation = Invitation {
        email: req.form.text("email").to_owned(),
        name: req.form.text("name").to_owned(),
        roles: req.form.all("roles").into_iter().map(str::to_owned).collect(),
        territories: if team.partner_id.is_none() {
            words(req.form.text("territories"))
        } else {
            Vec::new()
        },
    };
    match actions::invite(&mut req.cx, team.partner_id.as_ref(), &invitation) {
        Ok(_) => {
            let words = format!("The invitation to {} is on its way.", invitation.email);
            Ok(req.go(&team.base, &words))
        }
        Err(AppError::Invalid(errors)) => {
            let form = req.form.clone();
            let page = page(req, &team, &form, &errors);
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}
