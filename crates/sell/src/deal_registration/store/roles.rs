//! Other partners' roles on a deal (DR-22).

use db::Record as _;
use domain::{
    deal_registration::roles::DealRole,
    ids::{PartnerId, RegistrationId},
};
use jiff::Timestamp;

use crate::deal_registration::kept;
use frame::{ctx::Cx, error::AppError};
use people::audit;

db::record! {
    /// A partner's role on a deal beside its holder.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RoleView in "deal_registration_roles" {
        /// The partner.
        pub partner_id: PartnerId,
        /// What it does on the deal.
        pub role: DealRole,
        /// Who added it, as audit names actors.
        pub added_by: String,
        /// When.
        pub added_at: Timestamp,
    }
}

/// Writes a role.
pub(crate) fn add_role(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    role: &RoleView,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let of = [("vendor_id", vendor_id.as_str().into()), ("registration_id", id.as_str().into())];
    role.insert(cx.tx, &of)?;
    audit::made(cx, &kept::ROLES, &[id.as_str(), role.partner_id.as_str(), role.role.word()])
}

/// Takes a role away; false when there was none.
pub(crate) fn remove_role(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    partner_id: &PartnerId,
    role: DealRole,
) -> Result<bool, AppError> {
    audit::touch(cx, &kept::ROLES, &[id.as_str(), partner_id.as_str(), role.word()])?;
    let vendor_id = cx.vendor();
    let removed = cx.tx.execute(
        "DELETE FROM deal_registration_roles WHERE vendor_id = $1 AND registration_id = $2 \
         AND partner_id = $3 AND role = $4",
        db::params![vendor_id.as_str(), id.as_str(), partner_id.as_str(), role.word()],
    )?;
    Ok(removed > 0)
}

/// The roles on a deal, oldest first, at most 100.
pub(crate) fn roles(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Vec<RoleView>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "{} WHERE vendor_id = $1 AND registration_id = $2 ORDER BY added_at, partner_id, role \
         LIMIT 100",
        RoleView::SELECT
    );
    Ok(cx.tx.query_as(&sql, db::params![vendor_id.as_str(), id.as_str()])?)
}
