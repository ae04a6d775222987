//! One person of a side: roles, suspension, removal.

use domain::ids::UserId;
use maud::{Markup, html};
use web::{
    Button, Callout, Detail, Facts, FieldErrors, Form, Page, PostForm, button_row, confirm_page,
    hidden, instant, post_button, post_button_with, section,
};

use super::{Team, actions, invite::UserInput, list::standing};
use crate::identity::{
    memberships::{Person, Standing},
    services, sign_in, zones,
};
use frame::{error::AppError, input, reply::Reply, request::Req};

fn load(req: &mut Req<'_, '_>) -> Result<(Team, Person), AppError> {
    let team = Team::of(req, None)?;
    actions::may_manage(&req.cx, team.partner_id.as_ref())?;
    let user_id: UserId = req.id("user_id")?;
    let member = actions::find(&mut req.cx, team.partner_id.as_ref(), &user_id)?;
    Ok((team, member))
}

fn here(team: &Team, member: &Person) -> String {
    format!("{}/{}", team.base, member.user_id)
}

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (team, member) = load(req)?;
    let form = input::filled(&UserInput::of(&member));
    let page = page(req, (&team, &member), (&form, &FieldErrors::new()))?;
    req.page(page)
}

fn page(
    req: &mut Req<'_, '_>,
    (team, member): (&Team, &Person),
    (form, errors): (&Form, &FieldErrors),
) -> Result<Page, AppError> {
    let zone = zones::zone_of(&mut req.cx)?;
    let last = member.last_seen_at.map(|at| instant(at, &zone));
    let facts = Facts::new()
        .row("E-mail", member.shown_email())
        .row_if("Phone", Some(member.phone.as_str()).filter(|phone| !phone.is_empty()))
        .row("Company", team.name.as_str())
        .row_if("Last signed in", last);
    let fields = input::draw::<UserInput>(req, (form, errors))?;
    let roles = PostForm::new(format!("{}/roles", here(team, member)), req.csrf())
        .errors(errors)
        .body(html! { (hidden("version", &member.version.to_string())) (fields) })
        .actions(Button::primary("Save"));
    let owned = services::names_owned_by(&mut req.cx, member)?;
    let main = html! {
        @if !owned.is_empty() { (callout(&owned, member.standing)) }
        (section("Roles", html! {
            p { "Changes apply from the person's next request." }
            (roles)
        }))
    };
    Ok(Page::new(member.name.as_str())
        .crumb("People", team.base.as_str())
        .status(standing(member.standing))
        .actions(buttons(req, team, member))
        .body(Detail::new(main).aside("Person", facts)))
}

/// The service identities that depend on this person.
fn callout(owned: &[String], standing: Standing) -> Markup {
    let names = quoted(owned);
    let others = "Another administrator can take them over at any time.";
    match standing {
        Standing::Suspended => html! {
            (Callout::warn(format!("Stopped because this person has no access: {names}"))
                .body(format!("These service identities resume when the person is restored. {others}")))
        },
        Standing::Active | Standing::Invited | Standing::Ended => html! {
            (Callout::info(format!("Owns the service identities {names}"))
                .body(format!("They stop while this person is suspended, and if the person is \
                               removed. {others}")))
        },
    }
}

/// Names as a sentence lists them.
fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
    quoted.join(", ")
}

/// What is said of a person's service identities when they stop; empty when there are none.
fn stopped(owned: &[String], until: &str) -> String {
    if owned.is_empty() {
        return String::new();
    }
    format!(" These service identities stop until {until}: {}.", quoted(owned))
}

fn buttons(req: &Req<'_, '_>, team: &Team, member: &Person) -> Markup {
    let base = here(team, member);
    let csrf = req.csrf();
    let remove = Button::quiet("Remove").href(format!("{base}/removal"));
    let suspension = format!("{base}/suspension");
    match member.standing {
        Standing::Active => button_row(html! {
            (post_button_with(&suspension, &csrf, &[("do", "suspend")], Button::secondary("Suspend")))
            (remove)
        }),
        Standing::Suspended => button_row(html! {
            (post_button_with(&suspension, &csrf, &[("do", "restore")], Button::secondary("Restore")))
            (remove)
        }),
        Standing::Invited => button_row(html! {
            (post_button(&format!("{base}/invitation"), &csrf, Button::secondary("Resend invitation")))
            (remove)
        }),
        Standing::Ended => html! {},
    }
}

pub(super) fn save_roles(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (team, member) = load(req)?;
    if req.form_version(member.version).is_err() {
        let words = format!("Someone else changed the roles: now {}", member.role_labels());
        let (form, mut errors) = (req.form.clone(), FieldErrors::new());
        errors.add("roles", words);
        let page = page(req, (&team, &member), (&form, &errors))?;
        return Err(req.page_undone(&page));
    }
    let wanted = req.form_as::<UserInput>();
    match wanted.and_then(|wanted| actions::change(&mut req.cx, &member, &wanted)) {
        Ok(()) => Ok(req.go(&here(&team, &member), "Saved.")),
        Err(AppError::Invalid(errors)) => {
            let form = req.form.clone();
            let page = page(req, (&team, &member), (&form, &errors))?;
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}

pub(super) fn invite_again(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (team, member) = load(req)?;
    sign_in::invite_again(&mut req.cx, &member)?;
    let words = "Invitation sent again. The earlier link no longer works.";
    Ok(req.go(&here(&team, &member), words))
}

pub(super) fn suspend(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (team, member) = load(req)?;
    let suspended = match req.form.text("do") {
        "suspend" => true,
        "restore" => false,
        _ => return Err(AppError::field("do", "Send `suspend` or `restore`")),
    };
    actions::change_suspension(&mut req.cx, &member, suspended)?;
    let owned = services::names_owned_by(&mut req.cx, &member)?;
    let words = if suspended {
        let until = "the person is restored or another administrator takes them over";
        format!("Suspended. All sessions have ended.{}", stopped(&owned, until))
    } else {
        "Restored. The person can sign in again.".to_owned()
    };
    Ok(req.go(&here(&team, &member), &words))
}

pub(super) fn confirm_removal(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (team, member) = load(req)?;
    let question = format!("Remove {} from {}?", member.name, team.name);
    let mut consequences = vec![
        "All sessions, personal links and API keys of this person end at once.".to_owned(),
        "What the person did stays on record under their name.".to_owned(),
        "They can be invited again.".to_owned(),
    ];
    let owned = services::names_owned_by(&mut req.cx, &member)?;
    if !owned.is_empty() {
        consequences.push(format!(
            "These service identities stop until another administrator takes them over: {}.",
            quoted(&owned)
        ));
    }
    let form = PostForm::new(format!("{}/removal", here(&team, &member)), req.csrf())
        .idempotency(req.form_token())
        .actions(html! {
            (Button::danger("Remove"))
            (Button::quiet("Cancel").href(here(&team, &member)))
        });
    let page = Page::new("Remove a person")
        .crumb("People", team.base.as_str())
        .crumb(member.name.as_str(), here(&team, &member))
        .narrow()
        .body(confirm_page(&question, &consequences, form));
    req.page(page)
}

pub(super) fn remove(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (team, member) = load(req)?;
    let own = req.cx.actor.person() == Some(&member.user_id)
        && req.cx.actor.partner_id() == member.partner_id.as_ref();
    let owned = services::names_owned_by(&mut req.cx, &member)?;
    actions::remove(&mut req.cx, &member)?;
    if own {
        return Ok(req.go("/sign-in", "You have left this company."));
    }
    let stopped = stopped(&owned, "another administrator takes them over");
    let words = format!("{} is removed. All sessions have ended.{stopped}", member.name);
    Ok(req.go(&team.base, &words))
}
