//! Reading people and where they stand.

use std::collections::{BTreeMap, BTreeSet};

use db::Value;
use domain::ids::{PartnerId, UserId};
use jiff::Timestamp;

use super::{Person, Standing, partner_text};
use crate::identity::{address, roles::permissions_from_words};
use frame::{
    access::{Permission, VendorRole},
    ctx::Cx,
    error::AppError,
};

/// The most people that are looked at together.
pub(super) const MOST_PEOPLE: i64 = 5_000;

pub(in crate::identity) const SELECT: &str = "SELECT u.user_id, m.partner_id, u.name, u.email, u.phone, u.zone, m.roles, \
     m.territories, m.invited_as, u.last_seen_at, m.joined_at, m.suspended_at, m.ended_at, \
     m.version \
     FROM identity_memberships m \
     JOIN identity_users u ON u.vendor_id = m.vendor_id AND u.user_id = m.user_id ";

const ACTIVE: &str = "m.joined_at IS NOT NULL AND m.suspended_at IS NULL AND m.ended_at IS NULL";

db::row! {
    struct Raw {
        user_id: UserId,
        partner_id: Option<PartnerId> = "",
        name: String,
        email: String,
        phone: String,
        zone: String,
        roles: String,
        territories: String,
        invited_as: String,
        last_seen_at: Option<Timestamp>,
        joined_at: Option<Timestamp>,
        suspended_at: Option<Timestamp>,
        ended_at: Option<Timestamp>,
        version: i64,
    }
}

impl From<Raw> for Person {
    fn from(raw: Raw) -> Self {
        let standing = if raw.ended_at.is_some() {
            Standing::Ended
        } else if raw.joined_at.is_none() {
            Standing::Invited
        } else if raw.suspended_at.is_some() {
            Standing::Suspended
        } else {
            Standing::Active
        };
        let invited = standing == Standing::Invited;
        Self {
            user_id: raw.user_id,
            // Someone invited is shown as the inviter wrote it: that the person is known here
            // already, and how, is not the inviter's to know.
            name: if invited { raw.invited_as } else { raw.name },
            email: raw.email,
            phone: if invited { String::new() } else { raw.phone },
            zone: raw.zone,
            partner_id: raw.partner_id,
            roles: words(&raw.roles),
            territories: words(&raw.territories),
            standing,
            last_seen_at: raw.last_seen_at.filter(|_| !invited),
            version: raw.version,
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn people(cx: &mut Cx<'_, '_>, rest: &str, params: &[Value<'_>]) -> Result<Vec<Person>, AppError> {
    read(cx, &format!("{SELECT}{rest}"), params)
}

/// The people whom a statement that begins with [`SELECT`] finds.
pub(in crate::identity) fn read(
    cx: &mut Cx<'_, '_>,
    sql: &str,
    params: &[Value<'_>],
) -> Result<Vec<Person>, AppError> {
    let rows = cx.tx.query_as::<Raw, _>(sql, params)?;
    Ok(rows.into_iter().map(Person::from).collect())
}

/// A person on one side, whatever the standing; `None` when it never stood there.
pub fn member(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner: Option<&PartnerId>,
) -> Result<Option<Person>, AppError> {
    member_by_text(cx, user_id, partner_text(partner))
}

/// As `member`, with the side as tables keep it.
pub(in crate::identity) fn member_by_text(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner: &str,
) -> Result<Option<Person>, AppError> {
    let vendor_id = cx.vendor();
    let found = people(
        cx,
        "WHERE m.vendor_id = $1 AND m.user_id = $2 AND m.partner_id = $3",
        db::params![vendor_id.as_str(), user_id.as_str(), partner],
    )?;
    Ok(found.into_iter().next())
}

/// A person who may act for that side.
pub(in crate::identity) fn active(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner: &str,
) -> Result<Option<Person>, AppError> {
    let found = member_by_text(cx, user_id, partner)?;
    Ok(found.filter(|person| person.standing == Standing::Active))
}

/// A person on the side where it stands, the vendor's first; `None` for an unknown one. Use
/// `member` when roles matter.
pub fn person(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<Option<Person>, AppError> {
    let vendor_id = cx.vendor();
    let found = people(
        cx,
        "WHERE m.vendor_id = $1 AND m.user_id = $2 \
         ORDER BY CASE WHEN m.ended_at IS NULL THEN 0 ELSE 1 END, m.partner_id LIMIT 1",
        db::params![vendor_id.as_str(), user_id.as_str()],
    )?;
    Ok(found.into_iter().next())
}

/// The sides for which a person may act now, the one used last first. Sides of partners that
/// left are not among them.
pub(in crate::identity) fn sides_of(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
) -> Result<Vec<Person>, AppError> {
    let vendor_id = cx.vendor();
    let rest = format!(
        "LEFT JOIN identity_sides s ON s.vendor_id = m.vendor_id AND s.partner_id = m.partner_id \
         WHERE m.vendor_id = $1 AND m.user_id = $2 AND {ACTIVE} AND s.closed_at IS NULL \
         ORDER BY m.used_at DESC, m.partner_id LIMIT 50"
    );
    people(cx, &rest, db::params![vendor_id.as_str(), user_id.as_str()])
}

fn active_people(cx: &mut Cx<'_, '_>, partner: &str) -> Result<Vec<Person>, AppError> {
    people_of_side(cx, partner, ACTIVE)
}

fn people_of_side(
    cx: &mut Cx<'_, '_>,
    partner: &str,
    which: &str,
) -> Result<Vec<Person>, AppError> {
    let vendor_id = cx.vendor();
    let rest = format!("WHERE m.vendor_id = $1 AND m.partner_id = $2 AND {which} LIMIT $3");
    let mut people = people(cx, &rest, db::params![vendor_id.as_str(), partner, MOST_PEOPLE])?;
    people.sort_by(|a, b| (&a.name, &a.user_id).cmp(&(&b.name, &b.user_id)));
    Ok(people)
}

/// The people who may act for a partner, by name.
pub fn partner_people(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
) -> Result<Vec<Person>, AppError> {
    active_people(cx, partner_id.as_str())
}

/// The name of the first person on the side of any partner whose name and address this function knows.
pub fn find_partner_person(
    cx: &mut Cx<'_, '_>,
    is_meant: impl Fn(&str, &str) -> bool,
) -> Result<Option<String>, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.find_map(
        "SELECT u.name, u.email FROM identity_memberships m JOIN identity_users u \
         ON u.vendor_id = m.vendor_id AND u.user_id = m.user_id \
         WHERE m.vendor_id = $1 AND m.partner_id <> '' ORDER BY u.user_id",
        db::params![vendor_id.as_str()],
        |row| {
            let (name, email): (String, String) = row.read()?;
            Ok(is_meant(&name, &email).then_some(name))
        },
    )?;
    Ok(found)
}

/// The people who may act for the vendor, by name.
pub fn vendor_people(cx: &mut Cx<'_, '_>) -> Result<Vec<Person>, AppError> {
    active_people(cx, "")
}

/// The vendor's people by name, those who are suspended included: their territories and roles stay
/// theirs, so a stake by them does too. Rules DR-14, CF-03.
pub fn vendor_staff(cx: &mut Cx<'_, '_>) -> Result<Vec<Person>, AppError> {
    people_of_side(cx, "", "m.joined_at IS NOT NULL AND m.ended_at IS NULL")
}

/// The vendor's people in this role who may act, by name.
pub fn users_with_role(cx: &mut Cx<'_, '_>, role: VendorRole) -> Result<Vec<Person>, AppError> {
    let mut people = vendor_people(cx)?;
    people.retain(|person| person.roles.iter().any(|word| word == role.word()));
    Ok(people)
}

/// How many others on that side may act and hold `permission`.
pub(in crate::identity) fn managers_besides(
    cx: &mut Cx<'_, '_>,
    partner: &str,
    user_id: &UserId,
    permission: Permission,
) -> Result<usize, AppError> {
    let people = active_people(cx, partner)?;
    let others = people.iter().filter(|person| {
        person.user_id != *user_id
            && permissions_from_words(partner, &person.roles.join(" ")).has(permission)
    });
    Ok(others.count())
}

/// The first people of a side who have not been removed, by e-mail address.
pub(in crate::identity) fn not_ended(
    cx: &mut Cx<'_, '_>,
    partner: &str,
    limit: i64,
) -> Result<Vec<Person>, AppError> {
    let vendor_id = cx.vendor();
    people(
        cx,
        "WHERE m.vendor_id = $1 AND m.partner_id = $2 AND m.ended_at IS NULL \
         ORDER BY u.email, u.user_id LIMIT $3",
        db::params![vendor_id.as_str(), partner, limit],
    )
}

/// The user of an e-mail address in lower case.
pub(in crate::identity) fn by_email(
    cx: &mut Cx<'_, '_>,
    email: &str,
) -> Result<Option<UserId>, AppError> {
    let vendor_id = cx.vendor();
    // Earlier versions kept a host as it was typed.
    let formerly = address::spelled_out(email).unwrap_or_else(|| email.to_owned());
    let found = cx.tx.query_opt_as::<String, _>(
        "SELECT user_id FROM identity_users WHERE vendor_id = $1 AND email IN ($2, $3) \
         ORDER BY CASE WHEN email = $2 THEN 0 ELSE 1 END LIMIT 1",
        db::params![vendor_id.as_str(), email, &formerly],
    )?;
    found.map(|text| UserId::parse(&text)).transpose().map_err(AppError::internal)
}

/// The name of a person; an unknown one is not found.
pub(in crate::identity) fn name_of(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
) -> Result<String, AppError> {
    let vendor_id = cx.vendor();
    let name = cx.tx.query_opt_as::<String, _>(
        "SELECT name FROM identity_users WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id.as_str()],
    )?;
    name.ok_or(AppError::NotFound)
}

/// The names of people by id; unknown ids are left out.
pub fn names_of(
    cx: &mut Cx<'_, '_>,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>, AppError> {
    let vendor_id = cx.vendor();
    let mut names = BTreeMap::new();
    for id in ids.iter().filter(|id| !id.is_empty()) {
        let name = cx.tx.query_opt_as::<String, _>(
            "SELECT name FROM identity_users WHERE vendor_id = $1 AND user_id = $2",
            db::params![vendor_id.as_str(), id],
        )?;
        if let Some(name) = name {
            names.insert(id.clone(), name);
        }
    }
    Ok(names)
}

/// The codes of the territories in which a vendor person's quota lies.
pub fn territories_of(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<Vec<String>, AppError> {
    Ok(member(cx, user_id, None)?.map(|person| person.territories).unwrap_or_default())
}

/// What an open invitation is about.
pub(in crate::identity) struct Invited {
    /// The person.
    pub(in crate::identity) person: Person,
    /// True when the person has signed in on another side before and needs no name or password.
    pub(in crate::identity) known: bool,
}

impl Invited {
    /// The invitation of that person to that side, while it is open.
    pub(in crate::identity) fn find(
        cx: &mut Cx<'_, '_>,
        user_id: &UserId,
        partner: Option<&PartnerId>,
    ) -> Result<Option<Self>, AppError> {
        let found = member(cx, user_id, partner)?;
        let Some(person) = found.filter(|person| person.standing == Standing::Invited) else {
            return Ok(None);
        };
        let known = !sides_of(cx, user_id)?.is_empty();
        Ok(Some(Self { person, known }))
    }
}
