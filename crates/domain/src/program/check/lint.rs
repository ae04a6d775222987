//! What the field knows to fail: warnings, each with its reason. They refuse nothing.

mod money;
mod sources;

use jiff::ToSpan;

use super::findings::Findings;
use super::source::KeyPath;
use crate::program::document::Document;
use crate::program::measure::Indicator;
use crate::program::track::CertificationKind;

/// Notes every warning that can be told from the document alone. Rule PG-03.
pub(super) fn check(document: &Document, findings: &mut Findings<'_>) {
    focus(document, findings);
    gives(document, findings);
    money::check(document, findings);
    sales_cycle(document, findings);
    scorecard(document, findings);
    governance(document, findings);
    certifications(document, findings);
    objectives(document, findings);
    order_of_tiers(document, findings);
    clocks(document, findings);
}

fn focus(document: &Document, findings: &mut Findings<'_>) {
    let first_year_ends = document.launched_on.map(|launch| launch.saturating_add(1.year()));
    let in_first_year = document.tracks.iter().filter(|track| {
        let opens_later = track.active_from_on.zip(first_year_ends);
        track.active && opens_later.is_none_or(|(from, end)| from < end)
    });
    let count = in_first_year.count();
    if count > 2 {
        let message = format!("{count} tracks are active in the first year.");
        let remedy = "Start with two and open the others once these work.".to_owned();
        let reason = "each track needs its own people, content and terms; programs that open \
                      several at once learn from none";
        findings.warning(
            &"tracks".into(),
            "many-tracks",
            (message, remedy),
            (reason, sources::FIRST_TYPES),
        );
    }
    let most = document.policies.first_cohort_maximum;
    if most > 10 {
        let message = format!("{most} partners can start before the first cohort is reviewed.");
        let reason = "a first cohort of 5 to 10 shows what works while it can still be changed";
        let path = KeyPath::from("policies.first_cohort_maximum");
        let words = (message, "Write 10 or less.".to_owned());
        findings.warning(&path, "large-cohort", words, (reason, sources::FIRST_COHORT));
    }
    let load = document.policies.partners_per_manager;
    if load > 25 {
        let message = format!("One partner manager handles {load} active resellers.");
        let reason = "above 25 a manager only reacts instead of planning";
        let path = KeyPath::from("policies.partners_per_manager");
        findings.warning(
            &path,
            "manager-load",
            (message, "Write 25 or less.".to_owned()),
            (reason, sources::DEFAULTS),
        );
    }
}

fn gives(document: &Document, findings: &mut Findings<'_>) {
    let Some(thesis) = &document.thesis else {
        return;
    };
    let path = KeyPath::from("thesis");
    let reason = "partners join for the money and stay for what helps them to sell";
    if thesis.partners_get_economic.is_empty() {
        let words =
            ("Partners get no financial rewards.".to_owned(), "Add what they earn.".to_owned());
        findings.warning(
            &path.key("partners_get_economic"),
            "no-economic-give",
            words,
            (reason, sources::THESIS),
        );
    }
    if thesis.partners_get_non_economic.is_empty() {
        let message = "Partners get only financial rewards.".to_owned();
        let remedy = "Add what else they get: leads, courses, joint marketing, access.".to_owned();
        let key = path.key("partners_get_non_economic");
        findings.warning(&key, "no-other-give", (message, remedy), (reason, sources::THESIS));
    }
}

/// Validity should cover three quarters of the usual sale. Rule DR-17.
fn sales_cycle(document: &Document, findings: &mut Findings<'_>) {
    let Some(cycle) = document.policies.sales_cycle_days else {
        return;
    };
    let registration = &document.registration;
    let share = u64::from(registration.minimum_cycle_share_bp);
    let needed = (u64::from(cycle) * share).div_ceil(10_000);
    let reason = "a partner loses the account while the buyer is still deciding";
    let mut judge = |path: KeyPath, days: u32| {
        if u64::from(days) < needed {
            let message = format!("{days} days are too short for a sales cycle of {cycle} days.");
            let words = (message, format!("Write {needed} or more."));
            findings.warning(&path, "short-validity", words, (reason, sources::VALIDITY_RULE));
        }
    };
    judge("registration.validity_days".into(), registration.validity_days);
    let by_track = registration.by_track.iter().map(|part| ("registration.by_track", part));
    let by_tier = registration.by_tier.iter().map(|part| ("registration.by_tier", part));
    for (section, (code, terms)) in by_track.chain(by_tier) {
        if let Some(days) = terms.validity_days {
            judge(KeyPath::from(section).key(code).key("validity_days"), days);
        }
    }
}

fn scorecard(document: &Document, findings: &mut Findings<'_>) {
    let Some(scorecard) = &document.scorecard else {
        return;
    };
    let list = KeyPath::from("scorecard.dimensions");
    for (index, dimension) in scorecard.dimensions.iter().enumerate() {
        if dimension.code == "revenue" && dimension.weight > 50 {
            let message = format!("Revenue makes up {} % of the score.", dimension.weight);
            let path = list.index(index).key("weight");
            let words = (message, "Reduce it to 50 or less.".to_owned());
            let reason = "revenue is the last figure to show a problem";
            findings.warning(&path, "revenue-heavy", words, (reason, sources::SCORECARD_RULE));
        }
    }
    let is_leading = scorecard.dimensions.iter().any(|one| one.indicator == Indicator::Leading);
    if !is_leading {
        let message = "The scorecard has lagging indicators only.".to_owned();
        let remedy = "Add a leading indicator: pipeline, certification, engagement.".to_owned();
        let reason = "results alone show problems too late to correct them";
        findings.warning(&list, "only-lagging", (message, remedy), (reason, sources::LEADING));
    }
}

fn governance(document: &Document, findings: &mut Findings<'_>) {
    let path = KeyPath::from("governance");
    if document.governance.executive_sponsor.is_none() {
        let message = "The program has no executive sponsor.".to_owned();
        let remedy = "Set `executive_sponsor`.".to_owned();
        let reason = "without one the program loses the first argument about money";
        findings.warning(&path, "no-sponsor", (message, remedy), (reason, sources::SPONSOR));
    }
    if document.governance.council.is_none() {
        let message = "There is no partner council.".to_owned();
        let remedy = "Add [governance.council].".to_owned();
        let reason = "changes that no partner reviewed are often reversed";
        findings.warning(&path, "no-council", (message, remedy), (reason, sources::GOVERNANCE));
    }
}

fn certifications(document: &Document, findings: &mut Findings<'_>) {
    let tier_counts = |kind| match kind {
        CertificationKind::Sales => document.tiers.iter().any(|tier| tier.certified_sales > 0),
        CertificationKind::Technical => {
            document.tiers.iter().any(|tier| tier.certified_technical > 0)
        }
        CertificationKind::Essentials => false,
    };
    for (index, certification) in document.certifications.iter().enumerate() {
        let is_required = document
            .tracks
            .iter()
            .any(|track| track.required_certifications.contains(&certification.code));
        if !is_required && !tier_counts(certification.kind) {
            let message = format!("\"{}\" is not used.", certification.name);
            let remedy = "Require it in a track, count it in a tier, or remove it.".to_owned();
            let path = KeyPath::from("certifications").index(index);
            let reason = "people earn certificates that matter and skip the rest";
            findings.warning(
                &path,
                "idle-certification",
                (message, remedy),
                (reason, sources::DEFAULTS),
            );
        }
    }
}

fn objectives(document: &Document, findings: &mut Findings<'_>) {
    for (index, objective) in document.objectives.iter().enumerate() {
        if objective.baseline.is_none() {
            let message = format!("\"{}\" has no baseline.", objective.name);
            let path = KeyPath::from("objectives").index(index);
            let words = (message, "Measure its value today.".to_owned());
            let reason = "without a baseline nobody can measure progress";
            findings.warning(&path, "no-baseline", words, (reason, sources::OBJECTIVES));
        }
    }
}

/// A partner that climbs should not lose anything on the way.
fn order_of_tiers(document: &Document, findings: &mut Findings<'_>) {
    let lower = document.tiers.iter();
    let upper = document.tiers.iter().enumerate().skip(1);
    for (below, (index, tier)) in lower.zip(upper) {
        let path = KeyPath::from("tiers").index(index);
        let terms = [
            ("live_registrations", below.live_registrations, tier.live_registrations),
            ("discount_bp", below.discount_bp, tier.discount_bp),
            ("registered_uplift_bp", below.registered_uplift_bp, tier.registered_uplift_bp),
            ("referral_fee_bp", below.referral_fee_bp, tier.referral_fee_bp),
        ];
        for (key, before, after) in terms.into_iter().filter(|(_, before, after)| after < before) {
            let message =
                format!("{} has {after}, less than {before} of {}.", tier.name, below.name);
            let words = (message, "Set at least the same value.".to_owned());
            let reason = "a promotion should not take benefits away";
            findings.warning(&path.key(key), "tier-loses", words, (reason, sources::ARITHMETIC));
        }
    }
}

fn clocks(document: &Document, findings: &mut Findings<'_>) {
    let own = &document.registration;
    if own.follow_up_days >= own.validity_days {
        let message = "The follow-up time is as long as the protection.".to_owned();
        let remedy = "Set follow_up_days lower than validity_days.".to_owned();
        let reason = "an account can be held to the last day without a single call";
        let path = KeyPath::from("registration.follow_up_days");
        findings.warning(&path, "idle-clock", (message, remedy), (reason, sources::FOLLOW_UP));
    }
    let path = KeyPath::from("calendar.country");
    if !document.calendar.holidays.contains_key(&document.calendar.country) {
        let message = format!("No holidays are known for {}.", document.calendar.country);
        let remedy = "Add a table with its holidays under [calendar.holidays].".to_owned();
        let reason = "deadlines will fall on public holidays";
        findings.warning(&path, "no-holidays", (message, remedy), (reason, sources::CALENDAR_RULE));
    }
}
