//! What the pages of this slice share of the frame: forms whose fields have names of their own.

use super::fields::NAMES;
use frame::error::AppError;
pub(super) use frame::fault::{Fault, bare};

/// As [`Fault::of`], with the names that the fields have on the page.
pub(super) fn fault_of(error: AppError) -> Result<Fault, AppError> {
    Ok(Fault::of(error)?.renamed(NAMES))
}
