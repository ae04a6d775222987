//! Turning the second factor on and off.

use maud::{PreEscaped, html};
use web::{
    Button, Callout, Field, FieldErrors, Page, PostForm, Secret, copyable, post_button, secret_once,
};

use super::{me, tabs};
use crate::identity::{
    attempts::{self, Limit},
    memberships,
    second_factor::{self, Factor},
    sides, totp,
};
use frame::{error::AppError, reply::Reply, request::Req};

const HERE: &str = "/settings/second-factor";

fn framed(body: maud::Markup) -> Page {
    Page::new("Second factor")
        .crumb("My settings", "/settings")
        .tabs(tabs(HERE))
        .narrow()
        .body(body)
}

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = page(req, &FieldErrors::new())?;
    req.page(page)
}

fn page(req: &mut Req<'_, '_>, errors: &FieldErrors) -> Result<Page, AppError> {
    let (user_id, _) = me(req)?;
    match second_factor::of(&mut req.cx, &user_id)? {
        Factor::Off => Ok(framed(html! {
            p { "With a second factor, a stolen password or mail is not enough to sign in as you. \
                 You also enter a code from an app on your phone." }
            (post_button(HERE, &req.csrf(), Button::primary("Turn on")))
        })),
        Factor::Offered(secret) => offered(req, &secret, errors),
        Factor::On(_) => {
            let left = second_factor::codes_left(&mut req.cx, &user_id)?;
            Ok(on(req, left, errors))
        }
    }
}

fn offered(req: &mut Req<'_, '_>, secret: &str, errors: &FieldErrors) -> Result<Page, AppError> {
    let (user_id, _) = me(req)?;
    let person = memberships::person(&mut req.cx, &user_id)?.ok_or(AppError::NotFound)?;
    let vendor = sides::side_name(&mut req.cx, None)?;
    let uri = totp::enrolment_uri(secret, &vendor, &person.email);
    let code = Field::one_time_code("Code").errors(errors).required().short();
    Ok(framed(html! {
        p { "Scan this QR code with an authenticator app, or type the secret into it. Then enter \
             the code it shows." }
        @if let Some(svg) = totp::picture(&uri) {
            div.qr role="img" aria-label="QR code for the authenticator app" {
                (PreEscaped(svg))
            }
        }
        p { "Secret: " (copyable(secret)) }
        (PostForm::new("/settings/second-factor/confirmation", req.csrf()).errors(errors)
            .body(code).actions(Button::primary("Turn on")))
    }))
}

fn on(req: &Req<'_, '_>, codes_left: i64, errors: &FieldErrors) -> Page {
    let code = Field::one_time_code("Code")
        .errors(errors)
        .required()
        .short()
        .hint("From your authenticator app, or a recovery code");
    framed(html! {
        (Callout::good("The second factor is on")
            .body(format!("{codes_left} recovery codes are left. To get new ones, turn it off and on.")))
        (PostForm::new("/settings/second-factor/removal", req.csrf()).errors(errors)
            .body(code).actions(Button::danger("Turn off")))
    })
}

pub(super) fn offer(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (user_id, _) = me(req)?;
    second_factor::offer(&mut req.cx, &user_id)?;
    Ok(Reply::see_other(HERE))
}

fn wrong(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (user_id, _) = me(req)?;
    attempts::count(&mut req.cx, Limit::CodeByPerson, user_id.as_str())?;
    let mut errors = FieldErrors::new();
    errors.add(
        Secret::OneTimeCode.name(),
        "This code is wrong or has already been used. Enter the next one",
    );
    let page = page(req, &errors)?;
    let shown = req.chrome()?.page(&page);
    // The form of a factor that is only offered shows its secret.
    let instead = framed(html! { (Callout::warn("This code is wrong or has already been used")) });
    let kept = req.page(instead)?;
    Ok(Reply::page_with(http::StatusCode::UNPROCESSABLE_ENTITY, shown).kept_as(kept))
}

/// Turns the second factor on with the first code of it, and shows the recovery codes once.
pub(super) fn confirm(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (user_id, _) = me(req)?;
    attempts::check(&mut req.cx, Limit::CodeByPerson, user_id.as_str())?;
    let typed = Secret::OneTimeCode.of(&req.form).trim().to_owned();
    let Some(codes) = second_factor::confirm(&mut req.cx, &user_id, &typed)? else {
        return wrong(req);
    };
    let page = framed(html! {
        (Callout::good("The second factor is on").body("You will be asked for a code each time you sign in."))
        (secret_once("Recovery codes: store them away from your phone; each works once",
            &codes.join("\n")))
        (Button::primary("I have saved them").href(HERE))
    });
    let instead = framed(html! {
        (Callout::good("The second factor is on")
            .body("The recovery codes were shown once. To get new ones, turn it off and on."))
    });
    let kept = req.page(instead)?;
    Ok(req.page(page)?.kept_as(kept))
}

/// Turns the second factor off, with a code.
pub(super) fn remove(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (user_id, _) = me(req)?;
    attempts::check(&mut req.cx, Limit::CodeByPerson, user_id.as_str())?;
    let typed = Secret::OneTimeCode.of(&req.form).trim().to_owned();
    if !second_factor::verify(&mut req.cx, &user_id, &typed)? {
        return wrong(req);
    }
    second_factor::turn_off(&mut req.cx, &user_id)?;
    Ok(req.go(HERE, "The second factor is off."))
}
