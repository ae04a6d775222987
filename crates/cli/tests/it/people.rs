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
    let _ = place.run(&["user", "suspend", "ben@acme.example"]).ends(0).says("is suspended");
    let _ = place.run(&["user", "list"]).ends(0).says("ben@acme.example\tsuspended");
    let _ = place.run(&["user", "restore", "ben@acme.example"]).ends(0).says("is active");
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
        let whose = ["--days", "30", "--owner", "chief@acme.example"];
        let make = ["api-key", "create", "--name", "crm", "--scopes", scopes];
        place.run(&[make.as_slice(), whose.as_slice()].concat())
    };
    let _ = make("accounts:everything").ends(2).says("accounts:everything").says("accounts:read");
    let key = make("accounts:read").ends(0).out;
    let node = place.serve();
    let head = format!("GET /api/v1/accounts HTTP/1.1\r\nauthorization: Bearer {}", key.trim());
    assert!(node.ask(&head, "").unwrap().starts_with("HTTP/1.1 200"));
    let listed = place.run(&["api-key", "list"]).ends(0).out;
    assert!(listed.contains("active") && listed.contains("accounts:read"), "{listed}");
    assert!(listed.trim_end().ends_with("Ana Lopez"), "{listed}");
    assert!(!listed.contains(key.trim()));
    let id = listed.split('\t').next().unwrap();
    let _ = place.run(&["api-key", "revoke", id]).ends(0).says("no longer works");
    assert!(node.ask(&head, "").unwrap().starts_with("HTTP/1.1 401"));
    let _ = place.run(&["api-key", "revoke", "x"]).ends(2);
    assert_eq!(node.stop().code, 0);
}

#[test]
fn id_04_a_key_belongs_to_a_person_or_to_a_service_identity() {
    let place = Place::with_vendor();
    let make = |whose: &[&str]| {
        let make = ["api-key", "create", "--name", "crm", "--scopes", "accounts:read"];
        place.run(&[make.as_slice(), whose].concat())
    };
    let _ = make(&[]).ends(2).says("--owner").says("--service");
    let both = ["--owner", "chief@acme.example", "--service", "CRM sync"];
    let _ = make(&both).ends(2).says("cannot be used with");
    let _ = make(&["--owner", "nobody@acme.example"]).ends(1).says("entente user list");
    let _ = make(&["--service", "CRM sync"]).ends(1).says("entente service list");
    let rep = ["--email", "rep@acme.example", "--name", "Rex Rep", "--role", "direct_rep"];
    let _ = place.run(&[["user", "create"].as_slice(), rep.as_slice()].concat()).ends(0);
    let _ = place.run(&["user", "suspend", "rep@acme.example"]).ends(0);
    let _ = make(&["--owner", "rep@acme.example"])
        .ends(1)
        .says("owner: This person has no active access");
}

#[test]
fn id_04_a_service_identity_is_created_listed_given_a_key_and_ended() {
    let place = Place::with_vendor();
    let create = |scopes: &str, owner: &str| {
        let create = ["service", "create", "--name", "CRM sync", "--scopes", scopes];
        let rest = ["--owner", owner, "--purpose", "Accounts from the CRM", "--days", "90"];
        place.run(&[create.as_slice(), rest.as_slice()].concat())
    };
    let rep = ["--email", "rep@acme.example", "--name", "Rex Rep", "--role", "direct_rep"];
    let _ = place.run(&[["user", "create"].as_slice(), rep.as_slice()].concat()).ends(0);
    let _ =
        create("accounts:read", "rep@acme.example").ends(1).says("permission to manage API keys");
    let chief = "chief@acme.example";
    let _ = create("accounts:read,registrations:decide", chief).ends(1).says(
        "scopes: Only people can make decisions, not a service identity: registrations:decide",
    );
    let id = create("accounts:read", chief).ends(0).out;
    let _ = create("accounts:read", chief)
        .ends(1)
        .says("name: A service identity with this name already exists");
    let listed = place.run(&["service", "list"]).ends(0).out;
    assert!(listed.starts_with(&format!("{}\tCRM sync\tactive\tvendor\t", id.trim())), "{listed}");
    assert!(listed.ends_with("\taccounts:read\tAna Lopez\n"), "{listed}");
    let make = |days: &[&str]| {
        let make = ["api-key", "create", "--service", "CRM sync", "--scopes", "all"];
        place.run(&[make.as_slice(), &["--name", "nightly"], days].concat())
    };
    let _ = make(&["--days", "91"]).ends(1).says("cannot outlive its service identity");
    let key = make(&[]).ends(0).out;
    let node = place.serve();
    let head = format!("GET /api/v1/accounts HTTP/1.1\r\nauthorization: Bearer {}", key.trim());
    assert!(node.ask(&head, "").unwrap().starts_with("HTTP/1.1 200"));
    let _ = place.run(&["service", "end", "CRM sync"]).ends(0).says("has ended");
    assert!(node.ask(&head, "").unwrap().starts_with("HTTP/1.1 401"));
    let _ = place.run(&["service", "end", "CRM sync"]).ends(1).says("entente service list");
    assert_eq!(node.stop().code, 0);
    let _ = place.run(&["service", "list"]).ends(0).says("CRM sync\tended");
}
