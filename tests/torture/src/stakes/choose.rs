//! The next act, by chance: people who try what two people may do alone.

use super::{
    act::{Act, Address, Answer, Door, Hand, Ruling},
    human::{CODES, OF_VENDOR, PARTNERS, ROLES},
    scene::Scene,
};
use crate::stage::dice::Dice;

/// Companies that are fought for.
const COMPANIES: u32 = 3;

/// Chance and the labels given so far.
#[derive(Debug, Clone)]
pub(super) struct Maker {
    dice: Dice,
    label: u32,
}

impl Maker {
    /// The chance of a sequence.
    pub(super) fn new(seed: u64) -> Maker {
        Maker { dice: Dice::new(seed, 11), label: 100 }
    }

    fn label(&mut self) -> u32 {
        self.label += 1;
        self.label
    }

    fn count(list: &[&str]) -> u32 {
        u32::try_from(list.len()).unwrap_or(1)
    }

    /// A user that stands on that side, by any door; `None` where nobody does.
    fn hand(&mut self, scene: &Scene<'_>, wanted: impl Fn(Option<u32>) -> bool) -> Option<Hand> {
        let face = self.face(scene, wanted)?;
        let door =
            self.dice.pick(&[Door::Session, Door::Session, Door::Key, Door::Child], Door::Session);
        Some(Hand { face, door })
    }

    fn face(&mut self, scene: &Scene<'_>, wanted: impl Fn(Option<u32>) -> bool) -> Option<u32> {
        let all = scene.faces.iter().filter(|(_, face)| face.stands && wanted(face.partner));
        let labels: Vec<u32> = all.map(|(label, _)| *label).collect();
        self.dice.choose(&labels).copied()
    }

    fn of_vendor(&mut self, scene: &Scene<'_>) -> Option<Hand> {
        self.hand(scene, |partner| partner.is_none())
    }

    /// One of the labels, the latest more often than the others.
    fn latest<T>(&mut self, all: &std::collections::BTreeMap<u32, T>) -> Option<u32> {
        let labels: Vec<u32> = all.keys().copied().collect();
        match labels.last() {
            Some(last) if self.dice.percent(60) => Some(*last),
            _ => self.dice.choose(&labels).copied(),
        }
    }

    /// The next act; `None` where the one drawn has nothing to act on.
    pub(super) fn next(&mut self, scene: &Scene<'_>) -> Option<Act> {
        match self.dice.weighted(&[9, 12, 22, 12, 9, 10]) {
            0 => self.invite(scene),
            1 => self.transfer(scene),
            2 => self.deal(scene),
            3 => self.case(scene),
            4 => self.program(scene),
            _ => self.consent(scene),
        }
    }

    fn invite(&mut self, scene: &Scene<'_>) -> Option<Act> {
        let vendor = self.dice.percent(75);
        let by = self.hand(scene, |partner| partner.is_none() == vendor)?;
        let inviter = scene.faces.get(&by.face)?;
        let side = match inviter.partner {
            Some(own) => Some(own),
            None if self.dice.percent(55) => Some(self.dice.below(PARTNERS)),
            None => None,
        };
        let roles = self.dice.below(Self::count(&ROLES));
        let face = self.label();
        // An address of which nothing tells whose it is, is one's own: whoever lets somebody
        // else's in stands up for it, and then two people did it.
        let (human, address) = if self.dice.percent(70) {
            let kinds = [Address::Private, Address::Private, Address::Tagged, Address::Own];
            (inviter.human, self.dice.pick(&kinds, Address::Own))
        } else {
            let human = self.dice.below(OF_VENDOR + PARTNERS);
            (human, self.dice.pick(&[Address::Tagged, Address::Own], Address::Own))
        };
        Some(Act::Invite { by, face, human, side, address, roles })
    }

    fn transfer(&mut self, scene: &Scene<'_>) -> Option<Act> {
        let by = self.of_vendor(scene)?;
        let company = self.dice.below(COMPANIES);
        let whom = self.face(scene, |partner| partner.is_none())?;
        let to = self.dice.percent(60).then_some(whom);
        Some(match self.dice.below(20) {
            0..=4 => Act::Owner { by, company, to },
            5..=8 => {
                let codes = self.dice.below(Self::count(&CODES));
                Act::Territories { by, face: whom, codes }
            }
            9..=11 => Act::Manager { by, partner: self.dice.below(PARTNERS), to },
            12 => Act::Country { by, company, abroad: self.dice.percent(50) },
            13 | 14 => {
                let label = self.label();
                Act::Opportunity { by, company, owner: whom, label }
            }
            15 | 16 => Act::Lose { by, opportunity: self.latest(&scene.opportunities)? },
            17 => Act::Roles { by, face: whom, roles: self.dice.below(Self::count(&ROLES)) },
            18 => {
                let anybody = self.face(scene, |_| true)?;
                Act::Suspend { by, face: anybody, suspended: self.dice.percent(40) }
            }
            _ => {
                // The first users stay, so that somebody is left; nobody removes itself.
                let anybody = self.face(scene, |_| true)?;
                let same = scene.faces.get(&anybody).map(|face| &face.user_id)
                    == scene.faces.get(&by.face).map(|face| &face.user_id);
                if anybody < 100 || same {
                    return None;
                }
                Act::Remove { by, face: anybody }
            }
        })
    }

    fn deal(&mut self, scene: &Scene<'_>) -> Option<Act> {
        match self.dice.below(10) {
            0..=3 => {
                let by = self.hand(scene, |partner| partner.is_some())?;
                let (company, deal) = (self.dice.below(COMPANIES), self.label());
                Some(Act::Register { by, company, deal })
            }
            4..=8 => {
                let (by, deal) = (self.of_vendor(scene)?, self.latest(&scene.deals)?);
                let answers = [Answer::Approve, Answer::Approve, Answer::Reject, Answer::Return];
                Some(Act::Decide { by, deal, answer: self.dice.pick(&answers, Answer::Approve) })
            }
            _ => {
                let (by, deal) = (self.of_vendor(scene)?, self.latest(&scene.deals)?);
                Some(Act::Release { by, deal })
            }
        }
    }

    fn case(&mut self, scene: &Scene<'_>) -> Option<Act> {
        match self.dice.below(10) {
            0 | 1 => {
                let deal = self.latest(&scene.deals)?;
                let owner = scene.deals.get(&deal).map(|deal| deal.partner);
                let by = self.hand(scene, |partner| partner.is_none() || partner == owner)?;
                let case = self.label();
                Some(Act::Open { by, deal, case })
            }
            2..=8 => {
                let (by, case) = (self.of_vendor(scene)?, self.latest(&scene.cases)?);
                let all =
                    [Ruling::Decide, Ruling::Decide, Ruling::Escalate, Ruling::Close, Ruling::Ask];
                Some(Act::Rule { by, case, ruling: self.dice.pick(&all, Ruling::Decide) })
            }
            _ => {
                let case = self.latest(&scene.cases)?;
                let deal = scene.cases.get(&case).and_then(|(_, deal)| scene.deals.get(deal));
                let owner = deal.map(|deal| deal.partner);
                let by = self.hand(scene, |partner| partner.is_some() && partner == owner)?;
                Some(Act::Appeal { by, case })
            }
        }
    }

    fn program(&mut self, scene: &Scene<'_>) -> Option<Act> {
        let by = self.of_vendor(scene)?;
        if scene.versions.is_empty() || self.dice.percent(35) {
            let version = self.label();
            return Some(Act::Draft { by, version });
        }
        Some(Act::Sign { by, version: self.latest(&scene.versions)? })
    }

    fn consent(&mut self, scene: &Scene<'_>) -> Option<Act> {
        let deal = self.latest(&scene.deals)?;
        match self.dice.below(3) {
            0 => Some(Act::Ask { by: self.of_vendor(scene)?, deal }),
            1 => {
                let owner = scene.deals.get(&deal).map(|deal| deal.partner);
                let asked = scene.deals.get(&deal).is_some_and(|deal| deal.asked.is_some());
                let by = self.hand(scene, |partner| partner.is_some() && partner == owner)?;
                Some(Act::Give { by, deal, asked })
            }
            _ => Some(Act::Engage { by: self.of_vendor(scene)?, deal }),
        }
    }
}
