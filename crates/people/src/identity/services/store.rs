//! Rows of service identities. A side's are read by that side only: the vendor's administrators
//! see the vendor's, and those of a partner that partner's (ID-03).

use domain::folding::search_key;
use domain::ids::{PartnerId, ServiceId, UserId};
use jiff::Timestamp;

use crate::identity::{
    api_keys::granted,
    memberships::{Person, partner_text},
    roles::permissions_from_words,
};
use frame::{
    access::{Permission, Permissions},
    ctx::Cx,
    error::AppError,
    request::Req,
};

/// The most service identities one side may have that have not ended.
pub(super) const MOST: i64 = 100;

db::row! {
    /// A service identity, and what its owner may do at the moment.
    #[derive(Debug, Clone)]
    pub(in crate::identity) struct Service {
        pub(in crate::identity) service_id: ServiceId,
        pub(in crate::identity) name: String,
        pub(in crate::identity) purpose: String,
        /// The partner for which it acts; `None` for the vendor.
        pub(in crate::identity) partner_id: Option<PartnerId> = "",
        /// Its scopes.
        pub(in crate::identity) scopes: Permissions => |words: String| granted(&words),
        /// The person who answers for it.
        pub(in crate::identity) owner: UserId,
        pub(in crate::identity) owner_name: String,
        /// The roles that the owner holds on its side; `None` while the owner may not act there.
        pub(in crate::identity) owner_roles: Option<String>,
        /// When the owner was removed; `None` while it has an owner.
        pub(in crate::identity) owner_left_at: Option<Timestamp>,
        pub(in crate::identity) created_by: String,
        pub(in crate::identity) created_at: Timestamp,
        pub(in crate::identity) expires_at: Timestamp,
        pub(in crate::identity) ended_at: Option<Timestamp>,
        pub(in crate::identity) version: i64,
    }
}

impl Service {
    /// The word for whether its keys work at `now`: active, dormant, expired or ended. It is
    /// dormant while its owner may not act, and once the owner was removed until somebody takes
    /// it over. Rule ID-04.
    pub(in crate::identity) fn standing(&self, now: Timestamp) -> &'static str {
        if self.ended_at.is_some() {
            "ended"
        } else if self.expires_at <= now {
            "expired"
        } else if self.owner_left_at.is_some() || self.owner_roles.is_none() {
            "dormant"
        } else {
            "active"
        }
    }

    /// What it may do now: what it was given, as far as its owner may, and never deciding. Rule
    /// ID-04.
    pub(in crate::identity) fn effective(&self) -> Permissions {
        let roles = self.owner_roles.as_ref().filter(|_| self.owner_left_at.is_none());
        let Some(roles) = roles else {
            return Permissions::none();
        };
        let owners = permissions_from_words(self.partner(), roles);
        self.scopes.both(owners).both(Permissions::of_services())
    }

    /// True for the person who answers for it. One who was removed has to take it over again.
    pub(in crate::identity) fn is_owned_by(&self, person: Option<&UserId>) -> bool {
        self.owner_left_at.is_none() && person == Some(&self.owner)
    }

    /// The partner as tables keep it: `""` for the vendor's side.
    pub(in crate::identity) fn partner(&self) -> &str {
        partner_text(self.partner_id.as_ref())
    }
}

pub(super) const SELECT: &str = "SELECT s.service_id, s.name, s.purpose, s.partner_id, s.scopes, \
     s.owner_user_id, u.name, m.roles, s.owner_left_at, s.created_by, s.created_at, \
     s.expires_at, s.ended_at, s.version \
     FROM identity_services s \
     JOIN identity_users u ON u.vendor_id = s.vendor_id AND u.user_id = s.owner_user_id \
     LEFT JOIN identity_memberships m ON m.vendor_id = s.vendor_id \
      AND m.user_id = s.owner_user_id AND m.partner_id = s.partner_id \
      AND m.joined_at IS NOT NULL AND m.suspended_at IS NULL AND m.ended_at IS NULL ";

fn services(
    cx: &mut Cx<'_, '_>,
    rest: &str,
    params: &[db::Value<'_>],
) -> Result<Vec<Service>, AppError> {
    Ok(cx.tx.query_as(&format!("{SELECT}{rest}"), params)?)
}

/// Those of the vendor and of all its partners, the newest first: for the command line.
pub(super) fn of_all_sides(cx: &mut Cx<'_, '_>, limit: i64) -> Result<Vec<Service>, AppError> {
    let vendor_id = cx.vendor();
    services(
        cx,
        "WHERE s.vendor_id = $1 ORDER BY s.service_id DESC LIMIT $2",
        db::params![vendor_id.as_str(), limit],
    )
}

/// A service identity of the actor's own side; another is not found.
pub(super) fn get(cx: &mut Cx<'_, '_>, service_id: &ServiceId) -> Result<Service, AppError> {
    let partner = partner_text(cx.actor.partner_id()).to_owned();
    of_side(cx, &partner, service_id)
}

/// A service identity of this side (`""` for the vendor's); another is not found.
pub(in crate::identity) fn of_side(
    cx: &mut Cx<'_, '_>,
    partner: &str,
    service_id: &ServiceId,
) -> Result<Service, AppError> {
    let vendor_id = cx.vendor();
    let found = services(
        cx,
        "WHERE s.vendor_id = $1 AND s.partner_id = $2 AND s.service_id = $3",
        db::params![vendor_id.as_str(), partner, service_id.as_str()],
    )?;
    found.into_iter().next().ok_or(AppError::NotFound)
}

/// Those of a side that have not ended, by name; at most one more than the limit of a side.
pub(super) fn not_ended(cx: &mut Cx<'_, '_>, partner: &str) -> Result<Vec<Service>, AppError> {
    let vendor_id = cx.vendor();
    services(
        cx,
        "WHERE s.vendor_id = $1 AND s.partner_id = $2 AND s.ended_at IS NULL \
         ORDER BY s.name, s.service_id LIMIT $3",
        db::params![vendor_id.as_str(), partner, MOST + 1],
    )
}

/// Those that have not ended and that a person owns on a side, by name.
pub(super) fn owned_by(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner: &str,
) -> Result<Vec<Service>, AppError> {
    let mut all = not_ended(cx, partner)?;
    all.retain(|service| service.is_owned_by(Some(user_id)));
    Ok(all)
}

pub(super) fn insert(cx: &mut Cx<'_, '_>, new: &Service) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO identity_services (vendor_id, service_id, name, purpose, partner_id, scopes, \
         owner_user_id, created_by, created_at, expires_at, version, search_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        db::params![
            vendor_id.as_str(),
            new.service_id.as_str(),
            &new.name,
            &new.purpose,
            new.partner(),
            words(new.scopes),
            new.owner.as_str(),
            &new.created_by,
            new.created_at.as_microsecond(),
            new.expires_at.as_microsecond(),
            new.version,
            search_key([new.name.as_str(), &new.purpose])
        ],
    )?;
    Ok(())
}

/// Writes what can change, and counts the version up.
pub(super) fn update(cx: &mut Cx<'_, '_>, now: &Service) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE identity_services SET name = $3, purpose = $4, scopes = $5, owner_user_id = $6, \
         owner_left_at = $7, expires_at = $8, ended_at = $9, search_key = $10, \
         version = version + 1 WHERE vendor_id = $1 AND service_id = $2",
        db::params![
            vendor_id.as_str(),
            now.service_id.as_str(),
            &now.name,
            &now.purpose,
            words(now.scopes),
            now.owner.as_str(),
            now.owner_left_at.map(Timestamp::as_microsecond),
            now.expires_at.as_microsecond(),
            now.ended_at.map(Timestamp::as_microsecond),
            search_key([now.name.as_str(), &now.purpose])
        ],
    )?;
    Ok(())
}

/// Permissions as the table keeps them.
fn words(permissions: Permissions) -> String {
    let words: Vec<&str> = permissions.list().into_iter().map(Permission::word).collect();
    words.join(" ")
}

/// The people of a side who may manage its keys and service identities, besides one.
pub(super) fn administrators_besides(
    cx: &mut Cx<'_, '_>,
    service: &Service,
    besides: &UserId,
) -> Result<Vec<Person>, AppError> {
    let mut people = match &service.partner_id {
        Some(partner_id) => crate::identity::partner_people(cx, partner_id)?,
        None => crate::identity::vendor_people(cx)?,
    };
    people.retain(|person| {
        person.user_id != *besides && person.permissions().has(Permission::ApiKeysManage)
    });
    Ok(people)
}

/// The page of a service identity.
pub(in crate::identity) fn page_of(service: &Service) -> String {
    format!("/service-identities/{}", service.service_id)
}

/// The service identity in the path, when it is one of the caller's side.
pub(in crate::identity) fn load(req: &mut Req<'_, '_>) -> Result<Service, AppError> {
    let service_id: ServiceId = req.id("service_id")?;
    get(&mut req.cx, &service_id)
}
