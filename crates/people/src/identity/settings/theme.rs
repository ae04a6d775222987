//! Light, dark, or as the system is set: kept in a cookie, so that it holds before signing in too.

use web::{THEME_COOKIE, Theme};

use frame::{error::AppError, reply::Reply, request::Req};

const YEAR_SECONDS: u64 = 365 * 24 * 3_600;

#[expect(clippy::unnecessary_wraps, reason = "the shape of every handler")]
pub(super) fn set(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let theme = Theme::from_cookie(Some(req.form.text("theme")));
    let back = req.form.text("return_to");
    let local = back.starts_with('/')
        && !back.starts_with("//")
        && !back.contains('\\')
        && !back.chars().any(char::is_control);
    let cookie = web::Cookie::new(THEME_COOKIE, theme.as_str())
        .secure(req.cx.app.config.https())
        .max_age_seconds(YEAR_SECONDS)
        .build();
    Ok(Reply::see_other(if local { back } else { "/" }).cookie(cookie))
}
