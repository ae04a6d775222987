//! Who acts: a person in a session, an API key, the holder of a signed link, or the system.

use domain::ids::{ApiKeyId, LinkId, PartnerId, ServiceId, UserId, VendorId};

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
    ApiKey {
        /// The key.
        key_id: ApiKeyId,
        /// Whose key it is.
        owner: KeyOwner,
    },
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

/// Whose key a key is (ID-04).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOwner {
    /// A person's: the key may do what that person may do, and no more.
    Person(UserId),
    /// A service identity's. Its owner answers for it, but it never decides in anybody's place.
    Service {
        /// The service identity.
        service_id: ServiceId,
        /// The person who owns it.
        owner: UserId,
    },
    /// Nobody's: the operator made it at the command line before keys had owners.
    Operator,
}

impl KeyOwner {
    /// The person who answers for the key; `None` when nobody does.
    pub fn person(&self) -> Option<&UserId> {
        match self {
            Self::Person(person) | Self::Service { owner: person, .. } => Some(person),
            Self::Operator => None,
        }
    }
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

    /// The one answer to "which person acts": the person in the session, behind the key, or for
    /// whom the link was made. `None` for the system, a public page, a link made for a company
    /// and a key that nobody owns. Rules ask this and nothing else (DR-14, CF-03, PG-02).
    pub fn person(&self) -> Option<&UserId> {
        match &self.who {
            Who::User { user_id, .. } | Who::Link { user_id: Some(user_id), .. } => Some(user_id),
            Who::ApiKey { owner, .. } => owner.person(),
            Who::Link { user_id: None, .. } | Who::System | Who::Anonymous => None,
        }
    }

    /// The person who is looking at the page: for greetings, inboxes and filters such as "mine".
    /// `None` for keys. Rules ask [`Actor::person`].
    pub fn reader(&self) -> Option<&UserId> {
        match &self.who {
            Who::User { user_id, .. } | Who::Link { user_id: Some(user_id), .. } => Some(user_id),
            Who::ApiKey { .. } | Who::Link { user_id: None, .. } | Who::System | Who::Anonymous => {
                None
            }
        }
    }

    /// True for the product itself: a rule, a job, the operator at the command line.
    pub fn is_system(&self) -> bool {
        self.who == Who::System
    }

    /// True when the actor holds `permission`.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    /// Who is responsible, as rows and audit keep it: `user:usr_…` for a person, whether it came
    /// by session, key or link; `system`; else the key or link itself.
    pub fn reference(&self) -> String {
        self.person().map_or_else(|| self.instrument(), |user_id| format!("user:{user_id}"))
    }

    /// By what the actor came: `user:usr_…` for a session, `key:key_…`, `link:lnk_…`, `system`
    /// or `anonymous`.
    pub fn instrument(&self) -> String {
        match &self.who {
            Who::User { user_id, .. } => format!("user:{user_id}"),
            Who::ApiKey { key_id, .. } => format!("key:{key_id}"),
            Who::Link { link_id, .. } => format!("link:{link_id}"),
            Who::System => "system".into(),
            Who::Anonymous => "anonymous".into(),
        }
    }
}
