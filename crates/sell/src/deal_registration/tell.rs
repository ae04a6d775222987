//! Notifications: to the partner's users, its partner manager and the deciders.

pub(super) use domain::wording::day;
use domain::{deal_registration::decider, ids::UserId, program::Role};
use jiff::Timestamp;

use super::{deciders, facts, store::Registration, terms::Terms};
use channel::{accounts::AccountView, partners};
use frame::{
    access::{PartnerRole, VendorRole},
    ctx::Cx,
    error::AppError,
};
use people::{
    identity::{self, links},
    notifications::{self, MailLink, Notice},
};

/// What is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message<'a> {
    /// The kind, the name of the event.
    pub kind: &'a str,
    /// One line.
    pub title: &'a str,
    /// What happened, and what follows if nothing is done.
    pub body: &'a str,
    /// What to do, as a verb; `""` when there is nothing to do.
    pub action: &'a str,
    /// Until when.
    pub until: Option<Timestamp>,
    /// A link that acts without signing in: its purpose, what it acts on and what it does in words.
    pub link: Option<(links::LinkPurpose, &'a str, &'a str)>,
}

/// How long a link in a mail works when nothing ends sooner.
const LINK_DAYS: i64 = 14;

/// The people of the partner who work a registration: who submitted it while it still belongs to
/// the partner, else the partner's admins.
fn partner_people(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
) -> Result<Vec<UserId>, AppError> {
    let people = identity::partner_people(cx, &registration.partner_id)?;
    let submitter = people.iter().find(|p| p.user_id.as_str() == registration.submitted_by);
    if let Some(submitter) = submitter {
        return Ok(vec![submitter.user_id.clone()]);
    }
    let admin = PartnerRole::Admin.word();
    Ok(people
        .into_iter()
        .filter(|person| person.roles.iter().any(|role| role == admin))
        .map(|person| person.user_id)
        .collect())
}

/// Tells the partner's people.
pub(super) fn partner(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    message: &Message<'_>,
) -> Result<(), AppError> {
    for user_id in partner_people(cx, registration)? {
        let mut acting = Vec::new();
        if let Some((purpose, subject_id, words)) = message.link {
            let expires_at = link_end(cx.now, message.until);
            let link = links::NewLink {
                purpose,
                user_id: Some(&user_id),
                partner_id: Some(&registration.partner_id),
                subject_id,
                uses: links::Uses::UntilExpiry,
                expires_at,
            };
            acting.push((words.to_owned(), links::promise(cx, &link)?));
        }
        send(cx, registration, (&user_id, registration.partner_id.as_str()), message, &acting)?;
    }
    Ok(())
}

fn link_end(now: Timestamp, until: Option<Timestamp>) -> Timestamp {
    let latest = now
        .saturating_add(jiff::SignedDuration::from_hours(24 * LINK_DAYS))
        .unwrap_or(Timestamp::MAX);
    until.map_or(latest, |until| if until > now { until.min(latest) } else { latest })
}

/// Tells one person of the vendor.
pub(super) fn vendor_person(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    user_id: &UserId,
    message: &Message<'_>,
) -> Result<(), AppError> {
    send(cx, registration, (user_id, ""), message, &[])
}

/// Tells a person of direct sales, who reads about the account and not about the registration.
pub(super) fn vendor_person_about_account(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    user_id: &UserId,
    message: &Message<'_>,
) -> Result<(), AppError> {
    let account = registration.account_id.as_ref().map_or("", |id| id.as_str());
    let kind = format!("deal_registration.{}", message.kind);
    let href = format!("/accounts/{account}");
    let notice = Notice {
        user_id: user_id.as_str(),
        partner_id: "",
        kind: &kind,
        title: message.title,
        body: message.body,
        href: &href,
        action: message.action,
        until: message.until,
        subject_id: account,
        links: &[],
    };
    notifications::notify(cx, &notice)
}

/// Tells the partner manager; when the partner has none, partner operations.
pub(super) fn manager(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    message: &Message<'_>,
) -> Result<(), AppError> {
    let manager = partners::manager_of(cx, &registration.partner_id)?;
    let people = match manager {
        Some(manager) => vec![manager],
        None => holders_of(cx, VendorRole::Operations)?,
    };
    for user_id in people {
        send(cx, registration, (&user_id, ""), message, &[])?;
    }
    Ok(())
}

fn holders_of(cx: &mut Cx<'_, '_>, role: VendorRole) -> Result<Vec<UserId>, AppError> {
    let people = identity::users_with_role(cx, role)?;
    Ok(people.into_iter().map(|person| person.user_id).collect())
}

fn send(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    (user_id, side): (&UserId, &str),
    message: &Message<'_>,
    acting: &[(String, MailLink)],
) -> Result<(), AppError> {
    let kind = format!("deal_registration.{}", message.kind);
    let href = registration.href();
    let notice = Notice {
        user_id: user_id.as_str(),
        partner_id: side,
        kind: &kind,
        title: message.title,
        body: message.body,
        href: &href,
        action: message.action,
        until: message.until,
        subject_id: registration.registration_id.as_str(),
        links: acting,
    };
    notifications::notify(cx, &notice)
}

/// The person who is to decide on a registration: the partner manager, else partner operations,
/// else the channel chief; nobody with a stake in it. `None` when everybody has one. Rule DR-14.
pub(super) fn decider(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    terms: &Terms,
) -> Result<Option<UserId>, AppError> {
    let account = facts::account_of(cx, registration)?;
    decider_of(cx, registration, terms, account.as_ref())
}

/// As [`decider`], with the account at hand.
pub(super) fn decider_of(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    terms: &Terms,
    account: Option<&AccountView>,
) -> Result<Option<UserId>, AppError> {
    let people = identity::vendor_staff(cx)?;
    let stakes = deciders::stakes(cx, registration, terms, (account, &people))?;
    let mut candidates: Vec<UserId> = Vec::new();
    candidates.extend(partners::manager_of(cx, &registration.partner_id)?);
    for role in [VendorRole::Operations, VendorRole::ChannelChief] {
        let holders = people.iter().filter(|person| holds(person, role));
        candidates.extend(holders.map(|person| person.user_id.clone()));
    }
    Ok(decider::pick(&candidates, &stakes).cloned())
}

/// True for somebody in this role who may act.
fn holds(person: &identity::Person, role: VendorRole) -> bool {
    person.standing == identity::Standing::Active
        && person.roles.iter().any(|word| word == role.word())
}

/// The people to whom an overdue decision climbs at `step` (1 = the first escalation): those of
/// the ladder's next level who sit on the partner side of the vendor, without a stake in it.
/// Rule DR-09.
pub(super) fn escalation(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    terms: &Terms,
    step: u32,
) -> Result<Vec<UserId>, AppError> {
    let people = identity::vendor_staff(cx)?;
    let account = facts::account_of(cx, registration)?;
    let stakes = deciders::stakes(cx, registration, terms, (account.as_ref(), &people))?;
    let ladder = &terms.document.conflicts.ladder;
    let level = step.saturating_add(1);
    let roles = ladder
        .iter()
        .find(|rung| rung.level == level)
        .or_else(|| ladder.last())
        .map(|rung| rung.roles.clone())
        .unwrap_or_default();
    let mut wanted: Vec<VendorRole> = roles.into_iter().filter_map(vendor_role).collect();
    wanted.push(VendorRole::ChannelChief);
    for role in wanted {
        let eligible: Vec<UserId> = people
            .iter()
            .filter(|person| holds(person, role))
            .map(|person| person.user_id.clone())
            .filter(|user_id| decider::may_decide(user_id, &stakes).is_ok())
            .collect();
        if !eligible.is_empty() {
            return Ok(eligible);
        }
    }
    Ok(Vec::new())
}

/// The vendor's role that plays this part and may decide registrations.
fn vendor_role(role: Role) -> Option<VendorRole> {
    match role {
        Role::ChannelChief => Some(VendorRole::ChannelChief),
        Role::PartnerManager => Some(VendorRole::PartnerManager),
        Role::PartnerOperations => Some(VendorRole::Operations),
        Role::PartnerMarketing
        | Role::DirectRep
        | Role::DirectManager
        | Role::SalesEngineer
        | Role::Finance
        | Role::Legal
        | Role::ExecutiveSponsor
        | Role::PartnerCouncil => None,
    }
}
