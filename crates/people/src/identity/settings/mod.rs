//! What a person sets for itself: profile, password, second factor, sessions, theme.

mod factor;
mod me;
mod sessions;
mod theme;
mod vendor;

use domain::ids::UserId;

use frame::{
    access::{Access, Permission},
    actor::Who,
    error::AppError,
    request::Req,
    routes::{Routes, Work},
};

pub(super) fn routes(routes: Routes) -> Routes {
    const ME: Access = Access::SignedIn;
    const VENDOR: Access = Access::Vendor(Permission::SettingsManage);
    let password = Work::Hashing { before: me::before_password, after: me::after_password };
    routes
        .page("/settings", ME, me::show)
        .form("/settings", ME, me::save)
        .page("/settings/password", ME, me::show_password)
        .hashing_form("/settings/password", ME, password)
        .page("/settings/second-factor", ME, factor::show)
        .form("/settings/second-factor", ME, factor::offer)
        .form("/settings/second-factor/confirmation", ME, factor::confirm)
        .form("/settings/second-factor/removal", ME, factor::remove)
        .page("/settings/sessions", ME, sessions::show)
        .form("/settings/sessions/end", ME, sessions::end)
        .form("/settings/sessions/end-others", ME, sessions::end_others)
        .page("/settings/vendor", VENDOR, vendor::show)
        .form("/settings/vendor", VENDOR, vendor::save)
        .reading_form("/theme", Access::Public, theme::set)
}

/// The signed-in person and the id of its session; keys and links have no settings.
fn me(req: &Req<'_, '_>) -> Result<(UserId, String), AppError> {
    match &req.cx.actor.who {
        Who::User { user_id, session_id } => Ok((user_id.clone(), session_id.clone())),
        Who::ApiKey { .. } | Who::Link { .. } | Who::System | Who::Anonymous => {
            Err(AppError::NotFound)
        }
    }
}

fn tabs(current: &str) -> web::Tabs {
    [
        ("Profile", "/settings"),
        ("Password", "/settings/password"),
        ("Second factor", "/settings/second-factor"),
        ("Sessions", "/settings/sessions"),
    ]
    .into_iter()
    .fold(web::Tabs::new("My settings"), |tabs, (label, href)| {
        tabs.tab(label, href, href == current)
    })
}
