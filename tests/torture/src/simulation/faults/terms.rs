//! Faults in the document that the product reads, in its schema, and in the clock of its jobs.

use domain::{
    calendar::{Weekday, Zone},
    program::{Document, dispute::Role},
};
use jiff::SignedDuration;

use super::{Fault, Plant};

/// Changes the validity everywhere.
fn validity(document: &mut Document, by: i32) {
    let terms = &mut document.registration;
    let own = terms.by_tier.values_mut().chain(terms.by_track.values_mut());
    for days in own.filter_map(|own| own.validity_days.as_mut()) {
        *days = days.saturating_add_signed(by);
    }
    terms.validity_days = terms.validity_days.saturating_add_signed(by);
}

/// Changes the time to decide everywhere.
fn decision(document: &mut Document) {
    let terms = &mut document.registration;
    let own = terms.by_tier.values_mut().chain(terms.by_track.values_mut());
    for days in own.filter_map(|own| own.decision_business_days.as_mut()) {
        *days += 1;
    }
    terms.decision_business_days += 1;
}

fn flip(document: &mut Document) {
    let terms = &mut document.registration;
    let own = terms.by_tier.values_mut().chain(terms.by_track.values_mut());
    for approves in own.filter_map(|own| own.auto_approve.as_mut()) {
        *approves = !*approves;
    }
    terms.auto_approve = !terms.auto_approve;
}

/// The faults.
pub(super) const TERMS: &[Fault] = &[
    Fault::reads("DR-01", "validity is read a day too long", |d| validity(d, 1)),
    Fault::reads("DR-01", "days are counted in another zone", |d| {
        let other =
            if d.zone.name() == "Asia/Tokyo" { "America/Los_Angeles" } else { "Asia/Tokyo" };
        if let Ok(zone) = Zone::parse(other) {
            d.zone = zone;
        }
    }),
    Fault::reads("DR-03", "one renewal more is allowed", |d| {
        d.registration.renewals += 1;
    }),
    Fault::reads("DR-03", "renewal opens a day early", |d| {
        d.registration.renewal_window_days += 1;
    }),
    Fault::reads("DR-03", "renewal asks for an activity of longer ago", |d| {
        d.registration.renewal_activity_days += 20;
    }),
    Fault::reads("DR-06", "follow-up has a day more", |d| {
        d.registration.follow_up_days += 1;
    }),
    Fault::reads("DR-08", "activities count a day further back", |d| {
        d.registration.backdating_days += 1;
    }),
    Fault::reads("DR-09", "the vendor has a day more to decide", decision),
    Fault::reads("DR-09", "the decider is reminded later", |d| {
        d.registration.decision_reminder_bp += 1_000;
    }),
    Fault::reads("DR-09", "a late decision climbs a level less", |d| {
        let levels = &mut d.registration.decision_escalations;
        *levels = if *levels == 0 { 1 } else { *levels - 1 };
    }),
    Fault::reads("DR-10", "nobody needs an agreement", |d| {
        d.tracks.iter_mut().for_each(|track| track.agreement_required = false);
    }),
    Fault::reads("DR-10", "no track asks for a certification", |d| {
        d.tracks.iter_mut().for_each(|track| track.required_certifications.clear());
    }),
    Fault::reads("DR-11", "tiers hold one more", |d| {
        d.tiers.iter_mut().for_each(|tier| tier.live_registrations += 1);
    }),
    Fault::reads("DR-12", "the smallest deal is smaller", |d| {
        d.registration.minimum_amounts_minor.clear();
    }),
    Fault::reads("DR-12", "a country lies in another territory", |d| {
        let taken = d.territories.iter_mut().find(|one| one.code == "dach");
        let moved = taken.map(|one| std::mem::take(&mut one.countries)).unwrap_or_default();
        let (keep, moved): (Vec<_>, Vec<_>) =
            moved.into_iter().partition(|country| country.to_string() != "DE");
        for territory in &mut d.territories {
            match territory.code.as_str() {
                "dach" => territory.countries.clone_from(&keep),
                "france" => territory.countries.extend(moved.iter().copied()),
                _ => {}
            }
        }
    }),
    Fault::reads("DR-14", "what is to be decided is approved at once", flip),
    Fault::reads("DR-16", "one resubmission more is allowed", |d| {
        d.registration.resubmissions += 1;
    }),
    Fault::reads("DR-16", "the first time is kept a day longer", |d| {
        d.registration.keep_first_submission_business_days += 1;
    }),
    Fault::reads("DR-20", "a reminder is left out", |d| {
        d.registration.expiry_reminder_days.retain(|days| *days != 7);
    }),
    Fault::reads("DR-20", "the lapse is not reminded of in time", |d| {
        let days = &mut d.registration.lapse_reminder_days;
        *days = if *days == 0 { 1 } else { *days - 1 };
    }),
    Fault::reads("CF-02", "every level has a day more", |d| {
        for step in d.conflicts.ladder.iter_mut().filter(|step| step.level > 0) {
            step.business_days += 1;
            d.conflicts.case_business_days += 1;
        }
    }),
    Fault::reads("CF-03", "partner managers sit on the neutral seat", |d| {
        for step in d.conflicts.ladder.iter_mut().filter(|step| step.level == 2) {
            step.roles = vec![Role::PartnerManager];
        }
    }),
    Fault::reads("CF-07", "an appeal has a day less or more", |d| {
        let days = &mut d.conflicts.appeal_business_days;
        *days = if *days == 0 { 1 } else { *days - 1 };
    }),
    Fault::reads("CF-08", "the clock waits a day longer for evidence", |d| {
        d.conflicts.evidence_wait_business_days += 1;
    }),
    Fault::reads("CF-08", "people work on another day of the week", |d| {
        d.calendar.weekend = vec![Weekday::Tuesday];
    }),
    Fault::reads("CF-08", "holidays are not known", |d| {
        d.calendar.holidays.values_mut().for_each(|days| {
            days.retain(|on, _| on.day() == 1);
        });
    }),
    Fault {
        name: "the index of one holder is missing",
        rule: "DR-02",
        plant: Plant::Schema("DROP INDEX deal_registrations_one_holder"),
    },
    Fault {
        name: "jobs run by a clock that is a day late",
        rule: "DR-09",
        plant: Plant::Jobs(SignedDuration::from_hours(-24)),
    },
    Fault {
        name: "jobs run by a clock that is an hour early",
        rule: "DR-20",
        plant: Plant::Jobs(SignedDuration::from_hours(1)),
    },
];
