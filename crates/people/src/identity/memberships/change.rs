//! Changing memberships. Each change increments the membership's version, so that nobody overwrites
//! what somebody else changed meanwhile.

use domain::folding::folded;
use domain::ids::{PartnerId, UserId};
use serde_json::json;

use super::{Person, Standing, member, partner_text, store};
use crate::{
    audit, events,
    identity::{
        address, api_keys, links, services, sessions,
        stakes::{Stake, gave_up},
    },
};
use frame::{ctx::Cx, error::AppError};

/// A person to be made known, and the side on which it stands.
#[derive(Debug, Default)]
pub struct NewUser<'a> {
    /// The e-mail address; kept in lower case.
    pub email: &'a str,
    /// The name.
    pub name: &'a str,
    /// The phone number; `""` when unknown.
    pub phone: &'a str,
    /// The time zone; `""` for the vendor's.
    pub zone: &'a str,
    /// The partner on whose side; `None` for the vendor's.
    pub partner_id: Option<&'a PartnerId>,
    /// The roles.
    pub roles: &'a [&'a str],
    /// Codes of the territories a vendor user's quota covers.
    pub territories: &'a [&'a str],
    /// The hash of a password; `None` to sign in by mailed links.
    pub password_phc: Option<&'a str>,
    /// Who answers for adding the person, as a reference; `""` for whoever acts.
    pub invited_by: &'a str,
}

/// Makes a person known who may act at once. The same e-mail address again adds the side.
pub fn create_user(cx: &mut Cx<'_, '_>, new: &NewUser<'_>) -> Result<UserId, AppError> {
    let user_id = put(cx, new, Some(cx.now_micros()))?;
    told(cx, "identity.member_joined", &user_id, new.partner_id)?;
    Ok(user_id)
}

/// Makes a person known who has yet to accept.
pub(in crate::identity) fn insert_invited(
    cx: &mut Cx<'_, '_>,
    new: &NewUser<'_>,
) -> Result<UserId, AppError> {
    let user_id = put(cx, new, None)?;
    told(cx, "identity.member_invited", &user_id, new.partner_id)?;
    Ok(user_id)
}

fn put(cx: &mut Cx<'_, '_>, new: &NewUser<'_>, joined_at: Option<i64>) -> Result<UserId, AppError> {
    let email = address::normal(new.email);
    let user_id = match store::by_email(cx, &email)? {
        Some(user_id) => user_id,
        None => insert_user(cx, new, &email)?,
    };
    before_put(cx, new, &user_id)?;
    let acting = cx.actor.reference();
    let invited_by = if new.invited_by.is_empty() { acting.as_str() } else { new.invited_by };
    revoke_left_over(cx, &user_id, new.partner_id)?;
    let vendor_id = cx.vendor();
    let invited_at = if joined_at.is_none() { Some(cx.now_micros()) } else { None };
    cx.tx.execute(
        "INSERT INTO identity_memberships (vendor_id, user_id, partner_id, roles, invited_as, \
         territories, invited_at, joined_at, created_at, invited_by, search_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (vendor_id, user_id, partner_id) DO UPDATE SET roles = excluded.roles, \
          invited_as = excluded.invited_as, territories = excluded.territories, \
          invited_at = excluded.invited_at, joined_at = excluded.joined_at, \
          invited_by = excluded.invited_by, search_key = excluded.search_key, \
          suspended_at = NULL, ended_at = NULL, version = identity_memberships.version + 1",
        db::params![
            vendor_id.as_str(),
            user_id.as_str(),
            partner_text(new.partner_id),
            new.roles.join(" "),
            new.name,
            new.territories.join(" "),
            invited_at,
            joined_at,
            cx.now_micros(),
            invited_by,
            folded(new.name)
        ],
    )?;
    audit::record(
        cx,
        &audit::Entry {
            action: "identity.member_added",
            object_kind: "user",
            object_id: user_id.as_str(),
            before: json!(null),
            after: json!({
                "email": email, "partner_id": partner_text(new.partner_id), "roles": new.roles,
                "territories": new.territories, "joined": joined_at.is_some(),
            }),
        },
    )?;
    Ok(user_id)
}

/// Keeps what putting a person on a side once more would hide: who invited it before, and what was
/// its own on the vendor's side.
fn before_put(cx: &mut Cx<'_, '_>, new: &NewUser<'_>, user_id: &UserId) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO identity_past_inviters (vendor_id, partner_id, user_id, invited_by) \
         SELECT vendor_id, partner_id, user_id, invited_by FROM identity_memberships \
         WHERE vendor_id = $1 AND user_id = $2 AND partner_id = $3 AND invited_by <> '' \
         ON CONFLICT DO NOTHING",
        db::params![vendor_id.as_str(), user_id.as_str(), partner_text(new.partner_id)],
    )?;
    let before = member(cx, user_id, new.partner_id)?;
    let Some(before) = before.filter(|person| person.standing != Standing::Ended) else {
        return Ok(());
    };
    let words = |given: &[&str]| given.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    gives_up(cx, &before, (&words(new.territories), &words(new.roles)))
}

/// Keeps the territories and roles of a person of the vendor that are not among these any more.
/// Rules DR-14, CF-03.
fn gives_up(
    cx: &mut Cx<'_, '_>,
    before: &Person,
    (territories, roles): (&[String], &[String]),
) -> Result<(), AppError> {
    if before.partner_id.is_some() {
        return Ok(());
    }
    for code in before.territories.iter().filter(|code| !territories.contains(code)) {
        gave_up(cx, Stake::Territory, code, before.user_id.as_str())?;
    }
    for role in before.roles.iter().filter(|role| !roles.contains(role)) {
        gave_up(cx, Stake::Role, role, before.user_id.as_str())?;
    }
    Ok(())
}

/// A person who comes back starts without keys. Those of people who were removed before keys had owners
/// are dormant only, and must not wake up. Rule ID-04.
fn revoke_left_over(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner: Option<&PartnerId>,
) -> Result<(), AppError> {
    let before = member(cx, user_id, partner)?;
    if before.is_some_and(|person| person.standing == Standing::Ended) {
        api_keys::revoke_all(cx, &api_keys::Which::Person(user_id, partner_text(partner)))?;
    }
    Ok(())
}

fn insert_user(cx: &mut Cx<'_, '_>, new: &NewUser<'_>, email: &str) -> Result<UserId, AppError> {
    let vendor_id = cx.vendor();
    let user_id = UserId::new(cx.ids(), cx.now);
    cx.tx.execute(
        "INSERT INTO identity_users (vendor_id, user_id, email, name, phone, zone, password_phc, \
         created_at, search_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        db::params![
            vendor_id.as_str(),
            user_id.as_str(),
            email,
            new.name,
            new.phone,
            new.zone,
            new.password_phc,
            cx.now.as_microsecond(),
            folded(new.name)
        ],
    )?;
    Ok(user_id)
}

/// The invitation is accepted: the person may act from now on.
pub(in crate::identity) fn accept(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner: Option<&PartnerId>,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE identity_memberships SET joined_at = $4, version = version + 1 \
         WHERE vendor_id = $1 AND user_id = $2 AND partner_id = $3 AND joined_at IS NULL",
        db::params![vendor_id.as_str(), user_id.as_str(), partner_text(partner), cx.now_micros()],
    )?;
    record(cx, "identity.invitation_accepted", user_id, json!({ "joined": true }))?;
    told(cx, "identity.member_joined", user_id, partner)
}

/// The invitation was sent again.
pub(in crate::identity) fn renew_invitation(
    cx: &mut Cx<'_, '_>,
    member: &Person,
) -> Result<(), AppError> {
    set(cx, member, "invited_at = $4", cx.now_micros())?;
    record(cx, "identity.invitation_repeated", &member.user_id, json!(null))
}

/// The person has these roles from now on; sessions read them with each request.
pub(in crate::identity) fn set_roles(
    cx: &mut Cx<'_, '_>,
    member: &Person,
    roles: &[String],
) -> Result<(), AppError> {
    set(cx, member, "roles = $4", roles.join(" "))?;
    gives_up(cx, member, (&member.territories, roles))?;
    let state = |roles: &[String]| json!({ "partner_id": member.partner(), "roles": roles });
    let (before, after) = (state(&member.roles), state(roles));
    tell(cx, "identity.roles_changed", member, (before, after))
}

/// The vendor person's quota lies in these territories from now on.
pub(in crate::identity) fn set_territories(
    cx: &mut Cx<'_, '_>,
    member: &Person,
    territories: &[String],
) -> Result<(), AppError> {
    set(cx, member, "territories = $4", territories.join(" "))?;
    gives_up(cx, member, (territories, &member.roles))?;
    audit::record(
        cx,
        &audit::Entry {
            action: "identity.territories_changed",
            object_kind: "user",
            object_id: member.user_id.as_str(),
            before: json!({ "territories": member.territories }),
            after: json!({ "territories": territories }),
        },
    )
}

/// The person may not act for the side from now on, or may again. Its sessions end at once.
pub(in crate::identity) fn set_suspended(
    cx: &mut Cx<'_, '_>,
    member: &Person,
    suspended: bool,
) -> Result<(), AppError> {
    let at = if suspended { Some(cx.now_micros()) } else { None };
    set(cx, member, "suspended_at = $4", at)?;
    if suspended {
        sessions::end_of_member(cx, &member.user_id, member.partner())?;
        links::revoke_of_person(cx, &member.user_id, member.partner())?;
    }
    let action = if suspended { "identity.member_suspended" } else { "identity.member_restored" };
    tell(cx, action, member, (json!(null), json!({ "partner_id": member.partner() })))?;
    if suspended {
        services::owner_suspended(cx, member)
    } else {
        services::owner_restored(cx, member)
    }
}

/// The person no longer belongs to the side: sessions, links and keys end at once, and service
/// identities of this person are dormant. One who never did, or no longer does, is not found.
pub(in crate::identity) fn end(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner: Option<&PartnerId>,
) -> Result<(), AppError> {
    let found = member(cx, user_id, partner)?;
    let member =
        found.filter(|person| person.standing != Standing::Ended).ok_or(AppError::NotFound)?;
    set(cx, &member, "ended_at = $4", cx.now_micros())?;
    gives_up(cx, &member, (&[], &[]))?;
    sessions::end_of_member(cx, user_id, member.partner())?;
    links::revoke_of_person(cx, user_id, member.partner())?;
    api_keys::revoke_all(cx, &api_keys::Which::Person(user_id, member.partner()))?;
    services::owner_left(cx, &member)?;
    let before = json!({
        "email": member.email, "partner_id": member.partner(), "roles": member.roles
    });
    tell(cx, "identity.member_removed", &member, (before, json!(null)))
}

fn set<'v>(
    cx: &mut Cx<'_, '_>,
    member: &Person,
    what: &str,
    value: impl Into<db::Value<'v>>,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "UPDATE identity_memberships SET {what}, version = version + 1 \
         WHERE vendor_id = $1 AND user_id = $2 AND partner_id = $3"
    );
    cx.tx.execute(
        &sql,
        &[
            vendor_id.as_str().into(),
            member.user_id.as_str().into(),
            member.partner().into(),
            value.into(),
        ],
    )?;
    Ok(())
}

/// Writes the audit entry and the event of a change of this name.
fn tell(
    cx: &mut Cx<'_, '_>,
    action: &str,
    member: &Person,
    (before, after): (serde_json::Value, serde_json::Value),
) -> Result<(), AppError> {
    let object_id = member.user_id.as_str();
    let entry = audit::Entry { action, object_kind: "user", object_id, before, after };
    let data = json!({ "user_id": member.user_id, "partner_id": member.partner_id });
    audit::tell(cx, &entry, (member.partner(), data))
}

fn record(
    cx: &mut Cx<'_, '_>,
    action: &str,
    user_id: &UserId,
    after: serde_json::Value,
) -> Result<(), AppError> {
    audit::record(
        cx,
        &audit::Entry {
            action,
            object_kind: "user",
            object_id: user_id.as_str(),
            before: json!(null),
            after,
        },
    )
}

fn told(
    cx: &mut Cx<'_, '_>,
    kind: &str,
    user_id: &UserId,
    partner: Option<&PartnerId>,
) -> Result<(), AppError> {
    events::append(
        cx,
        &events::Event {
            kind,
            object_kind: "user",
            object_id: user_id.as_str(),
            partner_id: partner_text(partner),
            data: json!({ "user_id": user_id, "partner_id": partner }),
        },
    )
}
