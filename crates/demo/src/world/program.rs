//! The versions of the demo's program: what it began with, and what experience changed.

use std::collections::BTreeMap;

use domain::{
    accounts::Country,
    calendar::BusinessCalendar,
    money::Currency,
    program::{
        Document,
        coverage::{HouseAccount, ProductLine, Territory},
        registration::RegistrationTerms,
    },
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};

use super::{cast::World, companies::Company};
use crate::span::day_at;
use channel::program::{Announce, Approve, Effective, Propose, SaveDraft};
use frame::{ctx::Cx, error::AppError};

/// The products that deals are registered for, with a share of deals each of a hundred.
pub(crate) const PRODUCTS: [(&str, &str, u32); 4] = [
    ("flow", "Meridian Flow: approvals and routing", 44),
    ("vault", "Meridian Vault: archive and records", 30),
    ("insight", "Meridian Insight: process analytics", 18),
    ("link", "Meridian Link: connectors", 8),
];

/// The program's name.
pub(crate) const NAME: &str = "Meridian Partner Program";

/// A version with the first day on which it counts.
#[derive(Debug, Clone)]
pub(crate) struct DatedVersion {
    /// The first day.
    pub from_on: Date,
    /// What it changes, for its readers.
    pub note: &'static str,
    /// The document.
    pub document: Document,
}

/// The first days of the versions.
const STARTS: [Date; 4] = [date(2024, 11, 1), date(2025, 7, 1), date(2026, 3, 2), date(2027, 1, 4)];

/// The versions in order; the last one is announced and does not count yet at the demo's start.
pub(crate) fn versions(houses: &[&Company]) -> Result<Vec<DatedVersion>, AppError> {
    let first = first(houses)?;
    let mut second = first.clone();
    for track in &mut second.tracks {
        if track.code == "msp" {
            track.active = true;
        }
    }
    second.registration.by_tier.insert(
        "premier".into(),
        RegistrationTerms { validity_days: Some(120), ..RegistrationTerms::default() },
    );
    second.registration.decision_escalations = 2;
    let mut third = second.clone();
    third.registration.minimum_amounts_minor = minimums()?;
    third.registration.by_tier.insert(
        "premier".into(),
        RegistrationTerms {
            validity_days: Some(120),
            auto_approve: Some(true),
            ..RegistrationTerms::default()
        },
    );
    let mut fourth = third.clone();
    fourth.registration.by_track.insert(
        "referral".into(),
        RegistrationTerms { validity_days: Some(60), ..RegistrationTerms::default() },
    );
    fourth.registration.by_tier.insert(
        "select".into(),
        RegistrationTerms { validity_days: Some(105), ..RegistrationTerms::default() },
    );
    let told = [
        ("Program launch with resellers and referral partners.", first),
        ("Service providers added; Premier partners get 120 days of protection.", second),
        ("Minimum deal size added; clean Premier registrations are approved automatically.", third),
        ("Select partners get 105 days of protection, referrals 60.", fourth),
    ];
    let dated = STARTS.into_iter().zip(told);
    Ok(dated.map(|(from_on, (note, document))| DatedVersion { from_on, note, document }).collect())
}

/// The program's calendar, by which the story counts its days.
pub(crate) fn calendar() -> Result<BusinessCalendar, AppError> {
    Ok(first(&[])?.business_calendar(None))
}

/// Days between the announcement of a version and the first day on which it counts.
const NOTICE_DAYS: i64 = 54;

/// Announces the version whose notice begins on that day, if there is one.
pub(crate) fn announce_due(cx: &mut Cx<'_, '_>, world: &World, day: Date) -> Result<(), AppError> {
    if !STARTS.iter().any(|from_on| from_on.saturating_sub(NOTICE_DAYS.days()) == day) {
        return Ok(());
    }
    let houses: Vec<&Company> =
        world.accounts.iter().take(super::found::HOUSES).map(|account| &account.company).collect();
    for version in versions(&houses)?.into_iter().skip(1) {
        if version.from_on.saturating_sub(NOTICE_DAYS.days()) == day {
            announce(cx, world, &version)?;
        }
    }
    Ok(())
}

/// Partner operations writes it, the channel chief approves and announces it. Rule PG-02.
fn announce(cx: &mut Cx<'_, '_>, world: &World, version: &DatedVersion) -> Result<(), AppError> {
    let writer = world.staff.iter().find(|player| player.name == "Ines Carvalho");
    let writer = writer.ok_or_else(|| AppError::internal("nobody writes the program"))?;
    let (program_id, expected_version) = (&world.program_id, None);
    let day = cx.now.to_zoned(world.zone.clone()).date();
    cx.actor = writer.actor(&world.vendor_id);
    cx.now = day_at(&world.zone, day, (9, 40))?;
    let document = version.document.to_toml();
    let (row, _) = SaveDraft {
        program_id,
        number: None,
        document: &document,
        note: version.note,
        expected_version,
    }
    .run(cx)?;
    let number = row.number;
    cx.now = day_at(&world.zone, day, (10, 5))?;
    Propose { program_id, number, expected_version }.run(cx)?;
    cx.actor = world.chief.actor(&world.vendor_id);
    cx.now = day_at(&world.zone, day, (15, 20))?;
    Approve { program_id, number, expected_version, expected_base: None }.run(cx)?;
    cx.now = day_at(&world.zone, day, (15, 30))?;
    let effective = Effective::On(version.from_on);
    Announce { program_id, number, effective, expected_version }.run(cx)?;
    Ok(())
}

fn first(houses: &[&Company]) -> Result<Document, AppError> {
    let mut document = Document::default_document();
    document.name = NAME.into();
    document.launched_on = Some(date(2024, 11, 1));
    let countries = |codes: &[&str]| {
        codes
            .iter()
            .map(|code| Country::parse(code))
            .collect::<Result<Vec<Country>, _>>()
            .map_err(AppError::internal)
    };
    for (code, name, of) in [
        ("nordics", "Nordic countries", ["SE", "NO", "DK", "FI"].as_slice()),
        ("benelux", "Belgium, the Netherlands, Luxembourg", ["BE", "NL", "LU"].as_slice()),
        ("japan", "Japan", ["JP"].as_slice()),
    ] {
        let territory = Territory {
            code: code.into(),
            name: name.into(),
            countries: countries(of)?,
            regions: Vec::new(),
        };
        document.territories.push(territory);
    }
    document.house_accounts = houses
        .iter()
        .map(|company| HouseAccount {
            name: company.name.clone(),
            domains: vec![company.domain.clone()],
        })
        .collect();
    document.products = PRODUCTS
        .iter()
        .map(|(code, name, _)| ProductLine {
            code: (*code).into(),
            name: (*name).into(),
            gross_margin_bp: None,
            registrable: true,
        })
        .collect();
    Ok(document)
}

fn minimums() -> Result<BTreeMap<Currency, i64>, AppError> {
    [("EUR", 500_000), ("USD", 500_000), ("GBP", 450_000), ("CHF", 500_000), ("JPY", 800_000)]
        .into_iter()
        .map(|(code, minor)| Ok((Currency::parse(code).map_err(AppError::internal)?, minor)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::companies;

    #[test]
    fn dm_01_every_version_of_the_demo_program_passes_the_check() {
        let companies = companies::invent(1, 10);
        let houses: Vec<&Company> = companies.iter().take(3).collect();
        for version in versions(&houses).unwrap() {
            let text = version.document.to_toml();
            if let Err(report) = Document::parse(&text) {
                panic!("{}: {report}", version.from_on);
            }
        }
    }
}
