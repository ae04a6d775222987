//! Inviting people, and accepting.

use domain::ids::{PartnerId, UserId};
use jiff::ToSpan;
use maud::html;
use web::{Button, Facts, Field, FieldErrors, Form, Page, PostForm, Secret};

use super::{
    bare, bare_refused,
    finish::{Arrival, Start, proceed},
};
use crate::{
    identity::{
        attempts::{self, Limit},
        devices,
        links::{self, LinkFault, LinkPurpose, NewLink, Opened, Uses},
        memberships::{self, Invited, NewUser, Person, Standing},
        passwords, profile,
        sessions::SignInMethod,
        sides,
    },
    notifications,
};
use frame::{
    ctx::Cx,
    error::AppError,
    reply::Reply,
    request::Req,
    routes::{HashJob, HashWork, Hashed},
};

const INVITATION_DAYS: i64 = 14;

/// Makes a person known and mails the invitation. The input is checked by the caller.
pub fn invite(cx: &mut Cx<'_, '_>, new: &NewUser<'_>) -> Result<UserId, AppError> {
    within_limits(cx)?;
    let user_id = memberships::insert_invited(cx, new)?;
    let member = memberships::member(cx, &user_id, new.partner_id)?;
    send(cx, &member.ok_or(AppError::NotFound)?)?;
    Ok(user_id)
}

/// Mails an open invitation again; the link that was mailed before stops working.
pub(in crate::identity) fn invite_again(
    cx: &mut Cx<'_, '_>,
    member: &Person,
) -> Result<(), AppError> {
    if member.standing != Standing::Invited {
        return Err(AppError::NotFound);
    }
    within_limits(cx)?;
    links::revoke_of_person(cx, &member.user_id, member.partner())?;
    memberships::renew_invitation(cx, member)?;
    send(cx, member)
}

fn within_limits(cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
    let whom = cx.actor.reference();
    if cx.actor.who == frame::actor::Who::System {
        return Ok(());
    }
    attempts::check(cx, Limit::InvitationByActor, &whom)?;
    attempts::count(cx, Limit::InvitationByActor, &whom)
}

fn send(cx: &mut Cx<'_, '_>, member: &Person) -> Result<(), AppError> {
    let hours = INVITATION_DAYS * 24;
    let link = links::promise(
        cx,
        &NewLink {
            purpose: LinkPurpose::Invitation,
            user_id: Some(&member.user_id),
            partner_id: member.partner_id.as_ref(),
            subject_id: "",
            uses: Uses::Once,
            expires_at: cx.now.saturating_add(hours.hours()).unwrap_or(cx.now),
        },
    )?;
    let vendor = sides::side_name(cx, None)?;
    let side = sides::side_name(cx, member.partner_id.as_ref())?;
    let inviter = cx.actor.name.clone();
    let body = format!(
        "{inviter} invites you to the partner program of {vendor}, on behalf of {side}. Your role: {}.\n\n\
         Accept here:\n{link}\n\nThe link works once and expires in {INVITATION_DAYS} days. If \
         you did not expect this, ignore this mail.\n",
        member.role_labels()
    );
    let subject = format!("You are invited to the partner program of {vendor}");
    notifications::mail(
        cx,
        &notifications::Mail {
            to: &member.email,
            subject: &subject,
            body: &body,
            links: &[link],
            kind: "identity.invitation",
        },
    )
}

/// The invitation behind an opened link, while it is open.
fn open_invitation(
    cx: &mut Cx<'_, '_>,
    opened: &Opened,
) -> Result<Result<Invited, LinkFault>, AppError> {
    let Some(user_id) = &opened.user_id else {
        return Ok(Err(LinkFault::Unknown));
    };
    let found = Invited::find(cx, user_id, opened.partner_id.as_ref())?;
    Ok(found.ok_or(LinkFault::Used))
}

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let secret = req.param("secret")?.to_owned();
    let opened = match links::open(&mut req.cx, LinkPurpose::Invitation, &secret)? {
        Ok(opened) => opened,
        Err(fault) => return links::refuse(req, fault),
    };
    let invited = match open_invitation(&mut req.cx, &opened)? {
        Ok(invited) => invited,
        Err(fault) => return links::refuse(req, fault),
    };
    let form = Form::from_pairs([("name", invited.person.name.clone())]);
    let page = page(req, &opened, &invited, (&form, &FieldErrors::new()))?;
    bare(req, page)
}

fn page(
    req: &mut Req<'_, '_>,
    opened: &Opened,
    invited: &Invited,
    (form, errors): (&Form, &FieldErrors),
) -> Result<Page, AppError> {
    let vendor = sides::side_name(&mut req.cx, None)?;
    let side = side_words(&mut req.cx, opened.partner_id.as_ref())?;
    let facts = Facts::new()
        .row("Company", side)
        .row("Role", invited.person.role_labels())
        .row("Sign-in address", invited.person.email.as_str());
    let fields = html! {
        @if !invited.known {
            (Field::text("name", "Your name").filled(form).errors(errors)
                .autocomplete("name").max_length(200).required())
            (Field::new_password("Password").errors(errors)
                .autocomplete("new-password")
                .hint("8 to 256 characters. Leave empty to sign in with links sent by mail"))
        }
    };
    let action = req.input.path.clone();
    Ok(Page::new("Accept the invitation")
        .intro(format!("to the partner program of {vendor}"))
        .narrow()
        .body(html! {
            (facts)
            (PostForm::new(action, "").errors(errors).body(fields)
                .actions(Button::primary("Accept and sign in")))
        }))
}

fn side_words(cx: &mut Cx<'_, '_>, partner: Option<&PartnerId>) -> Result<String, AppError> {
    sides::side_name(cx, partner)
}

pub(super) fn before(req: &mut Req<'_, '_>) -> Result<HashWork, AppError> {
    let secret = req.param("secret")?.to_owned();
    let opened = match links::peek(&mut req.cx, LinkPurpose::Invitation, &secret)? {
        Ok(opened) => opened,
        Err(fault) => return Err(links::refuse(req, fault)?.undone()),
    };
    let invited = match open_invitation(&mut req.cx, &opened)? {
        Ok(invited) => invited,
        Err(fault) => return Err(links::refuse(req, fault)?.undone()),
    };
    let password = Secret::Password.of(&req.form).to_owned();
    let known = Some(opened.actor.reference());
    if invited.known {
        return Ok(HashWork { job: HashJob::Hash { password }, known });
    }
    let mut errors = FieldErrors::new();
    if let Some(words) = profile::name_fault(req.form.text("name")) {
        errors.add("name", words);
    }
    let fault = passwords::fault(&password, &invited.person.email);
    if let (false, Some(words)) = (password.is_empty(), fault) {
        errors.add(Secret::Password.name(), words);
    }
    if errors.is_empty() {
        return Ok(HashWork { job: HashJob::Hash { password }, known });
    }
    let form = req.form.clone();
    let page = page(req, &opened, &invited, (&form, &errors))?;
    Err(bare_refused(req, &page)?.undone())
}

/// Spends the link, lets the person act for the side, and signs it in. Rule ID-01.
pub(super) fn after(req: &mut Req<'_, '_>, hashed: &Hashed) -> Result<Reply, AppError> {
    let secret = req.param("secret")?.to_owned();
    let opened = match links::spend(&mut req.cx, LinkPurpose::Invitation, &secret)? {
        Ok(opened) => opened,
        Err(fault) => return links::refuse(req, fault),
    };
    let invited = match open_invitation(&mut req.cx, &opened)? {
        Ok(invited) => invited,
        Err(fault) => return links::refuse(req, fault),
    };
    let signed_in = req.signed_in;
    let before = req.cx.actor.clone();
    opened.act(&mut req.cx);
    let user_id = &invited.person.user_id;
    if !invited.known {
        let name = req.form.text("name").to_owned();
        profile::set_name(&mut req.cx, user_id, &name)?;
        let typed = Secret::Password.of(&req.form);
        if let (false, Some(phc)) = (typed.is_empty(), &hashed.phc) {
            passwords::set_password(&mut req.cx, user_id, phc)?;
        }
    }
    memberships::accept(&mut req.cx, user_id, opened.partner_id.as_ref())?;
    devices::enrol(req, user_id, opened.partner_id.as_ref())?;
    if signed_in {
        req.cx.actor = before;
    }
    let arrival = Arrival {
        user_id,
        method: SignInMethod::Link,
        start: Start::On(opened.partner_id.as_ref()),
        next: "/",
    };
    proceed(req, &arrival)
}
