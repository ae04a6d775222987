use crate::run::Place;

#[test]
fn op_01_a_bad_setting_stops_the_program_with_its_key() {
    let place = Place::new();
    for (name, value, key) in [
        ("ENTENTE_LISTEN", "everywhere", "listen"),
        ("ENTENTE_BASE_URL", "partners.acme.com", "base_url"),
        ("ENTENTE_DATABASE_URL", "oracle://x", "database_url"),
        ("ENTENTE_WORKER", "maybe", "worker"),
        ("ENTENTE_DATABASE_READERS", "0", "database.readers"),
        ("ENTENTE_SMTP_HOST", "smtp.acme.com", "mail.from"),
        ("ENTENTE_LOG", "x=y=z", "log"),
        ("ENTENTE_LISTNE", "127.0.0.1:1", "ENTENTE_LISTNE"),
    ] {
        let _ = place.run_with(&[(name, value)], &["serve"]).ends(2).says(key);
    }
    assert!(!place.database().exists());
}

#[test]
fn op_01_a_bad_file_stops_the_program_with_line_and_key() {
    let place = Place::new();
    let file = place.file("bad.toml", "listen = \"127.0.0.1:0\"\n\n[mail]\nhosst = \"x\"\n");
    let _ = place.run(&["--config", &file, "serve"]).ends(2).says("line 4").says("hosst");
    let _ = place.run(&["--config", "missing.toml", "serve"]).ends(2).says("missing.toml");
}

#[test]
fn op_01_a_secret_may_stand_in_a_file_of_its_own() {
    let place = Place::with_vendor();
    let secret = place.file("token", "the secret\n");
    let mut command = place.command(&["serve"]);
    let node = crate::run::Node::start(command.env("ENTENTE_METRICS_TOKEN_FILE", &secret));
    assert!(node.get("/metrics").starts_with("HTTP/1.1 401"));
    let head = "GET /metrics HTTP/1.1\r\nauthorization: Bearer the secret";
    let answer = node.ask(head, "").unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("entente_up 1"), "{answer}");
    assert_eq!(node.stop().code, 0);
}

#[test]
fn op_01_what_is_not_understood_is_exit_code_two() {
    let place = Place::new();
    let _ = place.run(&["sreve"]).ends(2);
    let _ = place.run(&["backup"]).ends(2);
    let _ = place.run(&["--help"]).ends(0).says("Exit codes");
}
