//! The sign-in page, and signing in with a password.

use domain::ids::UserId;
use maud::html;
use web::{Button, Field, FieldErrors, Form, Page, PostForm, button_row, hidden};

use super::{
    bare, bare_refused,
    finish::{Arrival, Start, proceed},
    next,
};
use crate::{
    core::{
        ctx::Cx,
        error::AppError,
        reply::Reply,
        request::Req,
        routes::{HashJob, Hashed},
    },
    identity::{
        address,
        attempts::{self, Limit},
        memberships, passwords,
        sessions::SignInMethod,
        sides,
    },
};

/// The hash that is verified when there is none, so that the answer takes as long. Nobody knows
/// a password for it: its last part is not the outcome of any hashing.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Zm9yLW5vYm9keS1hdC1hbGw\
                      $dGhpcy1pcy1ub3QtdGhlLWhhc2gtb2YtYW55dGhpbmc";

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let query = req.query();
    let target = next(query.get("next").unwrap_or("/"));
    if req.signed_in {
        return Ok(Reply::see_other(target));
    }
    let form = Form::from_pairs([("next", target)]);
    let page = page(req, &form, &FieldErrors::new())?;
    bare(req, page)
}

fn page(req: &mut Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Result<Page, AppError> {
    let vendor = sides::side_name(&mut req.cx, None)?;
    let fields = html! {
        (hidden("next", next(form.text("next"))))
        (Field::email("email", "E-mail address").filled(form).errors(errors)
            .autocomplete("username").max_length(254).autofocus().required())
        (Field::password("password", "Password").errors(errors)
            .autocomplete("current-password")
            .hint("Leave it empty to have a sign-in link mailed to you"))
    };
    let buttons = html! {
        (Button::primary("Sign in"))
        (Button::secondary("Send me a sign-in link").form_action("/sign-in/link"))
    };
    let sign_in = PostForm::new("/sign-in", req.csrf()).errors(errors).body(fields);
    Ok(Page::new("Sign in").intro(format!("to the partner program of {vendor}")).narrow().body(
        html! {
            (sign_in.actions(button_row(buttons)))
            p { a href="/password/forgotten" { "Set a new password" } }
        },
    ))
}

/// The person of an address who may sign in, and its password's hash.
fn known(cx: &mut Cx<'_, '_>, email: &str) -> Result<Option<(UserId, Option<String>)>, AppError> {
    let Some(user_id) = memberships::by_email(cx, email)? else {
        return Ok(None);
    };
    if memberships::sides_of(cx, &user_id)?.is_empty() {
        return Ok(None);
    }
    let phc = passwords::stored(cx, &user_id)?;
    Ok(Some((user_id, phc)))
}

fn within_limits(cx: &mut Cx<'_, '_>, email: &str) -> Result<(), AppError> {
    let origin = cx.origin.clone();
    attempts::check(cx, Limit::SignInByOrigin, &origin)?;
    attempts::check(cx, Limit::SignInByAddress, email)
}

/// Says what to verify: for an unknown address a hash that nothing matches. Rule ID-01.
pub(super) fn before(req: &mut Req<'_, '_>) -> Result<HashJob, AppError> {
    let email = address::normal(req.form.text("email"));
    within_limits(&mut req.cx, &email)?;
    let phc = known(&mut req.cx, &email)?.and_then(|(_, phc)| phc);
    let password = req.form.raw("password").unwrap_or("").to_owned();
    Ok(HashJob::Verify { password, phc: phc.unwrap_or_else(|| NOBODY.to_owned()) })
}

/// Lets in whoever gave the right password; a wrong one is counted. Rule ID-01.
pub(super) fn after(req: &mut Req<'_, '_>, hashed: &Hashed) -> Result<Reply, AppError> {
    let email = address::normal(req.form.text("email"));
    within_limits(&mut req.cx, &email)?;
    let target = req.form.text("next").to_owned();
    match known(&mut req.cx, &email)? {
        Some((user_id, Some(_))) if hashed.verified => {
            attempts::forget(&mut req.cx, Limit::SignInByAddress, &email)?;
            let arrival = Arrival {
                user_id: &user_id,
                method: SignInMethod::Password,
                start: Start::LastUsed,
                next: &target,
            };
            proceed(req, &arrival)
        }
        Some(_) | None => {
            let origin = req.cx.origin.clone();
            attempts::count(&mut req.cx, Limit::SignInByAddress, &email)?;
            attempts::count(&mut req.cx, Limit::SignInByOrigin, &origin)?;
            tracing::info!("sign-in refused: address or password not right");
            refused(req)
        }
    }
}

fn refused(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let mut errors = FieldErrors::new();
    errors.add(
        "password",
        "The address and the password do not fit together. Try again, or have a sign-in link \
         mailed to you",
    );
    let form = Form::from_pairs([
        ("email", req.form.text("email").to_owned()),
        ("next", req.form.text("next").to_owned()),
    ]);
    let page = page(req, &form, &errors)?;
    bare_refused(req, &page)
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
