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
fn killing_the_server_loses_nothing() {
    holds("kill");
}

#[test]
fn a_loss_of_power_loses_nothing() {
    holds("power");
}

#[test]
fn a_call_to_the_disk_that_fails_loses_nothing() {
    holds("faults");
}

#[test]
fn a_full_disk_is_told_and_passes() {
    holds("disk_full");
}

#[test]
fn a_backup_under_load_restores_to_what_it_recorded() {
    holds("backups");
}

#[test]
fn a_restart_fails_no_request() {
    holds("restarts");
}

#[test]
fn an_end_of_postgresql_loses_nothing() {
    holds("postgres");
}

#[test]
fn a_failover_behind_poolers_loses_nothing() {
    holds("failover");
}

#[test]
fn every_harness_has_a_name_of_its_own() {
    let mut names: Vec<&str> = ALL.iter().map(|harness| harness.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len());
}

#[test]
fn access() {
    holds("access");
}

#[test]
fn stakes() {
    holds("stakes");
}

#[test]
fn deadlines() {
    holds("deadlines");
}

#[test]
fn audit() {
    holds("audit");
}

#[test]
fn clock() {
    holds("clock");
}

#[test]
fn strangers() {
    holds("strangers");
}

#[test]
fn encodings() {
    holds("encodings");
}

#[test]
fn bits() {
    holds("bits");
}

#[test]
fn exports() {
    holds("exports");
}

#[test]
fn uploads() {
    holds("uploads");
}

#[test]
fn bodies_of_strangers_take_no_memory() {
    holds("memory");
}

#[test]
fn guessing_locks_nobody_out() {
    holds("lockout");
}

#[test]
fn contest() {
    holds("contest");
}

#[test]
fn repeats() {
    holds("repeats");
}

#[test]
fn requests() {
    holds("requests");
}

#[test]
fn the_simulation_keeps_every_rule() {
    holds("simulation");
}

#[test]
fn the_simulation_finds_what_is_planted() {
    holds("planted");
}

#[test]
fn the_machines_move_as_their_models_do() {
    holds("machines");
}
