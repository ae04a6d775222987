//! Signing in: with a password or a mailed link, then with a code where the person has a second
//! factor, then on one side (ID-01). No answer tells whether an address is known.

mod claimant;
mod finish;
mod invitation;
mod mailed;
mod membership;
mod new_password;
mod password;
mod second_step;

pub use invitation::invite;
pub(super) use invitation::invite_again;
pub use mailed::demo_link;
pub(super) use mailed::{MAIL_LINK, mail_link};

use crate::identity::links::LinkPurpose;
use frame::{
    access::Access,
    error::AppError,
    reply::Reply,
    request::Req,
    routes::{Routes, Work},
};

pub(super) fn routes(routes: Routes) -> Routes {
    const SIGN_IN: Access = Access::Link(LinkPurpose::SignIn.word());
    const PASSWORD: Access = Access::Link(LinkPurpose::Password.word());
    const INVITATION: Access = Access::Link(LinkPurpose::Invitation.word());
    let reset = Work::Hashing { before: new_password::before, after: new_password::after };
    let accept = Work::Hashing { before: invitation::before, after: invitation::after };
    let enter = Work::Hashing { before: password::before, after: password::after };
    routes
        .page("/sign-in", Access::Public, password::show)
        .hashing_form("/sign-in", Access::Public, enter)
        .form("/sign-in/link", Access::Public, mailed::ask_to_sign_in)
        .page("/sign-in/sent", Access::Public, mailed::sent)
        .page("/sign-in/code", Access::Public, second_step::show)
        .form("/sign-in/code", Access::Public, second_step::enter)
        .form("/sign-out", Access::Public, finish::sign_out)
        .page("/memberships", Access::SignedIn, membership::show)
        .form("/memberships", Access::SignedIn, membership::choose)
        .page("/password/forgotten", Access::Public, mailed::forgotten)
        .form("/password/forgotten", Access::Public, mailed::ask_for_password)
        .counted_page("/links/sign-in/{secret}", SIGN_IN, mailed::show)
        .form("/links/sign-in/{secret}", SIGN_IN, mailed::enter)
        .counted_page("/links/password/{secret}", PASSWORD, new_password::show)
        .hashing_form("/links/password/{secret}", PASSWORD, reset)
        .counted_page("/links/invitation/{secret}", INVITATION, invitation::show)
        .hashing_form("/links/invitation/{secret}", INVITATION, accept)
}

/// A page without the frame, for people who are not signed in.
fn bare(req: &mut Req<'_, '_>, page: web::Page) -> Result<Reply, AppError> {
    let https = req.cx.app.config.https();
    let message = req.input.cookie(frame::reply::FLASH_COOKIE, https).map(decoded);
    let chrome = req.chrome()?;
    match message.filter(|text| !text.is_empty() && !req.input.is_head()) {
        Some(text) => {
            let shown = chrome.bare(&page.flash(web::Flash::done(text)));
            let gone = web::Cookie::expired(frame::reply::FLASH_COOKIE, https).build();
            Ok(Reply::page(shown).cookie(gone))
        }
        None => Ok(Reply::page(chrome.bare(&page))),
    }
}

fn decoded(value: &str) -> String {
    percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned()
}

/// The same page with status 422; what the handler wrote so far stays.
fn bare_refused(req: &mut Req<'_, '_>, page: &web::Page) -> Result<Reply, AppError> {
    let chrome = req.chrome()?;
    Ok(Reply::page_with(http::StatusCode::UNPROCESSABLE_ENTITY, chrome.bare(page)))
}

/// Where to go after signing in: a page of this site, else the home page.
fn next(given: &str) -> &str {
    let local = given.starts_with('/')
        && !given.starts_with("//")
        && !given.starts_with("/sign-")
        && !given.starts_with("/links/")
        && !given.contains('\\')
        && given.len() <= 2_000
        && !given.chars().any(char::is_control);
    if local { given } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn id_01_signing_in_leads_to_pages_of_this_site_only() {
        assert_eq!(next("/registrations?status=open"), "/registrations?status=open");
        for foreign in ["", "https://evil.example", "//evil.example", "/\\evil", "/sign-in", "x"] {
            assert_eq!(next(foreign), "/", "{foreign}");
        }
    }
}
