//! The people of the demo's vendor, and what the story knows of everybody.

use std::collections::BTreeMap;

use domain::ids::{AccountId, PartnerId, ProgramId, UserId, VendorId};
use jiff::tz::TimeZone;

use super::companies::Company;
use crate::words::partners::Sketch;
use frame::{
    access::{PartnerRole, Permissions, VendorRole, permissions_of},
    actor::{Actor, Side, Who},
};

/// A person of the vendor before it exists: name, roles, territories of its quota.
pub(crate) type VendorSketch = (&'static str, &'static [VendorRole], &'static [&'static str]);

/// The vendor's name.
pub(crate) const VENDOR: &str = "Meridian Software";
/// The end of the addresses of its people.
pub(crate) const VENDOR_DOMAIN: &str = "meridian-software.example";
/// The zone of the vendor and its program.
pub(crate) const ZONE: &str = "Europe/Berlin";

/// The vendor's people; the channel chief first.
pub(crate) const VENDOR_PEOPLE: [VendorSketch; 22] = [
    ("Helene Brandt", &[VendorRole::ChannelChief], &[]),
    ("Tomasz Zieliński", &[VendorRole::Operations], &[]),
    ("Ines Carvalho", &[VendorRole::Operations], &[]),
    ("Miriam Vogel", &[VendorRole::PartnerManager], &[]),
    ("Oliver Hughes", &[VendorRole::PartnerManager], &[]),
    ("Solène Marchand", &[VendorRole::PartnerManager], &[]),
    ("Rachel Donovan", &[VendorRole::PartnerManager], &[]),
    ("Sofie Lindqvist", &[VendorRole::PartnerManager], &[]),
    ("Lukas Steiner", &[VendorRole::DirectRep], &["dach"]),
    ("Franziska Busch", &[VendorRole::DirectRep], &["dach"]),
    ("Grace Whitfield", &[VendorRole::DirectRep], &["uk_ireland"]),
    ("Rémi Tessier", &[VendorRole::DirectRep], &["france"]),
    ("Derek Lawson", &[VendorRole::DirectRep], &["north_america"]),
    ("Priya Natarajan", &[VendorRole::DirectRep], &["north_america"]),
    ("Mikkel Sørensen", &[VendorRole::DirectRep], &["nordics"]),
    ("Joris de Wit", &[VendorRole::DirectRep], &["benelux"]),
    ("Haruka Ishikawa", &[VendorRole::DirectRep], &["japan"]),
    ("Martin Albrecht", &[VendorRole::DirectManager], &[]),
    ("Chidi Okafor", &[VendorRole::SalesEngineer], &[]),
    ("Beatrix Lang", &[VendorRole::Finance], &[]),
    ("Lucía Navarro", &[VendorRole::Marketing], &[]),
    ("Robert Ashworth", &[VendorRole::Executive], &[]),
];

/// The partner manager of a territory, by name.
pub(crate) fn manager_of(territory: &str) -> &'static str {
    match territory {
        "uk_ireland" => "Oliver Hughes",
        "france" | "benelux" => "Solène Marchand",
        "north_america" => "Rachel Donovan",
        "nordics" | "japan" => "Sofie Lindqvist",
        _ => "Miriam Vogel",
    }
}

/// A person who acts in the story.
#[derive(Debug, Clone)]
pub(crate) struct Player {
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
    /// A person with these roles of the vendor.
    pub(crate) fn of_vendor(user_id: UserId, name: &str, roles: &[VendorRole]) -> Self {
        let permissions = permissions_of(roles, &[]);
        Self { user_id, name: name.to_owned(), partner_id: None, permissions }
    }

    /// A person with this role of a partner.
    pub(crate) fn of_partner(user_id: UserId, name: &str, at: (&PartnerId, PartnerRole)) -> Self {
        let permissions = permissions_of(&[], &[at.1]);
        Self { user_id, name: name.to_owned(), partner_id: Some(at.0.clone()), permissions }
    }

    /// The person as an actor.
    pub(crate) fn actor(&self, vendor_id: &VendorId) -> Actor {
        Actor {
            vendor_id: vendor_id.clone(),
            side: self.partner_id.clone().map_or(Side::Vendor, Side::Partner),
            who: Who::User { user_id: self.user_id.clone(), session_id: String::new() },
            name: self.name.clone(),
            permissions: self.permissions,
        }
    }
}

/// A partner of the story.
#[derive(Debug, Clone)]
pub(crate) struct PlayingPartner {
    /// The partner.
    pub partner_id: PartnerId,
    /// How it was drawn.
    pub sketch: Sketch,
    /// The territory in which it sells.
    pub territory: &'static str,
    /// Its admin.
    pub admin: Player,
    /// Its sellers, at least one.
    pub sellers: Vec<Player>,
    /// Its partner manager.
    pub manager: Player,
}

/// An account of the story.
#[derive(Debug, Clone)]
pub(crate) struct PlayingAccount {
    /// The account.
    pub account_id: AccountId,
    /// The company.
    pub company: Company,
    /// True when it was neither customer nor house account at the beginning.
    pub is_prospect: bool,
}

/// A direct sales rep of the story.
#[derive(Debug, Clone)]
pub(crate) struct Rep {
    /// The person.
    pub player: Player,
    /// The territory of the quota.
    pub territory: &'static str,
}

/// Everything that exists before the first registration.
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// What chance is drawn from.
    pub seed: u64,
    /// The vendor.
    pub vendor_id: VendorId,
    /// Its program.
    pub program_id: ProgramId,
    /// The zone of its days.
    pub zone: TimeZone,
    /// The channel chief.
    pub chief: Player,
    /// Everybody of the vendor.
    pub staff: Vec<Player>,
    /// Direct sales.
    pub reps: Vec<Rep>,
    /// The accounts that the vendor knows from the beginning.
    pub accounts: Vec<PlayingAccount>,
    /// The places in `accounts` of those that partners may register, by territory.
    pub by_territory: BTreeMap<&'static str, Vec<usize>>,
    /// Companies that the vendor does not know yet.
    pub strangers: Vec<Company>,
}
