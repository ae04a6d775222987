//! The roles of a membership, kept as words separated by spaces: what they allow, and how they read.

use frame::access::{PartnerRole, Permissions, VendorRole, permissions_of};

/// What the roles of a membership allow.
pub(super) fn permissions_from_words(partner_id: &str, roles: &str) -> Permissions {
    if partner_id.is_empty() {
        let roles: Vec<VendorRole> = roles.split(' ').filter_map(VendorRole::from_word).collect();
        permissions_of(&roles, &[])
    } else {
        let roles: Vec<PartnerRole> = roles.split(' ').filter_map(PartnerRole::from_word).collect();
        permissions_of(&[], &roles)
    }
}

/// Roles as people read them, separated by commas.
pub(super) fn role_labels(partner_id: &str, roles: &str) -> String {
    let labels: Vec<&str> = roles
        .split(' ')
        .filter_map(|word| {
            if partner_id.is_empty() {
                VendorRole::from_word(word).map(VendorRole::label)
            } else {
                PartnerRole::from_word(word).map(PartnerRole::label)
            }
        })
        .collect();
    labels.join(", ")
}
