//! Who may act for which side, in which roles. A person is known once by the e-mail address and
//! can stand on several sides: the vendor's, and those of partners.

mod change;
mod search;
mod store;

use domain::ids::{PartnerId, UserId};
use jiff::Timestamp;

pub use change::{NewUser, create_user};
pub(super) use change::{
    accept, end, insert_invited, renew_invitation, set_roles, set_suspended, set_territories,
};
pub(super) use search::by_name_or_address;
pub use search::search;
pub(super) use store::{
    Invited, SELECT, active, by_email, managers_besides, name_of, not_ended, read, sides_of,
};
pub use store::{
    find_partner_person, member, names_of, partner_people, person, territories_of, users_with_role,
    vendor_people, vendor_staff,
};

use super::{address, roles::permissions_from_words};
use frame::access::{PartnerRole, Permissions, VendorRole};

/// A person on one side.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person.
    pub user_id: UserId,
    /// The name; while an invitation is open, the name it was written to.
    pub name: String,
    /// The e-mail address, in lower case.
    pub email: String,
    /// The phone number; `""` when unknown.
    pub phone: String,
    /// The time zone; `""` for the vendor's.
    pub zone: String,
    /// The partner on whose side; `None` for the vendor's.
    pub partner_id: Option<PartnerId>,
    /// The words of the roles on that side.
    pub roles: Vec<String>,
    /// Codes of the territories a vendor user's quota covers.
    pub territories: Vec<String>,
    /// Whether the person may act.
    pub standing: Standing,
    /// When the person last began a session; `None` when never.
    pub last_seen_at: Option<Timestamp>,
    /// The version of the membership, from 1.
    pub version: i64,
}

domain::words! {
    /// Whether a person may act for a side.
    pub enum Standing {
        /// May act.
        Active = "active", "Active",
        /// Was invited and has not accepted yet.
        #[default]
        Invited = "invited", "Invited",
        /// May not act until restored.
        Suspended = "suspended", "Suspended",
        /// No longer belongs to the side.
        Ended = "ended", "Removed",
    }
}

impl Person {
    /// The partner as tables keep it: `""` for the vendor's side.
    pub fn partner(&self) -> &str {
        self.partner_id.as_ref().map_or("", PartnerId::as_str)
    }

    /// The e-mail address as people read it: with its host in the letters of its language.
    pub fn shown_email(&self) -> String {
        address::shown(&self.email)
    }

    /// What the roles on this side allow.
    pub fn permissions(&self) -> Permissions {
        permissions_from_words(self.partner(), &self.roles.join(" "))
    }

    /// The roles as people read them, separated by commas.
    pub fn role_labels(&self) -> String {
        super::roles::role_labels(self.partner(), &self.roles.join(" "))
    }
}

/// The roles that exist on a side: word and label, in the order shown.
pub(super) fn roles_of_side(partner: Option<&PartnerId>) -> Vec<(&'static str, &'static str)> {
    match partner {
        None => VendorRole::ALL.iter().map(|role| (role.word(), role.label())).collect(),
        Some(_) => PartnerRole::ALL.iter().map(|role| (role.word(), role.label())).collect(),
    }
}

pub(in crate::identity) fn partner_text(partner: Option<&PartnerId>) -> &str {
    partner.map_or("", PartnerId::as_str)
}
