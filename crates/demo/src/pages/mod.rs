//! Pages of the demo. Outside of a demo there are none.

pub(super) mod clock;
pub(super) mod sign_in;

use frame::{error::AppError, request::Req};

/// Outside of a demo nothing of this slice exists.
fn in_demo(req: &Req<'_, '_>) -> Result<(), AppError> {
    if req.cx.app.config.demo { Ok(()) } else { Err(AppError::NotFound) }
}
