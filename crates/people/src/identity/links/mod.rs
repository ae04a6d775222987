//! Signed links: an address that lets its holder do one thing without signing in. The secret in
//! it is 256 random bits, of which only the hash is kept. A link serves one purpose, expires, can
//! be revoked, and does nothing when it is merely opened. One that is mailed gets its secret while
//! its mail is being sent, so that nobody but the recipient can read it.

mod mailed;
mod page;
mod purpose;
mod store;

use domain::ids::{LinkId, PartnerId, UserId};
use jiff::Timestamp;

pub use mailed::{IN_MAILS, promise};
pub use page::refuse;
pub use purpose::LinkPurpose;
pub use store::{LinkRow, LinkStanding, list_by_subject};

use super::{
    attempts::{self, Limit},
    memberships,
    roles::permissions_from_words,
    sides,
};
use frame::{
    actor::{Actor, Side, Who},
    ctx::Cx,
    error::AppError,
    parts::KnownLink,
    reply::Reply,
    request::Req,
    secrets,
};

/// How often a link may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uses {
    /// Once.
    Once,
    /// So many times.
    Times(u32),
    /// Any number of times until it expires.
    UntilExpiry,
}

impl Uses {
    fn left(self) -> i64 {
        match self {
            Self::Once => 1,
            Self::Times(times) => i64::from(times),
            Self::UntilExpiry => -1,
        }
    }
}

/// A link to be made.
#[derive(Debug)]
pub struct NewLink<'a> {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The person it is made for, where there is one.
    pub user_id: Option<&'a UserId>,
    /// The partner on whose side its holder acts; `None` for the vendor's.
    pub partner_id: Option<&'a PartnerId>,
    /// What it acts on; `""` when the purpose says all.
    pub subject_id: &'a str,
    /// How often it may be used.
    pub uses: Uses,
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
}

/// A link that was made. This is the only moment at which its secret is known.
pub struct Issued {
    /// The link.
    pub link_id: LinkId,
    /// The secret in the address.
    pub secret: String,
    /// The whole address.
    pub url: String,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").field("link_id", &self.link_id).finish_non_exhaustive()
    }
}

/// A link that may be used.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The link.
    pub link_id: LinkId,
    /// The person it was made for.
    pub user_id: Option<UserId>,
    /// The partner on whose side its holder acts; `None` for the vendor's.
    pub partner_id: Option<PartnerId>,
    /// What it acts on.
    pub subject_id: String,
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
    /// The holder, with the few permissions that the purpose needs and, where the link was made
    /// for a person, only those that the person's roles still give.
    pub actor: Actor,
}

impl Opened {
    /// From here on the link's holder acts, even when somebody is signed in in the same browser.
    pub fn act(&self, cx: &mut Cx<'_, '_>) {
        cx.actor = self.actor.clone();
    }
}

/// Why a link cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFault {
    /// There is none with this secret and purpose: mistyped, altered, or made for another thing.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was used as often as it may be.
    Used,
    /// It was taken back, or its person no longer acts for that side.
    Revoked,
    /// Too many unknown links were opened from here; seconds to wait.
    TooMany(u32),
}

/// Makes a link for whoever holds it now: for a mail it is [`promise`].
pub fn issue(cx: &mut Cx<'_, '_>, new: &NewLink<'_>) -> Result<Issued, AppError> {
    let link_id = LinkId::new(cx.ids(), cx.now);
    let secret = secrets::new_token(cx.ids());
    store::insert(cx, new, &link_id, &secrets::hash(&secret))?;
    let url = address(cx, new.purpose, &secret);
    Ok(Issued { link_id, secret, url })
}

fn address(cx: &Cx<'_, '_>, purpose: LinkPurpose, secret: &str) -> String {
    format!("{}/links/{}/{secret}", cx.app.config.base_url, purpose.segment())
}

/// The link with this secret, if it is of the purpose that this word names; whether it works or
/// not.
pub fn named(
    cx: &mut Cx<'_, '_>,
    purpose: &str,
    secret: &str,
) -> Result<Option<KnownLink>, AppError> {
    let Some(purpose) = LinkPurpose::from_word(purpose) else {
        return Ok(None);
    };
    let Some(row) = store::by_secret(cx, purpose, &secrets::hash(secret))? else {
        return Ok(None);
    };
    let link_id = row.link_id.clone();
    let works = row.standing(cx.now_micros()) == LinkStanding::Live && holder(cx, row)?.is_ok();
    Ok(Some(KnownLink { link_id, works }))
}

/// What the holder of a link reads that may not be used; `None` when it may. A wrong guess is
/// counted.
pub fn turned_away(
    req: &mut Req<'_, '_>,
    purpose: &str,
    secret: &str,
) -> Result<Option<Reply>, AppError> {
    let purpose = LinkPurpose::from_word(purpose).ok_or(AppError::NotFound)?;
    match open(&mut req.cx, purpose, secret)? {
        Ok(_) => Ok(None),
        Err(fault) => refuse(req, fault).map(Some),
    }
}

/// Looks whether a link may be used, and changes nothing. One that works does so however many
/// wrong ones were opened from the same place.
pub fn peek(
    cx: &mut Cx<'_, '_>,
    purpose: LinkPurpose,
    secret: &str,
) -> Result<Result<Opened, LinkFault>, AppError> {
    let Some(row) = store::by_secret(cx, purpose, &secrets::hash(secret))? else {
        let origin = attempts::origin(cx);
        let wait = attempts::wait(cx, Limit::LinkByOrigin, &origin)?;
        return Ok(Err(wait.map_or(LinkFault::Unknown, LinkFault::TooMany)));
    };
    match row.standing(cx.now_micros()) {
        LinkStanding::Live => holder(cx, row),
        LinkStanding::Expired => Ok(Err(LinkFault::Expired)),
        LinkStanding::Used => Ok(Err(LinkFault::Used)),
        LinkStanding::Revoked => Ok(Err(LinkFault::Revoked)),
    }
}

/// Looks whether a link may be used; a wrong guess is counted, nothing else is changed.
pub fn open(
    cx: &mut Cx<'_, '_>,
    purpose: LinkPurpose,
    secret: &str,
) -> Result<Result<Opened, LinkFault>, AppError> {
    let found = peek(cx, purpose, secret)?;
    if matches!(found, Err(LinkFault::Unknown)) {
        let origin = attempts::origin(cx);
        attempts::count(cx, Limit::LinkByOrigin, &origin)?;
    }
    Ok(found)
}

/// Uses a link once, in the transaction of what it does.
pub fn spend(
    cx: &mut Cx<'_, '_>,
    purpose: LinkPurpose,
    secret: &str,
) -> Result<Result<Opened, LinkFault>, AppError> {
    let found = open(cx, purpose, secret)?;
    if let Ok(opened) = &found {
        store::use_once(cx, &opened.link_id)?;
    }
    Ok(found)
}

/// Revokes a link. One that does not exist is not found.
pub fn revoke(cx: &mut Cx<'_, '_>, link_id: &LinkId) -> Result<(), AppError> {
    store::revoke(cx, &store::Which::Link(link_id.as_str())).map(|_| ())
}

/// Takes back every link of this purpose that acts on `subject_id`; how many there were.
pub fn revoke_for_subject(
    cx: &mut Cx<'_, '_>,
    purpose: LinkPurpose,
    subject_id: &str,
) -> Result<u64, AppError> {
    store::revoke(cx, &store::Which::Subject(purpose, subject_id))
}

/// Takes back the links that a person holds for one side.
pub(super) fn revoke_of_person(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner: &str,
) -> Result<u64, AppError> {
    store::revoke(cx, &store::Which::Person(user_id.as_str(), partner))
}

/// Takes back a person's links of one purpose.
pub(super) fn revoke_of_purpose(
    cx: &mut Cx<'_, '_>,
    purpose: LinkPurpose,
    user_id: &UserId,
) -> Result<u64, AppError> {
    store::revoke(cx, &store::Which::Purpose(purpose, user_id.as_str()))
}

/// Takes back every link that acts for a partner.
pub(super) fn revoke_of_side(cx: &mut Cx<'_, '_>, partner: &PartnerId) -> Result<(), AppError> {
    store::revoke(cx, &store::Which::Side(partner.as_str())).map(|_| ())
}

fn holder(cx: &mut Cx<'_, '_>, row: store::Found) -> Result<Result<Opened, LinkFault>, AppError> {
    let mut permissions = row.purpose.permissions();
    let partner = row.partner_id.as_ref().map_or("", PartnerId::as_str).to_owned();
    let name = match &row.user_id {
        Some(user_id) if row.purpose.needs_membership() => {
            let Some(member) = memberships::active(cx, user_id, &partner)? else {
                return Ok(Err(LinkFault::Revoked));
            };
            let own = permissions_from_words(&partner, &member.roles.join(" "));
            permissions = permissions.both(own);
            member.name
        }
        Some(user_id) => memberships::name_of(cx, user_id)?,
        None => sides::side_name(cx, row.partner_id.as_ref())?,
    };
    let side = row.partner_id.clone().map_or(Side::Vendor, Side::Partner);
    let actor = Actor {
        vendor_id: cx.vendor(),
        side,
        who: Who::Link { link_id: row.link_id.clone(), user_id: row.user_id.clone() },
        name,
        permissions,
    };
    Ok(Ok(Opened {
        link_id: row.link_id,
        user_id: row.user_id,
        partner_id: row.partner_id,
        subject_id: row.subject_id,
        expires_at: row.expires_at,
        actor,
    }))
}
