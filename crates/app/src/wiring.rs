//! How the frame learns who calls, and what every page of a signed-in person shows around its
//! content: people, the inbox and the demo put together.

use web::{Chrome, Person};

use frame::{
    error::AppError,
    parts::{Authenticator, FillChrome},
    request::Req,
};
use people::{identity, notifications};

/// People of the slice `identity`.
pub(crate) const AUTHENTICATOR: Authenticator = Authenticator {
    authenticate: identity::authenticate,
    stale: identity::stale_caller,
    touch: identity::touch_caller,
    hash: identity::carry_out_hashing,
    link: identity::links::named,
    turn_away: identity::links::turned_away,
    zone: identity::zone_of,
};

/// Who is signed in for whom, what the inbox holds, and in a demo the clock.
pub(crate) const FILL_CHROME: FillChrome = fill_chrome;

fn fill_chrome(req: &mut Req<'_, '_>, chrome: &mut Chrome) -> Result<(), AppError> {
    let about = identity::about_me(&mut req.cx)?;
    chrome.organisation = about.organisation;
    chrome.person = Some(Person {
        name: req.cx.actor.name.clone(),
        detail: about.detail,
        links: vec![
            ("My settings".into(), "/settings".into()),
            ("My sessions".into(), "/settings/sessions".into()),
        ],
    });
    chrome.unread = notifications::unread(&mut req.cx)?;
    if req.cx.app.config.demo && req.cx.actor.reader().is_some() {
        chrome.banners.push(demo::banner(&req.cx, &chrome.csrf));
    }
    Ok(())
}
