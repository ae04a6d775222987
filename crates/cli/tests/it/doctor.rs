use std::{net::TcpListener, os::unix::fs::PermissionsExt as _};

use crate::run::{Place, Ran};

const MINUTE: i64 = 60 * 1_000_000;

fn doctor(place: &Place) -> Ran {
    place.run(&["doctor"])
}

fn plant(place: &Place, sql: &'static str, value: i64) {
    let db = crate::node::open(place);
    db.write_blocking(move |tx| tx.execute(sql, db::params![value]).map(|_| ())).unwrap();
    db.close();
}

fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

const JOB: &str = "INSERT INTO jobs_queue (vendor_id, number, kind, payload, due_at, attempts, \
    max_attempts, fencing, created_at) VALUES ('', 77, 'test', '{}', $1, 0, 1, 0, 0)";

#[test]
fn a_sound_installation_has_no_fault() {
    let place = Place::with_vendor();
    let told = doctor(&place).ends(0).says("0 faults");
    for check in ["settings", "file system", "disk", "permissions", "address", "mail", "clock"] {
        assert!(told.out.contains(check), "no {check}: {}", told.out);
    }
    let json = place.run(&["doctor", "--json", "--quick"]).ends(0).out;
    let told: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(told["findings"].as_array().is_some_and(|all| all.len() > 5), "{json}");
}

#[test]
fn op_01_an_empty_place_is_no_fault_and_the_doctor_makes_nothing() {
    let place = Place::new();
    let _ = doctor(&place).ends(0).says("there is none at").says("entente serve");
    assert!(!place.database().exists());
}

#[test]
fn op_03_a_wrong_base_address_is_found() {
    let place = Place::with_vendor();
    let open = [("ENTENTE_LISTEN", "0.0.0.0:7171")];
    let _ = place.run_with(&open, &["doctor"]).ends(1).says("FAULT").says("base_url");
    let plain = [("ENTENTE_BASE_URL", "http://partners.invalid")];
    let told = place.run_with(&plain, &["doctor"]).ends(1);
    let _ = told.says("not https").says("the host name partners.invalid cannot be resolved");
}

#[test]
fn something_else_behind_the_base_address_is_found() {
    let place = Place::with_vendor();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap();
    let answering = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut stream, _) = other.accept().unwrap();
        let mut asked = [0; 64];
        let _ = stream.read(&mut asked).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").unwrap();
    });
    let listen = [("ENTENTE_LISTEN", address.to_string())];
    let listen = [(listen[0].0, listen[0].1.as_str())];
    let _ = place.run_with(&listen, &["doctor"]).ends(1).says("something else answers");
    answering.join().unwrap();
}

#[test]
fn a_running_node_is_recognised() {
    let place = Place::with_vendor();
    let node = place.serve();
    let listen = [("ENTENTE_LISTEN", node.address.as_str())];
    let _ = place.run_with(&listen, &["doctor"]).ends(0).says("reaches a running node");
}

#[test]
fn a_stuck_worker_is_found() {
    let place = Place::with_vendor();
    plant(&place, JOB, now() - 20 * MINUTE);
    let _ = doctor(&place).ends(1).says("waited for 20 minutes").says("entente work");
}

#[test]
fn a_worker_that_died_with_a_job_in_hand_is_found() {
    let place = Place::with_vendor();
    plant(&place, JOB, now() - 20 * MINUTE);
    plant(&place, "UPDATE jobs_queue SET leased_by = 'gone', fencing = $1", 1);
    let _ = doctor(&place).ends(1).says("waited for 20 minutes");
}

#[test]
fn dead_letters_are_a_warning_with_the_first_error() {
    let place = Place::with_vendor();
    plant(&place, JOB, now());
    plant(&place, "UPDATE jobs_queue SET last_error = 'no such host', dead_at = $1", 1);
    let _ = doctor(&place).ends(0).says("1 failed too often").says("no such host");
}

#[test]
fn a_clock_that_was_set_back_is_found() {
    let place = Place::with_vendor();
    let db = crate::node::open(&place);
    let later = now() + 90 * MINUTE;
    db.write_blocking(move |tx| {
        tx.execute(
            "INSERT INTO audit_entries (vendor_id, seq, at, actor, action, object_kind, \
             object_id, details_hash, previous_hash, hash) VALUES ('v', 1, $1, 'system', 'x', \
             'x', 'x', '', '', '')",
            db::params![later],
        )?;
        tx.execute("INSERT INTO audit_heads (vendor_id, seq, hash) VALUES ('v', 1, '')", &[])
    })
    .unwrap();
    db.close();
    let _ = doctor(&place).ends(1).says("min behind the newest entry").says("Correct the clock");
}

fn count(place: &Place, sql: &'static str) -> i64 {
    let db = crate::node::open(place);
    let count: i64 = db.read_blocking(move |tx| tx.query_one_as(sql, &[])).unwrap();
    db.close();
    count
}

#[test]
fn op_03_a_clock_is_accepted_for_a_readable_reason_and_only_where_it_is_behind() {
    const LATER_ENTRY: &str = "INSERT INTO audit_entries (vendor_id, seq, at, actor, action, \
        object_kind, object_id, details_hash, previous_hash, hash) SELECT vendor_id, seq + 1, $1, \
        'system', 'x', 'x', 'x', '', '', '' FROM audit_heads";
    const CONFIRMED: &str =
        "SELECT COUNT(*) FROM audit_entries WHERE action = 'operate.clock_confirmed'";
    let place = Place::with_vendor();
    let accept = |reason: &str| place.run(&["doctor", "--quick", "--accept-clock", reason]);
    let _ = accept("Set right").ends(0).says("not behind").says("nothing was stored");
    assert_eq!(count(&place, CONFIRMED), 0);

    plant(&place, LATER_ENTRY, now() + 90 * MINUTE);
    plant(&place, "UPDATE audit_heads SET seq = seq + $1", 1);
    let long = "x".repeat(201);
    for (reason, words) in [
        ("", "is missing"),
        (" \t ", "is missing"),
        ("Set\nright", "cannot be shown (U+000A)"),
        ("Set \u{202E}thgir", "cannot be shown (U+202E)"),
        ("Set\u{200B}right", "cannot be shown (U+200B)"),
        (&long, "has 201 characters; the maximum is 200"),
    ] {
        let _ = accept(reason).ends(2).says("--accept-clock: the reason ").says(words);
    }
    assert_eq!(count(&place, CONFIRMED), 0);

    let told = place.run(&["doctor", "--quick", "--json", "--accept-clock", " Set right "]).ends(0);
    let told: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert!(told.to_string().contains("accepted for "), "{told}");
    assert_eq!(count(&place, CONFIRMED), 1);
    let reasons = "SELECT COUNT(*) FROM audit_details WHERE details LIKE '%:\"Set right\"%'";
    assert_eq!(count(&place, reasons), 1);
}

#[test]
fn a_mail_server_that_does_not_answer_is_found() {
    let place = Place::with_vendor();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let mail = [
        ("ENTENTE_SMTP_HOST", "127.0.0.1"),
        ("ENTENTE_SMTP_PORT", free.as_str()),
        ("ENTENTE_SMTP_ENCRYPTION", "none"),
        ("ENTENTE_MAIL_FROM", "partners@acme.example"),
    ];
    let _ = place.run_with(&mail, &["doctor"]).ends(1).says("127.0.0.1").says("mail.host");
}

#[test]
fn a_log_without_its_database_is_found() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("data")).unwrap();
    place.file("data/entente.db-wal", "left behind");
    let _ = doctor(&place).ends(1).says("its database does not");
}

#[test]
fn files_that_others_may_read_are_a_warning() {
    let place = Place::with_vendor();
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(place.database(), open.clone()).unwrap();
    let file = place.file("entente.toml", "metrics_token = \"secret\"\n");
    std::fs::set_permissions(&file, open).unwrap();
    let told = place.run(&["--config", &file, "doctor"]).ends(0);
    let _ =
        told.says("chmod 600").says("chmod o=").says("contains secrets and is readable by others");
}

#[test]
fn op_01_a_schema_that_is_behind_is_found() {
    let place = Place::with_vendor();
    plant(
        &place,
        "DELETE FROM schema_migrations WHERE number = (SELECT MAX(number) FROM \
        schema_migrations) AND $1 = 1",
        1,
    );
    let _ =
        doctor(&place).ends(1).says("1 migrations have not been applied").says("entente migrate");
}

#[test]
fn op_02_a_server_is_looked_at_from_all_sides() {
    let place = Place::new();
    let scratch = db::scratch::Scratch::new(db::Dialect::Postgres);
    let url = scratch.direct_url();
    let there = [("ENTENTE_DATABASE_URL", url.as_str())];
    let _ = place.run_with(&there, &["migrate"]).ends(0);
    let told = place.run_with(&there, &["doctor", "--quick"]).ends(0);
    let told = told.says("accepts writes").says("not needed on the same machine");
    let _ = told.says("no pooler found");
    let two = url.replacen("/scratch", ",127.0.0.1:1/scratch", 1);
    let two = [("ENTENTE_DATABASE_URL", two.as_str())];
    let _ = place.run_with(&two, &["doctor", "--quick"]).ends(0).says("WARNING").says("refused");
}

#[test]
fn op_02_a_server_that_cannot_be_reached_is_a_fault_with_what_to_do() {
    let place = Place::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (url, words) in [
        (format!("postgres://me@127.0.0.1:{free}/x"), "refused"),
        ("postgres://me@127.0.0.1/x?sslmode=verify-ca".to_owned(), "needs sslrootcert"),
        ("postgres://me@h/x?sslmode=verify-ca&sslrootcert=/none".to_owned(), "No such file"),
    ] {
        let there = [("ENTENTE_DATABASE_URL", url.as_str())];
        let told = place.run_with(&there, &["doctor"]).ends(1);
        let _ = told.says("FAULT    server").says(words).says("database_url");
    }
}

#[test]
fn op_01_a_data_folder_that_cannot_be_written_is_named_with_what_to_do() {
    // Nobody can make a file there, not even root.
    let folder = "/sys/kernel";
    let place = Place::new();
    for command in [["serve"].as_slice(), &["migrate"], &["work"]] {
        let told = place.run_with(&[("ENTENTE_DATA_DIR", folder)], command).ends(1);
        let told = told.says("data_dir (ENTENTE_DATA_DIR)").says("chown").says("set data_dir to");
        let _ = told.says(&format!("the folder {folder} cannot be written"));
    }
    let told = place.run_with(&[("ENTENTE_DATA_DIR", folder)], &["doctor"]).ends(1);
    let _ = told.says(&format!("the folder {folder} cannot be written")).says("chmod u+rwx");
}
