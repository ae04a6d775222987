use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::accounts::Country;
use crate::program::registration::RegistrationTerms;

#[test]
fn pg_03_the_canonical_form_reads_as_the_same_document() {
    let document = Document::default_document();
    let exported = document.to_toml();
    assert_eq!(Document::parse(&exported), Ok(document));
    assert_eq!(Document::parse(&exported).unwrap().to_toml(), exported);
}

#[test]
fn pg_01_a_stored_version_is_read_though_it_would_be_refused_today() {
    let mut document = Document::default_document();
    document.registration.validity_days = 4000;
    let stored = document.to_toml();
    assert!(Document::parse(&stored).is_err());
    assert_eq!(Document::parse_stored(&stored), Ok(document));
    assert!(Document::parse_stored("name = 1").is_err());
}

#[test]
fn pg_01_the_fingerprint_is_of_the_rules_and_not_of_their_notation() {
    let document = Document::default_document();
    let rewritten = Document::DEFAULT_TOML.replace("validity_days = 90 ", "validity_days=0x5a #");
    assert_eq!(Document::parse(&rewritten).unwrap().fingerprint(), document.fingerprint());
    let mut other = document.clone();
    other.registration.validity_days = 91;
    assert_ne!(other.fingerprint(), document.fingerprint());
    assert_eq!(document.fingerprint().len(), 64);
}

#[test]
fn pg_03_the_published_schema_changes_knowingly() {
    insta::assert_snapshot!("schema", schema_json());
}

#[test]
fn pg_03_dates_may_be_written_with_and_without_quotes() {
    let bare = Document::DEFAULT_TOML
        .replace("# launched_on = \"2026-01-01\"", "launched_on = 2026-01-01");
    assert_eq!(Document::parse(&bare).unwrap().launched_on, Some(date(2026, 1, 1)));
    let with_time = bare.replace("= 2026-01-01", "= 2026-01-01T10:00:00");
    assert_eq!(Document::parse(&with_time).unwrap_err().errors[0].code, "invalid-date");
}

/// Easter Sunday by the method of Gauss, which holds from 1900 to 2099.
fn easter(year: i16) -> Date {
    let year_of_moon = (19 * (year % 19) + 24) % 30;
    let to_sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * year_of_moon + 5) % 7;
    let after_equinox = match (year_of_moon, to_sunday) {
        (29, 6) => 34,
        (28, 6) if year % 19 > 10 => 33,
        (moon, sunday) => moon + sunday,
    };
    date(year, 3, 22).saturating_add(i64::from(after_equinox).days())
}

#[test]
fn cf_08_the_movable_holidays_stand_on_their_days() {
    let document = Document::default_document();
    let days = |code| &document.calendar.holidays[&Country::parse(code).unwrap()];
    for year in 2024..=2027 {
        let sunday = easter(year);
        let after = |days: i64| sunday.saturating_add(days.days());
        for offset in [-2, 1, 39, 50] {
            assert!(days("DE").contains_key(&after(offset)), "DE {}", after(offset));
        }
        for offset in [1, 39, 50] {
            assert!(days("FR").contains_key(&after(offset)), "FR {}", after(offset));
        }
        for offset in [-2, 1] {
            assert!(days("GB").contains_key(&after(offset)), "GB {}", after(offset));
        }
        let thanksgiving =
            date(year, 11, 1).nth_weekday_of_month(4, jiff::civil::Weekday::Thursday);
        assert!(days("US").contains_key(&thanksgiving.unwrap()));
        let count = |code| days(code).keys().filter(|day| day.year() == year).count();
        assert_eq!([count("DE"), count("FR"), count("GB")], [9, 11, 8]);
        // The federal days of 2027 hold the observed New Year's Day of 2028.
        assert_eq!(count("US"), if year == 2027 { 12 } else { 11 });
    }
}

#[test]
fn cf_08_observed_and_substitute_days_are_business_days_of_the_week() {
    let document = Document::default_document();
    for code in ["GB", "US"] {
        for (day, name) in &document.calendar.holidays[&Country::parse(code).unwrap()] {
            let weekday = day.weekday().to_monday_one_offset();
            assert!(weekday <= 5, "{code}: {name} on {day}");
        }
    }
    let us = &document.calendar.holidays[&Country::parse("US").unwrap()];
    assert!(us.contains_key(&date(2026, 7, 3)) && !us.contains_key(&date(2026, 7, 4)));
    let known_until = |code| document.calendar.known_until(Country::parse(code).unwrap());
    assert_eq!(known_until("GB"), Some(date(2027, 12, 28)));
    assert_eq!(known_until("AT"), None);
}

fn terms() -> impl Strategy<Value = RegistrationTerms> {
    let days = || proptest::option::of(31_u32..3650);
    (days(), proptest::option::of(0_u32..10), proptest::option::of(any::<bool>())).prop_map(
        |(validity_days, renewals, auto_approve)| RegistrationTerms {
            validity_days,
            renewals,
            auto_approve,
            ..RegistrationTerms::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pg_03_whatever_can_be_written_is_read_back(
        name in "[^\\x00-\\x1f\\x7f-\\x9f]{1,60}",
        text in "[ -~\\n\"'\\\\äß\u{5bf}]{0,200}",
        own in terms(),
        minimum in 0_i64..i64::MAX,
        days in proptest::collection::btree_set(0_i64..4000, 0..20),
    ) {
        let mut document = Document::default_document();
        prop_assume!(!name.trim().is_empty());
        document.name = name;
        document.rules_of_engagement.text = text;
        document.registration.by_tier.insert("premier".to_owned(), own);
        document.registration.minimum_amounts_minor.insert(document.currency, minimum);
        let table = document.calendar.holidays.entry(Country::parse("AT").unwrap()).or_default();
        for day in &days {
            table.insert(date(2024, 1, 1).saturating_add(day.days()), "Tag".to_owned());
        }
        let read = Document::parse(&document.to_toml());
        prop_assert_eq!(read.map_err(|report| report.to_string()), Ok(document));
    }
}

#[test]
fn pg_03_every_section_is_explained_in_the_default_document() {
    let schema: serde_json::Value = serde_json::from_str(&schema_json()).unwrap();
    for key in schema["properties"].as_object().unwrap().keys() {
        let is_shown = Document::DEFAULT_TOML.contains(key.as_str());
        assert!(is_shown, "{key} is not in the default document");
        let described = &schema["properties"][key];
        let reference = described["$ref"].as_str().is_some();
        assert!(described["description"].is_string() || reference, "{key} is not described");
    }
}
