//! Every harness at the scale of the test run: small, unless `ENTENTE_TEST_SCALE` says otherwise.

use torture::{ALL, Scale, Setting};

/// Runs the harness of that name and asks that each of its figures is met.
#[expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a helper of tests: the figures are shown, and the test command says the scale"
)]
fn holds(name: &str) {
    let harness = ALL.iter().find(|harness| harness.name == name).expect("a harness");
    let scale = std::env::var("ENTENTE_TEST_SCALE").unwrap_or_else(|_| "small".to_owned());
    let setting = Setting::new(Scale::named(&scale).unwrap(), 1).unwrap();
    let report = (harness.run)(&setting).unwrap();
    println!("{report}");
    assert!(report.is_met(), "{report}");
}

#[test]
fn every_harness_has_a_name_of_its_own() {
    let mut names: Vec<&str> = ALL.iter().map(|harness| harness.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len());
}

#[test]
fn the_simulation_keeps_every_rule() {
    holds("simulation");
}

#[test]
fn the_simulation_finds_what_is_planted() {
    holds("faults");
}

#[test]
fn the_machines_move_as_their_models_do() {
    holds("machines");
}
