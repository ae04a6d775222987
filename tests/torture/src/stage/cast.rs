//! Who and what is in a world: drawn from its seed, then founded through the product.

use std::sync::Arc;

use domain::{
    ids::{AccountId, PartnerId, ProgramId, UserId, VendorId},
    program::Document,
};
use frame::{
    access::{PartnerRole, Permissions, VendorRole, permissions_of},
    actor::{Actor, Side, Who},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    dice::Dice,
    document::{self, HOUSES},
    words,
};
use crate::spec::{
    book::{Account, Book, Company, Partner, Staff},
    days::plus,
    terms::Program,
};

/// The first day on which something can happen.
pub const FIRST_DAY: Date = jiff::civil::date(2026, 1, 5);

/// How large a world is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Partners.
    pub partners: u32,
    /// Companies that the vendor knows.
    pub known: u32,
    /// Companies that only partners know.
    pub strangers: u32,
}

/// Someone who acts.
#[derive(Debug, Clone)]
pub struct Player {
    /// The person.
    pub user_id: UserId,
    /// The name.
    pub name: String,
    /// The partner on whose side; `None` for the vendor's.
    pub partner_id: Option<PartnerId>,
    /// What the person may do.
    pub permissions: Permissions,
}

impl Player {
    /// Somebody of the vendor.
    pub fn of_vendor(user_id: UserId, name: &str, role: VendorRole) -> Player {
        let permissions = permissions_of(&[role], &[]);
        Player { user_id, name: name.to_owned(), partner_id: None, permissions }
    }

    /// Somebody of a partner.
    pub fn of_partner(user_id: UserId, name: &str, at: (&PartnerId, PartnerRole)) -> Player {
        let permissions = permissions_of(&[], &[at.1]);
        Player { user_id, name: name.to_owned(), partner_id: Some(at.0.clone()), permissions }
    }

    /// The person as an actor.
    pub fn actor(&self, vendor_id: &VendorId) -> Actor {
        Actor {
            vendor_id: vendor_id.clone(),
            side: self.partner_id.clone().map_or(Side::Vendor, Side::Partner),
            who: Who::User { user_id: self.user_id.clone(), session_id: String::new() },
            name: self.name.clone(),
            permissions: self.permissions,
        }
    }
}

/// The vendor's people: role and territory of the quota.
pub const STAFF: [(VendorRole, &str); 12] = [
    (VendorRole::ChannelChief, ""),
    (VendorRole::Operations, ""),
    (VendorRole::Operations, ""),
    (VendorRole::PartnerManager, ""),
    (VendorRole::PartnerManager, "dach"),
    (VendorRole::PartnerManager, ""),
    (VendorRole::DirectRep, "dach"),
    (VendorRole::DirectRep, "uk_ireland"),
    (VendorRole::DirectRep, "france"),
    (VendorRole::DirectManager, ""),
    (VendorRole::DirectManager, "france"),
    (VendorRole::Executive, ""),
];

/// Where companies and partners are: country and territory.
const PLACES: [(&str, &str); 5] =
    [("DE", "dach"), ("AT", "dach"), ("GB", "uk_ireland"), ("FR", "france"), ("SE", "")];

/// A partner of a world, before it is founded.
#[derive(Debug, Clone)]
pub struct Sketch {
    /// How it stands.
    pub facts: Partner,
    /// Its country.
    pub country: &'static str,
}

/// A world before it is founded.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its seed.
    pub seed: u64,
    /// The document that the product is given.
    pub document: Document,
    /// Its partners.
    pub partners: Vec<Sketch>,
    /// Its companies; the first `known` are accounts from the beginning.
    pub companies: Vec<Company>,
    /// How many companies are accounts from the beginning.
    pub known: u32,
    /// What is true of those accounts.
    pub accounts: Vec<Account>,
}

impl Plan {
    /// The world of a seed, of that size.
    pub fn new(seed: u64, size: Size, document: Document) -> Plan {
        // Each has chance of its own, so that a smaller world is the beginning of a larger one.
        let mut dice = Dice::new(seed, 2);
        let partners = (0..size.partners).map(|_| partner(&mut dice)).collect();
        let mut dice = Dice::new(seed, 4);
        let companies: Vec<Company> = (0..size.known + size.strangers)
            .map(|place| {
                let (country, _) = dice.pick(&PLACES, ("DE", "dach"));
                Company { country: country.to_owned(), domain: document::domain_of(place) }
            })
            .collect();
        let mut dice = Dice::new(seed, 5);
        let accounts = (0..size.known).map(|place| account(&mut dice, place)).collect();
        Plan { seed, document, partners, companies, known: size.known, accounts }
    }

    /// The book of the world on its first day, by a document that the checker knows.
    pub fn book(&self, document: Document, references: &[String]) -> Book {
        let staff = STAFF
            .iter()
            .zip(references)
            .map(|((role, territory), reference)| Staff {
                role: role.word(),
                territories: Some((*territory).to_owned())
                    .filter(|code| !code.is_empty())
                    .into_iter()
                    .collect(),
                reference: reference.clone(),
            })
            .collect();
        let program = Arc::new(Program::new(document));
        let partners = self.partners.iter().map(|sketch| sketch.facts.clone()).collect();
        let mut book = Book::new(program, partners, (staff, Arc::new(self.companies.clone())));
        book.accounts = (0..).zip(self.accounts.iter().cloned()).collect();
        book
    }
}

fn partner(dice: &mut Dice) -> Sketch {
    let (country, territory) = dice.pick(&PLACES, ("DE", "dach"));
    let track = dice.pick(&["reseller", "reseller", "referral", "msp"], "reseller");
    let tier = dice.pick(&["registered", "registered", "select", "premier"], "registered");
    let bound = dice.percent(50) && !territory.is_empty();
    let begins = plus(FIRST_DAY, i64::from(dice.below(60)) - 40);
    let ends = dice.percent(20).then(|| plus(begins, i64::from(dice.between(100, 500))));
    let agreement = (!dice.percent(4)).then_some((begins, ends));
    let certified = dice.percent(80);
    let certificates = if certified { vec!["delivery".to_owned()] } else { Vec::new() };
    Sketch {
        facts: Partner {
            track: track.to_owned(),
            tier: tier.to_owned(),
            territory: bound.then(|| territory.to_owned()),
            is_active: !dice.percent(4),
            agreement,
            certificates: certificates.into_iter().collect(),
            manager: 3 + dice.below(3),
        },
        country,
    }
}

fn account(dice: &mut Dice, place: u32) -> Account {
    let is_house = place < HOUSES;
    let owner = dice.percent(40).then(|| dice.pick(&[4, 6, 7, 8], 6));
    let bought = (!is_house && dice.percent(8)).then(|| [0].into());
    Account { is_house, bought, owner, ..Account::default() }
}

/// The codes of the product lines, by number.
pub fn product(number: u32) -> &'static str {
    if number == 0 { "core" } else { "services" }
}

/// A partner that was founded.
#[derive(Debug, Clone)]
pub struct Founded {
    /// The partner.
    pub partner_id: PartnerId,
    /// Its name.
    pub name: String,
    /// Its admin.
    pub admin: Player,
    /// Its seller.
    pub seller: Player,
}

/// Everybody and everything of a founded world.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The vendor.
    pub vendor_id: VendorId,
    /// Its program.
    pub program_id: ProgramId,
    /// The vendor's people, as in [`STAFF`].
    pub staff: Vec<Player>,
    /// The partners.
    pub partners: Vec<Founded>,
    /// The accounts known from the beginning.
    pub accounts: Vec<AccountId>,
    /// Every company, known or not.
    pub companies: Vec<Company>,
}

impl Cast {
    /// How the vendor's people are named in audit and decisions.
    pub fn references(&self) -> Vec<String> {
        self.staff.iter().map(|one| format!("user:{}", one.user_id)).collect()
    }

    /// Somebody of the vendor.
    pub fn person(&self, place: u32) -> Option<&Player> {
        self.staff.get(usize::try_from(place).unwrap_or(usize::MAX))
    }

    /// A partner.
    pub fn partner(&self, place: u32) -> Option<&Founded> {
        self.partners.get(usize::try_from(place).unwrap_or(usize::MAX))
    }
}

/// The name of a partner.
pub fn partner_name(place: usize) -> String {
    format!("Partner {place:03} {}", words::company(u32::try_from(place).unwrap_or(0) + 200))
}
