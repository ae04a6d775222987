//! Small questions about people that other slices ask.

use super::roles;
use frame::{ctx::Cx, error::AppError};

/// What the frame of a page shows of the person.
#[derive(Debug)]
pub struct About {
    /// The vendor's name, or the partner's.
    pub organisation: String,
    /// The person's roles in words.
    pub detail: String,
}

/// The acting person's organisation and roles.
pub fn about_me(cx: &mut Cx<'_, '_>) -> Result<About, AppError> {
    let vendor_id = cx.vendor();
    let vendor = cx.tx.query_one_as::<String, _>(
        "SELECT name FROM vendors WHERE vendor_id = $1",
        db::params![vendor_id.as_str()],
    )?;
    let organisation = match cx.actor.partner_id().cloned() {
        Some(partner_id) => {
            format!("{} · {vendor}", super::sides::side_name(cx, Some(&partner_id))?)
        }
        None => vendor,
    };
    let partner = cx.actor.partner_id().map_or("", |id| id.as_str()).to_owned();
    let Some(user_id) = cx.actor.reader().cloned() else {
        return Ok(About { organisation, detail: String::new() });
    };
    let roles = cx.tx.query_opt_as::<String, _>(
        "SELECT roles FROM identity_memberships WHERE vendor_id = $1 AND user_id = $2 \
         AND partner_id = $3",
        db::params![vendor_id.as_str(), user_id.as_str(), &partner],
    )?;
    let roles = roles.unwrap_or_default();
    Ok(About { organisation, detail: roles::role_labels(&partner, &roles) })
}

/// The e-mail address of a person who may still be written to.
pub fn address_of(cx: &mut Cx<'_, '_>, user_id: &str) -> Result<Option<String>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_opt_as(
        "SELECT email FROM identity_v_addresses WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id],
    )?)
}
