//! The numbers that deal registration runs on, as the program document holds them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::stage::StageKind;
use crate::accounts::MatchThresholds;
use crate::money::Currency;
use crate::percentage::BasisPoints;

/// Every threshold of deal registration for one track and tier of a program.
///
/// A missing key takes the default of the field; an unknown key is refused. The code
/// of the rules holds no number of its own, so that a program can change any of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrationPolicy {
    /// Days that protection lasts after the day of approval, and that a renewal adds. Rules DR-01, DR-03.
    pub validity_days: u32,
    /// How often one registration may be renewed. Rule DR-03.
    pub renewals: u32,
    /// Length of the stretch at the end of protection in which renewal is open; the last protected day is its last day. Rule DR-03.
    pub renewal_window_days: u32,
    /// How many days back, today included, the activity that renewal asks for may lie. Rule DR-03.
    pub renewal_activity_days: u32,
    /// Days without a documented activity after which the lockout lapses. Rule DR-06.
    pub follow_up_days: u32,
    /// Days between an activity and its record up to which the record reaches back. Rule DR-08.
    pub backdating_days: u32,
    /// Business days that the vendor has to decide a submission. Rule DR-09.
    pub decision_business_days: u32,
    /// Share of the decision time after which the owner is reminded. Rule DR-09.
    pub decision_reminder_bp: BasisPoints,
    /// How many levels an overdue decision climbs, one per further decision time. Rule DR-09.
    pub decision_escalations: u32,
    /// How often one registration may be submitted again. Rule DR-16.
    pub resubmissions: u32,
    /// Business days after a return in which a resubmission keeps the first submission time. Rule DR-16.
    pub keep_first_submission_business_days: u32,
    /// Smallest deal, in minor units per currency; empty means that any size is welcome. Rule DR-12.
    pub minimum_amounts_minor: BTreeMap<Currency, i64>,
    /// Whether a submission whose checks are all clean is approved at once. Rule DR-14.
    pub auto_approve: bool,
    /// Whether a warning about the registration calls for a person although nothing refuses it. Rule DR-14.
    pub warnings_need_person: bool,
    /// Most live registrations of one partner, by code of its tier; a tier without a row has no limit. Rule DR-11.
    pub capacity_by_tier: BTreeMap<String, u32>,
    /// Codes of the certifications that a partner must hold to submit, all of them. Rule DR-10.
    pub required_certifications: Vec<String>,
    /// When a partner counts as holding accounts without working them. Rule DR-17.
    pub hoarding: HoardingPolicy,
    /// Smallest share of the median sales cycle that the validity should cover. Rule DR-17.
    pub minimum_cycle_share_bp: BasisPoints,
    /// Limits on what a partner learns about accounts. Rule DR-18.
    pub availability: AvailabilityPolicy,
    /// Days before the last protected day on which partner and PAM are reminded. Rule DR-20.
    pub expiry_reminder_days: Vec<u32>,
    /// Days before a lapse on which partner and PAM are reminded. Rule DR-20.
    pub lapse_reminder_days: u32,
    /// Chance of winning by sales stage.
    pub stage_probability_bp: BTreeMap<StageKind, BasisPoints>,
    /// From which probability two names are taken for one company. Rule AC-03.
    pub matching: MatchThresholds,
}

/// When a partner counts as holding accounts without working them. Rule DR-17.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HoardingPolicy {
    /// Days without a documented activity after which a live registration counts as idle.
    pub idle_days: u32,
    /// Number of live registrations below which the index says nothing.
    pub minimum_live: u32,
    /// Share of idle registrations at which the warning appears.
    pub warn_at_bp: BasisPoints,
}

/// Limits on what a partner learns about accounts. Rule DR-18.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AvailabilityPolicy {
    /// Answers about accounts that one partner gets within any sixty minutes: to "is it free?", and
    /// to submissions that are refused or need a look.
    pub queries_per_hour: u32,
    /// Answers about companies nobody knows and refusals, within sixty minutes, that raise an alarm.
    pub misses_alarm: u32,
}

impl Default for RegistrationPolicy {
    fn default() -> Self {
        let tiers = [("registered", 10), ("select", 25), ("premier", 60)];
        Self {
            validity_days: 90,
            renewals: 1,
            renewal_window_days: 30,
            renewal_activity_days: 30,
            follow_up_days: 14,
            backdating_days: 3,
            decision_business_days: 2,
            decision_reminder_bp: BasisPoints::new(5_000),
            decision_escalations: 1,
            resubmissions: 3,
            keep_first_submission_business_days: 5,
            minimum_amounts_minor: BTreeMap::new(),
            auto_approve: false,
            warnings_need_person: true,
            capacity_by_tier: tiers.map(|(tier, limit)| (tier.to_owned(), limit)).into(),
            required_certifications: Vec::new(),
            hoarding: HoardingPolicy::default(),
            minimum_cycle_share_bp: BasisPoints::new(7_500),
            availability: AvailabilityPolicy::default(),
            expiry_reminder_days: vec![30, 14, 7, 1],
            lapse_reminder_days: 3,
            stage_probability_bp: StageKind::ALL
                .iter()
                .map(|stage| (*stage, stage.default_probability()))
                .collect(),
            matching: MatchThresholds::default(),
        }
    }
}

impl Default for HoardingPolicy {
    fn default() -> Self {
        Self { idle_days: 30, minimum_live: 5, warn_at_bp: BasisPoints::new(5_000) }
    }
}

impl Default for AvailabilityPolicy {
    fn default() -> Self {
        Self { queries_per_hour: 60, misses_alarm: 30 }
    }
}

/// One number of a policy that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The key as it stands in the document, with dots between levels.
    pub key: &'static str,
    /// What is wrong and what would be right.
    pub words: String,
}

/// The longest stretch, in days, that any window of a policy may have: ten years.
pub const LONGEST_WINDOW_DAYS: u32 = 3_660;

impl RegistrationPolicy {
    /// Every number that contradicts itself or another, in the order of the fields; empty when the policy can be run. Rule PG-03.
    pub fn problems(&self) -> Vec<PolicyProblem> {
        let mut found = Vec::new();
        self.check_windows(&mut found);
        self.check_relations(&mut found);
        self.check_shares(&mut found);
        found
    }

    fn check_windows(&self, found: &mut Vec<PolicyProblem>) {
        let windows = [
            ("validity_days", self.validity_days),
            ("renewal_window_days", self.renewal_window_days),
            ("renewal_activity_days", self.renewal_activity_days),
            ("follow_up_days", self.follow_up_days),
            ("decision_business_days", self.decision_business_days),
            ("hoarding.idle_days", self.hoarding.idle_days),
            ("availability.queries_per_hour", self.availability.queries_per_hour),
            ("availability.misses_alarm", self.availability.misses_alarm),
        ];
        for (key, value) in windows {
            if value == 0 {
                note(found, key, "is zero; the minimum is 1");
            }
        }
        let bounded = [
            ("backdating_days", self.backdating_days),
            ("keep_first_submission_business_days", self.keep_first_submission_business_days),
        ];
        for (key, value) in windows.into_iter().chain(bounded) {
            if value > LONGEST_WINDOW_DAYS {
                let words = format!("is {value}; the maximum is {LONGEST_WINDOW_DAYS}");
                note(found, key, &words);
            }
        }
    }

    fn check_relations(&self, found: &mut Vec<PolicyProblem>) {
        if self.renewal_window_days > self.validity_days {
            note(
                found,
                "renewal_window_days",
                "is longer than validity_days, so renewal would open before approval",
            );
        }
        if self.lapse_reminder_days >= self.follow_up_days {
            note(
                found,
                "lapse_reminder_days",
                "must be smaller than follow_up_days, or every activity would trigger a reminder \
                 at once",
            );
        }
        if self.expiry_reminder_days.iter().any(|days| *days == 0 || *days > self.validity_days) {
            note(found, "expiry_reminder_days", "contains a day outside 1 to validity_days");
        }
        if self.minimum_amounts_minor.values().any(|minor| *minor < 0) {
            note(found, "minimum_amounts_minor", "contains a negative amount");
        }
        if self.capacity_by_tier.values().any(|limit| *limit == 0) {
            note(
                found,
                "capacity_by_tier",
                "allows a tier no registrations at all; omit the tier for no limit",
            );
        }
        if self.matching.possible_bp > self.matching.sure_bp {
            note(
                found,
                "matching.possible_bp",
                "is above matching.sure_bp, which leaves no range for manual review",
            );
        }
    }

    fn check_shares(&self, found: &mut Vec<PolicyProblem>) {
        let shares = [
            ("decision_reminder_bp", self.decision_reminder_bp),
            ("hoarding.warn_at_bp", self.hoarding.warn_at_bp),
            ("minimum_cycle_share_bp", self.minimum_cycle_share_bp),
            ("matching.sure_bp", self.matching.sure_bp),
        ];
        for (key, share) in shares {
            if share == BasisPoints::ZERO || share > BasisPoints::WHOLE {
                note(found, key, "must be between 1 and 10000 basis points");
            }
        }
        if self.stage_probability_bp.values().any(|share| *share > BasisPoints::WHOLE) {
            note(found, "stage_probability_bp", "contains a share above 10000 basis points");
        }
    }
}

fn note(found: &mut Vec<PolicyProblem>, key: &'static str, words: &str) {
    found.push(PolicyProblem { key, words: words.to_owned() });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pg_03_the_defaults_contradict_nothing() {
        assert_eq!(RegistrationPolicy::default().problems(), Vec::new());
    }

    #[test]
    fn pg_03_a_window_of_zero_days_is_named_by_its_key() {
        let policy = RegistrationPolicy { follow_up_days: 0, ..RegistrationPolicy::default() };
        let keys: Vec<_> = policy.problems().into_iter().map(|problem| problem.key).collect();
        assert_eq!(keys, ["follow_up_days", "lapse_reminder_days"]);
    }

    #[test]
    fn pg_03_a_window_may_be_ten_years_and_not_a_day_longer() {
        let longest = RegistrationPolicy {
            validity_days: LONGEST_WINDOW_DAYS,
            ..RegistrationPolicy::default()
        };
        assert!(longest.problems().is_empty());
        let longer = RegistrationPolicy { validity_days: LONGEST_WINDOW_DAYS + 1, ..longest };
        assert_eq!(longer.problems().len(), 1);
    }

    #[test]
    fn pg_03_a_missing_key_takes_the_default_and_an_unknown_one_is_refused() {
        let policy: RegistrationPolicy = toml::from_str("validity_days = 120").unwrap();
        assert_eq!(policy.validity_days, 120);
        assert_eq!(policy.follow_up_days, 14);
        assert!(toml::from_str::<RegistrationPolicy>("validty_days = 120").is_err());
    }

    #[test]
    fn pg_03_a_policy_survives_the_document() {
        let mut policy = RegistrationPolicy::default();
        policy.minimum_amounts_minor.insert(Currency::parse("EUR").unwrap(), 500_000);
        let text = toml::to_string(&policy).unwrap();
        assert_eq!(toml::from_str::<RegistrationPolicy>(&text).unwrap(), policy);
    }
}
