//! Whether two users can be one person: the same user, the same mailbox, a device in common, or an
//! invitation to an address that belongs to no company. Where a rule asks for two people, they
//! count as one (DR-05, DR-14, CF-03, PG-02, ID-02). The rule itself is
//! [`domain::identity::Users::selves`]; here stands what is known of users.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    identity::{OnePerson, User, Users},
    ids::{PartnerId, UserId},
};

use super::{
    mailbox::{mailbox, own_domain},
    who::person_of,
};
use frame::{ctx::Cx, error::AppError};

/// The most places on one side that are looked at together.
const MOST_PLACES: i64 = 5_000;

/// The side of a partner, as comparing needs it.
#[derive(Debug, Clone, Copy)]
pub struct PartnerSide<'a> {
    /// The partner.
    pub partner_id: &'a PartnerId,
    /// Its own internet domain; `""` when unknown, and then every address counts as outside.
    pub domain: &'a str,
}

/// Everybody on the vendor's side, and on a partner's where one is given, ready to be compared.
#[derive(Debug)]
pub struct Eyes {
    users: Users,
    of_partner: BTreeSet<UserId>,
}

impl Eyes {
    /// Reads what is known of everybody who stands or stood on these sides.
    pub fn read(cx: &mut Cx<'_, '_>, side: Option<PartnerSide<'_>>) -> Result<Self, AppError> {
        known(cx, side)
    }

    /// Why a person counts as one with somebody who stands or stood on the partner's side: the
    /// plainest reason; `None` when it does not. Rules DR-14, CF-03.
    pub fn on_both_sides(&self, person: &UserId) -> Option<OnePerson> {
        let selves = self.users.selves(person);
        let alike = selves.intersection(&self.of_partner);
        let reasons = alike.filter_map(|other| self.users.one_person(person, other));
        reasons.min_by_key(|one| one.likeness)
    }

    /// Adds those of `people` to a set of stakeholders who count as one with somebody in it.
    /// Rules DR-14, CF-03.
    pub fn widen(&self, stakeholders: &mut BTreeSet<UserId>, people: &BTreeSet<UserId>) {
        let staked = stakeholders.clone();
        let alike = people.iter().filter(|one| !self.users.selves(one).is_disjoint(&staked));
        stakeholders.extend(alike.cloned());
    }

    /// Why two users count as one person; `None` when they are two. Rules DR-05, PG-02, ID-02.
    pub fn one_person(&self, a: &UserId, b: &UserId) -> Option<OnePerson> {
        self.users.one_person(a, b)
    }
}

/// True when the address would count as one more of the person's own: it reaches the mailbox of the
/// person or of a user who counts as one with it, or lies at no domain of the person's company.
/// Rule ID-02.
pub(super) fn could_be_own(
    cx: &mut Cx<'_, '_>,
    person: &UserId,
    address: &str,
) -> Result<bool, AppError> {
    let places = places(cx, "")?;
    let Some(own) = places.iter().find(|place| place.user_id == *person) else {
        return Ok(true);
    };
    if !is_inside(address, &own.email, &founders(&places)) {
        return Ok(true);
    }
    let selves = Eyes::read(cx, None)?.users.selves(person);
    let reached = mailbox(address);
    Ok(places.iter().any(|place| {
        (place.user_id == *person || selves.contains(&place.user_id))
            && mailbox(&place.email) == reached
    }))
}

/// True when the address lies at the domain of that company, given by a domain or by an address
/// there, or at one of these.
fn is_inside(address: &str, company: &str, domains: &BTreeSet<String>) -> bool {
    own_domain(address).is_some_and(|domain| {
        own_domain(company).as_ref() == Some(&domain) || domains.contains(&domain)
    })
}

/// The vendor's own domains as far as nobody of its people chose them: those of people whom the
/// operator added.
fn founders(places: &[Place]) -> BTreeSet<String> {
    let of_operator = |place: &&Place| {
        place.partner_id.is_empty() && matches!(place.invited_by.as_str(), "" | "system")
    };
    places.iter().filter(of_operator).filter_map(|place| own_domain(&place.email)).collect()
}

db::row! {
    /// A user's place on a side, as it is kept.
    struct Place {
        user_id: UserId,
        partner_id: String,
        name: String,
        email: String,
        invited_by: String,
    }
}

fn known(cx: &mut Cx<'_, '_>, side: Option<PartnerSide<'_>>) -> Result<Eyes, AppError> {
    let partner = side.map_or("", |side| side.partner_id.as_str());
    let mut places = places(cx, "")?;
    if !partner.is_empty() {
        places.extend(self::places(cx, partner)?);
    }
    let company = founders(&places);
    let mut devices = devices(cx)?;
    let mut users: BTreeMap<UserId, User> = BTreeMap::new();
    let mut emails: BTreeMap<UserId, String> = BTreeMap::new();
    let mut of_partner = BTreeSet::new();
    for place in &places {
        if !place.partner_id.is_empty() {
            of_partner.insert(place.user_id.clone());
        }
        emails.insert(place.user_id.clone(), place.email.clone());
        users.entry(place.user_id.clone()).or_insert_with(|| User {
            name: place.name.clone(),
            mailbox: mailbox(&place.email),
            devices: devices.remove(&place.user_id).unwrap_or_default(),
            invited_by: BTreeSet::new(),
        });
    }
    let mut former = past_inviters(cx, "")?;
    if !partner.is_empty() {
        former.extend(past_inviters(cx, partner)?);
    }
    let latest = places.into_iter().map(|it| (it.user_id, it.partner_id, it.invited_by));
    for (user_id, of, by) in latest.chain(former) {
        let Some(inviter) = person_of(cx, &by)?.filter(|inviter| *inviter != user_id) else {
            continue;
        };
        let Some(address) = emails.get(&user_id) else { continue };
        let inside = if of.is_empty() {
            is_inside(address, emails.get(&inviter).map_or("", String::as_str), &company)
        } else {
            is_inside(address, side.map_or("", |side| side.domain), &BTreeSet::new())
        };
        if !inside && let Some(user) = users.get_mut(&user_id) {
            user.invited_by.insert(inviter);
        }
    }
    Ok(Eyes { users: Users::new(users), of_partner })
}

/// Everybody who stands or stood on a side, by user.
fn places(cx: &mut Cx<'_, '_>, partner: &str) -> Result<Vec<Place>, AppError> {
    let vendor_id = cx.vendor();
    let params = db::params![vendor_id.as_str(), partner, MOST_PLACES];
    let mut places: Vec<Place> = cx.tx.query_as(&format!("{PLACES} LIMIT $3"), params)?;
    // Sorted here, because the database makes a table to sort in. Only where more than the most
    // may stand on a side does it matter which it gives.
    if i64::try_from(places.len()).is_ok_and(|count| count < MOST_PLACES) {
        places.sort_by(|one, other| one.user_id.cmp(&other.user_id));
        return Ok(places);
    }
    Ok(cx.tx.query_as(&format!("{PLACES} ORDER BY u.user_id LIMIT $3"), params)?)
}

const PLACES: &str = "SELECT u.user_id, m.partner_id, \
     CASE WHEN m.joined_at IS NULL THEN m.invited_as ELSE u.name END, u.email, m.invited_by \
     FROM identity_memberships m \
     JOIN identity_users u ON u.vendor_id = m.vendor_id AND u.user_id = m.user_id \
     WHERE m.vendor_id = $1 AND m.partner_id = $2";

/// Who invited people to a side before: user, side, inviter.
fn past_inviters(
    cx: &mut Cx<'_, '_>,
    partner: &str,
) -> Result<Vec<(UserId, String, String)>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT user_id, partner_id, invited_by FROM identity_past_inviters \
         WHERE vendor_id = $1 AND partner_id = $2 ORDER BY user_id LIMIT $3",
        db::params![vendor_id.as_str(), partner, MOST_PLACES],
    )?)
}

/// What each user shares by devices: a mark for every other user with whom it has one in common.
fn devices(cx: &mut Cx<'_, '_>) -> Result<BTreeMap<UserId, BTreeSet<String>>, AppError> {
    let mut devices: BTreeMap<UserId, BTreeSet<String>> = BTreeMap::new();
    for (enrolled, used) in super::devices::in_common(cx)? {
        let mark = format!("{enrolled} {used}");
        devices.entry(enrolled).or_default().insert(mark.clone());
        devices.entry(used).or_default().insert(mark);
    }
    Ok(devices)
}
