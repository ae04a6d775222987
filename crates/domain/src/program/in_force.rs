//! The document as the rules read it: policies, calendars, and what a code stands for.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::coverage::{HouseAccount, ProductLine, Segment, Territory};
use super::dispute::{DecisionKind, DecisionRight};
use super::document::Document;
use super::tier::Tier;
use super::track::Track;
use crate::accounts::MatchThresholds;
use crate::accounts::{Country, Domain};
use crate::calendar::BusinessCalendar;
use crate::deal_registration::policy::{AvailabilityPolicy, HoardingPolicy, RegistrationPolicy};
use crate::deal_registration::stage::StageKind;
use crate::percentage::BasisPoints;

impl Document {
    /// The numbers of deal registration for a partner of `track` and `tier`, both by code. What
    /// the tier says goes before what the track says, before what holds for all; an unknown code
    /// says nothing. Rule PG-01.
    pub fn registration_policy(&self, track: &str, tier: &str) -> RegistrationPolicy {
        let own = self.registration.terms(track, tier);
        let general = &self.registration;
        let certifications = self.track(track).map(|track| track.required_certifications.clone());
        RegistrationPolicy {
            validity_days: own.validity_days,
            renewals: own.renewals,
            renewal_window_days: own.renewal_window_days,
            renewal_activity_days: general.renewal_activity_days,
            follow_up_days: own.follow_up_days,
            backdating_days: general.backdating_days,
            decision_business_days: own.decision_business_days,
            decision_reminder_bp: BasisPoints::new(general.decision_reminder_bp),
            decision_escalations: general.decision_escalations,
            resubmissions: general.resubmissions,
            keep_first_submission_business_days: general.keep_first_submission_business_days,
            minimum_amounts_minor: own.minimum_amounts_minor,
            auto_approve: own.auto_approve,
            warnings_need_person: general.warnings_need_person,
            capacity_by_tier: self
                .tiers
                .iter()
                .map(|tier| (tier.code.clone(), tier.live_registrations))
                .collect(),
            required_certifications: certifications.unwrap_or_default(),
            hoarding: HoardingPolicy {
                idle_days: general.hoarding.idle_days,
                minimum_live: general.hoarding.minimum_live,
                warn_at_bp: BasisPoints::new(general.hoarding.warn_at_bp),
            },
            minimum_cycle_share_bp: BasisPoints::new(general.minimum_cycle_share_bp),
            availability: AvailabilityPolicy {
                queries_per_hour: self.availability.queries_per_hour,
                misses_alarm: self.availability.misses_alarm,
            },
            expiry_reminder_days: general.expiry_reminder_days.clone(),
            lapse_reminder_days: general.lapse_reminder_days,
            stage_probability_bp: self.stage_probabilities().into(),
            matching: MatchThresholds {
                sure_bp: BasisPoints::new(self.matching.sure_bp),
                possible_bp: BasisPoints::new(self.matching.possible_bp),
            },
        }
    }

    fn stage_probabilities(&self) -> [(StageKind, BasisPoints); 7] {
        let stages = &self.stages;
        [
            (StageKind::Identified, BasisPoints::new(stages.identified_bp)),
            (StageKind::Qualified, BasisPoints::new(stages.qualified_bp)),
            (StageKind::Meeting, BasisPoints::new(stages.meeting_bp)),
            (StageKind::Proposal, BasisPoints::new(stages.proposal_bp)),
            (StageKind::Negotiation, BasisPoints::new(stages.negotiation_bp)),
            (StageKind::Won, BasisPoints::new(stages.won_bp)),
            (StageKind::Lost, BasisPoints::new(stages.lost_bp)),
        ]
    }

    /// The calendar of the program's zone with the holidays of `country`; with those of the
    /// program's own country when none is given or the document has no table of it. Rule CF-08.
    pub fn business_calendar(&self, country: Option<Country>) -> BusinessCalendar {
        let calendar = &self.calendar;
        let weekend: BTreeSet<_> = calendar.weekend.iter().copied().collect();
        let holidays = country
            .and_then(|country| calendar.holidays.get(&country))
            .or_else(|| calendar.holidays.get(&calendar.country))
            .map(|days| days.keys().copied().collect())
            .unwrap_or_default();
        BusinessCalendar::new(self.zone.clone(), weekend, holidays)
            .unwrap_or_else(|_| BusinessCalendar::western(self.zone.clone()))
    }

    /// The zone in which the program's days begin and end.
    pub fn time_zone(&self) -> TimeZone {
        self.zone.tz().clone()
    }

    /// The track of that code.
    pub fn track(&self, code: &str) -> Option<&Track> {
        self.tracks.iter().find(|track| track.code == code)
    }

    /// The tier of that code.
    pub fn tier(&self, code: &str) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.code == code)
    }

    /// How many tiers lie below the one of that code.
    pub fn tier_rank(&self, code: &str) -> Option<usize> {
        self.tiers.iter().position(|tier| tier.code == code)
    }

    /// The tier in which partners begin; a checked document has one.
    pub fn lowest_tier(&self) -> Option<&Tier> {
        self.tiers.first()
    }

    /// The product line of that code.
    pub fn product(&self, code: &str) -> Option<&ProductLine> {
        self.products.iter().find(|product| product.code == code)
    }

    /// The territory of that code.
    pub fn territory(&self, code: &str) -> Option<&Territory> {
        self.territories.iter().find(|territory| territory.code == code)
    }

    /// The territory in which an address lies. A part of a country goes before the whole.
    /// Rule DR-12.
    pub fn territory_of(&self, country: Country, postal_code: Option<&str>) -> Option<&Territory> {
        let holds = |territory: &&Territory| territory.contains(country, postal_code);
        let by_region =
            |territory: &&Territory| holds(territory) && !territory.countries.contains(&country);
        let mut territories = self.territories.iter();
        territories.find(by_region).or_else(|| self.territories.iter().find(holds))
    }

    /// The segment of a customer: the list that names its domain, or the range of its number of
    /// employees. Rule DR-12.
    pub fn segment_of(&self, domain: Option<&str>, employees: Option<u32>) -> Option<&Segment> {
        let is_named = |segment: &&Segment| {
            domain.is_some_and(|domain| {
                segment.named_domains.iter().any(|named| named.eq_ignore_ascii_case(domain))
            })
        };
        let is_sized = |segment: &&Segment| match (segment.employees, employees) {
            (Some(band), Some(number)) => band.contains(i64::from(number)),
            (_, _) => false,
        };
        let mut segments = self.segments.iter();
        segments.find(is_named).or_else(|| self.segments.iter().find(is_sized))
    }

    /// Who decides questions of one kind; `None` when the document does not say.
    pub fn decision_right(&self, decision: DecisionKind) -> Option<&DecisionRight> {
        self.decision_rights.iter().find(|right| right.decision == decision)
    }

    /// The house account that a domain belongs to, as itself or as a part of it. Rule DR-13.
    pub fn house_account_of(&self, domain: &Domain) -> Option<&HouseAccount> {
        let is_house = |named: &String| {
            Domain::parse(named).is_ok_and(|house| {
                domain
                    .ascii()
                    .strip_suffix(house.ascii())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
        };
        self.house_accounts.iter().find(|account| account.domains.iter().any(is_house))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::program::registration::RegistrationTerms;

    #[test]
    fn pg_01_a_tier_goes_before_a_track_before_the_general_number() {
        let mut document = Document::default_document();
        let own = |days| RegistrationTerms { validity_days: Some(days), ..Default::default() };
        document.registration.by_track.insert("reseller".to_owned(), own(100));
        document.registration.by_tier.insert("premier".to_owned(), own(120));
        let validity = |track, tier| document.registration_policy(track, tier).validity_days;
        assert_eq!(validity("referral", "select"), 90);
        assert_eq!(validity("reseller", "select"), 100);
        assert_eq!(validity("reseller", "premier"), 120);
        assert_eq!(validity("referral", "premier"), 120);
        assert_eq!(validity("unknown", "unknown"), 90);
    }

    #[test]
    fn pg_01_the_default_document_runs_on_the_defaults_of_the_field() {
        let document = Document::default_document();
        assert_eq!(
            document.registration_policy("reseller", "registered"),
            RegistrationPolicy::default()
        );
        let delivery = document.registration_policy("msp", "registered").required_certifications;
        assert_eq!(delivery, ["delivery"]);
    }

    #[test]
    fn cf_08_each_country_has_its_holidays_and_others_the_programs_own() {
        let document = Document::default_document();
        let unity = date(2025, 10, 3);
        let thanksgiving = date(2025, 11, 27);
        let own = document.business_calendar(None);
        assert!(!own.is_business_day(unity));
        assert!(own.is_business_day(thanksgiving));
        let american = document.business_calendar(Country::parse("US").ok());
        assert!(american.is_business_day(unity));
        assert!(!american.is_business_day(thanksgiving));
        let swiss = document.business_calendar(Country::parse("CH").ok());
        assert!(!swiss.is_business_day(unity));
    }

    #[test]
    fn dr_13_a_house_account_is_known_by_its_domain_and_those_below_it() {
        let mut document = Document::default_document();
        document.house_accounts.push(HouseAccount {
            name: "Globex".to_owned(),
            domains: vec!["globex.example".to_owned()],
        });
        let is_house = |text| document.house_account_of(&Domain::parse(text).unwrap()).is_some();
        assert!(is_house("globex.example"));
        assert!(is_house("Shop.Globex.example"));
        assert!(!is_house("notglobex.example"));
    }

    #[test]
    fn dr_12_a_segment_is_found_by_list_before_size() {
        let mut document = Document::default_document();
        document.segments.push(Segment {
            code: "named".to_owned(),
            name: "Named".to_owned(),
            employees: None,
            named_domains: vec!["globex.example".to_owned()],
        });
        let code = |domain, employees| {
            document.segment_of(domain, employees).map(|segment| segment.code.as_str())
        };
        assert_eq!(code(None, Some(49)), Some("small"));
        assert_eq!(code(None, Some(50)), Some("middle"));
        assert_eq!(code(Some("globex.example"), Some(49)), Some("named"));
        assert_eq!(code(Some("initech.example"), None), None);
    }
}
