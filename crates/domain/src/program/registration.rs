//! What a registration gives and asks, what "is it free?" may tell, when two companies are one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value;
use crate::money::Currency;

/// What a registration gives and asks. Tracks and tiers may have their own numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Days of protection from the day of approval (DR-01).
    #[schemars(range(min = 1, max = 3650))]
    pub validity_days: u32,
    /// How many partners may hold one account at once; the database holds it at one (DR-02).
    #[schemars(range(min = 1, max = 1))]
    pub exclusive_holders: u32,
    /// How often a registration can be renewed (DR-03).
    #[schemars(range(min = 0, max = 10))]
    pub renewals: u32,
    /// Last days of protection in which it can be renewed (DR-03).
    #[schemars(range(min = 1, max = 3650))]
    pub renewal_window_days: u32,
    /// Days before the renewal within which an activity must be documented (DR-03).
    #[schemars(range(min = 1, max = 3650))]
    pub renewal_activity_days: u32,
    /// Days without a documented activity after which the lockout of direct sales lapses (DR-06).
    #[schemars(range(min = 1, max = 3650))]
    pub follow_up_days: u32,
    /// Days after an activity within which it has to be logged to count backwards (DR-08).
    #[schemars(range(min = 0, max = 365))]
    pub backdating_days: u32,
    /// Business days in which the vendor decides (DR-09).
    #[schemars(range(min = 1, max = 60))]
    pub decision_business_days: u32,
    /// Share of that time after which the decider is reminded, in basis points (DR-09).
    #[schemars(range(min = 1, max = 9_999))]
    pub decision_reminder_bp: u32,
    /// How many levels an overdue decision climbs, one per further decision time (DR-09).
    #[schemars(range(min = 0, max = 9))]
    pub decision_escalations: u32,
    /// Smallest deal that can be registered, in minor units, by currency (DR-12).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(schema_with = "value::amounts")]
    pub minimum_amounts_minor: BTreeMap<Currency, i64>,
    /// Whether a submission that passes every automatic check is approved at once (DR-14).
    pub auto_approve: bool,
    /// Whether a warning calls for a person although nothing refuses the submission (DR-14).
    pub warnings_need_person: bool,
    /// How often a returned registration can be submitted again (DR-16).
    #[schemars(range(min = 0, max = 20))]
    pub resubmissions: u32,
    /// Business days after a return within which the first submission time is kept (DR-16).
    #[schemars(range(min = 0, max = 60))]
    pub keep_first_submission_business_days: u32,
    /// Smallest share of the usual sales cycle that the validity covers without a warning, in
    /// basis points (DR-17).
    #[schemars(range(min = 1, max = 10_000))]
    pub minimum_cycle_share_bp: u32,
    /// When a partner counts as holding accounts without working them (DR-17).
    pub hoarding: Hoarding,
    /// Days before expiry on which partner and PAM are reminded (DR-20).
    #[schemars(length(max = 10), inner(range(min = 1, max = 3650)))]
    pub expiry_reminder_days: Vec<u32>,
    /// Days before a lapse on which partner and PAM are reminded (DR-20).
    #[schemars(range(min = 0, max = 3650))]
    pub lapse_reminder_days: u32,
    /// Numbers of single tracks, by the code of the track.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_track: BTreeMap<String, RegistrationTerms>,
    /// Numbers of single tiers, by the code of the tier; they go before those of the track.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_tier: BTreeMap<String, RegistrationTerms>,
}

/// The numbers of a registration that a track or a tier may have for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationTerms {
    /// Days of protection from the day of approval (DR-01).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3650))]
    pub validity_days: Option<u32>,
    /// How often a registration can be renewed (DR-03).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 10))]
    pub renewals: Option<u32>,
    /// Last days of protection in which it can be renewed (DR-03).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3650))]
    pub renewal_window_days: Option<u32>,
    /// Days without a documented activity after which the lockout lapses (DR-06).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3650))]
    pub follow_up_days: Option<u32>,
    /// Business days in which the vendor decides (DR-09).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 60))]
    pub decision_business_days: Option<u32>,
    /// Smallest deal that can be registered, in minor units, by currency (DR-12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "value::optional_amounts")]
    pub minimum_amounts_minor: Option<BTreeMap<Currency, i64>>,
    /// Whether a submission that passes every automatic check is approved at once (DR-14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_approve: Option<bool>,
}

impl Registration {
    /// The numbers that hold for a partner of `track` and `tier`, each filled: the tier's own
    /// before the track's own before the general ones.
    pub fn terms(&self, track: &str, tier: &str) -> EffectiveTerms {
        let by_tier = self.by_tier.get(tier);
        let by_track = self.by_track.get(track);
        EffectiveTerms {
            validity_days: own(by_tier, by_track, |terms| terms.validity_days)
                .unwrap_or(self.validity_days),
            renewals: own(by_tier, by_track, |terms| terms.renewals).unwrap_or(self.renewals),
            renewal_window_days: own(by_tier, by_track, |terms| terms.renewal_window_days)
                .unwrap_or(self.renewal_window_days),
            follow_up_days: own(by_tier, by_track, |terms| terms.follow_up_days)
                .unwrap_or(self.follow_up_days),
            decision_business_days: own(by_tier, by_track, |terms| terms.decision_business_days)
                .unwrap_or(self.decision_business_days),
            minimum_amounts_minor: own(by_tier, by_track, |terms| {
                terms.minimum_amounts_minor.clone()
            })
            .unwrap_or_else(|| self.minimum_amounts_minor.clone()),
            auto_approve: own(by_tier, by_track, |terms| terms.auto_approve)
                .unwrap_or(self.auto_approve),
        }
    }
}

fn own<T>(
    by_tier: Option<&RegistrationTerms>,
    by_track: Option<&RegistrationTerms>,
    term: impl Fn(&RegistrationTerms) -> Option<T>,
) -> Option<T> {
    by_tier.and_then(&term).or_else(|| by_track.and_then(&term))
}

/// The numbers that hold for one track and tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveTerms {
    /// Days of protection from the day of approval (DR-01).
    pub validity_days: u32,
    /// How often a registration can be renewed (DR-03).
    pub renewals: u32,
    /// Last days of protection in which it can be renewed (DR-03).
    pub renewal_window_days: u32,
    /// Days without a documented activity after which the lockout lapses (DR-06).
    pub follow_up_days: u32,
    /// Business days in which the vendor decides (DR-09).
    pub decision_business_days: u32,
    /// Smallest deal that can be registered, in minor units, by currency (DR-12).
    pub minimum_amounts_minor: BTreeMap<Currency, i64>,
    /// Whether a submission that passes every automatic check is approved at once (DR-14).
    pub auto_approve: bool,
}

/// When a partner counts as holding accounts without working them (DR-17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hoarding {
    /// Days without a documented activity after which a live registration counts as idle.
    #[schemars(range(min = 1, max = 3650))]
    pub idle_days: u32,
    /// Live registrations below which nothing is said.
    #[schemars(range(min = 1, max = 100_000))]
    pub minimum_live: u32,
    /// Share of idle ones from which a warning is given, in basis points.
    #[schemars(range(min = 1, max = 10_000))]
    pub warn_at_bp: u32,
}

/// Limits on what a partner learns about accounts (DR-18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Availability {
    /// Answers about accounts that one partner gets in an hour, to questions and submissions.
    #[schemars(range(min = 1, max = 100_000))]
    pub queries_per_hour: u32,
    /// Answers in an hour about companies nobody knows and refusals, from which an alarm is raised.
    #[schemars(range(min = 1, max = 100_000))]
    pub misses_alarm: u32,
}

/// When two company records are the same account (AC-03). Probabilities in basis points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// From here on they are the same account without asking.
    #[schemars(range(min = 1, max = 10_000))]
    pub sure_bp: u32,
    /// From here on a person decides; below it is a new account.
    #[schemars(range(min = 0, max = 9_999))]
    pub possible_bp: u32,
}

/// Default probability that a deal in each sales stage is won, in basis points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageProbabilities {
    /// A company and a need are known.
    #[schemars(range(min = 0, max = 10_000))]
    pub identified_bp: u32,
    /// Budget, person and time are known.
    #[schemars(range(min = 0, max = 10_000))]
    pub qualified_bp: u32,
    /// The buyer has met the seller.
    #[schemars(range(min = 0, max = 10_000))]
    pub meeting_bp: u32,
    /// An offer lies with the buyer.
    #[schemars(range(min = 0, max = 10_000))]
    pub proposal_bp: u32,
    /// Terms are being settled.
    #[schemars(range(min = 0, max = 10_000))]
    pub negotiation_bp: u32,
    /// Signed; always 10000.
    #[schemars(range(min = 10_000, max = 10_000))]
    pub won_bp: u32,
    /// Given up; always 0.
    #[schemars(range(min = 0, max = 0))]
    pub lost_bp: u32,
}

impl StageProbabilities {
    /// The open stages in their order, each with its key and probability.
    pub fn open_stages(&self) -> [(&'static str, u32); 5] {
        [
            ("identified", self.identified_bp),
            ("qualified", self.qualified_bp),
            ("meeting", self.meeting_bp),
            ("proposal", self.proposal_bp),
            ("negotiation", self.negotiation_bp),
        ]
    }
}
