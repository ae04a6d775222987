//! The story: two years of registrations, day by day, each step by the action that a person of
//! flesh and blood would take, at the time at which it would be taken.

mod cases;
mod decide;
mod direct;
mod errand;
mod plan;
mod register;
mod scenes;
mod twins;
mod work;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use db::Tx;
use domain::calendar::BusinessCalendar;
use jiff::{Timestamp, ToSpan, civil::Date};

use errand::{Deal, Errand};

use super::{
    dice::Dice,
    span::{FIRST_DAY, TODAY, day_at},
    words::{lands, partners as sketches},
    world::{
        cast::{Player, PlayingPartner, World},
        found, program,
    },
};
use frame::{actor::Actor, ctx::Cx, error::AppError, state::App};
use sell::{conflicts, deal_registration};

/// How often a partner that is refused looks for another account on the same day.
const MOST_ATTEMPTS: u32 = 24;

/// Where the story stands.
#[derive(Debug, Clone)]
pub(super) struct Story {
    /// The next day to be told.
    pub day: Date,
    /// Registrations made so far.
    pub made: u32,
    /// Those of them that were prepared and not left to chance.
    prepared: u32,
    /// How many there are to be at the end.
    pub wanted: u32,
    /// The partners that joined so far.
    pub partners: Vec<PlayingPartner>,
    /// Registrations in the order in which they were made.
    deals: Vec<Deal>,
    /// Accounts that somebody has claimed, and the first day on which they are free again.
    claims: BTreeMap<usize, Date>,
    /// Accounts that were won; they are rarely registered again.
    spent: BTreeSet<usize>,
    /// The account that a direct rep of the first territory finds protected.
    pub held: Option<usize>,
    /// Strangers that were used up.
    strangers: usize,
    /// Conflict cases that were opened.
    cases: usize,
    /// What is to be done, in order of time.
    agenda: BTreeMap<(Timestamp, u64), Errand>,
    /// A number that keeps what falls due together in the order in which it was planned.
    planned: u64,
    dice: Dice,
}

/// One step of the story inside a transaction.
pub(super) struct Play<'p, 't> {
    pub(super) tx: &'p mut Tx<'t>,
    pub(super) app: &'p Arc<App>,
    pub(super) world: &'p World,
    pub(super) story: &'p mut Story,
    pub(super) calendar: &'p BusinessCalendar,
}

impl Story {
    /// The beginning.
    pub(super) fn new(seed: u64, wanted: u32) -> Self {
        Self {
            day: FIRST_DAY,
            made: 0,
            prepared: 0,
            wanted,
            partners: Vec::new(),
            deals: Vec::new(),
            claims: BTreeMap::new(),
            spent: BTreeSet::new(),
            held: None,
            strangers: 0,
            cases: 0,
            agenda: BTreeMap::new(),
            planned: 0,
            dice: Dice::for_part(seed, "story"),
        }
    }

    /// True when everything before the demo's today was told.
    pub(super) fn is_told(&self) -> bool {
        self.day >= TODAY
    }

    /// An account in the first partner's country that nobody ever claimed.
    pub(super) fn free_account(&self, world: &World) -> Option<usize> {
        let country = self.partners.first()?.sketch.country;
        let mut places = (0..).zip(&world.accounts);
        let free = places.find(|(place, account)| {
            account.company.country == country
                && account.is_prospect
                && account.company.employees < 1_000
                && !self.claims.contains_key(place)
                && !self.spent.contains(place)
        });
        free.map(|(place, _)| place)
    }

    /// Registrations that chance made.
    fn by_chance(&self) -> u32 {
        self.made.saturating_sub(self.prepared)
    }

    /// Registrations that chance is to make.
    fn left_to_chance(&self) -> u32 {
        self.wanted.saturating_sub(scenes::COUNT + twins::COUNT)
    }

    fn plan(&mut self, at: Timestamp, errand: Errand) {
        self.planned += 1;
        self.agenda.insert((at, self.planned), errand);
    }

    fn deal(&self, place: usize) -> Result<&Deal, AppError> {
        self.deals.get(place).ok_or_else(|| AppError::internal("no such deal in the story"))
    }

    fn partner(&self, place: usize) -> Result<&PlayingPartner, AppError> {
        self.partners.get(place).ok_or_else(|| AppError::internal("no such partner in the story"))
    }
}

/// Tells so many days, or fewer when the story ends before.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    app: &Arc<App>,
    world: &World,
    story: &mut Story,
    days: u32,
) -> Result<(), AppError> {
    let calendar = program::calendar()?;
    for _ in 0..days {
        if story.is_told() {
            break;
        }
        let day = story.day;
        let mut play = Play { tx: &mut *tx, app, world, story, calendar: &calendar };
        play.day(day)?;
        story.day = day.tomorrow().map_err(AppError::internal)?;
    }
    if story.is_told() {
        // What falls on the morning of today, before the demo begins.
        let begins = day_at(&world.zone, TODAY, super::span::BEGINS)?;
        let mut play = Play { tx, app, world, story, calendar: &calendar };
        play.sweep(TODAY)?;
        play.errands_before(begins)?;
        play.settle(begins)?;
    }
    Ok(())
}

impl Play<'_, '_> {
    fn day(&mut self, day: Date) -> Result<(), AppError> {
        self.sweep(day)?;
        self.joiners(day)?;
        self.announcements(day)?;
        self.scenes(day)?;
        self.twins(day)?;
        if self.calendar.is_business_day(day) {
            self.registrations_of(day)?;
            self.direct_of(day)?;
        }
        let end = day_at(&self.world.zone, day.tomorrow().map_err(AppError::internal)?, (0, 0))?;
        self.errands_before(end)
    }

    /// Shortly after midnight the clocks do what they owe.
    fn sweep(&mut self, day: Date) -> Result<(), AppError> {
        let at = day_at(&self.world.zone, day, (0, 1))?;
        self.settle(at)
    }

    fn settle(&mut self, at: Timestamp) -> Result<(), AppError> {
        let mut cx = Cx::system(self.tx, self.app, self.world.vendor_id.clone(), at);
        deal_registration::settle(&mut cx)?;
        conflicts::settle(&mut cx)
    }

    fn joiners(&mut self, day: Date) -> Result<(), AppError> {
        let all = sketches::all();
        let at = day_at(&self.world.zone, day, (8, 10))?;
        while let Some(sketch) = all.get(self.story.partners.len()) {
            // They join in the order of the list of those who are due.
            let due: Vec<&sketches::Sketch> = all
                .iter()
                .filter(|other| found::joined_on(other) <= day)
                .filter(|other| !self.story.partners.iter().any(|p| p.sketch.name == other.name))
                .collect();
            let _ = sketch;
            let Some(next) = due.first().copied() else {
                return Ok(());
            };
            let world = self.world;
            let actor = Actor::system(world.vendor_id.clone());
            let mut cx = cx(self.tx, self.app, at, actor);
            let partner = found::join(&mut cx, world, next)?;
            self.story.partners.push(partner);
        }
        Ok(())
    }

    fn announcements(&mut self, day: Date) -> Result<(), AppError> {
        let at = day_at(&self.world.zone, day, (11, 0))?;
        let world = self.world;
        let mut cx = cx(self.tx, self.app, at, world.chief.actor(&world.vendor_id));
        program::announce_due(&mut cx, world, day)
    }

    fn registrations_of(&mut self, day: Date) -> Result<(), AppError> {
        let wanted = self.wanted_by(day);
        let missing = wanted.saturating_sub(self.story.by_chance());
        for _ in 0..missing {
            let Some(partner) = self.who_registers() else {
                return Ok(());
            };
            let at = self.working_time(partner, day)?;
            self.story.plan(at, Errand::Register { partner, attempts: MOST_ATTEMPTS });
        }
        Ok(())
    }

    /// How many registrations there are to be at the end of a day: few in the beginning, more
    /// and more as partners join.
    fn wanted_by(&self, day: Date) -> u32 {
        let passed = self.calendar.business_days_between(FIRST_DAY, day) + 1;
        let all = self.calendar.business_days_between(FIRST_DAY, TODAY).max(1);
        let (i, n) = (u64::from(passed.min(all)), u64::from(all));
        let wanted =
            u64::from(self.story.left_to_chance()) * (45 * i * n + 55 * i * i) / (100 * n * n);
        u32::try_from(wanted).unwrap_or(self.story.wanted)
    }

    fn who_registers(&mut self) -> Option<usize> {
        let weights: Vec<u32> = self
            .story
            .partners
            .iter()
            .map(|partner| {
                let size = match partner.sketch.tier {
                    "premier" => 5,
                    "select" => 2,
                    _ => 1,
                };
                size * partner.sketch.temper.habits().eagerness
            })
            .collect();
        if weights.is_empty() { None } else { Some(self.story.dice.weighted(&weights)) }
    }

    /// A time of the partner's working day, as the program's zone shows it.
    fn working_time(&mut self, partner: usize, day: Date) -> Result<Timestamp, AppError> {
        let country = self.story.partner(partner)?.sketch.country;
        let opens = match country {
            "US" | "CA" => 15,
            "JP" => 1,
            _ => 8,
        };
        self.time_between(day, (opens, opens + 8))
    }

    /// A time of that day between two full hours of the program's zone.
    fn time_between(&mut self, day: Date, (from, to): (i8, i8)) -> Result<Timestamp, AppError> {
        let minutes = u32::try_from(i32::from(to - from) * 60).unwrap_or(60);
        let seconds = i64::from(self.story.dice.below(minutes * 60));
        let start = day_at(&self.world.zone, day, (from, 0))?;
        start.checked_add(seconds.seconds()).map_err(AppError::internal)
    }

    /// That day, or the next on which offices are open.
    fn open_day(&self, day: Date) -> Date {
        if self.calendar.is_business_day(day) { day } else { self.calendar.next_business_day(day) }
    }

    fn errands_before(&mut self, end: Timestamp) -> Result<(), AppError> {
        while let Some((&key, _)) = self.story.agenda.first_key_value() {
            if key.0 >= end {
                break;
            }
            let Some(errand) = self.story.agenda.remove(&key) else {
                break;
            };
            let what = format!("{errand:?} at {}", key.0);
            self.carry_out(key.0, errand)
                .map_err(|error| AppError::internal(format!("{what}: {error}")))?;
        }
        Ok(())
    }

    fn carry_out(&mut self, at: Timestamp, errand: Errand) -> Result<(), AppError> {
        match errand {
            Errand::Register { partner, attempts } => self.register(at, partner, attempts),
            Errand::Decide { deal } => self.decide(at, deal),
            Errand::Answer { deal } => self.answer(at, deal),
            Errand::Work { deal } => self.work(at, deal),
            Errand::Renew { deal } => self.renew(at, deal),
            Errand::Withdraw { deal } => self.withdraw(at, deal),
            Errand::Engage { rep } => self.engage(at, rep),
            Errand::AnswerConsent { deal, consent_id } => self.answer_consent(at, deal, consent_id),
            Errand::CloseDirect { opportunity } => self.close_direct(at, opportunity),
            Errand::Case { case_id, story, step } => self.case(at, &case_id, story, step),
            Errand::Scene(scene) => self.scene(at, scene),
        }
    }

    /// Somebody tries something; `None` when a rule refuses it or a field is not accepted, and
    /// then nothing of it is left.
    fn tried<T>(
        &mut self,
        at: Timestamp,
        who: &Player,
        f: impl FnOnce(&mut Cx<'_, '_>) -> Result<T, AppError>,
    ) -> Result<Option<T>, AppError> {
        let (app, actor) = (self.app, who.actor(&self.world.vendor_id));
        let outcome = self.tx.attempt(|tx| f(&mut cx(tx, app, at, actor)));
        match outcome {
            Ok(done) => Ok(Some(done)),
            Err(AppError::Refused(refusal)) => {
                tracing::trace!(rule = %refusal.rule, words = %refusal.message, "refused");
                Ok(None)
            }
            Err(AppError::Invalid(fields)) => {
                tracing::debug!(?fields, "not accepted");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

fn cx<'a, 't>(tx: &'a mut Tx<'t>, app: &'a Arc<App>, now: Timestamp, actor: Actor) -> Cx<'a, 't> {
    Cx { tx, now, app, actor, origin: String::new(), writes: true, trace: None }
}

/// The hours of the vendor's office in the program's zone.
const OFFICE: (i8, i8) = (9, 17);

impl Play<'_, '_> {
    /// A time at the vendor's office so many business days later, after `from`.
    fn office_time(&mut self, from: Timestamp, days: u32) -> Result<Timestamp, AppError> {
        let on = self.calendar.date_of(self.calendar.add_business_days(from, days));
        let at = self.time_between(self.open_day(on), OFFICE)?;
        if at > from {
            return Ok(at);
        }
        let next = self.calendar.next_business_day(on.tomorrow().map_err(AppError::internal)?);
        self.time_between(next, OFFICE)
    }

    fn land_of(&self, partner: usize) -> Result<&'static lands::Land, AppError> {
        Ok(lands::of(self.story.partner(partner)?.sketch.country))
    }
}
