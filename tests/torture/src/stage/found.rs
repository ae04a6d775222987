//! Founding a world through the product's own actions.

use std::sync::Arc;

use channel::{
    accounts::{self, NewAccount},
    partners::{self, CertificateInput, NewEnrolment, PartnerInput, PartnerStatus},
    program,
};
use db::Tx;
use domain::{
    accounts::{AccountStatus, Country, Domain},
    ids::{PartnerId, UserId, VendorId},
};
use frame::access::PartnerRole;
use frame::{App, AppError, Cx};
use jiff::{Timestamp, civil::date};
use people::identity::{self, NewUser, NewVendor};

use super::cast::{Cast, Founded, Plan, Player, STAFF, Sketch, partner_name, product};
use super::words;

/// When the world is founded: before anything can happen.
pub fn founded_at() -> Timestamp {
    date(2025, 11, 3).at(9, 0, 0, 0).in_tz("UTC").map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
}

/// Founds the world of a plan.
pub fn found(tx: &mut Tx<'_>, app: &Arc<App>, plan: &Plan) -> Result<Cast, AppError> {
    let at = founded_at();
    let zone = plan.document.zone.name().to_owned();
    let new = NewVendor { name: "Acme", host: "", zone: &zone };
    let (vendor_id, staff) = people(tx, app, (&new, at))?;
    let mut cx = Cx::system(tx, app, vendor_id.clone(), at);
    let program_id = program::bootstrap(&mut cx, "Acme Partners", &plan.document)?;
    cx.app.work.schedule(cx.tx, at.as_microsecond())?;
    let mut joined = Vec::with_capacity(plan.partners.len());
    for (place, sketch) in plan.partners.iter().enumerate() {
        let manager = staff.get(usize::try_from(sketch.facts.manager).unwrap_or(0));
        let manager = manager.map(|one| one.user_id.clone());
        joined.push(join(&mut cx, &program_id, (place, sketch), manager.as_ref())?);
    }
    let mut known = Vec::with_capacity(plan.accounts.len());
    for ((place, account), company) in (0_u32..).zip(&plan.accounts).zip(&plan.companies) {
        let owner = account.owner.and_then(|owner| staff.get(usize::try_from(owner).ok()?));
        let lines: Vec<&str> = account.bought.iter().flatten().map(|line| product(*line)).collect();
        let new = NewAccount {
            name: words::company(place),
            domains: vec![company.domain.clone()],
            country: company.country.clone(),
            status: account.is_house.then_some(AccountStatus::House),
            owner_user_id: owner.map(|one| one.user_id.as_str().to_owned()).unwrap_or_default(),
            ..NewAccount::default()
        };
        let account_id = accounts::create(&mut cx, &new)?;
        if account.bought.is_some() {
            accounts::bought(&mut cx, &account_id, &lines)?;
        }
        known.push(account_id);
    }
    let companies = plan.companies.clone();
    Ok(Cast { vendor_id, program_id, staff, partners: joined, accounts: known, companies })
}

fn people(
    tx: &mut Tx<'_>,
    app: &Arc<App>,
    (new, at): (&NewVendor<'_>, Timestamp),
) -> Result<(VendorId, Vec<Player>), AppError> {
    let mut staff: Vec<Player> = Vec::new();
    let mut vendor: Option<VendorId> = None;
    for (place, (role, territory)) in STAFF.iter().enumerate() {
        let (email, name) = (format!("person{place}@acme.example"), format!("Person {place}"));
        let roles = [role.word()];
        let territories: Vec<&str> =
            Some(*territory).filter(|code| !code.is_empty()).into_iter().collect();
        let user = NewUser {
            email: &email,
            name: &name,
            roles: &roles,
            territories: &territories,
            ..NewUser::default()
        };
        let user_id: UserId = match &vendor {
            None => {
                let (vendor_id, user_id) =
                    identity::create_vendor_with_admin(tx, app, at, (new, &user))?;
                vendor = Some(vendor_id);
                user_id
            }
            Some(vendor_id) => {
                identity::create_user(&mut Cx::system(tx, app, vendor_id.clone(), at), &user)?
            }
        };
        staff.push(Player::of_vendor(user_id, &name, *role));
    }
    let vendor_id = vendor.ok_or_else(|| AppError::internal("a vendor without people"))?;
    Ok((vendor_id, staff))
}

fn join(
    cx: &mut Cx<'_, '_>,
    program_id: &domain::ids::ProgramId,
    (place, sketch): (usize, &Sketch),
    manager: Option<&UserId>,
) -> Result<Founded, AppError> {
    let (name, domain) = (partner_name(place), format!("partner{place}.example"));
    let facts = &sketch.facts;
    let new = PartnerInput {
        domain: Domain::parse(&domain).ok(),
        country: Country::parse(sketch.country).ok(),
        status: if facts.is_active { PartnerStatus::Active } else { PartnerStatus::Paused },
        manager_user_id: manager.cloned(),
        ..PartnerInput::named(&name)
    };
    let partner_id = partners::create(cx, &new)?;
    let territories: Vec<String> = facts.territory.iter().cloned().collect();
    let enrolment = NewEnrolment {
        program_id,
        partner_id: &partner_id,
        track: &facts.track,
        tier: &facts.tier,
        territories: &territories,
        segments: &[],
        agreement_from: facts.agreement.map(|(from, _)| from),
        agreement_until: facts.agreement.and_then(|(_, until)| until),
        reason: "",
    };
    partners::enrol(cx, &enrolment)?;
    for code in &facts.certificates {
        let new = CertificateInput {
            code: code.clone(),
            holder: "A person".into(),
            issued_on: date(2025, 1, 2),
            expires_on: Some(date(2035, 1, 2)),
        };
        partners::add_certificate(cx, &partner_id, &new)?;
    }
    let admin = person(cx, &partner_id, (&format!("admin@{domain}"), PartnerRole::Admin))?;
    let seller = person(cx, &partner_id, (&format!("seller@{domain}"), PartnerRole::Seller))?;
    Ok(Founded { partner_id, name, admin, seller })
}

fn person(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    (email, role): (&str, PartnerRole),
) -> Result<Player, AppError> {
    let new = NewUser {
        email,
        name: email,
        partner_id: Some(partner_id),
        roles: &[role.word()],
        ..NewUser::default()
    };
    let user_id = identity::create_user(cx, &new)?;
    Ok(Player::of_partner(user_id, email, (partner_id, role)))
}
