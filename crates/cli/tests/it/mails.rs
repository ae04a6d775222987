//! Links that leave by mail, and what the machine around the program keeps of them.

use db::{Dialect, scratch::Scratch};
use testkit::{Manner, PostOffice};

use crate::run::{Node, Place};

const CHIEF: &str = "chief@acme.example";

/// A vendor with one person, in a database of this kind.
fn founded(place: &Place, database: &[(&str, &str)]) {
    let person = ["user", "create", "--vendor", "Acme", "--name", "Ana Lopez", "--email", CHIEF];
    let _ = place.run_with(database, &person).ends(0);
}

fn post(node: &Node, path: &str, body: &str) -> String {
    let port = node.address.rsplit(':').next().unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         origin: http://localhost:{port}"
    );
    node.ask(&head, body).unwrap()
}

/// Signs in by a mailed link while everything is logged that can be; fails if a secret of it is
/// in the log or in a backup.
fn signs_in_by_mail(database: &[(&str, &str)]) {
    let place = Place::new();
    founded(&place, database);
    let office = PostOffice::open();
    office.treats_next(&[Manner::Refuses]);
    let port = office.port().to_string();
    let mut command = place.command(&["serve"]);
    command.envs(database.iter().copied()).env("ENTENTE_LOG", "trace");
    command.env("ENTENTE_SMTP_HOST", "127.0.0.1").env("ENTENTE_SMTP_PORT", port);
    command.env("ENTENTE_SMTP_ENCRYPTION", "none").env("ENTENTE_MAIL_FROM", "acme@acme.example");
    let node = Node::start(&mut command);
    let asked = post(&node, "/sign-in/link", "email=chief%40acme.example");
    assert!(asked.starts_with("HTTP/1.1 303"), "{asked}");
    while office.letters_to(CHIEF).is_empty() {
        std::thread::yield_now();
    }
    let path = office.letters_to(CHIEF).remove(0).path();
    assert!(node.get(&path).contains("Sign in as Ana Lopez"));
    let entered = post(&node, &path, "");
    assert!(entered.starts_with("HTTP/1.1 303"), "{entered}");
    let cookie = entered.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let session = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    let copy = place.path("copy.db").display().to_string();
    let _ = place.run_with(database, &["backup", &copy]).ends(0);
    let log = node.stop().err;
    let backup = String::from_utf8_lossy(&std::fs::read(&copy).unwrap()).into_owned();
    assert!(log.contains("is not to our liking"), "{log}");
    assert!(backup.contains("Your sign-in link"), "what is looked through is what there is");
    let secret_of = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    for secret in [secret_of(&path), secret_of(&office.refused().remove(0).path()), session] {
        assert!(secret.len() >= 43, "{secret}");
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "a line of the log");
        assert!(!backup.contains(&secret), "the backup holds {secret}");
    }
    let line = log.lines().find(|line| line.contains("acme.example"));
    assert_eq!(line, None, "personal data in the log");
}

#[test]
fn id_01_op_03_op_04_a_mailed_link_is_in_no_log_and_no_backup() {
    signs_in_by_mail(&[]);
}

#[test]
fn id_01_op_03_op_04_a_mailed_link_is_in_no_log_and_no_backup_on_postgresql() {
    let server = Scratch::new(Dialect::Postgres);
    signs_in_by_mail(&[("ENTENTE_DATABASE_URL", &server.url())]);
}

/// Invites Ben through the API.
fn invite(place: &Place, node: &Node) {
    let scopes = "vendor-people:manage";
    let key = place
        .run(&["api-key", "create", "--name", "hr", "--owner", CHIEF, "--scopes", scopes])
        .ends(0)
        .out;
    let head = format!(
        "POST /api/v1/vendor-users HTTP/1.1\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\nidempotency-key: one",
        key.trim()
    );
    let body = r#"{"email": "ben@acme.example", "name": "Ben Ito", "roles": ["direct_rep"]}"#;
    let invited = node.ask(&head, body).unwrap();
    assert!(invited.starts_with("HTTP/1.1 201"), "{invited}");
}

#[test]
fn id_01_op_04_a_restored_installation_sends_what_waited_with_links_that_work() {
    let office = PostOffice::open();
    let port = office.port().to_string();
    let serve = |place: &Place, worker: &str| {
        let mut command = place.command(&["serve"]);
        command.env("ENTENTE_SMTP_HOST", "127.0.0.1").env("ENTENTE_SMTP_PORT", &port);
        command.env("ENTENTE_SMTP_ENCRYPTION", "none").env("ENTENTE_WORKER", worker);
        Node::start(command.env("ENTENTE_MAIL_FROM", "acme@acme.example"))
    };
    let place = Place::with_vendor();
    let node = serve(&place, "false");
    invite(&place, &node);
    let copy = place.path("copy.db").display().to_string();
    let _ = place.run(&["backup", &copy]).ends(0);
    assert_eq!(node.stop().code, 0);
    let other = Place::new();
    let _ = other.run(&["restore", &copy]).ends(0);
    let node = serve(&other, "true");
    while office.letters().is_empty() {
        std::thread::yield_now();
    }
    let letter = office.letters_to("ben@acme.example").remove(0);
    assert!(node.get(&letter.path()).contains("Accept the invitation"));
    assert_eq!(node.stop().code, 0);
}

#[test]
fn id_01_the_console_lets_an_invited_person_in_and_the_trail_says_so() {
    let place = Place::with_vendor();
    let node = place.serve();
    invite(&place, &node);
    let printed = place.run(&["user", "link", "ben@acme.example"]).ends(0);
    let printed = printed.says("ben@acme.example can accept the invitation once with this link");
    let path = format!("/links/{}", printed.out.trim().split_once("/links/").unwrap().1);
    assert!(path.starts_with("/links/invitation/"), "{path}");
    assert!(node.get(&path).contains("Accept the invitation"));
    let accepted = post(&node, &path, "name=Ben+Ito");
    assert!(accepted.starts_with("HTTP/1.1 303"), "{accepted}");
    assert_eq!(node.stop().code, 0);
    let _ = place.run(&["user", "list"]).ends(0).says("ben@acme.example\tactive");
    let again = place.run(&["user", "link", "ben@acme.example"]).ends(0);
    let _ = again.says("ben@acme.example can sign in once with this link").says("/links/sign-in/");
    let trail = crate::node::open(&place).read_blocking(|tx| {
        tx.query(
            "SELECT d.details FROM audit_entries e JOIN audit_details d \
             ON d.vendor_id = e.vendor_id AND d.seq = e.seq \
             WHERE e.action = 'identity.link_printed' ORDER BY e.seq",
            &[],
            |row| row.text(0),
        )
    });
    let trail = trail.unwrap_or_else(|error: db::DbError| panic!("{error}"));
    // The chief's at the founding, then both of these.
    assert_eq!(trail.len(), 3, "{trail:?}");
    assert!(trail[1].contains("invitation") && trail[2].contains("sign_in"), "{trail:?}");
    let secret = path.rsplit('/').next().unwrap();
    assert!(trail.iter().all(|details| !details.contains(secret)), "{trail:?}");
}
