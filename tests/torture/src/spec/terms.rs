//! The numbers of a program document, as the checker reads them.

use std::collections::{BTreeMap, BTreeSet};

use domain::program::{Document, dispute::Conflicts, registration::RegistrationTerms};
use jiff::{Timestamp, civil::Weekday};

use super::days::Days;

/// The numbers by which a registration of one track and tier is judged.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each has the name and the meaning it has in the document")]
pub struct Terms {
    pub validity_days: u32,
    pub renewals: u32,
    pub renewal_window_days: u32,
    pub renewal_activity_days: u32,
    pub follow_up_days: u32,
    pub backdating_days: u32,
    pub decision_business_days: u32,
    pub decision_reminder_bp: u32,
    pub decision_escalations: u32,
    pub minimum_minor: Option<i64>,
    pub auto_approve: bool,
    pub warnings_need_person: bool,
    pub resubmissions: u32,
    pub keep_first_days: u32,
    pub expiry_reminder_days: Vec<u32>,
    pub lapse_reminder_days: u32,
    pub capacity: Option<u32>,
    pub certifications: BTreeSet<String>,
    pub agreement_required: bool,
    pub idle_days: u32,
    pub hoarding_minimum: u32,
    pub hoarding_bp: u32,
}

/// A whole program document with its days.
#[derive(Debug, Clone)]
pub struct Program {
    /// The document.
    pub document: Document,
    /// Its days.
    pub days: Days,
}

impl Program {
    /// The program of a document.
    pub fn new(document: Document) -> Program {
        let days = days_of(&document, &document.calendar.country);
        Program { document, days }
    }

    /// The terms of a track and tier: the tier's own before the track's before the general ones.
    pub fn terms(&self, track: &str, tier: &str) -> Terms {
        let all = &self.document.registration;
        let parts: Vec<&RegistrationTerms> =
            [all.by_tier.get(tier), all.by_track.get(track)].into_iter().flatten().collect();
        let own = |pick: fn(&RegistrationTerms) -> Option<u32>, general: u32| {
            parts.iter().find_map(|part| pick(part)).unwrap_or(general)
        };
        let minimums = parts.iter().find_map(|part| part.minimum_amounts_minor.clone());
        let minimums: BTreeMap<_, i64> =
            minimums.unwrap_or_else(|| all.minimum_amounts_minor.clone());
        let kept = self.document.tracks.iter().find(|one| one.code == track);
        let capacity = self.document.tiers.iter().find(|one| one.code == tier);
        Terms {
            validity_days: own(|part| part.validity_days, all.validity_days),
            renewals: own(|part| part.renewals, all.renewals),
            renewal_window_days: own(|part| part.renewal_window_days, all.renewal_window_days),
            renewal_activity_days: all.renewal_activity_days,
            follow_up_days: own(|part| part.follow_up_days, all.follow_up_days),
            backdating_days: all.backdating_days,
            decision_business_days: own(
                |part| part.decision_business_days,
                all.decision_business_days,
            ),
            decision_reminder_bp: all.decision_reminder_bp,
            decision_escalations: all.decision_escalations,
            minimum_minor: minimums.into_values().next(),
            auto_approve: parts
                .iter()
                .find_map(|part| part.auto_approve)
                .unwrap_or(all.auto_approve),
            warnings_need_person: all.warnings_need_person,
            resubmissions: all.resubmissions,
            keep_first_days: all.keep_first_submission_business_days,
            expiry_reminder_days: all.expiry_reminder_days.clone(),
            lapse_reminder_days: all.lapse_reminder_days,
            capacity: capacity.map(|tier| tier.live_registrations),
            certifications: kept
                .map(|track| track.required_certifications.iter().cloned().collect())
                .unwrap_or_default(),
            agreement_required: kept.is_none_or(|track| track.agreement_required),
            idle_days: all.hoarding.idle_days,
            hoarding_minimum: all.hoarding.minimum_live,
            hoarding_bp: all.hoarding.warn_at_bp,
        }
    }

    /// What the document says of conflicts.
    pub fn conflicts(&self) -> &Conflicts {
        &self.document.conflicts
    }

    /// The territory in which a country lies as a whole.
    pub fn territory(&self, country: &str) -> Option<&str> {
        let lies = |countries: &[domain::accounts::Country]| {
            countries.iter().any(|one| one.to_string() == country)
        };
        self.document
            .territories
            .iter()
            .find(|territory| lies(&territory.countries))
            .map(|territory| territory.code.as_str())
    }

    /// The days that hold for a case about an account of that country (CF-08).
    pub fn days_in(&self, country: &str) -> Days {
        let table = self
            .document
            .calendar
            .holidays
            .keys()
            .find(|one| one.to_string() == country)
            .unwrap_or(&self.document.calendar.country);
        days_of(&self.document, table)
    }

    /// Whether the program keeps a company of that domain for the vendor (DR-13).
    pub fn is_house(&self, domain: &str) -> bool {
        let kept = self.document.house_accounts.iter();
        kept.flat_map(|house| &house.domains).any(|one| one == domain)
    }

    /// When a share of the time to decide has passed (DR-09).
    pub fn decision_at(&self, terms: &Terms, from: Timestamp, times: u32) -> Timestamp {
        self.days.later(from, terms.decision_business_days * times, 10_000)
    }
}

fn days_of(document: &Document, country: &domain::accounts::Country) -> Days {
    let calendar = &document.calendar;
    let weekend = calendar.weekend.iter().map(|day| weekday(*day)).collect();
    let table = calendar.holidays.get(country).or(calendar.holidays.get(&calendar.country));
    let holidays = table.map(|days| days.keys().copied().collect()).unwrap_or_default();
    Days::new(document.zone.tz().clone(), weekend, holidays)
}

fn weekday(day: domain::calendar::Weekday) -> Weekday {
    use domain::calendar::Weekday as Named;
    match day {
        Named::Monday => Weekday::Monday,
        Named::Tuesday => Weekday::Tuesday,
        Named::Wednesday => Weekday::Wednesday,
        Named::Thursday => Weekday::Thursday,
        Named::Friday => Weekday::Friday,
        Named::Saturday => Weekday::Saturday,
        Named::Sunday => Weekday::Sunday,
    }
}
