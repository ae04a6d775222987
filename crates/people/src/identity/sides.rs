//! The sides on which people can stand besides the vendor's: one for each partner, by name.
//! `partners` keeps them up to date, so that nothing here has to ask about partners.

use domain::ids::PartnerId;

use frame::{ctx::Cx, error::AppError};

/// Lets people act for a new partner.
pub fn open_side(cx: &mut Cx<'_, '_>, partner_id: &PartnerId, name: &str) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO identity_sides (vendor_id, partner_id, name) VALUES ($1, $2, $3)",
        db::params![vendor_id.as_str(), partner_id.as_str(), name],
    )?;
    Ok(())
}

/// The partner is called `name` from now on.
pub fn rename_side(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    name: &str,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE identity_sides SET name = $3 WHERE vendor_id = $1 AND partner_id = $2",
        db::params![vendor_id.as_str(), partner_id.as_str(), name],
    )?;
    Ok(())
}

/// The partner's people may act for it again; they sign in anew.
pub fn reopen_side(cx: &mut Cx<'_, '_>, partner_id: &PartnerId) -> Result<(), AppError> {
    set_closed(cx, partner_id, None)
}

/// Whether people may act for the partner, and since when not.
pub(super) fn set_closed(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    closed_at: Option<i64>,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE identity_sides SET closed_at = $3 WHERE vendor_id = $1 AND partner_id = $2",
        db::params![vendor_id.as_str(), partner_id.as_str(), closed_at],
    )?;
    Ok(())
}

/// The name of a side: the partner's, or the vendor's for `None`. An unknown one is not found.
pub(super) fn side_name(
    cx: &mut Cx<'_, '_>,
    partner_id: Option<&PartnerId>,
) -> Result<String, AppError> {
    let vendor_id = cx.vendor();
    let name = match partner_id {
        Some(partner_id) => cx.tx.query_opt_as::<String, _>(
            "SELECT name FROM identity_sides WHERE vendor_id = $1 AND partner_id = $2",
            db::params![vendor_id.as_str(), partner_id.as_str()],
        )?,
        None => cx.tx.query_opt_as::<String, _>(
            "SELECT name FROM vendors WHERE vendor_id = $1",
            db::params![vendor_id.as_str()],
        )?,
    };
    name.ok_or(AppError::NotFound)
}
