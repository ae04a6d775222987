//! Rows of API keys.

use db::Tx;
use domain::folding::search_key;
use domain::ids::{ApiKeyId, PartnerId, ServiceId, UserId, VendorId};
use jiff::Timestamp;

use crate::identity::roles::permissions_from_words;
use frame::{
    access::{Permission, Permissions},
    actor::KeyOwner,
    ctx::Cx,
    error::AppError,
    visibility::Visibility,
};

db::row! {
    /// A key without its secret, and what its owner may do at the moment.
    #[derive(Debug, Clone)]
    pub(in crate::identity) struct KeyRow {
        pub(in crate::identity) vendor_id: String,
        pub(in crate::identity) key_id: String,
        pub(in crate::identity) prefix: String,
        pub(in crate::identity) name: String,
        pub(in crate::identity) partner_id: String,
        pub(in crate::identity) scopes: String,
        pub(in crate::identity) created_by: String,
        pub(in crate::identity) created_at: Timestamp,
        pub(in crate::identity) expires_at: Timestamp,
        pub(in crate::identity) used_at: Option<Timestamp>,
        pub(in crate::identity) revoked_at: Option<Timestamp>,
        /// `""` for a key of a person, or of nobody.
        pub(in crate::identity) service_id: String,
        /// `""` for a key that was not made with another one.
        pub(in crate::identity) parent_key_id: String,
        /// When it would have expired, had it not been cut to the life of the key it was made with.
        pub(in crate::identity) cut_from: Option<Timestamp>,
        /// The person who answers for it, directly or through a service identity; `""` for nobody.
        pub(in crate::identity) owner_user_id: String,
        /// That person's name.
        pub(in crate::identity) owner_name: String => Option::unwrap_or_default,
        /// The roles that person holds on the key's side; `None` while it may not act there, and
        /// for a service identity whose owner was removed.
        pub(in crate::identity) owner_roles: Option<String>,
        /// The service identity it belongs to, where it belongs to one.
        pub(in crate::identity) service: Option<ServiceRow>,
    }
}

db::row! {
    /// What a key takes from its service identity.
    #[derive(Debug, Clone)]
    pub(in crate::identity) struct ServiceRow {
        pub(in crate::identity) name: String,
        pub(in crate::identity) scopes: String,
        pub(in crate::identity) expires_at: Timestamp,
        pub(in crate::identity) ended: bool => |at: Option<Timestamp>| at.is_some(),
    }
}

/// The permissions that scope words name; unknown ones are left out.
pub(in crate::identity) fn granted(words: &str) -> Permissions {
    let list: Vec<Permission> = words.split(' ').filter_map(Permission::from_word).collect();
    Permissions::of(&list)
}

impl KeyRow {
    /// The word for whether it works at `now`; the instant of expiry is too late already. A key
    /// whose owner may not act on its side at the moment is dormant. Rule ID-04.
    pub(in crate::identity) fn standing(&self, now: Timestamp) -> &'static str {
        let service_over =
            self.service.as_ref().is_some_and(|one| one.ended || one.expires_at <= now);
        if self.revoked_at.is_some() || self.service.as_ref().is_some_and(|one| one.ended) {
            "revoked"
        } else if self.expires_at <= now || service_over {
            "expired"
        } else if self.owner_user_id.is_empty() || self.owner_roles.is_some() {
            "active"
        } else {
            "dormant"
        }
    }

    /// Whose key it is.
    pub(in crate::identity) fn owner(&self) -> Result<KeyOwner, AppError> {
        if self.owner_user_id.is_empty() {
            return Ok(KeyOwner::Operator);
        }
        let owner = UserId::parse(&self.owner_user_id).map_err(AppError::internal)?;
        if self.service_id.is_empty() {
            return Ok(KeyOwner::Person(owner));
        }
        let service_id = ServiceId::parse(&self.service_id).map_err(AppError::internal)?;
        Ok(KeyOwner::Service { service_id, owner })
    }

    /// What it may do now: its scopes, as far as its owner may do them at this moment. A service
    /// identity never decides. Rule ID-04.
    pub(in crate::identity) fn effective(&self) -> Permissions {
        let scopes = granted(&self.scopes);
        if self.owner_user_id.is_empty() {
            return scopes;
        }
        let Some(roles) = &self.owner_roles else {
            return Permissions::none();
        };
        let own = scopes.both(permissions_from_words(&self.partner_id, roles));
        match &self.service {
            Some(service) => own.both(granted(&service.scopes)).both(Permissions::of_services()),
            None => own,
        }
    }

    /// The scopes it was given and may not use at the moment. Rule ID-04.
    pub(in crate::identity) fn lost(&self) -> Vec<&'static str> {
        let lost = granted(&self.scopes).without(self.effective());
        lost.list().into_iter().map(Permission::word).collect()
    }

    /// Who answers for it, in words; `""` for nobody.
    pub(in crate::identity) fn owner_words(&self) -> String {
        match &self.service {
            Some(service) => format!("{}, service identity of {}", service.name, self.owner_name),
            None => self.owner_name.clone(),
        }
    }

    /// What people read as the name of the one who acts with it.
    pub(in crate::identity) fn acting_name(&self) -> String {
        match &self.service {
            Some(service) => service.name.clone(),
            None if self.owner_name.is_empty() => self.name.clone(),
            None => format!("{} (key of {})", self.name, self.owner_name),
        }
    }
}

pub(super) const SELECT: &str = "SELECT k.vendor_id, k.key_id, k.prefix, k.name, k.partner_id, k.scopes, \
     k.created_by, k.created_at, k.expires_at, k.used_at, k.revoked_at, k.service_id, \
     k.parent_key_id, k.cut_from, COALESCE(s.owner_user_id, k.owner_user_id), u.name, m.roles, \
     s.name, s.scopes, s.expires_at, s.ended_at \
     FROM identity_api_keys k \
     LEFT JOIN identity_services s ON s.vendor_id = k.vendor_id AND s.service_id = k.service_id \
     LEFT JOIN identity_users u ON u.vendor_id = k.vendor_id \
      AND u.user_id = COALESCE(s.owner_user_id, k.owner_user_id) \
     LEFT JOIN identity_memberships m ON m.vendor_id = k.vendor_id \
      AND m.user_id = COALESCE(s.owner_user_id, k.owner_user_id) \
      AND m.partner_id = k.partner_id AND m.joined_at IS NOT NULL \
      AND m.suspended_at IS NULL AND m.ended_at IS NULL AND s.owner_left_at IS NULL ";

/// The key with this secret, whatever its standing: among those of the vendor that the secret names,
/// or of all vendors where it names none. No key when two have it.
pub(in crate::identity) fn by_secret(
    tx: &mut Tx<'_>,
    vendor: Option<&VendorId>,
    secret_hash: &str,
) -> Result<Option<KeyRow>, AppError> {
    if let Some(vendor_id) = vendor {
        let sql = format!("{SELECT}WHERE k.vendor_id = $1 AND k.secret_hash = $2");
        return Ok(tx.query_opt_as(&sql, db::params![vendor_id.as_str(), secret_hash])?);
    }
    let sql = format!("{SELECT}WHERE k.secret_hash = $1 LIMIT 2");
    let mut found = tx.query_as(&sql, db::params![secret_hash])?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}

pub(super) fn insert(cx: &mut Cx<'_, '_>, key: &KeyRow, secret_hash: &str) -> Result<(), AppError> {
    // A service identity's owner is read from the identity itself, so that it can change hands.
    let owner = if key.service_id.is_empty() { key.owner_user_id.as_str() } else { "" };
    cx.tx.execute(
        "INSERT INTO identity_api_keys (vendor_id, key_id, secret_hash, prefix, name, \
         partner_id, scopes, created_by, created_at, expires_at, owner_user_id, service_id, \
         parent_key_id, search_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        db::params![
            &key.vendor_id,
            &key.key_id,
            secret_hash,
            &key.prefix,
            &key.name,
            &key.partner_id,
            &key.scopes,
            &key.created_by,
            key.created_at.as_microsecond(),
            key.expires_at.as_microsecond(),
            owner,
            &key.service_id,
            &key.parent_key_id,
            search_key([key.name.as_str(), &key.prefix])
        ],
    )?;
    Ok(())
}

/// How many keys of a side work at this instant.
pub(super) fn count_working(cx: &mut Cx<'_, '_>, partner: &str) -> Result<i64, AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    Ok(cx.tx.query_one_as(
        "SELECT COUNT(*) FROM identity_api_keys WHERE vendor_id = $1 AND partner_id = $2 \
         AND revoked_at IS NULL AND expires_at > $3",
        db::params![vendor_id.as_str(), partner, now],
    )?)
}

/// The keys one may see, the newest first.
pub(super) fn newest(
    cx: &mut Cx<'_, '_>,
    visible: &Visibility,
    limit: i64,
) -> Result<Vec<KeyRow>, AppError> {
    let sql = format!(
        "{SELECT}WHERE k.vendor_id = $1 AND ($2 = '' OR k.partner_id = $2) \
         ORDER BY k.key_id DESC LIMIT $3"
    );
    Ok(cx.tx.query_as(&sql, &[visible.vendor(), visible.partner(), limit.into()])?)
}

/// The keys of a service identity that were not revoked, the newest first: not more than a side may
/// have that work, and the same number that expired.
pub(in crate::identity) fn of_service(
    cx: &mut Cx<'_, '_>,
    service_id: &ServiceId,
) -> Result<Vec<KeyRow>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "{SELECT}WHERE k.vendor_id = $1 AND k.service_id = $2 AND k.revoked_at IS NULL \
         ORDER BY k.key_id DESC LIMIT $3"
    );
    let limit = super::MOST_KEYS * 2;
    Ok(cx.tx.query_as(&sql, db::params![vendor_id.as_str(), service_id.as_str(), limit])?)
}

/// A key one may see; another is not found.
pub(in crate::identity) fn get(
    cx: &mut Cx<'_, '_>,
    visible: &Visibility,
    key_id: &ApiKeyId,
) -> Result<KeyRow, AppError> {
    let sql = format!(
        "{SELECT}WHERE k.vendor_id = $1 AND ($2 = '' OR k.partner_id = $2) AND k.key_id = $3"
    );
    let found =
        cx.tx.query_opt_as(&sql, &[visible.vendor(), visible.partner(), key_id.as_str().into()])?;
    found.ok_or(AppError::NotFound)
}

/// Which keys to revoke.
pub(in crate::identity) enum Which<'a> {
    /// This one, and every key that was made with it, and with those.
    KeyAndBelow(&'a str),
    /// A person's own on one side, and every key made with them.
    Person(&'a UserId, &'a str),
    /// All of a service identity.
    Service(&'a str),
    /// All of a partner.
    Side(&'a PartnerId),
}

/// The keys that were not revoked yet, oldest first.
pub(super) fn unrevoked(cx: &mut Cx<'_, '_>, which: &Which<'_>) -> Result<Vec<KeyRow>, AppError> {
    let vendor_id = cx.vendor();
    let (first, one, two) = match *which {
        Which::KeyAndBelow(key_id) => ("key_id = $2 AND $3 = ''", key_id, ""),
        Which::Person(user_id, partner) => {
            ("owner_user_id = $2 AND partner_id = $3", user_id.as_str(), partner)
        }
        Which::Service(service_id) => ("service_id = $2 AND $3 = ''", service_id, ""),
        Which::Side(partner) => ("partner_id = $2 AND $3 = ''", partner.as_str(), ""),
    };
    let sql = format!(
        "WITH RECURSIVE doomed (key_id) AS (\
          SELECT key_id FROM identity_api_keys WHERE vendor_id = $1 AND {first} \
          UNION SELECT c.key_id FROM identity_api_keys c JOIN doomed d \
           ON c.vendor_id = $1 AND c.parent_key_id = d.key_id) \
         {SELECT}WHERE k.vendor_id = $1 AND k.revoked_at IS NULL \
         AND k.key_id IN (SELECT key_id FROM doomed) ORDER BY k.key_id"
    );
    Ok(cx.tx.query_as(&sql, db::params![vendor_id.as_str(), one, two])?)
}

pub(super) fn revoke(cx: &mut Cx<'_, '_>, key_id: &str) -> Result<(), AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    cx.tx.execute(
        "UPDATE identity_api_keys SET revoked_at = $3 \
         WHERE vendor_id = $1 AND key_id = $2 AND revoked_at IS NULL",
        db::params![vendor_id.as_str(), key_id, now],
    )?;
    Ok(())
}

/// The person who answers for a key; `None` for an unknown key and for one that nobody owns.
pub(in crate::identity) fn person_of(
    cx: &mut Cx<'_, '_>,
    key_id: &str,
) -> Result<Option<UserId>, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.query_opt_as::<String, _>(
        "SELECT COALESCE(s.owner_user_id, k.owner_user_id) FROM identity_api_keys k \
         LEFT JOIN identity_services s \
          ON s.vendor_id = k.vendor_id AND s.service_id = k.service_id \
         WHERE k.vendor_id = $1 AND k.key_id = $2",
        db::params![vendor_id.as_str(), key_id],
    )?;
    found
        .filter(|id| !id.is_empty())
        .map(|id| UserId::parse(&id).map_err(AppError::internal))
        .transpose()
}

/// The keys for which a person answers, the newest first, at most 200.
pub(in crate::identity) fn of_person(
    cx: &mut Cx<'_, '_>,
    person: &UserId,
) -> Result<Vec<String>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT k.key_id FROM identity_api_keys k \
         LEFT JOIN identity_services s \
          ON s.vendor_id = k.vendor_id AND s.service_id = k.service_id \
         WHERE k.vendor_id = $1 AND COALESCE(s.owner_user_id, k.owner_user_id) = $2 \
         ORDER BY k.key_id DESC LIMIT 200",
        db::params![vendor_id.as_str(), person.as_str()],
    )?)
}
