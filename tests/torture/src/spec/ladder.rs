//! Who may decide a case, on which level, and by when (CF-02, CF-03, CF-08).

use std::collections::BTreeSet;

use domain::program::dispute::Role;
use jiff::{SignedDuration, Timestamp};

use super::{
    book::Book,
    cases::{Case, Phase},
    days::Days,
};

/// A stretch in which the clock of a case stands.
type Stop = (Timestamp, Timestamp);

/// What a role of the vendor is called in the document.
fn part(role: &str) -> Option<Role> {
    Some(match role {
        "channel_chief" => Role::ChannelChief,
        "operations" => Role::PartnerOperations,
        "partner_manager" => Role::PartnerManager,
        "direct_manager" => Role::DirectManager,
        _ => return None,
    })
}

impl Case {
    /// Whether somebody has to decide it.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Deciding | Phase::Appealed)
    }

    /// The stretches in which its clock stands: once for requests that overlap, and all together
    /// no longer than the program gives (CF-08).
    fn stops(&self, most_days: u32, days: &Days) -> Vec<Stop> {
        let mut waits: Vec<(Timestamp, Option<Timestamp>)> =
            self.waits.values().map(|wait| (wait.from_at, wait.answered_at)).collect();
        waits.sort_unstable();
        let mut left = SignedDuration::from_hours(24 * i64::from(most_days));
        let mut stops: Vec<Stop> = Vec::new();
        for (from, answered) in waits {
            if left <= SignedDuration::ZERO {
                break;
            }
            let from = stops.last().map_or(from, |(_, until)| from.max(*until));
            let longest = days.after(from, left);
            let until = answered.map_or(longest, |at| at.min(longest));
            if until <= from {
                continue;
            }
            left = left.saturating_sub(days.between(from, until));
            stops.push((from, until));
        }
        stops
    }
}

/// When so many business days are over that do not pass in the stops.
fn over(from: Timestamp, count: u32, stops: &[Stop], days: &Days) -> Timestamp {
    let mut left = SignedDuration::from_hours(24 * i64::from(count));
    let mut at = from;
    for (stands, goes_on) in stops.iter().filter(|(_, until)| *until > from) {
        let passes = days.between(at, (*stands).max(from));
        if passes >= left {
            break;
        }
        left = left.saturating_sub(passes);
        at = *goes_on;
    }
    days.after(at, left)
}

impl Book {
    /// The days of a case: the holidays are those of the account's country.
    pub fn days_of_case(&self, case: &Case) -> Days {
        let country = self.company(case.account).map_or("", |one| one.country.as_str());
        self.program.days_in(country)
    }

    /// When the time of a case's present level is over.
    pub fn level_due(&self, case: &Case) -> Option<Timestamp> {
        if !case.is_open() {
            return None;
        }
        let (days, terms) = (self.days_of_case(case), self.program.conflicts());
        let stops = case.stops(terms.evidence_wait_business_days, &days);
        let step = terms.ladder.iter().find(|step| step.level == case.level);
        Some(over(case.since, step.map_or(0, |step| step.business_days), &stops, &days))
    }

    /// When the time of the whole case is over; as it stood when it was computed last.
    pub fn case_due(&self, case: &Case) -> Timestamp {
        let (days, terms) = (self.days_of_case(case), self.program.conflicts());
        let stops = case.stops(terms.evidence_wait_business_days, &days);
        over(case.opened_at, terms.case_business_days, &stops, &days)
    }

    /// Until when a request that is made now stops the clock at the longest.
    pub fn stops_until(&self, case: &Case, at: Timestamp) -> Timestamp {
        let (days, terms) = (self.days_of_case(case), self.program.conflicts());
        let stops = case.stops(terms.evidence_wait_business_days, &days);
        stops.last().map_or(at, |(_, until)| (*until).max(at))
    }

    /// The level above, where there is one.
    pub fn above(&self, level: u32) -> Option<u32> {
        let ladder = &self.program.conflicts().ladder;
        ladder.iter().map(|step| step.level).find(|other| *other > level)
    }

    /// The people of the vendor with a stake in a case (CF-03).
    pub fn case_stakes(&self, case: &Case) -> BTreeSet<u32> {
        let mut stakes = BTreeSet::new();
        let with_direct = case.parties.iter().any(|party| party.partner.is_none());
        // From the opening on, or from the submission of a claim that was earlier.
        let claims = case.parties.iter().filter_map(|party| self.registration(party.deal?));
        let ranked = claims.filter_map(|claim| claim.ranked_at).min();
        let since = ranked.map_or(case.opened_at, |ranked| ranked.min(case.opened_at));
        let account = self.accounts.get(&case.account);
        if let Some(account) = account {
            stakes.extend(account.attempts.iter().map(|(_, person)| *person));
        }
        let codes = self.places(case.account, since);
        for (place, staff) in (0..).zip(&self.staff) {
            if account.is_some_and(|account| account.has_quota(place, since)) {
                stakes.insert(place);
            }
            let near = codes.iter().any(|code| staff.territories.iter().any(|own| own == code));
            let sells = matches!(staff.role, "direct_rep" | "direct_manager");
            if near || (with_direct && sells) {
                stakes.insert(place);
            }
        }
        stakes.extend(case.rep);
        let managers: Vec<u32> = case
            .parties
            .iter()
            .filter_map(|party| self.partner(party.partner?).map(|partner| partner.manager))
            .collect();
        let one_manager = managers.iter().all(|manager| Some(manager) == managers.first());
        if with_direct || !one_manager || managers.len() < 2 {
            stakes.extend(managers);
        }
        let person = |reference: &str| self.person(reference);
        for deal in case.parties.iter().filter_map(|party| party.deal) {
            let one = self.registration(deal);
            let decided = one.filter(|one| one.status != super::registration::Status::Draft);
            let deciders = decided.into_iter().flat_map(|one| &one.deciders);
            stakes.extend(deciders.filter_map(|by| person(by)));
        }
        stakes.extend(case.decisions.iter().filter_map(|decision| decision.by));
        stakes.extend(case.statements.values().copied().flatten());
        stakes.extend(case.opener);
        stakes
    }

    /// The person of that reference.
    fn person(&self, reference: &str) -> Option<u32> {
        (0..).zip(&self.staff).find(|(_, staff)| staff.reference == reference).map(|(at, _)| at)
    }

    /// Whether a person sits on a level.
    pub fn sits_on(&self, level: u32, person: u32) -> bool {
        let Some(staff) = self.staff.get(usize::try_from(person).unwrap_or(usize::MAX)) else {
            return false;
        };
        let ladder = &self.program.conflicts().ladder;
        let step = ladder.iter().find(|step| step.level == level);
        let part = part(staff.role);
        step.is_some_and(|step| part.is_some_and(|part| step.roles.contains(&part)))
    }

    /// Whether a person may decide a case as it lies now; `upwards` lets those above, too.
    pub fn may_rule(&self, case: &Case, person: u32, upwards: bool) -> bool {
        let sits = self
            .program
            .conflicts()
            .ladder
            .iter()
            .filter(|step| step.level == case.level || (upwards && step.level > case.level))
            .any(|step| self.sits_on(step.level, person));
        sits && !self.case_stakes(case).contains(&person)
    }

    /// Who sits on a level without a stake in the case.
    pub fn free_on(&self, case: &Case, level: u32) -> Vec<u32> {
        let stakes = self.case_stakes(case);
        let people = u32::try_from(self.staff.len()).unwrap_or(0);
        let free = |person: &u32| self.sits_on(level, *person) && !stakes.contains(person);
        (0..people).filter(free).collect()
    }

    /// The level on which a case that reaches `level` is decided: the first on which somebody is
    /// free of a stake, else the top (CF-03).
    pub fn seat(&self, case: &Case, level: u32) -> u32 {
        let mut level = level;
        while self.free_on(case, level).is_empty() {
            match self.above(level) {
                Some(above) => level = above,
                None => return level,
            }
        }
        level
    }
}
