//! Changing a partner: its particulars, how it stands, who looks after it.

use domain::ids::{PartnerId, UserId};
use serde_json::json;
use web::FieldErrors;

use super::{
    super::{
        Partner, PartnerStatus,
        changes::{self, Change},
        kept, store,
    },
    create::{Particulars, check_manager},
};
use crate::{
    audit,
    core::{ctx::Cx, error::AppError},
    identity::{
        self,
        stakes::{Stake, gave_up},
    },
};

/// Who looks after a partner from now on.
#[derive(Debug, Default)]
pub(in crate::partners) enum Manager {
    /// Whoever does now.
    #[default]
    Same,
    /// This person, or nobody.
    Now(Option<UserId>),
}

/// What a partner is to be from now on; `None` leaves a part as it is.
#[derive(Debug, Default)]
pub(in crate::partners) struct Edit {
    pub(in crate::partners) particulars: Option<Particulars>,
    pub(in crate::partners) status: Option<PartnerStatus>,
    pub(in crate::partners) manager: Manager,
    /// Why status or manager change; needed for those only.
    pub(in crate::partners) reason: String,
}

/// Changes a partner; every bad field is named. Another partner than one may see is not found.
pub(in crate::partners) fn edit(
    cx: &mut Cx<'_, '_>,
    partner: &Partner,
    edit: &Edit,
) -> Result<(), AppError> {
    let mut errors = FieldErrors::new();
    let particulars = match &edit.particulars {
        Some(given) => Some(given.checked(cx, Some(&partner.partner_id), &mut errors)?),
        None => None,
    };
    let status = edit.status.filter(|status| *status != partner.status);
    let manager = match &edit.manager {
        Manager::Now(new) if *new != partner.manager_user_id => Some(new),
        Manager::Now(_) | Manager::Same => None,
    };
    if let Some(manager) = manager {
        check_manager(cx, manager.as_ref(), &mut errors)?;
    }
    if status.is_some() || manager.is_some() {
        changes::check_reason(&edit.reason, &mut errors);
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    if let Some(particulars) = particulars {
        save_particulars(cx, partner, &particulars)?;
    }
    if let Some(status) = status {
        save_status(cx, partner, status, edit.reason.trim())?;
    }
    if let Some(manager) = manager {
        save_manager(cx, partner, manager.as_ref(), edit.reason.trim())?;
    }
    Ok(())
}

fn save_particulars(
    cx: &mut Cx<'_, '_>,
    partner: &Partner,
    new: &Particulars,
) -> Result<(), AppError> {
    let same = new.name == partner.name
        && new.domain == partner.domain
        && new.country == partner.country
        && new.city == partner.city
        && new.external_id == partner.external_id;
    if same {
        return Ok(());
    }
    audit::touch(cx, &kept::PARTNERS, &[partner.partner_id.as_str()])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE partners SET name = $3, name_key = $4, domain = $5, country = $6, city = $7, \
         external_id = $8 WHERE vendor_id = $1 AND partner_id = $2",
        db::params![
            vendor_id.as_str(),
            partner.partner_id.as_str(),
            &new.name,
            new.name.to_lowercase(),
            &new.domain,
            &new.country,
            &new.city,
            &new.external_id
        ],
    )?;
    store::count_up(cx, &partner.partner_id)?;
    identity::rename_side(cx, &partner.partner_id, &new.name)?;
    let before = json!({
        "name": partner.name, "domain": partner.domain, "country": partner.country,
        "city": partner.city, "external_id": partner.external_id,
    });
    let after = json!({
        "name": new.name, "domain": new.domain, "country": new.country, "city": new.city,
        "external_id": new.external_id,
    });
    changes::tell(cx, &partner.partner_id, "partners.changed", (before, after))
}

fn save_status(
    cx: &mut Cx<'_, '_>,
    partner: &Partner,
    status: PartnerStatus,
    reason: &str,
) -> Result<(), AppError> {
    audit::touch(cx, &kept::PARTNERS, &[partner.partner_id.as_str()])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE partners SET status = $3 WHERE vendor_id = $1 AND partner_id = $2",
        db::params![vendor_id.as_str(), partner.partner_id.as_str(), status.word()],
    )?;
    store::count_up(cx, &partner.partner_id)?;
    if status == PartnerStatus::Left {
        identity::close_side(cx, &partner.partner_id)?;
    } else if partner.status == PartnerStatus::Left {
        identity::reopen_side(cx, &partner.partner_id)?;
    }
    let (old, new) = (partner.status.word(), status.word());
    let change = Change { program_id: "", what: "status", old, new, reason };
    changes::keep(cx, &partner.partner_id, &change)?;
    let told = (json!({ "status": old }), json!({ "status": new, "reason": reason }));
    changes::tell(cx, &partner.partner_id, "partners.status_changed", told)
}

fn save_manager(
    cx: &mut Cx<'_, '_>,
    partner: &Partner,
    manager: Option<&UserId>,
    reason: &str,
) -> Result<(), AppError> {
    audit::touch(cx, &kept::PARTNERS, &[partner.partner_id.as_str()])?;
    let vendor_id = cx.vendor();
    let new = manager.map_or("", UserId::as_str);
    cx.tx.execute(
        "UPDATE partners SET manager_user_id = $3 WHERE vendor_id = $1 AND partner_id = $2",
        db::params![vendor_id.as_str(), partner.partner_id.as_str(), new],
    )?;
    store::count_up(cx, &partner.partner_id)?;
    let old = partner.manager_user_id.as_ref().map_or("", UserId::as_str);
    gave_up(cx, Stake::Partner, partner.partner_id.as_str(), old)?;
    let change = Change { program_id: "", what: "manager", old, new, reason };
    changes::keep(cx, &partner.partner_id, &change)?;
    let before = json!({ "manager_user_id": old });
    let after = json!({ "manager_user_id": new, "reason": reason });
    changes::tell(cx, &partner.partner_id, "partners.manager_changed", (before, after))
}

/// A partner stands so from now on, and why. One that left is acted for by nobody: its sessions,
/// keys and links end at once.
pub fn set_status(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    status: PartnerStatus,
    reason: &str,
) -> Result<(), AppError> {
    let visible = cx.actor.visibility();
    let partner = store::get(cx, &visible, partner_id)?;
    let change = Edit { status: Some(status), reason: reason.to_owned(), ..Edit::default() };
    edit(cx, &partner, &change)
}

/// This person looks after the partner from now on, and why; `None` for nobody.
pub fn set_manager(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    manager: Option<&UserId>,
    reason: &str,
) -> Result<(), AppError> {
    let visible = cx.actor.visibility();
    let partner = store::get(cx, &visible, partner_id)?;
    let change = Edit {
        manager: Manager::Now(manager.cloned()),
        reason: reason.to_owned(),
        ..Edit::default()
    };
    edit(cx, &partner, &change)
}
