//! Who acts: a person in a session, an API key, the holder of a signed link, or the system.

use domain::ids::{ApiKeyId, LinkId, PartnerId, UserId, VendorId};

use super::visibility::Visibility;
use crate::access::{Permission, Permissions};

/// Someone who may act for a vendor or for one of its partners.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The vendor whose installation space this is.
    pub vendor_id: VendorId,
    /// On whose side the actor stands.
    pub side: Side,
    /// What kind of actor, and which.
    pub who: Who,
    /// The name that timelines and audit show.
    pub name: String,
    /// What the actor may do.
    pub permissions: Permissions,
}

/// The side on which an actor stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// A person or key of the vendor.
    Vendor,
    /// A person or key of this partner.
    Partner(PartnerId),
}

/// What kind of actor it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A signed-in person; the session by which it came.
    User {
        /// The person.
        user_id: UserId,
        /// The session's id (not its secret).
        session_id: String,
    },
    /// A program with an API key.
    ApiKey(ApiKeyId),
    /// The holder of a signed link; the person whom it was made for, where there is one.
    Link {
        /// The link.
        link_id: LinkId,
        /// The person it was made for.
        user_id: Option<UserId>,
    },
    /// The product itself, by a rule.
    System,
    /// Nobody: a public page.
    Anonymous,
}

impl Actor {
    /// The product acting by a rule for a vendor; it may do everything.
    pub fn system(vendor_id: VendorId) -> Self {
        Self {
            vendor_id,
            side: Side::Vendor,
            who: Who::System,
            name: "Entente".into(),
            permissions: Permissions::all(),
        }
    }

    /// Nobody in particular, on a public page of a vendor; it may do nothing.
    pub fn anonymous(vendor_id: VendorId) -> Self {
        Self {
            vendor_id,
            side: Side::Vendor,
            who: Who::Anonymous,
            name: "Anonymous".into(),
            permissions: Permissions::none(),
        }
    }

    /// Whose rows this actor sees.
    pub fn visibility(&self) -> Visibility {
        Visibility::new(self.vendor_id.clone(), self.partner_id().cloned())
    }

    /// The partner on whose side the actor stands; `None` for the vendor's.
    pub fn partner_id(&self) -> Option<&PartnerId> {
        match &self.side {
            Side::Vendor => None,
            Side::Partner(partner_id) => Some(partner_id),
        }
    }

    /// The person behind the actor, if it is one.
    pub fn user_id(&self) -> Option<&UserId> {
        match &self.who {
            Who::User { user_id, .. } | Who::Link { user_id: Some(user_id), .. } => Some(user_id),
            Who::ApiKey(_) | Who::Link { user_id: None, .. } | Who::System | Who::Anonymous => None,
        }
    }

    /// True when the actor holds `permission`.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    /// A word for the kind of actor and its id, as audit keeps it: `user:usr_…`.
    pub fn reference(&self) -> String {
        match &self.who {
            Who::User { user_id, .. } => format!("user:{user_id}"),
            Who::ApiKey(key) => format!("key:{key}"),
            Who::Link { link_id, .. } => format!("link:{link_id}"),
            Who::System => "system".into(),
            Who::Anonymous => "anonymous".into(),
        }
    }
}
