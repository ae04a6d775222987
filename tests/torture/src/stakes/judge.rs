//! What the rules ask of the human beings behind an act.

use std::collections::BTreeSet;

use super::{
    act::Act,
    human::{CODES, ROLES},
    oracle::{Claim, Doer, Oracle, Stretch, Thing, pick, words},
};

impl Oracle {
    /// Whether a human being had a thing at any time since a step.
    fn has(&self, human: u32, thing: &Thing, since: u64) -> bool {
        let lasts = |one: &Stretch| one.human == human && one.until.is_none_or(|at| at > since);
        self.had.get(thing).is_some_and(|all| all.iter().any(lasts))
    }

    /// Whether a human being had an open opportunity on a company at any time since a step.
    fn works(&self, human: u32, company: u32, since: u64) -> bool {
        let mut on = self.opportunities.iter().filter(|(_, of)| **of == company);
        on.any(|(label, _)| self.has(human, &Thing::Opportunity(*label), since))
    }

    /// Whether the territory in which a company lay was a human being's at the same time, since a
    /// step.
    fn near(&self, human: u32, company: u32, since: u64) -> bool {
        let mut places = self.places.get(&company).into_iter().flatten();
        places.any(|(code, from, until)| {
            let begins = (*from).max(since);
            let all = self.had.get(&Thing::Territory(code));
            all.into_iter().flatten().any(|one| {
                let until = until.unwrap_or(u64::MAX).min(one.until.unwrap_or(u64::MAX));
                one.human == human && until > begins.max(one.from)
            })
        })
    }

    /// Whether as many people did it as its rule wants.
    pub(super) fn judge(&self, act: Act, doer: Doer<'_>) -> Result<(), (&'static str, String)> {
        let human = doer.human;
        match act {
            Act::Decide { deal, .. } | Act::Release { deal, .. } => self.of_deal(human, deal),
            Act::Rule { case, .. } => self.of_case(human, case),
            Act::Sign { version, .. } if self.authors.get(&version) == Some(&human) => {
                Err(("PG-02", format!("human {human} wrote and approved version {version}")))
            }
            Act::Give { deal, asked: true, .. } => {
                let asker = self.deals.get(&deal).and_then(|claim| claim.asker);
                if asker == Some(human) {
                    return Err(("DR-05", format!("human {human} asked for consent and gave it")));
                }
                Ok(())
            }
            Act::Engage { deal, .. } => {
                let claim = self.deals.get(&deal).filter(|claim| claim.holds);
                let alone = claim.is_some_and(|claim| claim.givers == BTreeSet::from([human]));
                let none = claim.is_some_and(|claim| claim.givers.is_empty());
                if alone || none {
                    let words = format!("human {human} engaged deal {deal} by nobody's consent");
                    return Err(("DR-05", words));
                }
                Ok(())
            }
            Act::Roles { face, roles, .. } => self.of_roles(doer, doer.of(face), roles),
            Act::Invite { human: whom, side: None, roles, .. } => {
                self.of_roles(doer, Some((whom, String::new())), roles)
            }
            Act::Territories { face, codes, .. } => {
                let (whom, user_id) = doer.of(face).unwrap_or_default();
                let before = self.territories.get(&user_id).cloned().unwrap_or_default();
                if whom == human && before != words(pick(&CODES, codes)) {
                    return Err(("ID-02", format!("human {human} changed its own territories")));
                }
                Ok(())
            }
            Act::Invite { .. }
            | Act::Remove { .. }
            | Act::Suspend { .. }
            | Act::Owner { .. }
            | Act::Country { .. }
            | Act::Manager { .. }
            | Act::Opportunity { .. }
            | Act::Lose { .. }
            | Act::Register { .. }
            | Act::Open { .. }
            | Act::Appeal { .. }
            | Act::Draft { .. }
            | Act::Sign { .. }
            | Act::Ask { .. }
            | Act::Give { .. } => Ok(()),
        }
    }

    /// Nobody gives itself a role that none of its users has.
    fn of_roles(
        &self,
        doer: Doer<'_>,
        whom: Option<(u32, String)>,
        roles: u32,
    ) -> Result<(), (&'static str, String)> {
        let human = doer.human;
        if whom.is_none_or(|(whom, _)| whom != human) {
            return Ok(());
        }
        let own: BTreeSet<&str> = self
            .roles
            .values()
            .filter(|(who, _)| *who == human)
            .flat_map(|(_, roles)| roles.iter().copied())
            .collect();
        match words(pick(&ROLES, roles)).difference(&own).find(|role| is_more(role, &own)) {
            Some(role) => Err(("ID-02", format!("human {human} made itself {role}"))),
            None => Ok(()),
        }
    }

    fn of_deal(&self, human: u32, deal: u32) -> Result<(), (&'static str, String)> {
        let Some(claim) = self.deals.get(&deal) else {
            return Ok(());
        };
        match self.stake(human, claim, claim.submitted) {
            Some(words) => Err(("DR-14", format!("human {human} decided deal {deal}: {words}"))),
            None => Ok(()),
        }
    }

    fn of_case(&self, human: u32, case: u32) -> Result<(), (&'static str, String)> {
        let Some(quarrel) = self.cases.get(&case) else {
            return Ok(());
        };
        let Some(claim) = self.deals.get(&quarrel.deal) else {
            return Ok(());
        };
        let since = quarrel.opened.min(claim.submitted);
        let words = if quarrel.opener == human {
            Some("it opened the case".to_owned())
        } else if quarrel.deciders.contains(&human) || claim.deciders.contains(&human) {
            Some("it decided before".to_owned())
        } else if self.has(human, &Thing::Partner(claim.partner), since) {
            Some("it looked after the partner".to_owned())
        } else {
            self.stake(human, claim, since)
        };
        match words {
            Some(words) => Err(("CF-03", format!("human {human} ruled case {case}: {words}"))),
            None => Ok(()),
        }
    }

    fn stake(&self, human: u32, claim: &Claim, since: u64) -> Option<String> {
        let both = self.sides.get(&claim.partner).is_some_and(|side| side.contains(&human));
        let company = claim.company;
        if both {
            Some("it stands on the partner's side".to_owned())
        } else if self.has(human, &Thing::Account(company), since) {
            Some("it had the account".to_owned())
        } else if self.works(human, company, since) {
            Some("it had an opportunity there".to_owned())
        } else {
            self.near(human, company, since).then(|| "it had the territory".to_owned())
        }
    }
}

/// Whether a role allows something that these do not. The lesser roles of the vendor's partner side
/// are parts of the greater ones.
fn is_more(role: &str, own: &BTreeSet<&str>) -> bool {
    let greater = |one: &&str| matches!(*one, "channel_chief" | "operations");
    !(role == "partner_manager" && own.iter().any(greater))
}
