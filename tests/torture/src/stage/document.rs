//! Program documents made by chance, within what the check of documents accepts.

use std::collections::BTreeMap;

use domain::{
    accounts::Country,
    calendar::{Weekday, Zone},
    money::Currency,
    program::{Document, coverage::HouseAccount, registration::RegistrationTerms},
};
use jiff::civil::Date;

use super::{dice::Dice, words};
use rig::Outcome;

/// Zones with and without changes of the clock, on both sides of Greenwich, one of which skips
/// midnight when clocks go forward.
const ZONES: [&str; 8] = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Pacific/Auckland",
];

/// The first companies of a world are kept by the vendor for itself.
pub const HOUSES: u32 = 2;

/// The document of a seed.
pub fn generate(seed: u64) -> Outcome<Document> {
    let mut dice = Dice::new(seed, 1);
    let mut document = Document::default_document();
    document.zone = Zone::parse(dice.pick(&ZONES, "UTC")).map_err(|e| e.to_string())?;
    calendar(&mut dice, &mut document)?;
    registration(&mut dice, &mut document)?;
    conflicts(&mut dice, &mut document);
    for tier in &mut document.tiers {
        tier.live_registrations = dice.between(2, 6);
    }
    for track in &mut document.tracks {
        if track.code == "msp" {
            track.active = true;
        }
    }
    // No partner of a story reaches it: a limit by the hour is no rule of registrations.
    document.availability.queries_per_hour = 3_600;
    document.house_accounts = (0..HOUSES)
        .filter(|place| place % 2 == 0)
        .map(|place| HouseAccount { name: words::company(place), domains: vec![domain_of(place)] })
        .collect();
    Document::parse(&document.to_toml()).map_err(|report| format!("seed {seed}: {report}"))
}

/// The domain of a company.
pub fn domain_of(company: u32) -> String {
    format!("{}.example", words::company(company).to_lowercase())
}

fn calendar(dice: &mut Dice, document: &mut Document) -> Outcome<()> {
    document.calendar.weekend = match dice.below(4) {
        0 => vec![Weekday::Friday, Weekday::Saturday],
        1 => vec![Weekday::Sunday],
        _ => vec![Weekday::Saturday, Weekday::Sunday],
    };
    let own = Country::parse("DE").map_err(|e| e.to_string())?;
    for country in ["DE", "GB", "FR"] {
        let mut days = BTreeMap::new();
        for number in 0..dice.between(10, 40) {
            let month = i8::try_from(dice.between(1, 12)).unwrap_or(1);
            let day = i8::try_from(dice.between(1, 28)).unwrap_or(1);
            let year = i16::try_from(dice.between(2025, 2027)).unwrap_or(2026);
            let on = Date::new(year, month, day).map_err(|e| e.to_string())?;
            days.insert(on, format!("Free day {number}"));
        }
        let country = Country::parse(country).map_err(|e| e.to_string())?;
        document.calendar.holidays.insert(country, days);
    }
    document.calendar.country = own;
    Ok(())
}

fn registration(dice: &mut Dice, document: &mut Document) -> Outcome<()> {
    let terms = &mut document.registration;
    terms.validity_days = dice.between(20, 120);
    terms.renewals = dice.pick(&[0, 1, 1, 1, 1, 2], 1);
    terms.renewal_window_days = dice.between(5, terms.validity_days.min(30));
    terms.renewal_activity_days = dice.between(5, 30);
    terms.follow_up_days = dice.between(4, 14).min(terms.validity_days - 1);
    terms.backdating_days = dice.between(0, 4).min(terms.follow_up_days - 1);
    terms.decision_business_days = dice.between(1, 4);
    terms.decision_reminder_bp = dice.pick(&[2_500, 5_000, 5_000, 7_500, 3_333], 5_000);
    terms.decision_escalations = dice.between(0, 3);
    terms.auto_approve = dice.percent(25);
    terms.warnings_need_person = dice.percent(70);
    terms.resubmissions = dice.between(1, 3);
    terms.keep_first_submission_business_days = dice.between(1, 6);
    terms.hoarding.minimum_live = dice.between(2, 4);
    terms.hoarding.idle_days = dice.between(5, 30);
    let longest = terms.validity_days;
    terms.expiry_reminder_days =
        [30, 14, 7, 1].into_iter().filter(|days| *days < longest).collect();
    terms.lapse_reminder_days = dice.between(0, 3).min(terms.follow_up_days - 1);
    if dice.percent(60) {
        let euro = Currency::parse("EUR").map_err(|e| e.to_string())?;
        terms.minimum_amounts_minor.insert(euro, i64::from(dice.between(1, 6)) * 100_000);
    }
    let other = |validity_days: u32, decision_business_days: u32| RegistrationTerms {
        validity_days: Some(validity_days),
        decision_business_days: Some(decision_business_days),
        ..RegistrationTerms::default()
    };
    if dice.percent(50) {
        let own = other(longest + dice.between(1, 20), dice.between(1, 4));
        terms.by_tier.insert("premier".into(), own);
    }
    if dice.percent(50) {
        let own = RegistrationTerms {
            auto_approve: Some(dice.percent(50)),
            ..other(longest + dice.between(1, 9), dice.between(1, 4))
        };
        terms.by_track.insert("referral".into(), own);
    }
    Ok(())
}

fn conflicts(dice: &mut Dice, document: &mut Document) {
    let conflicts = &mut document.conflicts;
    let mut sum = 0;
    for step in &mut conflicts.ladder {
        if step.level > 0 {
            step.business_days = dice.between(1, 3);
            sum += step.business_days;
        }
    }
    conflicts.case_business_days = sum + dice.below(3);
    conflicts.appeal_business_days = dice.between(0, 5);
    conflicts.evidence_wait_business_days = dice.between(0, 2);
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_seed_gives_a_document_that_the_check_accepts() {
        for seed in 0..25 {
            super::generate(seed).unwrap();
        }
    }
}
