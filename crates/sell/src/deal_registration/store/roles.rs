//! Other partners' roles on a deal (DR-22).

use db::DbError;
use domain::{
    deal_registration::roles::DealRole,
    ids::{PartnerId, RegistrationId},
};
use jiff::Timestamp;

use super::reader::Reader;
use crate::deal_registration::kept;
use frame::{ctx::Cx, error::AppError};
use people::audit;

/// A partner's role on a deal beside its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleView {
    /// The partner.
    pub partner_id: PartnerId,
    /// What it does on the deal.
    pub role: DealRole,
    /// Who added it, as audit names actors.
    pub added_by: String,
    /// When.
    pub added_at: Timestamp,
}

/// Writes a role.
pub(crate) fn add_role(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    role: &RoleView,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO deal_registration_roles (vendor_id, registration_id, partner_id, role, \
         added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6)",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            role.partner_id.as_str(),
            role.role.as_str(),
            &role.added_by,
            role.added_at.as_microsecond()
        ],
    )?;
    audit::made(cx, &kept::ROLES, &[id.as_str(), role.partner_id.as_str(), role.role.as_str()])
}

/// Takes a role away; false when there was none.
pub(crate) fn remove_role(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    partner_id: &PartnerId,
    role: DealRole,
) -> Result<bool, AppError> {
    audit::touch(cx, &kept::ROLES, &[id.as_str(), partner_id.as_str(), role.as_str()])?;
    let vendor_id = cx.vendor();
    let removed = cx.tx.execute(
        "DELETE FROM deal_registration_roles WHERE vendor_id = $1 AND registration_id = $2 \
         AND partner_id = $3 AND role = $4",
        db::params![vendor_id.as_str(), id.as_str(), partner_id.as_str(), role.as_str()],
    )?;
    Ok(removed > 0)
}

/// The roles on a deal, oldest first, at most 100.
pub(crate) fn roles(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Vec<RoleView>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query(
        "SELECT partner_id, role, added_by, added_at FROM deal_registration_roles \
         WHERE vendor_id = $1 AND registration_id = $2 ORDER BY added_at, partner_id, role \
         LIMIT 100",
        db::params![vendor_id.as_str(), id.as_str()],
        |row| {
            let mut r = Reader::new(row, 0);
            Ok::<_, DbError>(RoleView {
                partner_id: r.with(|text| PartnerId::parse(text).ok())?,
                role: r.with(DealRole::parse)?,
                added_by: r.text()?,
                added_at: r.instant()?,
            })
        },
    )?)
}
