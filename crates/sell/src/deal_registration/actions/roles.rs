//! Other partners' roles on a deal, without exclusivity (DR-22).

use domain::{
    deal_registration::{
        roles::{self, DealRole, RoleGrant},
        rules::DR_22,
    },
    ids::{PartnerId, RegistrationId},
};
use serde_json::{Value, json};

use crate::deal_registration::{
    record::{Happening, happened},
    store::{self, Registration, RoleView},
};
use channel::partners;
use frame::{
    ctx::Cx,
    error::AppError,
    input::{IdOf, OneOf, input},
};

input! {
    /// Another partner's role on a deal.
    pub struct RoleInput {
        /// The other partner.
        partner_id: PartnerId => IdOf::<PartnerId>::new("Partner").required("Enter the partner"),
        /// What it does.
        role: DealRole => OneOf::<DealRole>::new("Role").required("Choose one of the roles"),
    }
}

impl RoleInput {
    /// The registration, with one role more. Rule DR-22.
    pub fn add(&self, cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Registration, AppError> {
        let r = super::load(cx, id)?;
        if r.status.is_final() {
            let words =
                format!("You cannot add roles to a registration that is {}.", r.status.title());
            return Err(AppError::refused(DR_22, words));
        }
        let name = partners::name_of(cx, &self.partner_id)
            .map_err(|_| AppError::field("partner_id", "Partner not found"))?;
        let granted: Vec<RoleGrant> = store::roles(cx, &r.registration_id)?
            .into_iter()
            .map(|view| RoleGrant { partner_id: view.partner_id, role: view.role })
            .collect();
        let grant = RoleGrant { partner_id: self.partner_id.clone(), role: self.role };
        let decided = roles::add(&granted, &r.partner_id, &grant)?;
        let view = RoleView {
            partner_id: self.partner_id.clone(),
            role: self.role,
            added_by: cx.actor.reference(),
            added_at: cx.now,
        };
        store::add_role(cx, &r.registration_id, &view)?;
        let words = format!("{name}: {}.", self.role.label().to_lowercase());
        let after = json!({ "partner_id": self.partner_id.as_str(), "role": self.role.word() });
        let change = Happening::new("role_added", &words)
            .by(DR_22)
            .because(&decided.words)
            .change(Value::Null, after);
        happened(cx, &r, &change)?;
        Ok(r)
    }

    /// The registration, with one role less; 404 when there was none.
    pub fn remove(
        &self,
        cx: &mut Cx<'_, '_>,
        id: &RegistrationId,
    ) -> Result<Registration, AppError> {
        let r = super::load(cx, id)?;
        if !store::remove_role(cx, &r.registration_id, &self.partner_id, self.role)? {
            return Err(AppError::NotFound);
        }
        let name = partners::name_of(cx, &self.partner_id)?;
        let words = format!("Role removed from {name}: {}.", self.role.label().to_lowercase());
        let before = json!({ "partner_id": self.partner_id.as_str(), "role": self.role.word() });
        let change = Happening::new("role_removed", &words).by(DR_22).change(before, Value::Null);
        happened(cx, &r, &change)?;
        Ok(r)
    }
}
