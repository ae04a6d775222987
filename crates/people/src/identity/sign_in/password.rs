//! The sign-in page, and signing in with a password.

use http::{StatusCode, header};
use maud::html;
use web::{Button, Callout, Field, FieldErrors, Form, Page, PostForm, Secret, button_row, hidden};

use super::{
    bare, bare_refused,
    claimant::Claimant,
    finish::{Arrival, Start, proceed},
    next,
};
use crate::identity::{passwords, sessions::SignInMethod, sides};
use frame::{
    error::AppError,
    reply::Reply,
    request::Req,
    routes::{HashJob, HashWork, Hashed},
};

/// What somebody reads who sent a form while signed out.
const UNSAVED: &str = "You were signed out, so your form was not saved. Sign in, then fill it in and \
                       submit it again.";

/// What somebody reads who sent a form while signed out and has signed in since, in another tab.
const UNSAVED_BEFORE: &str = "You were signed out, so your form was not saved. You are signed in \
                              again: fill it in and submit it again.";

/// The hash that is verified when there is none, so that the answer takes as long. Nobody knows
/// a password for it: its last part is not the outcome of any hashing.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Zm9yLW5vYm9keS1hdC1hbGw\
                      $dGhpcy1pcy1ub3QtdGhlLWhhc2gtb2YtYW55dGhpbmc";

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let query = req.query();
    let target = next(query.get("next").unwrap_or("/"));
    let unsaved = query.get("unsaved").unwrap_or_default();
    match (req.signed_in, unsaved) {
        (true, "") => Ok(Reply::see_other(target)),
        (true, _) => {
            let back = Button::primary("Back to the form").href(target);
            let told = Callout::warn(UNSAVED_BEFORE).actions(back);
            req.page(Page::new("Form not saved").narrow().body(told))
        }
        (false, unsaved) => {
            let form = Form::from_pairs([("next", target), ("unsaved", unsaved)]);
            let page = page(req, &form, &FieldErrors::new())?;
            bare(req, page)
        }
    }
}

fn page(req: &mut Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Result<Page, AppError> {
    let vendor = sides::side_name(&mut req.cx, None)?;
    let unsaved = form.opt("unsaved").is_some();
    let fields = html! {
        (hidden("next", next(form.text("next"))))
        @if unsaved { (hidden("unsaved", "1")) }
        (Field::email("email", "E-mail address").filled(form).errors(errors)
            .autocomplete("username").max_length(254).autofocus().required())
        (Field::password(Secret::Password, "Password").errors(errors)
            .autocomplete("current-password")
            .hint("Leave empty to get a sign-in link by mail"))
    };
    let buttons = html! {
        (Button::primary("Sign in"))
        (Button::secondary("Send me a sign-in link").form_action("/sign-in/link"))
    };
    let sign_in = PostForm::new("/sign-in", req.csrf()).errors(errors).body(fields);
    Ok(Page::new("Sign in").intro(format!("to the partner program of {vendor}")).narrow().body(
        html! {
            @if unsaved { (Callout::warn(UNSAVED)) }
            (sign_in.actions(button_row(buttons)))
            p { a href="/password/forgotten" { "Set a new password" } }
        },
    ))
}

/// The hash of the password of somebody who may sign in; `None` when there is no person or no
/// password.
fn stored(req: &mut Req<'_, '_>, claimant: &Claimant) -> Result<Option<String>, AppError> {
    match &claimant.user_id {
        Some(user_id) => passwords::stored(&mut req.cx, user_id),
        None => Ok(None),
    }
}

/// Says what to verify: for an unknown address a hash that nothing matches. Over the limit nothing
/// is. Rule ID-01.
pub(super) fn before(req: &mut Req<'_, '_>) -> Result<HashWork, AppError> {
    let claimant = Claimant::of(req)?;
    if let Some(seconds) = claimant.wait(req)? {
        return Err(too_many(req, seconds)?.undone());
    }
    let phc = stored(req, &claimant)?;
    let password = Secret::Password.of(&req.form).to_owned();
    let job = HashJob::Verify { password, phc: phc.unwrap_or_else(|| NOBODY.to_owned()) };
    Ok(HashWork { job, known: claimant.known_as() })
}

/// Lets in whoever gave the right password; a wrong one is counted. Rule ID-01.
pub(super) fn after(req: &mut Req<'_, '_>, hashed: &Hashed) -> Result<Reply, AppError> {
    let claimant = Claimant::of(req)?;
    // Others may have come first while this one was hashed.
    if let Some(seconds) = claimant.wait(req)? {
        return too_many(req, seconds);
    }
    let target = req.form.text("next").to_owned();
    let has_password = stored(req, &claimant)?.is_some();
    match &claimant.user_id {
        Some(user_id) if has_password && hashed.verified => {
            claimant.was_right(req)?;
            let arrival = Arrival {
                user_id,
                method: SignInMethod::Password,
                start: Start::LastUsed,
                next: &target,
            };
            proceed(req, &arrival)
        }
        Some(_) | None => {
            claimant.was_wrong(req)?;
            tracing::info!("sign-in refused: wrong address or password");
            refused(req)
        }
    }
}

fn refused(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = again(
        req,
        "Wrong address or password. Try again, or get a sign-in link by mail".to_owned(),
    )?;
    bare_refused(req, &page)
}

/// The form once more, with what is wrong.
fn again(req: &mut Req<'_, '_>, words: String) -> Result<Page, AppError> {
    let mut errors = FieldErrors::new();
    errors.add(Secret::Password.name(), words);
    let form = Form::from_pairs([
        ("email", req.form.text("email").to_owned()),
        ("next", req.form.text("next").to_owned()),
        ("unsaved", req.form.text("unsaved").to_owned()),
    ]);
    page(req, &form, &errors)
}

/// No password is looked at for so long; a link is mailed all the same.
fn too_many(req: &mut Req<'_, '_>, seconds: u32) -> Result<Reply, AppError> {
    let minutes = match seconds.div_ceil(60) {
        1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    };
    let page = again(
        req,
        format!("Too many failed attempts. Get a sign-in link by mail, or try again in {minutes}"),
    )?;
    let chrome = req.chrome()?;
    let reply = Reply::page_with(StatusCode::TOO_MANY_REQUESTS, chrome.bare(&page));
    Ok(reply.header(header::RETRY_AFTER, &seconds.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::carry_out_hashing;

    #[test]
    fn id_01_an_unknown_address_is_verified_like_a_known_one_and_never_let_in() {
        for password in ["", "for-nobody-at-all", "this-is-not-the-hash-of-anything"] {
            let job = HashJob::Verify { password: password.into(), phc: NOBODY.into() };
            assert!(!carry_out_hashing(&job, &[0; 16]).unwrap().verified);
        }
        assert!(argon2::password_hash::phc::PasswordHash::new(NOBODY).is_ok());
    }
}
