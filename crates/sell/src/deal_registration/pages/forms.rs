//! What the pages of this slice share of the frame: forms whose fields have names of their own, and
//! forms below the page of a registration.

use super::{edit::shown_name, fields::NAMES};
use crate::deal_registration::{Registration, api};
pub(super) use frame::fault::{Fault, bare};
use frame::{
    action::{Done, Opened},
    error::AppError,
    request::Req,
};

/// As [`Fault::of`], with the names that the fields have on the page.
pub(super) fn fault_of(error: AppError) -> Result<Fault, AppError> {
    Ok(Fault::of(error)?.renamed(NAMES))
}

/// A form below the page of a registration: its title, the last part of its address, its button.
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
    Ok(Done::new(&r.registration_id, r.href(), words).answered(api::reply(req, r)?))
}
