//! Damaged data and changed manifests are noticed, and nobody restores them.

use std::fs;

use crate::backup::with_key;
use crate::run::Place;

#[test]
fn op_04_a_value_damaged_on_the_disk_is_noticed_and_not_passed_on() {
    let (place, key) = with_key();
    let node = place.serve();
    assert!(node.account(&key, 1));
    drop(node);
    let _ = place.run(&["verify"]).ends(0).says("every table matches the sum of its rows");
    // A column that no chain knows.
    let damage = "UPDATE accounts SET city = CAST(x'01' AS TEXT) || city";
    db::scratch::behind(&place.database(), damage).unwrap();
    let words = "table accounts: its rows differ from what the program wrote";
    let _ = place.run(&["verify"]).ends(1).says("FAULT").says(words);
    let _ = place.run(&["doctor"]).ends(1).says(words);
    let copy = place.path("copy.db").display().to_string();
    let _ = place.run(&["backup", &copy]).ends(1).says(words).says("so it got no manifest");
    let other = Place::new();
    let refused = other.run(&["restore", &copy, "--without-manifest"]).ends(1);
    let _ = refused.says(words).says("nothing was restored");
    assert!(!other.database().exists());
    let told = place.run(&["verify", "--accept", "The city was repaired by hand."]).ends(0);
    let _ = told.says("accepted     1 differences of Acme").says("every table matches");
    let again = place.path("again.db").display().to_string();
    let _ = place.run(&["backup", &again]).ends(0);
}

#[test]
fn op_04_each_value_of_a_manifest_is_checked_before_anything_is_restored() {
    let (place, key) = with_key();
    let node = place.serve();
    assert!(node.account(&key, 1));
    drop(node);
    let copy = place.path("copy.db").display().to_string();
    let _ = place.run(&["backup", &copy]).ends(0);
    let manifest = place.path("copy.db.manifest.json");
    let whole = fs::read_to_string(&manifest).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&whole).unwrap();
    let _ = place.run(&["verify", &copy]).ends(0).says("every value of the manifest matches");
    let altered = "the manifest was altered";
    let head = parsed["heads"].as_object().unwrap().keys().next().unwrap().clone();
    let words = |name: &str| match name {
        "format" => "reads manifests of format 1 and 2, not 7",
        "bytes" => "it is truncated or was changed",
        "sha256" => "the manifest says 7",
        "schema" => "the manifest says the schema is 7; in the backup it is",
        "content_hash" => "the manifest says the content hash is 7",
        "rows" => "the manifest says table accounts is 7 rows; in the backup it is 1 rows",
        "heads" => "the manifest says the end of chain",
        "signature" => "its signature was removed",
        "program" | "made_at" | "made_from" => altered,
        other => panic!("{other} is not checked"),
    };
    let other = Place::new();
    for name in parsed.as_object().unwrap().keys() {
        let mut changed = parsed.clone();
        match name.as_str() {
            "format" | "bytes" | "schema" => changed[name] = 7.into(),
            "rows" => changed[name]["accounts"] = 7.into(),
            "heads" => changed[name][&head]["seq"] = 7_000.into(),
            "signature" => drop(changed.as_object_mut().unwrap().remove(name)),
            _ => changed[name] = "7".into(),
        }
        fs::write(&manifest, serde_json::to_string_pretty(&changed).unwrap()).unwrap();
        let _ = place.run(&["verify", &copy]).ends(1).says(words(name));
        let _ = other.run(&["restore", &copy]).ends(1).says(words(name));
        assert!(!other.database().exists(), "{name}");
    }
    fs::write(&manifest, &whole).unwrap();
    let _ = other.run(&["restore", &copy]).ends(0);
}
