//! Every component on one page, in the demo.

use frame::{error::AppError, reply::Reply, request::Req};

/// `/styleguide`; elsewhere than in the demo there is no such page.
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    if !req.cx.app.config.demo {
        return Err(AppError::NotFound);
    }
    let chrome = req.chrome()?;
    Ok(Reply::page(web::styleguide(&chrome)))
}
