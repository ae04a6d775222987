//! What the pages of this slice share of the frame: forms whose fields have names of their own.

use web::Markup;

use super::fields::on_page;
pub(super) use frame::fault::{Fault, bare, undone};
use frame::{error::AppError, reply::Reply};

/// As [`Fault::of`], with the names that the fields have on the page.
pub(super) fn fault_of(error: AppError) -> Result<Fault, AppError> {
    let fault = Fault::of(error)?;
    Ok(Fault { errors: on_page(&fault.errors), ..fault })
}

/// A piece of a page, as an answer to what is being typed.
pub(super) fn fragment(content: Markup) -> Reply {
    Reply::page(content)
}
