use crate::run::Place;

#[test]
fn the_first_person_comes_with_the_vendor_and_signs_in_by_link() {
    let place = Place::new();
    let person = ["--name", "Ana Lopez", "--email", "ana@acme.example"];
    let bare: Vec<&str> = ["user", "create"].into_iter().chain(person).collect();
    let _ = place.run(&bare).ends(2).says("--vendor");
    let whole: Vec<&str> = bare.iter().copied().chain(["--vendor", "Acme"]).collect();
    let link = place.run(&whole).ends(0).out;
    let node = place.serve();
    let path = link.trim().split_once("/links/").map(|(_, rest)| format!("/links/{rest}")).unwrap();
    let page = node.get(&path);
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("Sign in as Ana Lopez"), "{page}");
    assert_eq!(node.stop().code, 0);
    let listed = place.run(&["user", "list"]).ends(0).out;
    assert_eq!(listed, "ana@acme.example\tactive\tAna Lopez\tchannel_chief,operations\n");
}

#[test]
fn people_are_added_suspended_restored_and_let_in_again() {
    let place = Place::with_vendor();
    let add = |email: &str, role: &str| {
        place.run(&["user", "create", "--email", email, "--name", "Ben Ito", "--role", role])
    };
    let _ = add("ben@acme.example", "direct_rep").ends(0).says("/links/sign-in/");
    let _ = add("eve@acme.example", "emperor").ends(1).says("roles").says("emperor");
    let _ = add("no address", "direct_rep").ends(1).says("email");
    let _ = place.run(&["user", "suspend", "ben@acme.example"]).ends(0).says("may no longer act");
    let _ = place.run(&["user", "list"]).ends(0).says("ben@acme.example\tsuspended");
    let _ = place.run(&["user", "restore", "ben@acme.example"]).ends(0).says("may act");
    let _ = place.run(&["user", "link", "ben@acme.example"]).ends(0).says("/links/sign-in/");
    let _ = place.run(&["user", "link", "nobody@acme.example"]).ends(1);
    let audit = crate::node::open(&place)
        .read_blocking(|tx| {
            tx.query_one(
                "SELECT COUNT(*) FROM audit_details WHERE details LIKE '%command line%'",
                &[],
                |row| row.int(0),
            )
        })
        .unwrap_or_else(|error: db::DbError| panic!("{error}"));
    assert!(audit >= 3, "{audit}");
}

#[test]
fn id_04_a_key_is_shown_once_listed_and_revoked() {
    let place = Place::with_vendor();
    let make = |scopes: &str| {
        place.run(&["api-key", "create", "--name", "crm", "--scopes", scopes, "--days", "30"])
    };
    let _ = make("accounts:everything").ends(2).says("accounts:everything").says("accounts:read");
    let key = make("accounts:read").ends(0).out;
    let node = place.serve();
    let head = format!("GET /api/v1/accounts HTTP/1.1\r\nauthorization: Bearer {}", key.trim());
    assert!(node.ask(&head, "").unwrap().starts_with("HTTP/1.1 200"));
    let listed = place.run(&["api-key", "list"]).ends(0).out;
    assert!(listed.contains("active") && listed.contains("accounts:read"), "{listed}");
    assert!(!listed.contains(key.trim()));
    let id = listed.split('\t').next().unwrap();
    let _ = place.run(&["api-key", "revoke", id]).ends(0).says("no longer works");
    assert!(node.ask(&head, "").unwrap().starts_with("HTTP/1.1 401"));
    let _ = place.run(&["api-key", "revoke", "x"]).ends(2);
    assert_eq!(node.stop().code, 0);
}
