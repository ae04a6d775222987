//! What the rules ask of human beings: kept from what was done, without a look at the product's
//! tables.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    act::{Act, Answer, Ruling},
    human::{CODES, Face, ROLES},
    scene::roles_of,
};

/// Something of which human beings have a stake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    Account(u32),
    /// By its label.
    Opportunity(u32),
    Territory(&'static str),
    Partner(u32),
}

/// A stretch in which a user had something; from and until which step.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    pub(super) user_id: String,
    pub(super) human: u32,
    pub(super) from: u64,
    pub(super) until: Option<u64>,
}

#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) company: u32,
    pub(super) partner: u32,
    pub(super) submitted: u64,
    pub(super) deciders: BTreeSet<u32>,
    pub(super) holds: bool,
    pub(super) asker: Option<u32>,
    pub(super) givers: BTreeSet<u32>,
}

#[derive(Debug, Clone)]
pub(super) struct Quarrel {
    pub(super) deal: u32,
    pub(super) opened: u64,
    pub(super) opener: u32,
    pub(super) deciders: BTreeSet<u32>,
}

/// A territory in which a company lay; from and until which step.
type Lay = (&'static str, u64, Option<u64>);

/// Which human beings did what, and what they had.
#[derive(Debug, Clone, Default)]
pub(super) struct Oracle {
    step: u64,
    pub(super) had: BTreeMap<Thing, Vec<Stretch>>,
    /// On which company each opportunity is.
    pub(super) opportunities: BTreeMap<u32, u32>,
    /// Where each company lies, or lay: the territory, from and until which step.
    pub(super) places: BTreeMap<u32, Vec<Lay>>,
    /// Human beings who ever stood on a partner's side.
    pub(super) sides: BTreeMap<u32, BTreeSet<u32>>,
    /// Roles of users of the vendor, with the human being.
    pub(super) roles: BTreeMap<String, (u32, BTreeSet<&'static str>)>,
    pub(super) territories: BTreeMap<String, BTreeSet<&'static str>>,
    pub(super) deals: BTreeMap<u32, Claim>,
    pub(super) cases: BTreeMap<u32, Quarrel>,
    pub(super) authors: BTreeMap<u32, u32>,
}

/// Who did something, and who is behind each label.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doer<'s> {
    /// The human being.
    pub(super) human: u32,
    /// Everybody.
    pub(super) faces: &'s BTreeMap<u32, Face>,
}

impl Doer<'_> {
    /// The human being and the user id of a label.
    pub(super) fn of(self, label: u32) -> Option<(u32, String)> {
        self.faces.get(&label).map(|face| (face.human, face.user_id.clone()))
    }

    /// The partner of a label's side.
    fn partner(self, label: u32) -> Option<u32> {
        self.faces.get(&label).and_then(|face| face.partner)
    }
}

/// The words of a list.
pub(super) fn words(list: &'static str) -> BTreeSet<&'static str> {
    list.split(' ').filter(|word| !word.is_empty()).collect()
}

/// An entry of a list, whatever the number.
pub(super) fn pick(list: &'static [&'static str], place: u32) -> &'static str {
    list.get(usize::try_from(place).unwrap_or(0) % list.len().max(1)).copied().unwrap_or("")
}

impl Oracle {
    /// What is true of the people with whom a sequence begins.
    pub(super) fn begin(people: &[(u32, Option<u32>, String)]) -> Oracle {
        let mut oracle = Oracle::default();
        for (human, partner, user_id) in people {
            match partner {
                Some(partner) => {
                    oracle.sides.entry(*partner).or_default().insert(*human);
                }
                None => {
                    oracle.roles.insert(user_id.clone(), (*human, words(roles_of(*human))));
                }
            }
        }
        oracle
    }

    /// A step begins.
    pub(super) fn next(&mut self) {
        self.step += 1;
    }

    /// An account appears in Germany.
    pub(super) fn appears(&mut self, company: u32) {
        let step = self.step;
        self.places.entry(company).or_insert_with(|| vec![("dach", step, None)]);
    }

    /// What was done, and whether as many people did it as its rule wants: the rule and what is
    /// wrong otherwise.
    pub(super) fn done(&mut self, act: Act, doer: Doer<'_>) -> Result<(), (&'static str, String)> {
        let verdict = self.judge(act, doer);
        self.of_people(act, doer);
        self.of_deals(act, doer);
        verdict
    }

    /// Keeps who stands where and has what.
    #[expect(clippy::wildcard_enum_match_arm, reason = "acts are kept in two parts")]
    fn of_people(&mut self, act: Act, doer: Doer<'_>) {
        let of = |label: u32| doer.of(label);
        match act {
            Act::Invite { face, human: whom, side, roles, .. } => match (side, of(face)) {
                (Some(partner), _) => {
                    self.sides.entry(partner).or_default().insert(whom);
                }
                (None, Some((_, user_id))) => {
                    self.roles.insert(user_id.clone(), (whom, words(pick(&ROLES, roles))));
                    self.hold_territories((whom, &user_id), BTreeSet::new());
                }
                (None, None) => {}
            },
            Act::Remove { face, .. } => {
                if let (Some((who, user_id)), None) = (of(face), doer.partner(face)) {
                    self.roles.remove(&user_id);
                    self.hold_territories((who, &user_id), BTreeSet::new());
                }
            }
            Act::Roles { face, roles, .. } => {
                if let Some((who, user_id)) = of(face) {
                    self.roles.insert(user_id, (who, words(pick(&ROLES, roles))));
                }
            }
            Act::Territories { face, codes, .. } => {
                if let Some((who, user_id)) = of(face) {
                    self.hold_territories((who, &user_id), words(pick(&CODES, codes)));
                }
            }
            Act::Owner { company, to, .. } => self.hold(Thing::Account(company), to.and_then(of)),
            Act::Country { company, abroad, .. } => self.moves(company, abroad),
            Act::Manager { partner, to, .. } => self.hold(Thing::Partner(partner), to.and_then(of)),
            Act::Opportunity { company, owner, label, .. } => {
                self.opportunities.insert(label, company);
                self.hold(Thing::Opportunity(label), of(owner));
            }
            Act::Lose { opportunity, .. } => self.hold(Thing::Opportunity(opportunity), None),
            _ => {}
        }
    }

    /// Keeps who submitted, decided, opened, wrote, asked and gave what.
    #[expect(clippy::wildcard_enum_match_arm, reason = "acts are kept in two parts")]
    fn of_deals(&mut self, act: Act, doer: Doer<'_>) {
        let human = doer.human;
        match act {
            Act::Register { company, deal, by } => {
                let partner = doer.partner(by.face).unwrap_or_default();
                let (deciders, givers) = (BTreeSet::new(), BTreeSet::new());
                let (submitted, holds, asker) = (self.step, false, None);
                let claim = Claim { company, partner, submitted, deciders, holds, asker, givers };
                self.deals.insert(deal, claim);
            }
            Act::Decide { deal, answer, .. } => {
                if let Some(claim) = self.deals.get_mut(&deal) {
                    claim.deciders.insert(human);
                    claim.holds |= answer == Answer::Approve;
                }
            }
            Act::Release { deal, .. } => {
                if let Some(claim) = self.deals.get_mut(&deal) {
                    claim.deciders.insert(human);
                    claim.holds = false;
                }
            }
            Act::Open { deal, case, .. } => {
                let (opened, opener, deciders) = (self.step, human, BTreeSet::new());
                self.cases.insert(case, Quarrel { deal, opened, opener, deciders });
            }
            Act::Rule { case, ruling, .. } => self.ruled(case, ruling, human),
            Act::Draft { version, .. } => {
                self.authors.insert(version, human);
            }
            Act::Ask { deal, .. } => {
                if let Some(claim) = self.deals.get_mut(&deal) {
                    claim.asker = Some(human);
                }
            }
            Act::Give { deal, asked, .. } => {
                if let Some(claim) = self.deals.get_mut(&deal) {
                    claim.givers.insert(human);
                    claim.asker = claim.asker.filter(|_| !asked);
                }
            }
            _ => {}
        }
    }

    fn ruled(&mut self, case: u32, ruling: Ruling, human: u32) {
        let Some(quarrel) = self.cases.get_mut(&case) else {
            return;
        };
        if ruling == Ruling::Decide {
            quarrel.deciders.insert(human);
        }
        let deal = quarrel.deal;
        // A ruling may end protection; then consent is nobody's question any more.
        if let Some(claim) = self.deals.get_mut(&deal).filter(|_| ruling == Ruling::Decide) {
            claim.holds = false;
        }
    }

    /// Somebody has a thing from now on, and whoever had it has it no more.
    fn hold(&mut self, thing: Thing, who: Option<(u32, String)>) {
        let step = self.step;
        let stretches = self.had.entry(thing).or_default();
        let keeps = |one: &Stretch| who.as_ref().is_some_and(|(_, user)| *user == one.user_id);
        for one in stretches.iter_mut().filter(|one| one.until.is_none() && !keeps(one)) {
            one.until = Some(step);
        }
        if let Some((human, user_id)) = who
            && !stretches.iter().any(|one| one.until.is_none())
        {
            stretches.push(Stretch { user_id, human, from: step, until: None });
        }
    }

    fn hold_territories(&mut self, (human, user_id): (u32, &str), codes: BTreeSet<&'static str>) {
        let step = self.step;
        let before = self.territories.insert(user_id.to_owned(), codes.clone()).unwrap_or_default();
        for code in before.difference(&codes) {
            let stretches = self.had.entry(Thing::Territory(code)).or_default();
            let open = |one: &&mut Stretch| one.user_id == user_id && one.until.is_none();
            for one in stretches.iter_mut().filter(open) {
                one.until = Some(step);
            }
        }
        for code in codes.difference(&before) {
            let user_id = user_id.to_owned();
            let stretch = Stretch { user_id, human, from: step, until: None };
            self.had.entry(Thing::Territory(code)).or_default().push(stretch);
        }
    }

    fn moves(&mut self, company: u32, abroad: bool) {
        let step = self.step;
        let code = if abroad { "france" } else { "dach" };
        let places = self.places.entry(company).or_default();
        if places.last().is_some_and(|(last, _, _)| *last == code) {
            return;
        }
        if let Some(last) = places.last_mut() {
            last.2 = Some(step);
        }
        places.push((code, step, None));
    }
}
