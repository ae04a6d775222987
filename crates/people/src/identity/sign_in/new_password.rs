//! Setting a new password by a mailed link.

use web::{Button, Field, FieldErrors, Page, PostForm, Secret};

use super::{bare, bare_refused, finish::remembered};
use crate::identity::{
    devices,
    links::{self, LinkPurpose},
    memberships, passwords,
};
use frame::{
    error::AppError,
    reply::Reply,
    request::Req,
    routes::{HashJob, HashWork, Hashed},
};

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let secret = req.param("secret")?.to_owned();
    if let Err(fault) = links::open(&mut req.cx, LinkPurpose::Password, &secret)? {
        return links::refuse(req, fault);
    }
    let page = page(&secret, &FieldErrors::new());
    bare(req, page)
}

fn page(secret: &str, errors: &FieldErrors) -> Page {
    Page::new("Set a new password").narrow().body(
        PostForm::new(format!("/links/password/{secret}"), "")
            .errors(errors)
            .body(
                Field::new_password("New password")
                    .errors(errors)
                    .autocomplete("new-password")
                    .hint("8 to 256 characters of any kind")
                    .autofocus()
                    .required(),
            )
            .actions(Button::primary("Set password")),
    )
}

pub(super) fn before(req: &mut Req<'_, '_>) -> Result<HashWork, AppError> {
    let secret = req.param("secret")?.to_owned();
    let opened = match links::peek(&mut req.cx, LinkPurpose::Password, &secret)? {
        Ok(opened) => opened,
        Err(fault) => return Err(links::refuse(req, fault)?.undone()),
    };
    let email = match &opened.user_id {
        Some(user_id) => memberships::person(&mut req.cx, user_id)?.map(|person| person.email),
        None => None,
    };
    let password = Secret::Password.of(&req.form).to_owned();
    if let Some(words) = passwords::fault(&password, &email.unwrap_or_default()) {
        let mut errors = FieldErrors::new();
        errors.add(Secret::Password.name(), words);
        return Err(bare_refused(req, &page(&secret, &errors))?.undone());
    }
    Ok(HashWork { job: HashJob::Hash { password }, known: Some(opened.actor.reference()) })
}

/// Spends the link and sets the password; every session of the person ends, and this browser is
/// known to be theirs from now on. Rule ID-01.
pub(super) fn after(req: &mut Req<'_, '_>, hashed: &Hashed) -> Result<Reply, AppError> {
    let secret = req.param("secret")?.to_owned();
    let opened = match links::spend(&mut req.cx, LinkPurpose::Password, &secret)? {
        Ok(opened) => opened,
        Err(fault) => return links::refuse(req, fault),
    };
    let (Some(user_id), Some(phc)) = (&opened.user_id, &hashed.phc) else {
        return links::refuse(req, links::LinkFault::Unknown);
    };
    opened.act(&mut req.cx);
    passwords::set_password(&mut req.cx, user_id, phc)?;
    // Other links have just been taken back: the way in that is left must not be closed by guesses.
    devices::note(req, user_id)?;
    let reply = req.go("/sign-in", "Your password is set. Sign in with it.");
    Ok(remembered(req, reply))
}
