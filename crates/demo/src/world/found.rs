//! Founding the world: vendor, program, people, partners and accounts, each by its own action,
//! dated before the story begins.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use db::Tx;
use domain::calendar::zones;
use domain::{
    accounts::{AccountStatus, Country, Domain},
    ids::VendorId,
};
use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    cast::{
        Player, PlayingAccount, PlayingPartner, Rep, VENDOR, VENDOR_DOMAIN, VENDOR_PEOPLE,
        VendorSketch, World, ZONE, manager_of,
    },
    companies::{self, Company},
    names, program,
};
use crate::{
    dice::Dice,
    span::{FIRST_DAY, day_at},
    words::{lands, partners},
};
use channel::{
    accounts::{self, NewAccount},
    partners::{CertificateInput, NewEnrolment, PartnerInput},
};
use frame::{
    access::{PartnerRole, VendorRole},
    ctx::Cx,
    error::AppError,
    state::App,
};
use people::identity::{self, NewUser, NewVendor};

/// Accounts of the vendor itself, which nobody registers.
pub(super) const HOUSES: usize = 8;
/// So many accounts of a hundred are customers already.
const CUSTOMERS: u32 = 6;

/// The accounts that the vendor keeps for itself: the first of all.
fn houses(companies: &[Company]) -> Vec<&Company> {
    companies.iter().take(HOUSES).collect()
}

/// How large a world is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// What chance is drawn from.
    pub seed: u64,
    /// Accounts that the vendor knows.
    pub accounts: usize,
    /// Companies that partners find by themselves.
    pub strangers: usize,
}

/// Founds everything; the answer is the world in which the story plays.
pub(crate) fn found(tx: &mut Tx<'_>, app: &Arc<App>, size: Size) -> Result<World, AppError> {
    let zone = zones::find(ZONE).map_err(AppError::internal)?;
    let before = day_at(&zone, FIRST_DAY.saturating_sub(20.days()), (9, 0))?;
    let mut companies = companies::invent(size.seed, size.accounts + size.strangers);
    let strangers = companies.split_off(size.accounts);
    let (vendor_id, staff) = vendor(tx, app, before)?;
    let mut cx = Cx::system(tx, app, vendor_id.clone(), before);
    let chief = player(&staff, "Helene Brandt")?;
    let versions = program::versions(&houses(&companies))?;
    let first = versions.first().ok_or_else(|| AppError::internal("no version"))?;
    let program_id = channel::program::bootstrap(&mut cx, program::NAME, &first.document)?;
    let reps: Vec<Rep> = VENDOR_PEOPLE
        .iter()
        .zip(&staff)
        .filter_map(|((_, _, territories), player)| {
            Some(Rep { player: player.clone(), territory: territories.first().copied()? })
        })
        .collect();
    let accounts = known_accounts(&mut cx, companies, &reps, size.seed)?;
    let mut by_territory: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (place, account) in accounts.iter().enumerate().skip(HOUSES) {
        by_territory.entry(account.company.territory).or_default().push(place);
    }
    let seed = size.seed;
    Ok(World {
        seed,
        vendor_id,
        program_id,
        zone,
        chief,
        staff,
        reps,
        accounts,
        by_territory,
        strangers,
    })
}

fn player(staff: &[Player], name: &str) -> Result<Player, AppError> {
    let found = staff.iter().find(|player| player.name == name);
    found.cloned().ok_or_else(|| AppError::internal(format!("nobody is called {name}")))
}

fn vendor(
    tx: &mut Tx<'_>,
    app: &Arc<App>,
    now: Timestamp,
) -> Result<(VendorId, Vec<Player>), AppError> {
    let new = NewVendor { name: VENDOR, host: "", zone: ZONE };
    let [chief, others @ ..] = &VENDOR_PEOPLE;
    let (email, roles) = address(chief);
    let admin = NewUser { email: &email, name: chief.0, roles: &roles, ..NewUser::default() };
    let (vendor_id, user_id) = identity::create_vendor_with_admin(tx, app, now, (&new, &admin))?;
    let mut staff = vec![Player::of_vendor(user_id, chief.0, chief.1)];
    let mut cx = Cx::system(tx, app, vendor_id.clone(), now);
    for sketch in others {
        let (email, roles) = address(sketch);
        let new = NewUser {
            email: &email,
            name: sketch.0,
            roles: &roles,
            territories: sketch.2,
            ..NewUser::default()
        };
        let user_id = identity::create_user(&mut cx, &new)?;
        staff.push(Player::of_vendor(user_id, sketch.0, sketch.1));
    }
    Ok((vendor_id, staff))
}

fn address(sketch: &VendorSketch) -> (String, Vec<&'static str>) {
    let local = names::named(sketch.0).local;
    let roles = sketch.1.iter().copied().map(VendorRole::word).collect();
    (format!("{local}@{VENDOR_DOMAIN}"), roles)
}

fn known_accounts(
    cx: &mut Cx<'_, '_>,
    companies: Vec<Company>,
    reps: &[Rep],
    seed: u64,
) -> Result<Vec<PlayingAccount>, AppError> {
    let mut dice = Dice::for_part(seed, "accounts");
    let mut accounts = Vec::with_capacity(companies.len());
    for (place, company) in companies.into_iter().enumerate() {
        let status = if place < HOUSES {
            AccountStatus::House
        } else if dice.percent(CUSTOMERS) {
            AccountStatus::Customer
        } else {
            AccountStatus::Prospect
        };
        let here: Vec<&Rep> =
            reps.iter().filter(|rep| rep.territory == company.territory).collect();
        let owner = dice.choose(&here).map(|rep| rep.player.user_id.as_str().to_owned());
        let owned = status != AccountStatus::Prospect || company.employees >= 1_000;
        let segment = match company.employees {
            0..=49 => "small",
            50..=999 => "middle",
            1_000.. => "enterprise",
        };
        let new = NewAccount {
            name: company.name.clone(),
            domains: vec![company.domain.clone()],
            country: company.country.into(),
            region: company.region.into(),
            postal_code: company.postal_code.clone(),
            city: company.city.into(),
            segment: segment.into(),
            industry: company.industry.into(),
            employees: Some(i64::from(company.employees)),
            status: Some(status),
            owner_user_id: owner.filter(|_| owned).unwrap_or_default(),
            external_ids: vec![("crm".into(), format!("CRM-{:06}", 100_000 + place * 7))],
            ..NewAccount::default()
        };
        let account_id = accounts::create(cx, &new)?;
        accounts.push(PlayingAccount {
            account_id,
            company,
            is_prospect: status == AccountStatus::Prospect,
        });
    }
    Ok(accounts)
}

/// A partner joins: it is made known, enrolled, and gets its people and their certificates.
pub(crate) fn join(
    cx: &mut Cx<'_, '_>,
    world: &World,
    sketch: &partners::Sketch,
) -> Result<PlayingPartner, AppError> {
    let mut dice = Dice::for_part(world.seed, sketch.domain);
    let land = lands::of(sketch.country);
    let joined_on = joined_on(sketch);
    let manager = player(&world.staff, manager_of(land.territory))?;
    let domain = format!("{}.example", sketch.domain);
    let new = PartnerInput {
        domain: Domain::parse(&domain).ok(),
        country: Country::parse(sketch.country).ok(),
        city: sketch.city.to_owned(),
        manager_user_id: Some(manager.user_id.clone()),
        ..PartnerInput::named(sketch.name)
    };
    let partner_id = channel::partners::create(cx, &new)?;
    let enrolment = NewEnrolment {
        program_id: &world.program_id,
        partner_id: &partner_id,
        track: sketch.track,
        tier: sketch.tier,
        territories: &[land.territory.to_owned()],
        segments: &[],
        agreement_from: Some(joined_on),
        agreement_until: None,
        reason: "",
    };
    channel::partners::enrol(cx, &enrolment)?;
    let mut taken = BTreeSet::new();
    let mut person = |role: PartnerRole| {
        let named = names::new_name(&mut dice, land, &mut taken);
        let email = format!("{}@{domain}", named.local);
        let new = NewUser {
            email: &email,
            name: &named.name,
            partner_id: Some(&partner_id),
            roles: &[role.word()],
            ..NewUser::default()
        };
        let user_id = identity::create_user(cx, &new)?;
        Ok::<_, AppError>(Player::of_partner(user_id, &named.name, (&partner_id, role)))
    };
    let admin = person(PartnerRole::Admin)?;
    let sellers = (0..sellers_of(sketch.tier))
        .map(|_| person(PartnerRole::Seller))
        .collect::<Result<Vec<Player>, AppError>>()?;
    let engineer = person(PartnerRole::PreSales)?;
    certify(cx, &partner_id, (sketch, joined_on), (&sellers, &engineer))?;
    let territory = land.territory;
    Ok(PlayingPartner { partner_id, sketch: *sketch, territory, admin, sellers, manager })
}

fn sellers_of(tier: &str) -> u32 {
    match tier {
        "premier" => 4,
        "select" => 2,
        _ => 1,
    }
}

/// The first day of a partner's agreement.
pub(crate) fn joined_on(sketch: &partners::Sketch) -> Date {
    let months = i32::try_from(sketch.joined_month).unwrap_or(0);
    if months == 0 {
        return FIRST_DAY.saturating_sub(14.days());
    }
    FIRST_DAY.saturating_add(months.months())
}

fn certify(
    cx: &mut Cx<'_, '_>,
    partner_id: &domain::ids::PartnerId,
    (sketch, joined_on): (&partners::Sketch, Date),
    (sellers, engineer): (&[Player], &Player),
) -> Result<(), AppError> {
    let mut held: Vec<(&str, &str)> = Vec::new();
    if sketch.tier != "registered" {
        held.extend(sellers.iter().take(2).map(|seller| ("sales", seller.name.as_str())));
        held.push(("technical", &engineer.name));
    }
    if sketch.track == "msp" {
        held.push(("delivery", &engineer.name));
    }
    for (code, holder) in held {
        let new = CertificateInput {
            code: code.to_owned(),
            holder: holder.to_owned(),
            issued_on: joined_on,
            expires_on: Some(joined_on.saturating_add(1_095.days())),
        };
        channel::partners::add_certificate(cx, partner_id, &new)?;
    }
    Ok(())
}
