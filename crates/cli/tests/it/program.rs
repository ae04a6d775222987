use crate::run::{Place, tamper};

#[test]
fn pg_03_a_document_is_checked_without_an_installation_and_faults_name_the_line() {
    let place = Place::new();
    let example = place.run(&["program", "example"]).ends(0).out;
    let file = place.file("program.toml", &example);
    let _ = place.run(&["program", "check", &file]).ends(0).says("accepted");
    tamper(place.path("program.toml").as_path(), "validity_days = 90", "validity_days = 0");
    let line = std::fs::read_to_string(&file)
        .unwrap()
        .lines()
        .position(|line| line.starts_with("validity_days = 0"))
        .unwrap()
        + 1;
    let told = place.run(&["program", "check", &file]).ends(1);
    let _ = told.says(&format!("line {line}")).says("validity_days");
    let _ = place.run(&["program", "check", "nowhere.toml"]).ends(2).says("nowhere.toml");
    let schema = place.run(&["program", "schema"]).ends(0).out;
    assert!(serde_json::from_str::<serde_json::Value>(&schema).is_ok());
    assert!(!place.database().exists());
}

#[test]
fn pg_04_a_document_is_applied_exported_and_compared_in_words() {
    let place = Place::with_vendor();
    let example = place.run(&["program", "example"]).ends(0).out;
    let file = place.file("program.toml", &example);
    let _ = place.run(&["program", "export"]).ends(1).says("program");
    let _ = place.run(&["program", "apply", &file, "--at-once"]).ends(0).says("Version 1");
    let exported = place.run(&["program", "export"]).ends(0).out;
    assert_eq!(exported, example);
    let _ = place.run(&["program", "apply", &file]).ends(0).says("Nothing was applied");
    let _ = place.run(&["program", "diff", &file]).ends(0).says("No rule changes");
    tamper(place.path("program.toml").as_path(), "validity_days = 90", "validity_days = 120");
    let _ = place.run(&["program", "diff", &file]).ends(0).says("120").says("DR-01");
    let _ = place
        .run(&["program", "apply", &file])
        .ends(0)
        .says("Version 2")
        .says("Another person must approve");
    let _ = place.run(&["program", "export", "--version", "2"]).ends(0).says("validity_days = 120");
    let _ = place.run(&["program", "export", "--program", "Other"]).ends(1).says("Other");
}

#[test]
fn ac_02_two_lists_are_matched_without_an_installation() {
    let place = Place::new();
    let left = place.file("left.csv", "id,name\n1,Globex GmbH\n2,Initech AG\n");
    let right = place.file("right.csv", "id,name\nA,GLOBEX Gesellschaft mbH\nB,Umbrella Ltd\n");
    let _ = place.run(&["match", &left, &right, "--quiet"]).ends(0).says("Globex");
    let other = place.file("other.csv", "id,name\nB,Umbrella Ltd\n");
    let _ = place.run(&["match", &left, &other, "--quiet"]).ends(1);
    let bad = place.file("bad.csv", "id,company_number\n1,2\n");
    let _ = place.run(&["match", &left, &bad, "--quiet"]).ends(2).says("bad.csv");
}
