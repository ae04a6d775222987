//! Links that are mailed: promised with the mail, and opened while it is being sent.

use domain::ids::LinkId;

use super::{LinkStanding, NewLink, address, store};
use crate::notifications::{MailLink, MailLinks, OpenedLink};
use frame::{ctx::Cx, error::AppError, secrets};

/// What links do for the mails that hold them.
pub const IN_MAILS: MailLinks = MailLinks { open, known };

/// Makes a link for a mail. It has no secret yet, so nobody can use it before the mail is sent.
/// Rule ID-01.
pub fn promise(cx: &mut Cx<'_, '_>, new: &NewLink<'_>) -> Result<MailLink, AppError> {
    let link_id = LinkId::new(cx.ids(), cx.now);
    store::insert(cx, new, &link_id, &store::unsent(&link_id))?;
    Ok(MailLink::new(&link_id, new.purpose.name()))
}

/// Gives a link one more secret. Those that it has go on working: their mail may have arrived.
fn open(cx: &mut Cx<'_, '_>, link_id: &LinkId) -> Result<Option<OpenedLink>, AppError> {
    let now = cx.now_micros();
    let found = store::by_id(cx, link_id)?;
    let Some(link) = found.filter(|link| link.standing(now) == LinkStanding::Live) else {
        return Ok(None);
    };
    let secret = secrets::new_token(cx.ids());
    store::add_secret(cx, link_id, &secrets::hash(&secret))?;
    Ok(Some(OpenedLink { url: address(cx, link.purpose, &secret), secret }))
}

/// The link of a secret, whether it still works or not.
fn known(cx: &mut Cx<'_, '_>, secret: &str) -> Result<Option<MailLink>, AppError> {
    let found = store::by_hash(cx, &secrets::hash(secret))?;
    Ok(found.map(|link| MailLink::new(&link.link_id, link.purpose.name())))
}
