//! Numbers that have to fit each other: windows, clocks, levels, shares, dates.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::source::KeyPath;
use crate::deal_registration::policy::PolicyProblem;
use crate::program::document::Document;

/// Notes numbers that contradict each other. Rule PG-03.
pub(super) fn check(document: &Document, findings: &mut Findings<'_>) {
    registration(document, findings);
    ladder(document, findings);
    calendar(document, findings);
    tiers(document, findings);
    tracks(document, findings);
    stages(document, findings);
    ranges(document, findings);
    roles(document, findings);
}

/// Asks the rules of deal registration whether they can run on the numbers, for the program as a
/// whole and for each track and tier that has its own.
fn registration(document: &Document, findings: &mut Findings<'_>) {
    let general = document.registration_policy("", "").problems();
    let mut told: BTreeSet<&'static str> = BTreeSet::new();
    for problem in &general {
        told.insert(problem.key);
        contradiction(&path_of(problem), problem, findings);
    }
    let by_track = KeyPath::from("registration.by_track");
    let by_tier = KeyPath::from("registration.by_tier");
    let own = &document.registration;
    let mut told_of_part: BTreeMap<&str, BTreeSet<&'static str>> = BTreeMap::new();
    let parts = own.by_track.keys().map(|code| (code, "", &by_track, code));
    let parts = parts.chain(own.by_tier.keys().map(|code| (code, code.as_str(), &by_tier, code)));
    for (code, tier, section, key) in parts {
        let track = if tier.is_empty() { code.as_str() } else { "" };
        for problem in document.registration_policy(track, tier).problems() {
            if !told.contains(problem.key) {
                told_of_part.entry(code).or_default().insert(problem.key);
                contradiction(&section.key(key).key(problem.key), &problem, findings);
            }
        }
    }
    for track in own.by_track.keys() {
        for tier in own.by_tier.keys() {
            let problems = document.registration_policy(track, tier).problems();
            let is_told = |problem: &PolicyProblem| {
                let known = |code: &String| {
                    told_of_part.get(code.as_str()).is_some_and(|keys| keys.contains(problem.key))
                };
                told.contains(problem.key) || known(track) || known(tier)
            };
            for problem in problems.iter().filter(|problem| !is_told(problem)) {
                let words = format!("for the track {track}, {}", problem.words);
                let together = PolicyProblem { key: problem.key, words };
                contradiction(&by_tier.key(tier).key(problem.key), &together, findings);
            }
        }
    }
    if u64::from(own.decision_escalations)
        >= u64::try_from(document.conflicts.ladder.len()).unwrap_or(u64::MAX)
    {
        let path = KeyPath::from("registration.decision_escalations");
        let most = document.conflicts.ladder.len().saturating_sub(1);
        let message = format!("Only {most} levels are decided by people.");
        findings.error(&path, "contradiction", (message, format!("Write {most} or less.")));
    }
}

fn path_of(problem: &PolicyProblem) -> KeyPath {
    let key = problem.key;
    match key.split('.').next() {
        Some("availability" | "matching") => KeyPath::from(key),
        Some("stage_probability_bp") => KeyPath::from("stages"),
        Some("capacity_by_tier") => KeyPath::from("tiers"),
        Some(_) | None => KeyPath::from(format!("registration.{key}").as_str()),
    }
}

fn contradiction(path: &KeyPath, problem: &PolicyProblem, findings: &mut Findings<'_>) {
    if findings.touches_unread(&path.section()) {
        return;
    }
    let name = problem.key.rsplit('.').next().unwrap_or(problem.key);
    let message = format!("`{name}` {}.", problem.words);
    let remedy = "Change one of the two numbers.".to_owned();
    findings.error(path, "contradiction", (message, remedy));
}

/// The levels count from 0 without a gap, each above 0 has somebody and some time, and together
/// they take no longer than the case may. Rule CF-02.
fn ladder(document: &Document, findings: &mut Findings<'_>) {
    let list = KeyPath::from("conflicts.ladder");
    let mut sum: u32 = 0;
    for (expected, (index, step)) in (0_u32..).zip(document.conflicts.ladder.iter().enumerate()) {
        let path = list.index(index);
        sum = sum.saturating_add(step.business_days);
        if step.level != expected {
            let message = format!("Level {} is in the place of level {expected}.", step.level);
            let remedy = format!("Write level = {expected}; levels count up from 0.");
            findings.error(&path.key("level"), "order", (message, remedy));
        }
        if expected > 0 && step.roles.is_empty() {
            let message = format!("Level {expected} has no deciders.");
            let remedy = "Add at least one role to `roles`.".to_owned();
            findings.error(&path, "empty", (message, remedy));
        }
        if expected > 0 && step.business_days == 0 {
            let message = format!("Level {expected} has no time to decide.");
            let remedy = "Set at least 1 business day.".to_owned();
            findings.error(&path.key("business_days"), "out-of-range", (message, remedy));
        }
        if expected == 0 && (step.business_days > 0 || !step.roles.is_empty()) {
            let message = "Level 0 is decided by rule, immediately.".to_owned();
            let remedy = "Set no roles and 0 business days.".to_owned();
            findings.error(&path, "contradiction", (message, remedy));
        }
    }
    let whole = document.conflicts.case_business_days;
    if sum > whole {
        let message =
            format!("The levels take {sum} business days, but the case has only {whole}.");
        let remedy = format!("Remove {}, or give the case more time.", sum - whole);
        findings.error(&list, "ladder-too-long", (message, remedy));
    }
}

fn calendar(document: &Document, findings: &mut Findings<'_>) {
    let weekend = KeyPath::from("calendar.weekend");
    let mut seen = BTreeSet::new();
    for (index, day) in document.calendar.weekend.iter().enumerate() {
        if !seen.insert(*day) {
            let message = "The day appears twice.".to_owned();
            findings.error(&weekend.index(index), "duplicate", (message, "Remove it.".to_owned()));
        }
    }
    for (country, days) in &document.calendar.holidays {
        let path = KeyPath::from("calendar.holidays").key(&country.to_string());
        for (date, name) in days.iter().filter(|(date, _)| !(1990..=2199).contains(&date.year())) {
            let message = format!("{name} in the year {} is out of range.", date.year());
            let remedy = "Write a year from 1990 to 2199.".to_owned();
            findings.error(&path.key(&date.to_string()), "invalid-date", (message, remedy));
        }
    }
}

fn tiers(document: &Document, findings: &mut Findings<'_>) {
    for (index, tier) in document.tiers.iter().enumerate() {
        let sum = tier.discount_bp.saturating_add(tier.registered_uplift_bp);
        if sum > 10_000 {
            let path = KeyPath::from("tiers").index(index).key("registered_uplift_bp");
            let message = format!("Discount and uplift of {} exceed the price.", tier.name);
            let remedy = format!("Remove at least {} basis points.", sum - 10_000);
            findings.error(&path, "out-of-range", (message, remedy));
        }
    }
}

fn tracks(document: &Document, findings: &mut Findings<'_>) {
    if !document.tracks.iter().any(|track| track.active) {
        let message = "No track is active, so nobody can become a partner.".to_owned();
        let remedy = "Write active = true in at least one track.".to_owned();
        findings.error(&"tracks".into(), "empty", (message, remedy));
    }
}

fn stages(document: &Document, findings: &mut Findings<'_>) {
    let mut before = ("", 0);
    for (key, probability) in document.stages.open_stages() {
        if probability < before.1 {
            let path = KeyPath::from("stages").key(&format!("{key}_bp"));
            let message = format!("A deal in {key} is less likely to be won than in {}.", before.0);
            let remedy = format!("Write {} or more.", before.1);
            findings.error(&path, "order", (message, remedy));
        }
        before = (key, probability);
    }
}

/// Lower and upper ends that stand in the wrong order, and dates that are no beginnings.
fn ranges(document: &Document, findings: &mut Findings<'_>) {
    let policies = &document.policies;
    let cohort = (policies.first_cohort_minimum, policies.first_cohort_maximum);
    ordered("policies.first_cohort_maximum", cohort, findings);
    let target = (policies.return_target_from_percent, policies.return_target_to_percent);
    ordered("policies.return_target_to_percent", target, findings);
    let revenue = (policies.material_revenue_from_month, policies.material_revenue_to_month);
    ordered("policies.material_revenue_to_month", revenue, findings);
    if let Some(council) = &document.governance.council {
        let members = (council.members_minimum, council.members_maximum);
        ordered("governance.council.members_maximum", members, findings);
    }
    let targets = document.thesis.iter().flat_map(|thesis| &thesis.targets);
    for (index, target) in targets.enumerate().filter(|(_, target)| target.begins_on.day() != 1) {
        let path = KeyPath::from("thesis.targets").index(index).key("begins_on");
        let message = format!("{} is not the first day of a quarter.", target.begins_on);
        let remedy = "Write the first day of the quarter's first month.".to_owned();
        findings.error(&path, "invalid-date", (message, remedy));
    }
    for (index, cost) in
        document.costs.iter().enumerate().filter(|(_, cost)| cost.month_on.day() != 1)
    {
        let path = KeyPath::from("costs").index(index).key("month_on");
        let message = format!("{} is not the first day of a month.", cost.month_on);
        let remedy = format!("Write {}.", cost.month_on.first_of_month());
        findings.error(&path, "invalid-date", (message, remedy));
    }
}

fn ordered(path: &str, (lower, upper): (u32, u32), findings: &mut Findings<'_>) {
    if upper < lower {
        let message = format!("The upper end {upper} is below the lower end {lower}.");
        findings.error(&path.into(), "order", (message, format!("Write {lower} or more.")));
    }
}

/// Who decides cannot be asked before or told after by the same right.
fn roles(document: &Document, findings: &mut Findings<'_>) {
    let list = KeyPath::from("decision_rights");
    for (index, right) in document.decision_rights.iter().enumerate() {
        for (key, others) in [("consulted", &right.consulted), ("informed", &right.informed)] {
            let mut seen = BTreeSet::from([right.decides]);
            for (at, role) in others.iter().enumerate() {
                if !seen.insert(*role) {
                    let message = format!("The {} appears twice.", role.words());
                    let path = list.index(index).key(key).index(at);
                    findings.error(&path, "duplicate", (message, "Remove it.".to_owned()));
                }
            }
        }
    }
}
