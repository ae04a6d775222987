//! One vendor of an installation with its people, partners and program, and what there is in it.

use std::collections::BTreeMap;

use channel::{
    partners::{self, NewEnrolment, PartnerInput},
    program,
};
use domain::{
    accounts::{Country, Domain},
    ids::{PartnerId, ProgramId, UserId, VendorId},
    program::Document,
};
use frame::{AppError, Cx};
use frame::{access::Permissions, actor::KeyOwner};
use jiff::ToSpan;
use people::identity::{self, NewApiKey, NewUser, NewVendor, SignInMethod};
use rig::Outcome;
use testkit::World;

use super::{
    act::{Address, Door},
    human::{Face, OF_VENDOR, PARTNERS, ROLES, address},
};

/// One vendor.
pub(super) struct Scene<'w> {
    pub(super) world: &'w World,
    pub(super) vendor_id: VendorId,
    pub(super) program_id: ProgramId,
    pub(super) partners: Vec<PartnerId>,
    pub(super) faces: BTreeMap<u32, Face>,
    /// Accounts by company, once there is one.
    pub(super) accounts: BTreeMap<u32, String>,
    pub(super) deals: BTreeMap<u32, Deal>,
    pub(super) cases: BTreeMap<u32, (String, u32)>,
    pub(super) versions: BTreeMap<u32, i64>,
    pub(super) opportunities: BTreeMap<u32, String>,
    pub(super) requests: u64,
}

/// A registration.
#[derive(Debug, Clone)]
pub(super) struct Deal {
    pub(super) id: String,
    pub(super) company: u32,
    pub(super) partner: u32,
    /// The consent that is asked for and waits.
    pub(super) asked: Option<String>,
}

/// What founding makes.
struct Founded {
    vendor_id: VendorId,
    program_id: ProgramId,
    partners: Vec<PartnerId>,
    users: Vec<(u32, Option<u32>, UserId)>,
}

impl<'w> Scene<'w> {
    /// A vendor of its own for the how-manyth sequence.
    pub(super) async fn found(world: &'w World, number: u64) -> Outcome<Scene<'w>> {
        let (app, now) = (world.app.clone(), world.app.clock.now());
        let founded = world
            .app
            .db
            .write(move |tx| {
                let host = format!("v{number}-{}.example", now.as_microsecond());
                let new = NewVendor { name: "Acme", host: &host, zone: "Europe/Berlin" };
                let own = address(0, Address::Own, 0);
                let roles: Vec<&str> = roles_of(0).split(' ').collect();
                let first =
                    NewUser { email: &own, name: "Human 0", roles: &roles, ..NewUser::default() };
                let (vendor_id, user_id) =
                    identity::create_vendor_with_admin(tx, &app, now, (&new, &first))?;
                let mut cx = Cx::system(tx, &app, vendor_id.clone(), now);
                let founded = Founded {
                    vendor_id,
                    program_id: program::bootstrap(
                        &mut cx,
                        "Acme Partners",
                        &Document::default_document(),
                    )?,
                    partners: Vec::new(),
                    users: vec![(0, None, user_id)],
                };
                people(&mut cx, founded)
            })
            .await
            .map_err(|error: AppError| format!("founding: {error}"))?;
        let mut scene = Scene {
            world,
            vendor_id: founded.vendor_id,
            program_id: founded.program_id,
            partners: founded.partners,
            faces: BTreeMap::new(),
            accounts: BTreeMap::new(),
            deals: BTreeMap::new(),
            cases: BTreeMap::new(),
            versions: BTreeMap::new(),
            opportunities: BTreeMap::new(),
            requests: 0,
        };
        for (human, partner, user_id) in founded.users {
            scene.meet(human, (human, partner), user_id).await?;
        }
        Ok(scene)
    }

    /// A user has joined a side: it signs in there.
    pub(super) async fn meet(
        &mut self,
        label: u32,
        (human, partner): (u32, Option<u32>),
        user_id: UserId,
    ) -> Outcome<()> {
        let partner_id = partner.and_then(|place| self.partner_id(place).cloned());
        let user = user_id.clone();
        let session = self
            .act(move |cx| {
                identity::create_session(cx, &user, partner_id.as_ref(), SignInMethod::Link)
            })
            .await?;
        let caller = self.world.with_session(&session.secret);
        let doors = BTreeMap::from([(Door::Session, caller)]);
        let user_id = user_id.as_str().to_owned();
        self.faces.insert(label, Face { human, user_id, partner, stands: true, doors });
        Ok(())
    }

    /// A key of a user, with everything that its roles allow.
    pub(super) async fn key_of(&mut self, label: u32) -> Outcome<()> {
        let Some(face) = self.faces.get(&label) else {
            return Ok(());
        };
        let user_id = UserId::parse(&face.user_id).map_err(|e| e.to_string())?;
        let partner_id = face.partner.and_then(|place| self.partner_id(place).cloned());
        let made = self
            .act(move |cx| {
                let member = identity::member(cx, &user_id, partner_id.as_ref())?;
                let permissions =
                    member.map_or_else(Permissions::none, |member| member.permissions());
                let new = NewApiKey {
                    name: "A program",
                    partner_id: partner_id.as_ref(),
                    permissions,
                    expires_at: cx.now.saturating_add(9_000.hours()).unwrap_or(cx.now),
                    owner: Some(KeyOwner::Person(user_id.clone())),
                };
                match identity::create_api_key(cx, &new) {
                    // Whoever is suspended or has not accepted yet makes no key.
                    Err(AppError::Invalid(_)) => Ok(None),
                    made => made.map(Some),
                }
            })
            .await?;
        let Some(made) = made else { return Ok(()) };
        let caller = self.world.with_key(&made.secret);
        if let Some(face) = self.faces.get_mut(&label) {
            face.doors.insert(Door::Key, caller);
        }
        Ok(())
    }

    /// Runs something as the system.
    pub(super) async fn act<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Cx<'_, '_>) -> Result<T, AppError> + Send + 'static,
    ) -> Outcome<T> {
        let (app, now) = (self.world.app.clone(), self.world.app.clock.now());
        let vendor_id = self.vendor_id.clone();
        let done =
            self.world.app.db.write(move |tx| f(&mut Cx::system(tx, &app, vendor_id.clone(), now)));
        done.await.map_err(|error: AppError| error.to_string())
    }

    /// A partner.
    pub(super) fn partner_id(&self, place: u32) -> Option<&PartnerId> {
        self.partners.get(usize::try_from(place).unwrap_or(usize::MAX))
    }
}

/// The roles that a human being of the vendor begins with.
pub(super) fn roles_of(human: u32) -> &'static str {
    let place = usize::from(human == OF_VENDOR - 1);
    ROLES.get(place).copied().unwrap_or_default()
}

fn people(cx: &mut Cx<'_, '_>, mut founded: Founded) -> Result<Founded, AppError> {
    for human in 1..OF_VENDOR {
        let roles: Vec<&str> = roles_of(human).split(' ').collect();
        let (email, name) = (address(human, Address::Own, 0), format!("Human {human}"));
        let new = NewUser { email: &email, name: &name, roles: &roles, ..NewUser::default() };
        founded.users.push((human, None, identity::create_user(cx, &new)?));
    }
    for place in 0..PARTNERS {
        let (name, domain) = (format!("Partner {place}"), format!("partner{place}.example"));
        let new = PartnerInput {
            domain: Domain::parse(&domain).ok(),
            country: Country::parse("DE").ok(),
            ..PartnerInput::named(&name)
        };
        let partner_id = partners::create(cx, &new)?;
        let enrolment = NewEnrolment {
            program_id: &founded.program_id,
            partner_id: &partner_id,
            track: "reseller",
            tier: "registered",
            territories: &[],
            segments: &[],
            agreement_from: Some(jiff::civil::date(2025, 1, 1)),
            agreement_until: None,
            reason: "",
        };
        partners::enrol(cx, &enrolment)?;
        let human = OF_VENDOR + place;
        let (email, name) = (address(human, Address::Own, 0), format!("Human {human}"));
        let new = NewUser {
            email: &email,
            name: &name,
            partner_id: Some(&partner_id),
            roles: &["admin"],
            ..NewUser::default()
        };
        founded.users.push((human, Some(place), identity::create_user(cx, &new)?));
        founded.partners.push(partner_id);
    }
    Ok(founded)
}
