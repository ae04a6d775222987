use crate::run::{Node, Place};

const SMALL: [&str; 5] = ["demo", "--accounts", "100", "--registrations", "40"];

/// The demo without a level of the log that would fill the test's output.
fn start(place: &Place, arguments: &[&str]) -> (Node, Vec<String>) {
    let mut command = place.command(arguments);
    Node::start_telling(&mut command)
}

#[test]
fn dm_01_the_demo_is_made_served_and_kept() {
    let place = Place::new();
    let (node, told) = start(&place, &SMALL);
    let links: Vec<&String> = told.iter().filter(|line| line.contains("/links/sign-in/")).collect();
    assert!(links.len() >= 6, "{told:?}");
    let path = links[0].trim().split_once("/links/").unwrap().1;
    let page = node.get(&format!("/links/{path}"));
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("Sign in as"), "{page}");
    assert!(node.get("/demo").starts_with("HTTP/1.1 200"));
    assert!(node.get("/readyz").starts_with("HTTP/1.1 200"), "{}", node.get("/readyz"));
    let _ = node.stop().ends(0);
    let database = place.path("entente-data/demo/entente.db");
    let before = std::fs::metadata(&database).unwrap().modified().unwrap();

    let (node, _) = start(&place, &["demo"]);
    assert!(node.get("/demo").starts_with("HTTP/1.1 200"));
    let _ = node.stop().ends(0);
    assert!(std::fs::metadata(&database).unwrap().modified().unwrap() >= before);
    assert!(!place.database().exists(), "the installation beside it is not touched");
}

#[test]
fn dm_01_the_same_seed_makes_the_same_demo() {
    let hash = |seed: &str| {
        let place = Place::new();
        let folder = place.path("there").display().to_string();
        let more = ["--seed", seed, "--data", &folder];
        let all: Vec<&str> = SMALL.into_iter().chain(more).collect();
        let mut command = place.command(&all);
        // Without a worker nothing is done after the making; the address stands in mails.
        command.env("ENTENTE_WORKER", "false").env("ENTENTE_BASE_URL", "http://demo.localhost");
        let (node, _) = Node::start_telling(&mut command);
        drop(node);
        let url = format!("sqlite:{folder}/entente.db");
        let db = db::Db::open(&url, db::Options::default()).unwrap();
        // What the start itself writes: links to sign in, schedules, and their trail.
        let others = ["identity_links", "jobs_schedules", "demo_state"];
        let tables = db.table_names().unwrap();
        let tables: Vec<String> =
            tables.into_iter().filter(|name| !others.contains(&name.as_str())).collect();
        let hashes = tables.into_iter().map(|name| {
            let hash = db.content_hash(std::slice::from_ref(&name)).unwrap();
            (name, hash)
        });
        hashes.collect::<Vec<_>>()
    };
    let first = hash("7");
    assert_eq!(first, hash("7"));
    assert_ne!(first, hash("8"));
}
