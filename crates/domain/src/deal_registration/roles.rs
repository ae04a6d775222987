//! Other partners on a deal, beside its holder.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::explanation::Decided;
use super::rules::DR_22;
use crate::ids::PartnerId;
use crate::refusal::Refusal;

crate::words! {
    /// Another partner's role on the deal; roles give no exclusivity. Rule DR-22.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum DealRole {
        /// It delivers.
        #[default]
        Services = "services", "Services",
        /// Its product is part of the solution.
        Technology = "technology", "Technology",
        /// It influences the buyer.
        Influence = "influence", "Influence",
        /// It supplies the holder.
        Distributor = "distributor", "Distributor",
    }
}

/// A partner in a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RoleGrant {
    /// Which partner.
    pub partner_id: PartnerId,
    /// In which role.
    pub role: DealRole,
}

/// Accepts a partner in a role, or refuses it. Rule DR-22.
///
/// A partner can have several roles, each once, and a role several partners. The holder needs none.
pub fn add(
    granted: &[RoleGrant],
    holder: &PartnerId,
    grant: &RoleGrant,
) -> Result<Decided<()>, Refusal> {
    if grant.partner_id == *holder {
        return Err(Refusal::new(
            DR_22,
            "The holder of the registration cannot have another role on it.",
            "Choose another partner.",
        ));
    }
    if granted.contains(grant) {
        let words = format!("This partner already has the role {}.", grant.role.label());
        return Err(Refusal::new(DR_22, words, "Choose another role or another partner."));
    }
    let words = format!("Takes part with the role {}, without exclusivity.", grant.role.label());
    Ok(Decided::new((), DR_22, words)
        .with("partner", &grant.partner_id)
        .with("role", grant.role.word()))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::ids::IdSource;

    #[test]
    fn dr_22_each_partner_has_a_role_once_and_the_holder_has_none() {
        let ids = IdSource::seeded(1);
        let [holder, other, third] = [0; 3].map(|_| PartnerId::new(&ids, Timestamp::UNIX_EPOCH));
        let grant = |partner: &PartnerId, role| RoleGrant { partner_id: partner.clone(), role };
        let services = grant(&other, DealRole::Services);
        let granted = [services.clone()];
        assert!(add(&[], &holder, &services).is_ok());
        assert!(add(&granted, &holder, &services).is_err());
        assert!(add(&granted, &holder, &grant(&other, DealRole::Influence)).is_ok());
        assert!(add(&granted, &holder, &grant(&third, DealRole::Services)).is_ok());
        assert_eq!(add(&[], &holder, &grant(&holder, DealRole::Services)).unwrap_err().rule, DR_22);
    }

    #[test]
    fn dr_22_each_role_is_read_back_by_its_word() {
        for role in DealRole::ALL {
            assert_eq!(DealRole::from_word(role.word()), Some(*role));
        }
    }
}
