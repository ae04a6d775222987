//! What people do, by chance: mostly what makes sense, at times what must be refused, and now and
//! then at the very instant at which a clock runs out.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::run::Length;
use crate::{
    spec::{
        book::Book,
        days::distance,
        registration::{Registration, Status},
    },
    stage::{
        act::{Act, Intent},
        dice::Dice,
        document::HOUSES,
        perform::Names,
    },
};

/// People who answer submissions: some of them have a stake in some.
const DECIDERS: [u32; 6] = [0, 1, 2, 3, 4, 5];
/// Direct sales.
const REPS: [u32; 3] = [6, 7, 8];

/// Chance, and the labels given so far.
#[derive(Debug, Clone)]
pub struct Story {
    pub(super) dice: Dice,
    pub(super) partners: u32,
    companies: u32,
    known: u32,
    acts: u32,
    label: u32,
    /// The company registered last, which a rival may want, too.
    wanted: u32,
    pub(super) requests: BTreeMap<u32, (u32, Option<u32>)>,
}

impl Story {
    /// The story of a seed.
    pub fn new(seed: u64, length: &Length) -> Story {
        let size = length.size;
        Story {
            dice: Dice::new(seed, 3),
            partners: size.partners,
            companies: size.known + size.strangers,
            known: size.known,
            acts: length.acts,
            label: 0,
            wanted: 0,
            requests: BTreeMap::new(),
        }
    }

    pub(super) fn label(&mut self) -> u32 {
        self.label += 1;
        self.label
    }

    /// The times of a day at which something is done; what has an act already is done at the very
    /// instant at which a clock runs out, or just before.
    pub fn times(&mut self, book: &Book, (from, until): (Timestamp, Timestamp)) -> Vec<Intent> {
        let (from, until) = (from.as_microsecond() + 1, until.as_microsecond());
        let free = u32::try_from((until - from).max(1) / 1_000).unwrap_or(u32::MAX);
        let count = self.dice.below(self.acts * 2 + 1);
        let mut all: Vec<Intent> = (0..count)
            .map(|_| {
                let at = from + i64::from(self.dice.below(free)) * 1_000;
                let swept = self.dice.percent(70);
                Intent { at, swept, act: Act::Wait }
            })
            .collect();
        for (deal, one) in &book.registrations {
            let Some(at) = one.next_due(&book.program).map(Timestamp::as_microsecond) else {
                continue;
            };
            if !(from..until).contains(&at) || !self.dice.percent(30) {
                continue;
            }
            let at = at - i64::from(self.dice.below(2));
            let by = self.dice.pick(&DECIDERS, 0);
            let act = match (one.status.waits(), self.dice.below(3)) {
                (true, 0) => Act::Reject { deal: *deal, by },
                (true, 1) => Act::Approve { deal: *deal, by },
                (true, _) => Act::Return { deal: *deal, by },
                (false, 0) => Act::Log { deal: *deal, days_ago: 0 },
                (false, _) => Act::Renew { deal: *deal },
            };
            all.push(Intent { at, swept: false, act });
        }
        all.sort_by_key(|intent| intent.at);
        all
    }

    /// What is done at that time.
    pub fn intent(&mut self, book: &Book, names: &Names, slot: Intent, at: Timestamp) -> Intent {
        let act = if slot.act == Act::Wait { self.act(book, names, at) } else { slot.act };
        let alone = matches!(
            act,
            Act::Crm { .. }
                | Act::Merge { .. }
                | Act::OpenCase { .. }
                | Act::State { .. }
                | Act::Decide { .. }
                | Act::Appeal { .. }
                | Act::Close { .. }
                | Act::Hold { .. }
                | Act::Ask { .. }
                | Act::Answer { .. }
                | Act::Escalate { .. }
        );
        Intent { at: at.as_microsecond(), swept: slot.swept || alone, act }
    }

    fn act(&mut self, book: &Book, names: &Names, at: Timestamp) -> Act {
        const WEIGHTS: [u32; 12] = [22, 5, 20, 9, 24, 7, 9, 8, 10, 8, 1, 11];
        let drawn = self.dice.weighted(&WEIGHTS);
        let found = match drawn {
            0 => Some(self.register(book, at)),
            1 => self.draft_or_submit(book),
            2 => self.decide(book),
            3 => self.again(book),
            4 => self.log(book),
            5 => self.renew(book, at),
            6 => self.end(book),
            7 => self.mischief(book),
            8 => Some(self.direct(book)),
            9 => self.consent(book, names),
            10 => self.merge(book),
            _ => self.case(book),
        };
        found.unwrap_or_else(|| self.register(book, at))
    }

    /// A company under a name that is certain: one whose account was merged into another may be
    /// either, and then a person decides which is meant (AC-03).
    fn company(&mut self, book: &Book) -> u32 {
        let merged =
            |company: &u32| book.accounts.get(company).is_some_and(|one| one.merged_into.is_some());
        if self.dice.percent(12) && !merged(&self.wanted) {
            return self.wanted;
        }
        for _ in 0..20 {
            self.wanted = self.dice.below(self.companies);
            if !merged(&self.wanted) {
                break;
            }
        }
        self.wanted
    }

    fn register(&mut self, book: &Book, _at: Timestamp) -> Act {
        let partner = self.dice.below(self.partners);
        let mut company = self.company(book);
        // Most partners look for a company where they may sell.
        for _ in 0..4 {
            let wants = book.partner(partner).and_then(|one| one.territory.clone());
            if wants.is_none() || wants.as_deref() == book.territory(company) {
                break;
            }
            company = self.company(book);
        }
        let amount_minor = i64::from(self.dice.between(1, 40)) * 50_000;
        let product = u32::from(self.dice.percent(25));
        Act::Register { deal: self.label(), partner, company, amount_minor, product }
    }

    fn draft_or_submit(&mut self, book: &Book) -> Option<Act> {
        if self.dice.percent(50) {
            let partner = self.dice.below(self.partners);
            let company = self.company(book);
            let deal = self.label();
            return Some(Act::Draft { deal, partner, company, amount_minor: 900_000, product: 0 });
        }
        let deal = self.one_of(book, |status| status == Status::Draft)?;
        Some(match self.dice.below(5) {
            0 => Act::Amend { deal, amount_minor: 950_000, need: self.dice.between(1, 9) },
            1 => Act::Withdraw { deal },
            _ => Act::Submit { deal },
        })
    }

    pub(super) fn one_of(&mut self, book: &Book, wanted: impl Fn(Status) -> bool) -> Option<u32> {
        self.dice.choose(&book.of_status(wanted)).copied()
    }

    fn decide(&mut self, book: &Book) -> Option<Act> {
        let deal = self.one_of(book, Status::waits)?;
        let by = self.dice.pick(&DECIDERS, 0);
        Some(match self.dice.below(100) {
            0..=61 => Act::Approve { deal, by },
            62..=71 => Act::Reject { deal, by },
            72..=89 => Act::Return { deal, by },
            _ => Act::TakeUp { deal },
        })
    }

    fn again(&mut self, book: &Book) -> Option<Act> {
        let back = |status| matches!(status, Status::Returned | Status::Withdrawn);
        let deal = self.one_of(book, back)?;
        Some(match self.dice.below(12) {
            0 => Act::Rename { deal, company: self.company(book) },
            1 => Act::Amend { deal, amount_minor: 800_000, need: self.dice.between(1, 9) },
            2 => Act::Withdraw { deal },
            _ => Act::Submit { deal },
        })
    }

    fn log(&mut self, book: &Book) -> Option<Act> {
        let deal = self.one_of(book, |status| status.is_live() || status.waits())?;
        let days_ago = match self.dice.below(100) {
            0..=54 => 0,
            55..=79 => i64::from(self.dice.between(1, 4)),
            80..=94 => i64::from(self.dice.between(5, 25)),
            _ => -1,
        };
        Some(Act::Log { deal, days_ago })
    }

    fn renew(&mut self, book: &Book, at: Timestamp) -> Option<Act> {
        let today = book.program.days.day(at);
        let ends = |one: &Registration| {
            let window = i64::from(one.terms.renewal_window_days) + 3;
            one.status.is_live() && one.until.is_some_and(|on| distance(today, on) < window)
        };
        let soon: Vec<u32> =
            book.registrations.iter().filter(|(_, one)| ends(one)).map(|(at, _)| *at).collect();
        let deal = match self.dice.choose(&soon).copied() {
            Some(deal) if self.dice.percent(90) => deal,
            Some(_) | None => self.one_of(book, Status::is_live)?,
        };
        Some(if self.dice.percent(40) {
            Act::Log { deal, days_ago: 0 }
        } else {
            Act::Renew { deal }
        })
    }

    fn end(&mut self, book: &Book) -> Option<Act> {
        let deal = self.one_of(book, Status::is_live)?;
        Some(match self.dice.below(12) {
            0 | 1 => Act::Win { deal },
            2 | 3 => Act::Lose { deal },
            4 => Act::Withdraw { deal },
            5 => Act::Release { deal },
            6 => Act::Rename { deal, company: self.company(book) },
            _ => {
                let amount_minor = i64::from(self.dice.between(1, 40)) * 50_000;
                Act::Amend { deal, amount_minor, need: self.dice.between(1, 9) }
            }
        })
    }

    /// Something that is mostly refused.
    fn mischief(&mut self, book: &Book) -> Option<Act> {
        let deal = self.one_of(book, |_| true)?;
        let by = self.dice.pick(&DECIDERS, 0);
        Some(match self.dice.below(13) {
            0 => Act::Submit { deal },
            1 => Act::TakeUp { deal },
            2 => Act::Approve { deal, by },
            3 => Act::Reject { deal, by },
            4 => Act::Return { deal, by },
            5 => Act::Log { deal, days_ago: -2 },
            6 => Act::Renew { deal },
            7 => Act::Win { deal },
            8 => Act::Lose { deal },
            9 => Act::Withdraw { deal },
            10 => Act::Amend { deal, amount_minor: 700_000, need: 3 },
            11 => Act::GiveConsent { deal, consent: self.label(), days: Some(-1) },
            _ => {
                let owner = book.registration(deal).map(|one| one.partner);
                let partner = (owner? + 1) % self.partners.max(2);
                Act::Pry { deal, partner }
            }
        })
    }

    /// An account that a partner holds, or any.
    fn target(&mut self, book: &Book) -> u32 {
        let held: Vec<u32> = book
            .registrations
            .values()
            .filter(|one| one.holds)
            .filter_map(|one| one.account)
            .collect();
        match self.dice.choose(&held).copied() {
            Some(account) if self.dice.percent(75) => account,
            Some(_) | None => self.dice.below(self.known),
        }
    }

    fn direct(&mut self, book: &Book) -> Act {
        let (company, by) = (self.target(book), self.dice.pick(&REPS, 6));
        match self.dice.below(20) {
            0..=6 => Act::Engage { company, by, opportunity: None },
            7..=12 => Act::Engage { company, by, opportunity: Some(self.label()) },
            13 => {
                let (opportunity, case) = (self.label(), self.label());
                Act::Crm { company, by, opportunity, case }
            }
            _ => {
                let open: Vec<u32> = book
                    .accounts
                    .values()
                    .flat_map(|one| &one.opportunities)
                    .filter(|(_, one)| one.is_open)
                    .map(|(label, _)| *label)
                    .collect();
                match self.dice.choose(&open).copied() {
                    Some(opportunity) => {
                        Act::CloseDirect { opportunity, won: self.dice.percent(15) }
                    }
                    None => Act::Engage { company, by, opportunity: Some(self.label()) },
                }
            }
        }
    }

    fn consent(&mut self, book: &Book, names: &Names) -> Option<Act> {
        let days = match self.dice.below(3) {
            0 => None,
            _ => Some(i64::from(self.dice.below(20))),
        };
        let known: Vec<u32> = names.consents.keys().copied().collect();
        let consent = self.dice.choose(&known).copied();
        Some(match (self.dice.below(10), consent) {
            (0..=2, Some(consent)) => {
                let given = self.dice.percent(60);
                Act::AnswerConsent { consent, given, days }
            }
            (3, Some(consent)) => Act::WithdrawConsent { consent },
            (4, _) => {
                let deal = self.one_of(book, Status::is_live)?;
                Act::GiveConsent { deal, consent: self.label(), days }
            }
            _ => {
                let (company, by) = (self.target(book), self.dice.pick(&REPS, 6));
                Act::AskConsent { company, by, consent: self.label() }
            }
        })
    }

    /// Two accounts turn out to be one company: prospects, which nothing else is known of.
    fn merge(&mut self, book: &Book) -> Option<Act> {
        let (kept, merged) = (self.target(book), self.target(book));
        let plain = |label: u32| {
            book.accounts
                .get(&label)
                .is_some_and(|one| label >= HOUSES && one.bought.is_none() && !one.is_house)
        };
        let same = book.company(kept).map(|one| &one.country)
            == book.company(merged).map(|one| &one.country);
        (plain(kept) && plain(merged) && same).then(|| Act::Merge {
            kept,
            merged,
            case: self.label(),
        })
    }
}
