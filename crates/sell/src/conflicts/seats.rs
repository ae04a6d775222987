//! Who decides a case: the people of a level without a stake (CF-03).

use std::collections::BTreeSet;

use domain::{
    accounts::Country,
    conflicts::{
        kind::CaseKind,
        rules::CF_03,
        seats::{self, Candidate, CaseStakes, sits_on},
    },
    ids::UserId,
    program::dispute::Role,
};
use jiff::Timestamp;

use super::{
    file::CaseFile,
    store::{self, PartyRow},
    terms::Terms,
};
use channel::{accounts, partners};
use frame::{access::VendorRole, ctx::Cx, error::AppError};
use people::identity::{
    self, Eyes, PartnerSide,
    stakes::{Stake, past},
};

/// The role in the program that a role of the vendor has.
const fn role_of(role: VendorRole) -> Role {
    match role {
        VendorRole::ChannelChief => Role::ChannelChief,
        VendorRole::PartnerManager => Role::PartnerManager,
        VendorRole::Operations => Role::PartnerOperations,
        VendorRole::Marketing => Role::PartnerMarketing,
        VendorRole::DirectRep => Role::DirectRep,
        VendorRole::DirectManager => Role::DirectManager,
        VendorRole::SalesEngineer => Role::SalesEngineer,
        VendorRole::Finance => Role::Finance,
        VendorRole::Executive => Role::ExecutiveSponsor,
    }
}

fn roles(person: &identity::Person) -> Vec<Role> {
    person.roles.iter().filter_map(|word| VendorRole::from_word(word)).map(role_of).collect()
}

/// Whether a person may decide conflict cases at all.
fn may(person: &identity::Person) -> bool {
    let roles: Vec<VendorRole> =
        person.roles.iter().filter_map(|word| VendorRole::from_word(word)).collect();
    frame::access::permissions_of(&roles, &[]).has(frame::access::Permission::ConflictsDecide)
}

/// The vendor's people who have one of these roles.
pub(super) fn people_of(
    cx: &mut Cx<'_, '_>,
    wanted: &[Role],
) -> Result<BTreeSet<String>, AppError> {
    let people = identity::vendor_people(cx)?;
    let has = |person: &&identity::Person| roles(person).iter().any(|one| wanted.contains(one));
    Ok(people.iter().filter(has).map(|one| one.user_id.as_str().to_owned()).collect())
}

/// Who could decide, with what lies with each already.
fn candidates(cx: &mut Cx<'_, '_>) -> Result<Vec<Candidate>, AppError> {
    let loads = store::cases::loads(cx)?;
    let people = identity::vendor_people(cx)?;
    let each = |person: &identity::Person| Candidate {
        user_id: person.user_id.clone(),
        roles: roles(person),
        open_cases: loads.get(person.user_id.as_str()).copied().unwrap_or(0),
    };
    Ok(people.iter().filter(|person| may(person)).map(each).collect())
}

/// Everybody with a stake in a case: those who have it now, and those who had it at any time since
/// the case was opened or a registration in it was submitted, whichever came first. Rule CF-03.
fn stakes(cx: &mut Cx<'_, '_>, file: &CaseFile) -> Result<CaseStakes, AppError> {
    let mut stakes = CaseStakes::default();
    let (case, parties) = (&file.case, &file.parties);
    let with_direct =
        case.kind == CaseKind::PartnerDirect || parties.iter().any(PartyRow::is_direct);
    let mut since = case.opened_at;
    let claims = crate::conflicts::providers(cx.app)?.claims;
    for registration_id in file.registrations() {
        if let Some(claim) = cx.as_system(|cx| (claims.of)(cx, &registration_id))? {
            since = claim.since.map_or(since, |submitted| submitted.min(since));
            stakes.decided.extend(claim.deciders);
            stakes.spoke.extend(claim.entered_by);
        }
    }
    of_account(cx, file, since, &mut stakes)?;
    if with_direct {
        let staff = identity::vendor_staff(cx)?;
        for role in [VendorRole::DirectManager, VendorRole::DirectRep] {
            let has = |person: &&identity::Person| person.roles.iter().any(|r| r == role.word());
            stakes.quota.extend(staff.iter().filter(has).map(|person| person.user_id.clone()));
            stakes.quota.extend(past(cx, Stake::Role, role.word(), since)?);
        }
    }
    stakes.quota.extend(case.rep.clone());
    of_managers(cx, parties, (with_direct, since), &mut stakes)?;
    for decision in &file.decisions {
        stakes.decided.extend(identity::person_of(cx, &decision.decided_by)?);
    }
    for statement in cx.as_system(|cx| store::statements::list(cx, &case.case_id))? {
        stakes.spoke.extend(identity::person_of(cx, &statement.by_ref)?);
    }
    stakes.spoke.extend(identity::person_of(cx, &case.opened_by)?);
    of_one_person(cx, parties, &mut stakes)?;
    Ok(stakes)
}

/// Owners of the account and of opportunities on it, and people in whose territory it lies.
fn of_account(
    cx: &mut Cx<'_, '_>,
    file: &CaseFile,
    since: Timestamp,
    stakes: &mut CaseStakes,
) -> Result<(), AppError> {
    let Some(account_id) = &file.case.account else {
        return Ok(());
    };
    let direct = crate::conflicts::providers(cx.app)?.direct;
    stakes.quota.extend(cx.as_system(|cx| (direct.on)(cx, account_id))?.people);
    for stake in [Stake::Account, Stake::Opportunity] {
        stakes.quota.extend(past(cx, stake, account_id.as_str(), since)?);
    }
    let Some(account) = &file.account else {
        return Ok(());
    };
    stakes.quota.extend(UserId::parse(&account.owner_user_id));
    let mut addresses = accounts::past_addresses(cx, account_id, since)?;
    addresses.push((account.country.clone(), account.postal_code.clone()));
    let people = identity::vendor_staff(cx)?;
    let codes: BTreeSet<&str> = addresses
        .iter()
        .filter_map(|(country, postal_code)| {
            let postal_code = Some(postal_code.as_str()).filter(|text| !text.is_empty());
            file.terms.document.territory_of(Country::parse(country).ok()?, postal_code)
        })
        .map(|territory| territory.code.as_str())
        .collect();
    for code in codes {
        let has = |person: &&identity::Person| person.territories.iter().any(|own| own == code);
        stakes.territory.extend(people.iter().filter(has).map(|person| person.user_id.clone()));
        stakes.territory.extend(past(cx, Stake::Territory, code, since)?);
    }
    Ok(())
}

/// Who looks after one of the parties and not after its opponent. Who began to look after one of
/// them since takes no side less for it, so then nobody counts as looking after both.
fn of_managers(
    cx: &mut Cx<'_, '_>,
    parties: &[PartyRow],
    (with_direct, since): (bool, Timestamp),
    stakes: &mut CaseStakes,
) -> Result<(), AppError> {
    let mut managers: Vec<Option<UserId>> = Vec::new();
    let (mut former, mut changed) = (BTreeSet::new(), false);
    for partner_id in parties.iter().filter_map(PartyRow::partner) {
        managers.push(partners::manager_of(cx, &partner_id)?);
        former.extend(past(cx, Stake::Partner, partner_id.as_str(), since)?);
        changed |= partners::manager_changed_since(cx, &partner_id, since)?;
    }
    let same = managers.windows(2).all(|pair| pair.first() == pair.last());
    if with_direct || !same || changed || managers.len() < 2 {
        stakes.looks_after.extend(managers.into_iter().flatten());
        stakes.looks_after.extend(former);
    }
    Ok(())
}

/// Who could decide, and counts as one with somebody on the side of a party or with somebody who
/// has a stake.
fn of_one_person(
    cx: &mut Cx<'_, '_>,
    parties: &[PartyRow],
    stakes: &mut CaseStakes,
) -> Result<(), AppError> {
    let people = identity::vendor_people(cx)?;
    let could = people.into_iter().filter(may);
    let mut deciders: BTreeSet<UserId> = could.map(|person| person.user_id).collect();
    deciders.extend(cx.actor.person().filter(|_| cx.actor.partner_id().is_none()).cloned());
    for partner_id in parties.iter().filter_map(PartyRow::partner) {
        let domain = partners::domain_of(cx, &partner_id)?;
        let eyes = Eyes::read(cx, Some(PartnerSide { partner_id: &partner_id, domain: &domain }))?;
        for person in &deciders {
            stakes.both_sides.extend(eyes.on_both_sides(person).map(|one| (person.clone(), one)));
        }
    }
    let eyes = Eyes::read(cx, None)?;
    for held in [
        &mut stakes.quota,
        &mut stakes.territory,
        &mut stakes.looks_after,
        &mut stakes.decided,
        &mut stakes.spoke,
    ] {
        eyes.widen(held, &deciders);
    }
    Ok(())
}

/// The level on which a case that reaches `level` is decided, and by whom. Rules CF-02, CF-03.
pub(super) fn seat(
    cx: &mut Cx<'_, '_>,
    file: &CaseFile,
    level: u32,
) -> Result<(u32, Option<UserId>), AppError> {
    let stakes = stakes(cx, file)?;
    let candidates = candidates(cx)?;
    let (level, found) = seats::seat(file.terms.conflicts(), level, &candidates, &stakes);
    Ok((level, found.cloned()))
}

/// The roles of a person in the program.
fn roles_of(cx: &mut Cx<'_, '_>, person: &UserId) -> Result<Vec<Role>, AppError> {
    let people = identity::vendor_people(cx)?;
    Ok(people.iter().find(|one| one.user_id == *person).map(roles).unwrap_or_default())
}

/// Whether the one who acts has a role of this level. Rule CF-02.
pub(super) fn sits(cx: &mut Cx<'_, '_>, terms: &Terms, level: u32) -> Result<bool, AppError> {
    let Some(person) = cx.actor.person().cloned() else {
        return Ok(false);
    };
    let roles = roles_of(cx, &person)?;
    Ok(sits_on(terms.conflicts(), level, &roles))
}

/// What the rules say of somebody who would decide a case: whether it is free of a stake, and its
/// roles in the program. `None` for the product itself.
pub(super) struct Judged(Option<(Result<(), domain::refusal::Refusal>, Vec<Role>)>);

/// What the rules say of the one who acts. Rules CF-02, CF-03.
pub(super) fn judge(cx: &mut Cx<'_, '_>, file: &CaseFile) -> Result<Judged, AppError> {
    let Some(person) = identity::deciding_person(cx, CF_03)? else {
        return Ok(Judged(None));
    };
    let free = seats::may_decide(&person, &stakes(cx, file)?);
    Ok(Judged(Some((free, roles_of(cx, &person)?))))
}

impl Judged {
    /// Fails unless it sits on the level of the case, or from `upwards` on one above it, and has no
    /// stake. Rules CF-02, CF-03.
    pub(super) fn may(&self, file: &CaseFile, upwards: bool) -> Result<(), AppError> {
        let Some((free, roles)) = &self.0 else {
            return Ok(());
        };
        free.clone()?;
        let (conflicts, level) = (file.terms.conflicts(), file.case.level);
        let sits = conflicts
            .ladder
            .iter()
            .filter(|step| step.level == level || (upwards && step.level > level))
            .any(|step| sits_on(conflicts, step.level, roles));
        if sits {
            return Ok(());
        }
        let words = format!(
            "The case is on level {level}: {}. You do not decide on that level. Leave the \
             decision to those who do, or wait until it escalates.",
            file.terms.level_name(level)
        );
        Err(AppError::refused(CF_03, words))
    }
}
