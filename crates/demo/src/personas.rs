//! Whom a visitor of the demo can be: one person of each kind, signed in by one click.

use std::sync::Arc;

use domain::ids::{PartnerId, UserId};

use super::{
    state::{self, Persona},
    world::cast::{Player, PlayingPartner, VENDOR, World},
};
use frame::{ctx::Cx, error::AppError, state::App};
use people::identity;

/// A sign-in link of the demo.
#[derive(Debug, Clone)]
pub struct DemoLink {
    /// The kind of person.
    pub role: String,
    /// The name.
    pub name: String,
    /// The organisation.
    pub organisation: String,
    /// The address that signs in.
    pub url: String,
}

/// The vendor's people shown, by name, with what there is to see.
const VENDOR_PERSONAS: [(&str, &str, &str); 8] = [
    ("Partner manager", "Miriam Vogel", "Decide partners' registrations; one decision is overdue."),
    (
        "Direct sales rep",
        "Lukas Steiner",
        "Try to record an opportunity on a protected account and see why it is refused.",
    ),
    (
        "Channel chief",
        "Helene Brandt",
        "See the program, its next version and whether decisions are on time.",
    ),
    (
        "Partner operations",
        "Tomasz Zieliński",
        "Keep accounts, partners, imports and jobs in order.",
    ),
    (
        "Direct sales manager",
        "Martin Albrecht",
        "See what direct sales is doing and where it was refused.",
    ),
    ("Finance", "Beatrix Lang", "See won deals and their registrations."),
    ("Sales engineer", "Chidi Okafor", "See the deals partners need help with."),
    ("Executive sponsor", "Robert Ashworth", "Get an overview of the program."),
];

/// Everybody a visitor can be: the people of the best known partner first.
pub(super) fn cast(world: &World, partners: &[PlayingPartner]) -> Vec<Persona> {
    let mut personas = Vec::new();
    let of_partner = |role: &str, who: &Player, partner: &PlayingPartner, words: &str| Persona {
        role: role.to_owned(),
        name: who.name.clone(),
        user_id: who.user_id.as_str().to_owned(),
        partner_id: partner.partner_id.as_str().to_owned(),
        organisation: partner.sketch.name.to_owned(),
        invitation: words.to_owned(),
    };
    if let Some(star) = partners.first() {
        if let Some(seller) = star.sellers.first() {
            let words = "Check availability, register a deal, follow up, renew, win.";
            personas.push(of_partner("Partner seller", seller, star, words));
        }
        let words = "See all registrations of the partner and manage its people.";
        personas.push(of_partner("Partner admin", &star.admin, star, words));
    }
    for (role, name, words) in VENDOR_PERSONAS {
        if let Some(player) = world.staff.iter().find(|player| player.name == name) {
            personas.push(Persona {
                role: role.to_owned(),
                name: name.to_owned(),
                user_id: player.user_id.as_str().to_owned(),
                partner_id: String::new(),
                organisation: VENDOR.to_owned(),
                invitation: words.to_owned(),
            });
        }
    }
    let rival = partners.iter().skip(1).find(|p| p.territory == "dach");
    if let Some((rival, seller)) = rival.and_then(|rival| Some((rival, rival.sellers.first()?))) {
        let words = "Another partner: it cannot see what the first one holds.";
        personas.push(of_partner("Seller of a rival partner", seller, rival, words));
    }
    personas
}

impl Persona {
    /// The person and the partner on whose side, as ids.
    pub(super) fn ids(&self) -> Result<(UserId, Option<PartnerId>), AppError> {
        let user_id = UserId::parse(&self.user_id).map_err(AppError::internal)?;
        let partner_id = if self.partner_id.is_empty() {
            None
        } else {
            Some(PartnerId::parse(&self.partner_id).map_err(AppError::internal)?)
        };
        Ok((user_id, partner_id))
    }
}

/// A sign-in link for each kind of person, to be printed where the demo is started.
pub fn links(app: &Arc<App>) -> Result<Vec<DemoLink>, AppError> {
    let (app_, now) = (app.clone(), app.clock.now());
    app.db.write_blocking(move |tx| {
        let Some((vendor_id, _, state)) = state::read(tx)? else {
            return Ok(Vec::new());
        };
        let mut cx = Cx::system(tx, &app_, vendor_id, now);
        let mut links = Vec::new();
        for persona in &state.personas {
            let (user_id, partner_id) = persona.ids()?;
            links.push(DemoLink {
                role: persona.role.clone(),
                name: persona.name.clone(),
                organisation: persona.organisation.clone(),
                url: identity::demo_link(&mut cx, &user_id, partner_id.as_ref())?,
            });
        }
        Ok(links)
    })
}
