mod relations;
mod values;

use super::*;

/// A fault: what is replaced by what, text that stands on the line of the finding, its key, its code.
type Fault = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn assert_found((old, new, at, key, code): Fault) {
    let faulty = planted(old, new);
    let report = check(&faulty);
    let found = report.errors.iter().find(|error| error.key == key && error.code == code);
    let Some(found) = found else { panic!("{new:?}: no {code} at {key} in\n{report}") };
    assert_eq!(found.line, line_of(&faulty, at), "{new:?}: {found}");
    assert!(found.column >= 1 && !found.message.is_empty() && !found.remedy.is_empty());
    assert!(Document::parse(&faulty).is_err());
}

#[test]
fn pg_03_a_fault_of_a_value_is_found_at_its_line_and_key() {
    values::VALUES.iter().copied().for_each(assert_found);
}

#[test]
fn pg_03_a_fault_of_a_key_is_found_at_its_line() {
    values::KEYS.iter().copied().for_each(assert_found);
}

#[test]
fn pg_03_a_fault_between_values_is_found_at_its_line_and_key() {
    relations::RELATIONS.iter().copied().for_each(assert_found);
}

#[test]
fn pg_03_the_last_value_in_range_is_accepted() {
    let sound = [
        ("validity_days = 90 ", "validity_days = 3650 "),
        ("renewal_window_days = 30", "renewal_window_days = 90"),
        ("lapse_reminder_days = 3 ", "lapse_reminder_days = 13 "),
        ("[30, 14, 7, 1]", "[90]"),
        ("possible_bp = 2500", "possible_bp = 9920"),
        ("decision_escalations = 1", "decision_escalations = 3"),
        ("first_cohort_maximum = 10", "first_cohort_maximum = 5"),
        ("registered_uplift_bp = 1000", "registered_uplift_bp = 6500"),
        ("case_business_days = 5", "case_business_days = 6"),
        ("live_registrations = 10 ", "live_registrations = 1 "),
        ("notice_days = 30 ", "notice_days = 0 "),
        ("2025-10-03 =", "2024-02-29 ="),
    ];
    for (old, new) in sound {
        let report = check(&planted(old, new));
        assert!(report.is_accepted(), "{new}: {report}");
    }
}

#[test]
fn pg_03_a_slip_is_answered_with_what_was_meant() {
    let remedy = |old, new| {
        let report = check(&planted(old, new));
        assert_eq!(report.errors.len(), 1, "{report}");
        report.errors[0].remedy.clone()
    };
    assert_eq!(remedy("\"delivery\"]", "\"delivry\"]"), "Did you mean `delivery`?");
    assert_eq!(remedy("motion = \"refer\"", "motion = \"refr\""), "Did you mean `refer`?");
    assert_eq!(remedy("country = \"DE\"", "country = \"Germany\""), "Write DE.");
    assert_eq!(
        remedy("country = \"DE\"", "country = \"UK\""),
        "The code for the United Kingdom is GB."
    );
    assert_eq!(remedy("notice_days = 30", "notice_days = \"30\""), "Write 30 without quotes.");
    assert_eq!(remedy("weight = 25", "weight = 24"), "Add 1.");
    assert_eq!(
        remedy("business_days = 1\n", "business_days = 3\n"),
        "Remove 2, or give the case more time."
    );
}

#[test]
fn pg_03_all_errors_are_told_at_once() {
    let mut faulty = Document::DEFAULT_TOML.to_owned();
    for (old, new) in [
        ("validity_days = 90 ", "validity_days = 0 "),
        ("\"Europe/Berlin\"", "\"Europe/Atlantis\""),
        ("[\"delivery\"]", "[\"delivry\"]"),
        ("weight = 30", "weight = 31"),
        ("{ from = 50, below = 1000 }", "{ from = 49, below = 1000 }"),
        ("sunset_months", "sunset_month"),
    ] {
        faulty = faulty.replacen(old, new, 1);
    }
    let report = check(&faulty);
    let mut keys: Vec<_> = report.errors.iter().map(|error| error.key.as_str()).collect();
    assert!(report.errors.is_sorted_by_key(|error| (error.line, error.column)));
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "policies.sunset_month",
            "policies.sunset_months",
            "registration.validity_days",
            "scorecard.dimensions",
            "segments[1].employees.from",
            "tracks[3].required_certifications[0]",
            "zone",
        ]
    );
}

#[test]
fn pg_03_what_depends_on_an_unread_value_is_not_told_again() {
    let faulty = planted("code = \"delivery\"", "code = \"De Livery\"");
    let codes: Vec<_> = check(&faulty).errors.iter().map(|error| error.code).collect();
    assert_eq!(codes, ["invalid-code"]);
    let faulty = planted("weight = 30", "weight = \"thirty\"");
    let codes: Vec<_> = check(&faulty).errors.iter().map(|error| error.code).collect();
    assert_eq!(codes, ["wrong-type"]);
}

#[test]
fn cf_02_the_levels_take_no_longer_than_the_case() {
    let last_level = |days: u32| {
        check(&planted("business_days = 1\n", &format!("business_days = {days}\n"))).errors
    };
    assert_eq!(last_level(1), []);
    let errors = last_level(2);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].message, "The levels take 6 business days, but the case has only 5.");
}

#[test]
fn cf_02_each_level_with_people_has_somebody_and_a_day() {
    let nobody = check(&planted("roles = [\"partner_operations\"]\n", ""));
    assert_eq!(nobody.errors[0].key, "conflicts.ladder[2]");
    let no_time = check(&planted("business_days = 1\n", "business_days = 0\n"));
    assert_eq!(no_time.errors[0].key, "conflicts.ladder[3].business_days");
    let slow_rule = check(&planted("business_days = 0\n", "business_days = 1\n"));
    let keys: Vec<_> = slow_rule.errors.iter().map(|error| error.key.as_str()).collect();
    assert_eq!(keys, ["conflicts.ladder[0]", "conflicts.ladder"]);
}

#[test]
fn pg_03_several_mistakes_of_the_notation_are_told_at_once() {
    let faulty = planted("name = \"Partner program\"", "name = \"Partner program").replacen(
        "renewals = 1 ",
        "renewals = = ",
        1,
    );
    let lines: Vec<_> = check(&faulty).errors.iter().map(|error| error.line).collect();
    assert!(lines.contains(&line_of(&faulty, "name = \"Partner")), "{lines:?}");
    assert!(lines.contains(&line_of(&faulty, "renewals = = ")), "{lines:?}");
}

#[test]
fn pg_03_line_ends_of_any_system_are_counted_the_same() {
    let faulty = planted("validity_days = 90 ", "validity_days = 0 ");
    let windows = faulty.replace('\n', "\r\n");
    assert_eq!(check(&windows), check(&faulty));
    let windows = Document::DEFAULT_TOML.replace('\n', "\r\n");
    assert_eq!(Document::parse(&windows), Ok(Document::default_document()));
    assert!(check(&format!("\u{feff}{}", Document::DEFAULT_TOML)).is_accepted());
}
