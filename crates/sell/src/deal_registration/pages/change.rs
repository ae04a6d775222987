//! A form below the page of a registration, and what that page says once it is carried out.

use super::edit::shown_name;
use crate::deal_registration::{Registration, api};
use frame::{
    action::{Done, Opened},
    error::AppError,
    request::Req,
};

/// The form: its title, the last part of its address, its button.
pub(super) fn opened<I>(
    r: &Registration,
    title: &str,
    (place, button): (&str, &'static str),
) -> Opened<I> {
    Opened::new(title, format!("{}/{place}", r.href()), button)
        .crumb("Registrations", "/registrations")
        .crumb(shown_name(r), r.href())
}

/// What was done to a registration, and what its page says once.
pub(super) fn done(
    req: &Req<'_, '_>,
    r: &Registration,
    words: impl Into<String>,
) -> Result<Done, AppError> {
    let done = Done::new(&r.registration_id, r.href(), words);
    Ok(if req.input.is_api() { done.answered(api::reply(req, r)?) } else { done })
}
