use super::*;

/// A warning: what is replaced by what, its key, its code.
type Planted = (&'static str, &'static str, &'static str, &'static str);

const HYPOTHETICAL_PLAN: &str = r#"
[[incentives]]
code = "bonus"
name = "Bonus"
calculation = ["take the amount", "look up the rate", "subtract returns", "halve it"]
[incentives.rates]
method = "retroactive"
bands = [
  { amount_minor = { from = 0, below = 1000000 }, rate_bp = 2000 },
  { amount_minor = { from = 1000000 }, rate_bp = 5001 },
]
"#;

const WARNINGS: &[Planted] = &[
    ("active = false", "active = true", "tracks", "many-tracks"),
    (
        "first_cohort_maximum = 10",
        "first_cohort_maximum = 11",
        "policies.first_cohort_maximum",
        "large-cohort",
    ),
    (
        "partners_per_manager = 25",
        "partners_per_manager = 26",
        "policies.partners_per_manager",
        "manager-load",
    ),
    (
        "partners_get_economic = [",
        "partners_get_economic = []\n# = [",
        "thesis.partners_get_economic",
        "no-economic-give",
    ),
    (
        "partners_get_non_economic = [",
        "partners_get_non_economic = []\n# = [",
        "thesis.partners_get_non_economic",
        "no-other-give",
    ),
    ("# [[objectives]]", HYPOTHETICAL_PLAN, "incentives[0].calculation", "many-steps"),
    ("# [[objectives]]", HYPOTHETICAL_PLAN, "incentives[0].rates.bands[1]", "cliff"),
    ("# [[objectives]]", HYPOTHETICAL_PLAN, "incentives[0].rates", "above-ceiling"),
    (
        "incentive_ceiling_bp = 5000",
        "incentive_ceiling_bp = 4499",
        "tiers[2].discount_bp",
        "above-ceiling",
    ),
    (
        "registrable = true",
        "registrable = true\ngross_margin_bp = 4499",
        "products[0].gross_margin_bp",
        "negative-margin",
    ),
    (
        "# sales_cycle_days = 110 ",
        "sales_cycle_days = 121 ",
        "registration.validity_days",
        "short-validity",
    ),
    ("executive_sponsor = \"Chief revenue officer\"", "", "governance", "no-sponsor"),
    (
        "[governance.council]\nmeets = \"quarterly\"\nmembers_minimum = 3\nmembers_maximum = 5",
        "",
        "governance",
        "no-council",
    ),
    ("kind = \"sales\"", "kind = \"essentials\"", "certifications[0]", "idle-certification"),
    (
        "# [[objectives]]",
        "[[objectives]]\ncode = \"a\"\nname = \"A\"\nunit = \"count\"\ntarget = 1\ntarget_on = 2027-01-01",
        "objectives[0]",
        "no-baseline",
    ),
    (
        "live_registrations = 25",
        "live_registrations = 9",
        "tiers[1].live_registrations",
        "tier-loses",
    ),
    ("follow_up_days = 14", "follow_up_days = 90", "registration.follow_up_days", "idle-clock"),
    ("country = \"DE\"", "country = \"AT\"", "calendar.country", "no-holidays"),
];

#[test]
fn pg_03_what_the_field_knows_to_fail_is_warned_of_with_its_reason() {
    for (old, new, key, code) in WARNINGS {
        let text = planted(old, new);
        let report = check(&text);
        let found = report.warnings.iter().find(|one| one.key == *key && one.code == *code);
        let Some(found) = found else { panic!("{new:?}: no {code} at {key} in\n{report}") };
        assert!(found.reason.as_ref().is_some_and(|reason| !reason.is_empty()), "{found}");
        assert!(found.source.is_some_and(|source| !source.is_empty()));
        assert!(report.is_accepted(), "{new:?} is refused: {report}");
        assert!(Document::parse(&text).is_ok(), "warnings refuse nothing: {new:?}");
    }
}

#[test]
fn pg_03_a_warning_is_read_with_its_reason_and_source() {
    let report = check(&planted("partners_per_manager = 25", "partners_per_manager = 26"));
    let words = report.to_string();
    let end = "Why: above 25 a manager only reacts instead of planning (defaults of the program document).\n";
    assert!(words.starts_with("warning: line ") && words.ends_with(end), "{words}");
}

#[test]
fn pg_03_the_last_sound_number_draws_no_warning() {
    let sound = [
        ("first_cohort_maximum = 10", "first_cohort_maximum = 9"),
        ("incentive_ceiling_bp = 5000", "incentive_ceiling_bp = 4500"),
        ("registrable = true", "registrable = true\ngross_margin_bp = 4500"),
        ("# sales_cycle_days = 110 ", "sales_cycle_days = 120 "),
        ("follow_up_days = 14", "follow_up_days = 89"),
        ("live_registrations = 25", "live_registrations = 10"),
    ];
    for (old, new) in sound {
        let report = check(&planted(old, new));
        assert_eq!(report, Report::default(), "{new}: {report}");
    }
}

#[test]
fn pg_03_half_of_the_scorecard_may_be_revenue_and_no_more() {
    let text = |revenue: &str, certification: &str| {
        planted("weight = 30", revenue).replacen("weight = 20", "weight = 0", 1).replacen(
            "\"Certification\", weight = 15",
            certification,
            1,
        )
    };
    let half = check(&text("weight = 50", "\"Certification\", weight = 15"));
    assert_eq!(half, Report::default(), "{half}");
    let more = check(&text("weight = 51", "\"Certification\", weight = 14"));
    assert!(more.is_accepted(), "{more}");
    let found: Vec<_> = more.warnings.iter().map(|one| (one.code, one.key.as_str())).collect();
    assert_eq!(found, [("revenue-heavy", "scorecard.dimensions[0].weight")]);
}

#[test]
fn pg_03_a_scorecard_of_results_alone_is_warned_of() {
    let text = Document::DEFAULT_TOML.replace("indicator = \"leading\"", "indicator = \"lagging\"");
    let codes: Vec<_> = check(&text).warnings.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["only-lagging"]);
}

#[test]
fn pg_03_a_cliff_is_shown_in_money() {
    let report = check(&planted("# [[objectives]]", HYPOTHETICAL_PLAN));
    let cliff = report.warnings.iter().find(|one| one.code == "cliff").unwrap();
    assert_eq!(cliff.message, "At 10,000.00 EUR the payment jumps by 3,001.00 EUR.");
    let marginal = HYPOTHETICAL_PLAN.replace("retroactive", "marginal");
    let report = check(&planted("# [[objectives]]", &marginal));
    assert!(report.warnings.iter().all(|one| one.code != "cliff"));
}

#[test]
fn pg_03_a_third_track_after_the_first_year_is_no_matter() {
    let launched = planted("# launched_on = \"2026-01-01\"", "launched_on = \"2026-01-01\"");
    let third = |from: &str| {
        let track = format!("active = true\nactive_from_on = \"{from}\"");
        check(&launched.replacen("active = false", &track, 1)).warnings.len()
    };
    assert_eq!(third("2026-12-31"), 1);
    assert_eq!(third("2027-01-01"), 0);
}
