//! A partner leaves: nobody acts for it from then on.

use domain::ids::PartnerId;

use super::{api_keys, links, sessions, sides::set_closed};
use frame::{ctx::Cx, error::AppError};

/// Nobody acts for the partner any more: its sessions end, its keys and links are revoked, at
/// once. Its people stay known, so that the side can be opened again.
pub fn close_side(cx: &mut Cx<'_, '_>, partner_id: &PartnerId) -> Result<(), AppError> {
    set_closed(cx, partner_id, Some(cx.now_micros()))?;
    sessions::end_of_side(cx, partner_id)?;
    api_keys::revoke_all(cx, &api_keys::Which::Side(partner_id))?;
    links::revoke_of_side(cx, partner_id)
}
