//! A partner registers a deal.

use domain::{
    deal_registration::{
        check::CheckSubject, rejection::RejectionReason, rules::DR_13, stage::StageKind,
    },
    money::{Currency, Money},
};
use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    Play,
    errand::{Deal, Errand, Fate, Target},
};
use crate::{
    dice::Dice,
    words::{lands, notes},
    world::{
        companies::{Company, other_spelling},
        names, program,
    },
};
use frame::error::AppError;
use sell::deal_registration::{
    Details, Origin, Product, ProgressInput, Registration, Said, Source,
    actions::{SubmitNew, Submitted},
};

/// Minutes until a partner that was refused tries another account.
const NEXT_TRY_MINUTES: i64 = 4;

/// How many partners ask first whether an account is free.
const ASK_FIRST_PERCENT: u32 = 80;

/// How a company is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// As the vendor knows it, with its domain.
    Known,
    /// Without legal form, with its domain.
    Short,
    /// In other words and without its domain, so that a person has to look.
    Other,
}

impl Play<'_, '_> {
    /// One attempt; when it is refused, another account is tried a little later.
    pub(super) fn register(
        &mut self,
        at: Timestamp,
        partner: usize,
        attempts: u32,
    ) -> Result<(), AppError> {
        if self.story.by_chance() >= self.story.left_to_chance() {
            return Ok(());
        }
        let today = self.calendar.date_of(at);
        let target = self.target(partner, today)?;
        let spelling = match (target, self.story.dice.below(100)) {
            (Target::Stranger(_), _) | (Target::Known(_), 0..=77) => Spelling::Known,
            (Target::Known(_), 78..=92) => Spelling::Short,
            (Target::Known(_), _) => Spelling::Other,
        };
        if self.submit(at, (partner, target, spelling), false)?.is_none() && attempts > 0 {
            let next = at.checked_add(NEXT_TRY_MINUTES.minutes()).map_err(AppError::internal)?;
            self.story.plan(next, Errand::Register { partner, attempts: attempts - 1 });
        }
        Ok(())
    }

    /// Submits a registration of that company; the deal's place when it was taken.
    pub(super) fn submit(
        &mut self,
        at: Timestamp,
        (partner, target, spelling): (usize, Target, Spelling),
        staged: bool,
    ) -> Result<Option<usize>, AppError> {
        let today = self.calendar.date_of(at);
        let playing = self.story.partner(partner)?;
        let sellers = playing.sellers.len();
        let seller = if staged { 0 } else { self.story.dice.index(sellers) };
        let Some(who) = self.story.partner(partner)?.sellers.get(seller).cloned() else {
            return Ok(None);
        };
        let world = self.world;
        let Some(company) = company_of(world, target) else {
            return Ok(None);
        };
        let newcomer = self.story.partner(partner)?.sketch.temper.habits().returned > 20;
        let said = said(&mut self.story.dice, company, (spelling, today, newcomer))?;
        let source = match self.story.dice.below(100) {
            0..=11 => Source::Link,
            12..=18 => Source::Api,
            _ => Source::Portal,
        };
        let new = SubmitNew { partner_id: None, program_id: None, said, source };
        // Most ask first whether the account is free; what is prepared needs one that is.
        let asks_first = staged || self.story.dice.percent(ASK_FIRST_PERCENT);
        let submitted = self.tried(at, &who, |cx| {
            let submitted = new.run(cx)?;
            if asks_first && against(&submitted.registration).is_some() {
                return Err(AppError::refused(
                    DR_13,
                    "The person who asked is looking for another account.",
                ));
            }
            Ok(submitted)
        })?;
        let Some(submitted) = submitted else {
            return Ok(None);
        };
        self.story.made += 1;
        self.story.prepared += u32::from(staged);
        if let Target::Stranger(place) = target {
            self.story.strangers = self.story.strangers.max(place + 1);
        }
        let deal = self.story.deals.len();
        self.story.deals.push(Deal {
            registration_id: submitted.registration.registration_id.clone(),
            partner,
            seller,
            target,
            fate: Fate::RunsOut,
            fate_on: Date::MAX,
            worked: 0,
            returned: 0,
            staged,
        });
        self.after(at, deal, &submitted)?;
        Ok(Some(deal))
    }

    fn after(&mut self, at: Timestamp, deal: usize, submitted: &Submitted) -> Result<(), AppError> {
        if submitted.approved {
            return self.plan_work(deal, &submitted.registration);
        }
        if against(&submitted.registration).is_none() {
            // Whoever else would register it while it waits is a rival; most look elsewhere.
            let until = self.calendar.date_of(self.calendar.add_business_days(at, 3));
            self.claimed(deal, until)?;
        }
        if self.story.deal(deal)?.staged {
            return Ok(());
        }
        let days = match self.story.dice.below(100) {
            0..=17 => 0,
            18..=95 => 1,
            _ => 3,
        };
        let when = self.office_time(at, days)?;
        self.story.plan(when, Errand::Decide { deal });
        Ok(())
    }

    /// The account is not free through that day.
    pub(super) fn claimed(&mut self, deal: usize, through: Date) -> Result<(), AppError> {
        if let Target::Known(account) = self.story.deal(deal)?.target {
            let free_on = through.tomorrow().map_err(AppError::internal)?;
            self.story.claims.insert(account, free_on);
        }
        Ok(())
    }

    /// The account is free again.
    pub(super) fn freed(&mut self, deal: usize) -> Result<(), AppError> {
        if let Target::Known(account) = self.story.deal(deal)?.target {
            self.story.claims.remove(&account);
        }
        Ok(())
    }

    fn target(&mut self, partner: usize, today: Date) -> Result<Target, AppError> {
        let territory = self.story.partner(partner)?.territory;
        if self.story.dice.percent(8) {
            let next = self
                .world
                .strangers
                .iter()
                .enumerate()
                .skip(self.story.strangers)
                .find(|(_, company)| company.territory == territory);
            if let Some((place, _)) = next {
                return Ok(Target::Stranger(place));
            }
        }
        let blind = self.story.dice.percent(9);
        Ok(Target::Known(self.account_in(territory, today, blind)))
    }

    /// An account of a territory: a free one, unless the partner does not look (`blind`).
    pub(super) fn account_in(&mut self, territory: &str, today: Date, blind: bool) -> usize {
        let world = self.world;
        let here = world.by_territory.get(territory).map_or(&[][..], Vec::as_slice);
        let story = &mut *self.story;
        let mut found = 0;
        for _ in 0..40 {
            found = story.dice.pick(here);
            let free = story.claims.get(&found).is_none_or(|free_on| *free_on <= today);
            if blind || (free && !story.spent.contains(&found)) {
                break;
            }
        }
        found
    }
}

/// What speaks against a submission that waits for a person, as the reason of a rejection; `None`
/// when nothing does.
pub(super) fn against(registration: &Registration) -> Option<RejectionReason> {
    let refused = registration.checks.iter().find(|check| check.outcome == "refused")?;
    Some(match refused.subject {
        Some(CheckSubject::Customer) => RejectionReason::ExistingCustomer,
        Some(CheckSubject::DirectOpportunity) => RejectionReason::ActiveDirectOpportunity,
        Some(_) | None => RejectionReason::OutsideTerritory,
    })
}

/// The company that a deal is about.
pub(super) fn company_of(world: &crate::world::cast::World, target: Target) -> Option<&Company> {
    match target {
        Target::Known(place) => world.accounts.get(place).map(|account| &account.company),
        Target::Stranger(place) => world.strangers.get(place),
    }
}

/// The form as the seller fills it.
fn said(
    dice: &mut Dice,
    company: &Company,
    (spelling, today, newcomer): (Spelling, Date, bool),
) -> Result<Said, AppError> {
    let land = lands::of(company.country);
    let contact = names::name(dice, land);
    let (name, domain) = match spelling {
        Spelling::Known => (company.name.clone(), company.domain.clone()),
        Spelling::Short => (company.short.clone(), company.domain.clone()),
        Spelling::Other => (other_spelling(dice, company), String::new()),
    };
    let mail_domain = if domain.is_empty() {
        format!("{}-group.example", names::plain(&company.short))
    } else {
        domain.clone()
    };
    let currency = currency_of(company.country);
    let full = dice.percent(if newcomer { 35 } else { 75 });
    let some = |text: &str| if full { text.to_owned() } else { String::new() };
    let met_on = today.saturating_sub(i64::from(dice.between(1, 40)).days());
    let need = dice.pick(notes::NEEDS);
    let competitor = dice.pick(notes::COMPETITORS);
    let evidence = dice.pick(notes::EVIDENCE);
    let contact_role = some(dice.pick(notes::ROLES));
    let products = products(dice, company.employees);
    let amount = Money::parse_decimal(
        &amount(dice, company.employees, currency),
        Currency::parse(currency).map_err(AppError::internal)?,
    );
    let close_on = today.saturating_add(i64::from(dice.between(30, 170)).days());
    let details = Details {
        account_name: name,
        account_domain: domain,
        account_country: company.country.to_owned(),
        account_postal_code: some(&company.postal_code),
        account_city: company.city.to_owned(),
        contact_name: contact.name,
        contact_role,
        contact_email: format!("{}@{mail_domain}", contact.local),
        products,
        amount: Some(amount.map_err(AppError::internal)?),
        close_on: Some(close_on),
        need: some(need),
        competitor: some(competitor),
        origin: if dice.percent(85) { Origin::Sourced } else { Origin::Assigned },
        evidence_note: evidence.to_owned(),
        first_meeting_on: full.then_some(met_on),
        ..Details::default()
    };
    let stage = if dice.percent(40) { StageKind::Qualified } else { StageKind::Identified };
    Ok((details, ProgressInput { stage }))
}

fn currency_of(country: &str) -> &'static str {
    match country {
        "US" | "CA" => "USD",
        "GB" => "GBP",
        "CH" => "CHF",
        "JP" => "JPY",
        _ => "EUR",
    }
}

fn products(dice: &mut Dice, employees: u32) -> Vec<Product> {
    let weights: Vec<u32> = program::PRODUCTS.iter().map(|(_, _, share)| *share).collect();
    let lines = if dice.percent(28) { 2 } else { 1 };
    let mut chosen: Vec<Product> = Vec::new();
    for _ in 0..lines {
        let Some((code, _, _)) = program::PRODUCTS.get(dice.weighted(&weights)) else {
            continue;
        };
        if chosen.iter().all(|product| product.code != *code) {
            let users = (employees / dice.between(3, 20)).clamp(5, 4_000);
            chosen.push(Product { code: (*code).to_owned(), quantity: users });
        }
    }
    chosen
}

/// Recurring revenue a year: more for larger companies, in hundreds.
fn amount(dice: &mut Dice, employees: u32, currency: &str) -> String {
    let size = match employees {
        0..=49 => dice.between(60, 180),
        50..=249 => dice.between(90, 420),
        250..=999 => dice.between(180, 900),
        1_000..=4_999 => dice.between(400, 2_200),
        5_000.. => dice.between(900, 6_000),
    };
    let hundreds = u64::from(size);
    if currency == "JPY" {
        format!("{}", hundreds * 16_000)
    } else {
        format!("{}.00", hundreds * 100)
    }
}
