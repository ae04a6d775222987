use std::{
    io::Write as _,
    net::{TcpListener, TcpStream},
};

use crate::run::{Node, Place};

#[test]
fn op_01_migrating_twice_changes_nothing_the_second_time() {
    let place = Place::new();
    let _ = place.run(&["migrate"]).ends(0).says("The schema was migrated from 0 to");
    let _ = place.run(&["migrate"]).ends(0).says("up to date");
}

#[test]
fn op_03_a_node_serves_says_that_it_is_ready_and_stops_when_asked() {
    let place = Place::with_vendor();
    let node = place.serve();
    assert!(node.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(node.get("/readyz").starts_with("HTTP/1.1 200"));
    let address = node.address.clone();
    assert_eq!(node.stop().code, 0);
    assert!(TcpStream::connect(address).is_err());
    assert!(!place.path("data/entente.db-wal").exists(), "the log is folded in at the end");
}

#[test]
fn op_01_a_new_installation_says_the_first_step() {
    let place = Place::new();
    let node = place.serve();
    let answer = node.get("/");
    assert!(answer.contains("entente user create"), "{answer}");
    assert_eq!(node.stop().code, 0);
}

#[test]
fn op_01_a_schema_of_a_newer_program_is_refused() {
    let place = Place::with_vendor();
    let db = open(&place);
    db.write_blocking(|tx| {
        tx.execute(
            "INSERT INTO schema_migrations (number, name, checksum, applied_at) \
             VALUES (9999, 'of_tomorrow', '', 0)",
            &[],
        )
        .map(|_| ())
    })
    .unwrap();
    db.close();
    for command in ["serve", "migrate", "doctor", "verify"] {
        let _ = place.run(&[command]).ends(1).says("9999").says("of_tomorrow");
    }
}

#[test]
fn op_03_personal_data_and_secrets_stay_out_of_the_log() {
    let place = Place::with_vendor();
    let mut command = place.command(&["serve"]);
    let node = Node::start(command.env("ENTENTE_LOG", "info").env("ENTENTE_LOG_FORMAT", "json"));
    let _ = node.get("/links/sign-in/a-very-secret-secret?email=ana@acme.example");
    let _ = node.get("/sign-in");
    let log = node.stop().err;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("entente::access")).collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(lines[0].contains("\"/links/sign-in/{secret}\""), "{}", lines[0]);
    assert!(!log.contains("very-secret") && !log.contains("acme.example"), "{log}");
    for line in log.lines() {
        let parsed: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(parsed["level"].is_string(), "{line}");
    }
}

/// The size of files is limited, so that the disk fails in earnest: what SQLite is told is that a
/// write did not go through.
#[test]
fn op_03_a_disk_that_fails_ends_the_server_with_words() {
    let place = Place::with_vendor();
    let key = place.make_key("accounts:read,accounts:write").ends(0);
    let binary = place.command(&["serve"]);
    let mut command = std::process::Command::new("bash");
    command.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" serve"]);
    command.arg(binary.get_program()).current_dir(place.path(""));
    command.env("ENTENTE_DATA_DIR", place.path("data")).env("ENTENTE_LISTEN", "127.0.0.1:0");
    command.env("ENTENTE_LOG", "error");
    let node = Node::start(&mut command);
    let mut stored = 0;
    while node.account(key.out.trim(), stored) {
        stored += 1;
        assert!(stored < 20_000, "the limit was never reached");
    }
    assert!(stored > 0);
    let ended = node.ended().ends(1).says("did not confirm a write");
    drop(ended);
    let _ = place.run(&["verify"]).ends(0);
    let kept = open(&place)
        .read_blocking(|tx| tx.query_one("SELECT COUNT(*) FROM accounts", &[], |row| row.int(0)))
        .unwrap_or_else(|error: db::DbError| panic!("{error}"));
    assert!(kept >= i64::from(stored), "{stored} were acknowledged and {kept} are there");
}

#[test]
fn a_port_that_is_taken_is_told_with_its_key() {
    let place = Place::with_vendor();
    let node = place.serve();
    let _ = place.run_with(&[("ENTENTE_LISTEN", &node.address)], &["serve"]).ends(1).says("listen");
    assert_eq!(node.stop().code, 0);
}

/// `entente serve` on a socket of ours, as the service manager starts it.
fn on_socket(place: &Place, socket: &TcpListener) -> Node {
    let binary = place.command(&["serve"]);
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "exec 3<&0 </dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" serve"]);
    command.arg(binary.get_program()).current_dir(place.path(""));
    command.env("ENTENTE_DATA_DIR", place.path("data")).env("ENTENTE_LOG", "warn");
    command.stdin(std::os::fd::OwnedFd::from(socket.try_clone().unwrap()));
    Node::start(&mut command)
}

#[test]
fn op_03_a_socket_that_was_handed_over_outlives_the_process() {
    let place = Place::with_vendor();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let first = on_socket(&place, &socket);
    let second = on_socket(&place, &socket);
    assert_eq!((&first.address, &second.address), (&address, &address));
    assert_eq!(first.stop().code, 0);
    assert!(second.get("/readyz").starts_with("HTTP/1.1 200"));
    assert_eq!(second.stop().code, 0);
    // Nobody serves, and a connection waits for the next one.
    let mut waiting = TcpStream::connect(&address).unwrap();
    waiting.write_all(b"GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let third = on_socket(&place, &socket);
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut waiting, &mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(third.stop().code, 0);
}

#[test]
fn a_worker_without_a_server_stops_when_asked() {
    let place = Place::with_vendor();
    let mut process =
        place.command(&["work"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let out = process.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
    assert!(line.contains("runs jobs"), "{line}");
    let id = process.id().to_string();
    let _ = std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(process.wait().unwrap().success());
}

#[test]
fn op_03_a_request_under_way_is_answered_after_the_stop_was_asked() {
    let place = Place::with_vendor();
    let node = place.serve();
    let mut begun = TcpStream::connect(&node.address).unwrap();
    begun
        .write_all(b"POST /sign-in HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n")
        .unwrap();
    let mut proceed = [0; 12];
    std::io::Read::read_exact(&mut begun, &mut proceed).unwrap();
    assert_eq!(&proceed, b"HTTP/1.1 100");
    node.ask_to_stop();
    while TcpStream::connect(&node.address).is_ok() {
        std::thread::yield_now();
    }
    begun.write_all(b"abc").unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut begun, &mut answer).unwrap();
    assert!(answer.contains("HTTP/1.1 4"), "{answer}");
    assert_eq!(node.ended().code, 0);
}

/// The database of a place, beside the program.
pub(crate) fn open(place: &Place) -> db::Db {
    let url = format!("sqlite:{}", place.database().display());
    db::Db::open(&url, db::Options::default()).unwrap()
}
