//! Who may decide on a registration: nobody with a stake in it as of its submission, and nobody
//! who stands on the partner's side too (DR-14).

use std::collections::BTreeSet;

use domain::{
    deal_registration::{
        decider::{self, Stakes},
        rules::DR_14,
    },
    ids::UserId,
    refusal::Refusal,
};
use jiff::Timestamp;

use super::{
    facts,
    store::{self, Registration},
    terms::Terms,
};
use channel::{
    accounts::{self, AccountView, Resolution},
    partners,
};
use frame::{access::Permission, ctx::Cx, error::AppError};
use people::identity::{
    self, Eyes, PartnerSide, Person,
    stakes::{Stake, past},
};

/// Since when stakes in a registration count: the submission from which it ranks. `None` for one
/// that was never submitted.
pub(super) fn since(r: &Registration) -> Option<Timestamp> {
    r.ranked_at.into_iter().chain(r.submitted_at).min()
}

/// The people who ever decided a registration. Rule CF-03.
pub(super) fn so_far(cx: &mut Cx<'_, '_>, r: &Registration) -> Result<BTreeSet<UserId>, AppError> {
    let mut references = store::deciders(cx, &r.registration_id)?;
    references.push(r.decided_by.clone());
    let mut people = BTreeSet::new();
    for reference in references {
        people.extend(identity::person_of(cx, &reference)?);
    }
    Ok(people)
}

/// Fails unless the one who acts is a person who may decide, or the system. Rule DR-14.
pub(super) fn check(cx: &mut Cx<'_, '_>, r: &Registration, terms: &Terms) -> Result<(), AppError> {
    let Some(person) = identity::deciding_person(cx, DR_14)? else {
        return Ok(());
    };
    let account = facts::account_of(cx, r)?;
    judged(cx, r, terms, (account.as_ref(), &person))??;
    Ok(())
}

/// What [`check`] would refuse of the one who acts, for a page that says so beforehand. Rule DR-14.
pub(super) fn foresee(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
    account: Option<&AccountView>,
) -> Result<Result<(), Refusal>, AppError> {
    match identity::acting_person(cx) {
        Some(person) => judged(cx, r, terms, (account, &person)),
        None => Ok(Ok(())),
    }
}

fn judged(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
    (account, person): (Option<&AccountView>, &UserId),
) -> Result<Result<(), Refusal>, AppError> {
    let people = identity::vendor_staff(cx)?;
    // Which company is meant is part of the decision, so each that may be meant counts.
    let possible = if account.is_none() { in_doubt(cx, r, terms)? } else { Vec::new() };
    let accounts: Vec<&AccountView> = account.into_iter().chain(&possible).collect();
    let stakes = of_any(cx, r, terms, (&accounts, &people))?;
    Ok(decider::may_decide(person, &stakes))
}

/// The accounts among which a person decides, when it is not certain which is meant. Rule AC-03.
fn in_doubt(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
) -> Result<Vec<AccountView>, AppError> {
    match accounts::resolve(cx, &facts::asked(r), &terms.policy.matching)? {
        Resolution::Possible(candidates) => {
            candidates.iter().map(|one| accounts::get(cx, &one.account_id)).collect()
        }
        Resolution::Sure(candidate) => Ok(vec![accounts::get(cx, &candidate.account_id)?]),
        Resolution::New => Ok(Vec::new()),
    }
}

/// Who has a stake in the decision on a registration of that account: those who have it now, and
/// those who had it at any time since the submission. Rule DR-14.
pub(super) fn stakes(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
    (account, people): (Option<&AccountView>, &[Person]),
) -> Result<Stakes, AppError> {
    let account: Vec<&AccountView> = account.into_iter().collect();
    of_any(cx, r, terms, (&account, people))
}

/// As [`stakes`], of a registration that may be of any of these accounts.
fn of_any(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
    (accounts, people): (&[&AccountView], &[Person]),
) -> Result<Stakes, AppError> {
    let mut stakes = Stakes::default();
    for account in accounts {
        of_account(cx, r, (terms, account), (people, &mut stakes))?;
    }
    if accounts.iter().all(|account| account.country.is_empty()) {
        let d = &r.details;
        let given = (d.account_country.as_str(), d.account_postal_code.as_str());
        of_address(cx, (terms, since(r)), given, (people, &mut stakes))?;
    }
    stakes.entered.extend(UserId::parse(&r.submitted_by));
    let decides = |person: &&Person| person.permissions().has(Permission::RegistrationsDecide);
    let mut deciders: BTreeSet<UserId> =
        people.iter().filter(decides).map(|person| person.user_id.clone()).collect();
    deciders.extend(cx.actor.person().filter(|_| cx.actor.partner_id().is_none()).cloned());
    let eyes = eyes(cx, r)?;
    for person in &deciders {
        stakes.both_sides.extend(eyes.on_both_sides(person).map(|one| (person.clone(), one)));
    }
    for held in [&mut stakes.quota, &mut stakes.territory, &mut stakes.entered] {
        eyes.widen(held, &deciders);
    }
    Ok(stakes)
}

/// The people of the vendor and of the registration's partner, ready to be compared.
pub(super) fn eyes(cx: &mut Cx<'_, '_>, r: &Registration) -> Result<Eyes, AppError> {
    let domain = partners::domain_of(cx, &r.partner_id)?;
    Eyes::read(cx, Some(PartnerSide { partner_id: &r.partner_id, domain: &domain }))
}

/// Who has a stake by an account: its owner, the owners of open opportunities on it, and whoever
/// has the territory in which it lies.
fn of_account(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    (terms, account): (&Terms, &AccountView),
    (people, stakes): (&[Person], &mut Stakes),
) -> Result<(), AppError> {
    stakes.quota.extend(UserId::parse(&account.owner_user_id));
    for open in facts::open_direct(cx, &account.account_id, terms)? {
        stakes.quota.extend(UserId::parse(&open.owner_user_id));
    }
    let mut addresses = vec![(account.country.clone(), account.postal_code.clone())];
    if let Some(since) = since(r) {
        for stake in [Stake::Account, Stake::Opportunity] {
            stakes.quota.extend(past(cx, stake, account.account_id.as_str(), since)?);
        }
        addresses.extend(accounts::past_addresses(cx, &account.account_id, since)?);
    }
    for (country, postal_code) in &addresses {
        of_address(cx, (terms, since(r)), (country, postal_code), (people, stakes))?;
    }
    Ok(())
}

/// Who has the territory in which an address lies.
fn of_address(
    cx: &mut Cx<'_, '_>,
    (terms, since): (&Terms, Option<Timestamp>),
    (country, postal_code): (&str, &str),
    (people, stakes): (&[Person], &mut Stakes),
) -> Result<(), AppError> {
    for code in facts::territories(terms, country, postal_code).unwrap_or_default() {
        let has = |person: &&Person| person.territories.contains(&code);
        stakes.territory.extend(people.iter().filter(has).map(|person| person.user_id.clone()));
        if let Some(since) = since {
            stakes.territory.extend(past(cx, Stake::Territory, &code, since)?);
        }
    }
    Ok(())
}
