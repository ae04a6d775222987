use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use db::{Dialect, scratch::Scratch};

use crate::run::{Place, tamper, value_of};

/// A place with a vendor and a key that may write accounts.
pub(crate) fn with_key() -> (Place, String) {
    let place = Place::with_vendor();
    let key = place.make_key("accounts:read,accounts:write").ends(0).out;
    (place, key.trim().to_owned())
}

fn accounts(place: &Place) -> i64 {
    let db = crate::node::open(place);
    db.read_blocking(|tx| tx.query_one("SELECT COUNT(*) FROM accounts", &[], |row| row.int(0)))
        .unwrap_or_else(|error: db::DbError| panic!("{error}"))
}

#[test]
fn op_04_a_backup_under_load_restores_to_the_same_content() {
    let (place, key) = with_key();
    let node = Arc::new(place.serve());
    let (done, stored) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let writer = {
        let (node, key) = (node.clone(), key.clone());
        let (done, stored) = (done.clone(), stored.clone());
        std::thread::spawn(move || {
            let mut number = 0;
            while !done.load(Ordering::SeqCst) {
                assert!(node.account(&key, number));
                number += 1;
                stored.store(number, Ordering::SeqCst);
            }
        })
    };
    while stored.load(Ordering::SeqCst) < 20 {
        std::thread::yield_now();
    }
    let at_least = stored.load(Ordering::SeqCst);
    let copy = place.path("copy.db").display().to_string();
    let told = place.run(&["backup", &copy]).ends(0).out;
    done.store(true, Ordering::SeqCst);
    writer.join().unwrap();
    drop(node);
    let hash = value_of(&told, "content hash");
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);

    let other = Place::new();
    let restored = other.run(&["restore", &copy]).ends(0);
    assert!(restored.out.contains(&hash), "{}", restored.out);
    let verified = other.run(&["verify"]).ends(0).out;
    assert_eq!(value_of(&verified, "content hash"), hash);
    assert!(verified.contains("audit of Acme"), "{verified}");
    assert!(accounts(&other) >= i64::from(at_least));
    let _ = place.run(&["verify", &copy]).ends(0).says("the file matches its manifest");
}

#[test]
fn op_04_a_restore_refuses_what_it_would_damage() {
    let (place, _) = with_key();
    let copy = place.path("copy.db").display().to_string();
    let _ = place.run(&["backup", &copy]).ends(0);
    let _ = place.run(&["backup", &copy]).ends(1).says("already exists");
    let _ = place.run(&["restore", &copy]).ends(1).says("already exists");
    for suffix in ["-wal", "-shm", "-journal"] {
        let other = Place::new();
        fs::create_dir_all(other.path("data")).unwrap();
        other.file(&format!("data/entente.db{suffix}"), "left behind");
        let refused = other.run(&["restore", &copy]).ends(1);
        let _ = refused.says(&format!("entente.db{suffix} was left by another database"));
        assert!(!other.database().exists());
    }
    let folder = place.path("elsewhere").display().to_string();
    let _ = place.run(&["restore", &copy, "--to", &folder]).ends(0);
    assert!(place.path("elsewhere/entente.db").exists());
}

#[test]
fn op_04_a_backup_that_was_changed_or_cut_off_is_refused() {
    let (place, _) = with_key();
    let copy = place.path("copy.db");
    let copy_text = copy.display().to_string();
    let _ = place.run(&["backup", &copy_text]).ends(0);
    let whole = fs::read(&copy).unwrap();
    let other = Place::new();

    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    fs::write(&copy, &changed).unwrap();
    let _ = other.run(&["restore", &copy_text]).ends(1).says("SHA-256");

    fs::write(&copy, &whole[..whole.len() - 4_096]).unwrap();
    let _ = other.run(&["restore", &copy_text]).ends(1).says("is truncated");
    let _ = other.run(&["restore", &copy_text, "--without-manifest"]).ends(1);

    fs::write(&copy, &whole).unwrap();
    let manifest = place.path("copy.db.manifest.json");
    tamper(&manifest, "\"content_hash\": \"", "\"content_hash\": \"0");
    let _ = other.run(&["restore", &copy_text]).ends(1).says("the content hash is 0");
    fs::remove_file(&manifest).unwrap();
    let _ = other.run(&["restore", &copy_text]).ends(1).says("--without-manifest");
    let _ = other.run(&["restore", &copy_text, "--without-manifest"]).ends(0);
    let _ = other.run(&["restore", "nowhere.db"]).ends(2).says("file not found");
}

#[test]
fn op_04_a_backup_of_a_newer_schema_is_refused() {
    let (place, _) = with_key();
    let db = crate::node::open(&place);
    db.write_blocking(|tx| {
        tx.execute(
            "INSERT INTO schema_migrations (number, name, checksum, applied_at) \
             VALUES (9999, 'of_tomorrow', '', 0)",
            &[],
        )
        .map(|_| ())
    })
    .unwrap();
    let copy = place.path("newer.db");
    let _ = db.backup_to(&copy).unwrap();
    db.close();
    let other = Place::new();
    let copy = copy.display().to_string();
    let refused = other.run(&["restore", &copy, "--without-manifest"]).ends(1);
    let _ = refused.says("9999").says("of_tomorrow");
    assert!(!other.database().exists());
}

#[test]
fn au_01_verify_names_the_first_entry_that_was_changed() {
    let (place, _) = with_key();
    let _ = place.run(&["verify"]).ends(0);
    let db = crate::node::open(&place);
    db.write_blocking(|tx| {
        tx.execute("UPDATE audit_details SET details = '{}' WHERE seq = 2", &[]).map(|_| ())
    })
    .unwrap();
    db.close();
    let _ = place.run(&["verify"]).ends(1).says("FAULT").says("entry 2: its details were changed");
    let copy = place.path("copy.db").display().to_string();
    let _ = place.run(&["backup", &copy]).ends(1).says("no manifest");
    let _ = place.run(&["doctor"]).ends(1).says("entry 2");
}

#[test]
fn au_01_a_trail_that_was_cut_with_its_head_does_not_hold_what_a_backup_noted() {
    let (place, _) = with_key();
    let copy = place.path("early.db").display().to_string();
    let _ = place.run(&["backup", &copy]).ends(0);
    let manifest = format!("{copy}.manifest.json");
    let _ = place.run(&["verify", "--since", &manifest]).ends(0).says("3 chains contain");
    let db = crate::node::open(&place);
    db.write_blocking(|tx| {
        tx.batch("DROP TRIGGER audit_entries_no_delete")?;
        tx.batch(
            "DELETE FROM audit_details WHERE seq = (SELECT MAX(seq) FROM audit_entries); \
             DELETE FROM audit_entries WHERE seq = (SELECT MAX(seq) FROM audit_entries); \
             UPDATE audit_heads SET seq = (SELECT MAX(seq) FROM audit_entries), \
             hash = (SELECT hash FROM audit_entries ORDER BY seq DESC LIMIT 1)",
        )
    })
    .unwrap();
    db.close();
    let _ = place.run(&["verify"]).ends(0);
    let cut = place.run(&["verify", "--since", &manifest]).ends(1);
    let _ = cut.says("FAULT").says("it was recorded elsewhere");
}

#[test]
fn au_01_a_manifest_is_signed_and_no_other_text_passes_for_it() {
    let (place, _) = with_key();
    let copy = place.path("early.db").display().to_string();
    let _ = place.run(&["backup", &copy]).ends(0);
    let manifest = format!("{copy}.manifest.json");
    let _ = place.run(&["verify", &copy]).ends(0).says("the manifest is signed by key");
    let whole = fs::read_to_string(&manifest).unwrap();
    let since = |text: &str| {
        let file = place.file("since.json", text);
        place.run(&["verify", "--since", &file])
    };
    let _ = since(&whole).ends(0).says("the manifest is signed by key");
    let parsed: serde_json::Value = serde_json::from_str(&whole).unwrap();
    let changed = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut other = parsed.clone();
        change(&mut other);
        serde_json::to_string_pretty(&other).unwrap()
    };
    let name = parsed["heads"].as_object().unwrap().keys().next().unwrap().clone();
    for (text, words) in [
        (changed(&|m| m["bytes"] = 1.into()), "the manifest was altered"),
        (changed(&|m| m["heads"][&name]["seq"] = 1.into()), "the manifest was altered"),
        (
            changed(&|m| {
                let _ = m["heads"].as_object_mut().unwrap().remove(&name);
            }),
            "the manifest was altered",
        ),
        (
            changed(&|m| {
                let _ = m.as_object_mut().unwrap().remove("signature");
            }),
            "its signature was removed",
        ),
        (
            changed(&|m| m["signature"]["algorithm"] = "none".into()),
            "signed with “none”; only Ed25519 is accepted",
        ),
        (
            changed(&|m| m["signature"]["key_id"] = "0123456789abcdef".into()),
            "which this installation does not have",
        ),
        (changed(&|m| m["format"] = 3.into()), "reads manifests of format 1 and 2, not 3"),
        (changed(&|m| m["format"] = 1.into()), "reads manifests of format 1 and 2, not 1"),
        (changed(&|m| m["more"] = 1.into()), "unknown field `more`"),
        (whole.replacen('{', "{ \"format\": 2,", 1), "duplicate field `format`"),
        (
            whole.replacen(
                "\"heads\": {",
                "\"heads\": { \"audit/x\": { \"seq\": 1, \"hash\": \"\" }, \
                 \"audit/x\": { \"seq\": 1, \"hash\": \"\" },",
                1,
            ),
            "the manifest was altered",
        ),
    ] {
        let _ = since(&text).ends(1).says(words);
    }
}

#[test]
fn au_01_a_manifest_of_an_older_program_notes_the_audit_trails() {
    let (place, _) = with_key();
    let copy = place.path("early.db").display().to_string();
    let _ = place.run(&["backup", &copy]).ends(0);
    let text = fs::read_to_string(format!("{copy}.manifest.json")).unwrap();
    let mut old: serde_json::Value = serde_json::from_str(&text).unwrap();
    let heads = old["heads"].as_object().unwrap().clone();
    let (name, noted) = heads.iter().find(|(name, _)| name.starts_with("audit/")).unwrap();
    let vendor = name.strip_prefix("audit/").unwrap();
    old["format"] = 1.into();
    old["audit_heads"] = serde_json::json!({ vendor: noted });
    for member in ["heads", "signature"] {
        let _ = old.as_object_mut().unwrap().remove(member);
    }
    let file = place.file("old.json", &old.to_string());
    let told = place.run(&["verify", "--since", &file]).ends(0);
    let _ = told.says("from an older version").says("1 chains contain");
    old["audit_heads"][vendor]["hash"] = "0".into();
    let file = place.file("old.json", &old.to_string());
    let _ = place.run(&["verify", "--since", &file]).ends(1).says("the chain was rewritten");
}

#[test]
fn op_04_a_backup_passes_no_changed_row_on() {
    let (place, key) = with_key();
    let node = place.serve();
    assert!(node.account(&key, 1));
    drop(node);
    let _ = place.run(&["verify"]).ends(0).says("match the audit trail");
    let db = crate::node::open(&place);
    db.write_blocking(|tx| {
        tx.execute("UPDATE accounts SET owner_user_id = 'usr_x'", &[]).map(|_| ())
    })
    .unwrap();
    db.close();
    let words = "owner_user_id is usr_x; the audit trail says nothing";
    let _ = place.run(&["verify"]).ends(1).says("FAULT        account acc_").says(words);
    let _ = place.run(&["doctor"]).ends(1).says(words);
    let copy = place.path("copy.db").display().to_string();
    let told = place.run(&["backup", &copy]).ends(1);
    let _ = told.says(words).says("so it got no manifest").says("--accept REASON");
    assert!(!place.path("copy.db.manifest.json").exists());
    let other = Place::new();
    let _ = other.run(&["restore", &copy]).ends(1).says("cannot be verified without its manifest");
    // Who has no other copy can restore it all the same, and is told what is wrong with it.
    let told = other.run(&["restore", &copy, "--without-manifest"]).ends(1);
    let _ = told.says("Restored to").says("The restored database contains them as the backup does");
    let _ = other.run(&["verify"]).ends(1).says(words);
    // Who runs the database looks into it and answers for it; the audit trail keeps both.
    let _ = place.run(&["verify", "--accept", " "]).ends(1).says("reason");
    let told = place.run(&["verify", "--accept", "Repaired by hand, ticket 7."]).ends(0);
    let _ = told.says("accepted     1 differences of Acme");
    let _ = place.run(&["verify", "--accept", "Again."]).ends(0).says("accepted     0 differences");
    let db = crate::node::open(&place);
    let told: String = db
        .read_blocking(|tx| {
            tx.query_one(
                "SELECT d.details FROM audit_entries e JOIN audit_details d ON d.seq = e.seq \
                 WHERE e.action = 'audit.rows_accepted'",
                &[],
                |row| row.text(0),
            )
        })
        .unwrap_or_else(|error: db::DbError| panic!("{error}"));
    assert!(told.contains("ticket 7") && told.contains(words), "{told}");
}

#[test]
fn op_02_moving_to_a_server_and_back_keeps_the_content() {
    let (place, _) = with_key();
    // The key that signs manifests is made by the first backup, or by whoever asks for it before.
    let _ = place.run(&["receipt", "key"]).ends(0);
    let before = value_of(&place.run(&["verify"]).ends(0).out, "content hash");
    let server = Scratch::new(Dialect::Postgres);
    let server_url = server.url();
    let here = format!("sqlite:{}", place.database().display());
    let moved = place.run(&["move", "--from", &here, "--to", &server_url]).ends(0);
    assert_eq!(value_of(&moved.out, "content hash after"), before);
    let _ = place.run(&["move", "--from", &here, "--to", &server_url]).ends(1).says("not empty");

    let on_server = [("ENTENTE_DATABASE_URL", server_url.as_str())];
    let verified = place.run_with(&on_server, &["verify"]).ends(0).out;
    assert_eq!(value_of(&verified, "content hash"), before);
    let copy = place.path("from-server.db").display().to_string();
    let told = place.run_with(&on_server, &["backup", &copy]).ends(0).out;
    assert_eq!(value_of(&told, "content hash"), before);
    assert!(!place.path("from-server.db.copying").exists());

    let second = Scratch::new(Dialect::Postgres);
    let second_url = second.url();
    let there = [("ENTENTE_DATABASE_URL", second_url.as_str())];
    let _ = place.run_with(&there, &["restore", &copy]).ends(0).says("to the server");
    let verified = place.run_with(&there, &["verify"]).ends(0).out;
    assert_eq!(value_of(&verified, "content hash"), before);

    let back = format!("sqlite:{}", place.path("back.db").display());
    let moved = place.run(&["move", "--from", &server_url, "--to", &back]).ends(0);
    assert_eq!(value_of(&moved.out, "content hash after"), before);
    let _ = place.run(&["move", "--from", "mysql://x", "--to", &back]).ends(2).says("mysql");
}
