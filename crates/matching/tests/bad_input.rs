//! Input that no one should send and everyone does.
#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

use matching::{
    Config, Index, POSSIBLE_BASIS_POINTS, Query, ReasonKind, Record, RecordError, SURE_BASIS_POINTS,
};

fn record(key: &str, name: &str) -> Record {
    Record { key: key.to_owned(), name: name.to_owned(), ..Record::default() }
}

fn index(names: &[&str]) -> Index {
    let index = Index::new(Config::default());
    for (at, name) in names.iter().enumerate() {
        index.insert(record(&format!("{at:02}"), name)).unwrap();
    }
    index
}

fn best(index: &Index, name: &str) -> (String, u16) {
    let found = index.candidates(&Query::named(name), 5);
    found.first().map_or_else(Default::default, |best| (best.key.clone(), best.basis_points()))
}

#[test]
fn ac_01_records_without_anything_to_compare_are_refused() {
    let index = index(&[]);
    assert_eq!(index.insert(record("", "Globex")), Err(RecordError::EmptyKey));
    for nothing in ["", "   ", "...", "🚀🚀", "\u{202e}"] {
        assert_eq!(
            index.insert(record("a", nothing)),
            Err(RecordError::NothingToCompare),
            "{nothing:?}"
        );
    }
    let by_domain = Record { domains: vec!["globex.de".to_owned()], ..record("a", "") };
    assert_eq!(index.insert(by_domain), Ok(()));
    assert_eq!(index.len(), 1);
}

#[test]
fn ac_01_a_refused_record_takes_the_place_of_nothing() {
    let index = index(&["Globex GmbH"]);
    assert_eq!(index.insert(record("00", "")), Err(RecordError::NothingToCompare));
    assert!(!index.contains("00"), "the caller replaced it by nothing");
}

#[test]
fn ac_01_odd_names_are_found_again() {
    let long = "Globex ".repeat(1_500);
    let names = [
        "X",
        "7",
        "GmbH",
        "شركة النور للتجارة",
        "עברית בעמ",
        "株式会社トヨタ",
        "Глобекс ООО",
        "Rocket 🚀 Labs",
        &long,
        "A.B.C.",
    ];
    let index = index(&names);
    for (at, name) in names.iter().enumerate() {
        let (key, points) = best(&index, name);
        assert_eq!(key, format!("{at:02}"), "{name}");
        assert!(points >= POSSIBLE_BASIS_POINTS, "{name}: {points}");
    }
}

#[test]
fn ac_02_members_of_a_series_are_not_taken_for_each_other() {
    let index =
        index(&["Harbour Growth Fund IV LP", "Nordic Energy Holding AS", "Zambeef Products PLC"]);
    let (key, points) = best(&index, "Harbour Growth Fund V LP");
    assert!(key != "00" || points < SURE_BASIS_POINTS, "{points}");
    let found = index.candidates(&Query::named("Harbour Growth Fund V LP"), 3);
    let reasons = found.iter().flat_map(|candidate| &candidate.reasons);
    assert!(
        found.is_empty()
            || reasons.into_iter().any(|reason| reason.kind == ReasonKind::NumbersDiffer)
    );
    assert_eq!(best(&index, "Harbour Growth Fund 4").0, "00");
}

#[test]
fn ac_02_equal_names_share_the_probability() {
    let index = index(&["Globex GmbH", "GLOBEX Gesellschaft mit beschränkter Haftung"]);
    let found = index.candidates(&Query::named("Globex GmbH"), 5);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|candidate| candidate.basis_points() < SURE_BASIS_POINTS));
    assert_eq!(found[0].key, "00", "ties are broken by key");
    assert!(found[0].reasons.iter().any(|reason| reason.kind == ReasonKind::CloseRival));
}

#[test]
fn ac_02_many_equal_names_stay_quick() {
    let index = Index::new(Config::default());
    let many = 200_000;
    let refused = index.insert_all((0..many).map(|at| record(&format!("{at:07}"), "Globex GmbH")));
    assert!(refused.is_empty());
    assert_eq!(index.stats().names, 1);
    let wanted = Query { domains: vec!["globex.de".to_owned()], ..Query::named("Globex GmbH") };
    index.insert(Record { domains: wanted.domains.clone(), ..record("z", "Globex GmbH") }).unwrap();
    let found = index.candidates(&wanted, 3);
    assert_eq!(found[0].key, "z");
    assert!(
        index
            .candidates(&Query::named("Globex GmbH"), 3)
            .iter()
            .all(|candidate| candidate.probability < 0.01)
    );
    assert!(index.remove("0100000") && !index.remove("0100000"));
}

#[test]
fn ac_02_a_million_equal_names_come_and_go_in_any_order() {
    let index = Index::new(Config::default());
    let many = 1_000_000_u32;
    let key = |at: u32| format!("{:07}", many - at);
    let refused = index.insert_all((0..many).map(|at| record(&key(at), "Globex GmbH")));
    assert!(refused.is_empty());
    assert_eq!((index.len(), index.stats().names), (1_000_000, 1));
    for at in 0..many / 2 {
        assert!(index.remove(&key((at * 7) % many)), "{at}");
    }
    assert_eq!(index.len(), 500_000);
    for _ in 0..1_000 {
        assert!(index.candidates(&Query::named("Globex GmbH"), 3).is_empty(), "no one stands out");
    }
}

#[test]
fn ac_02_free_mail_and_addresses_are_no_evidence() {
    let index = index(&[]);
    for (at, domain) in ["gmail.com", "192.0.2.1", "jane@outlook.com"].iter().enumerate() {
        let domains = vec![(*domain).to_owned()];
        index
            .insert(Record { domains, ..record(&at.to_string(), &format!("Company number{at}")) })
            .unwrap();
        let query = Query { domains: vec![(*domain).to_owned()], ..Query::named("Zambeef") };
        assert!(index.candidates(&query, 3).is_empty(), "{domain}");
    }
}

#[test]
fn ac_02_a_domain_finds_what_the_name_does_not() {
    let index = index(&["Initech Ltd"]);
    index
        .insert(Record {
            domains: vec!["https://www.globex.de/".to_owned()],
            ..record("g", "Globex GmbH")
        })
        .unwrap();
    let query = Query { domains: vec!["info@globex.de".to_owned()], ..Query::named("Brandname") };
    let found = index.candidates(&query, 3);
    assert_eq!(found[0].key, "g");
    assert!(
        found[0].basis_points() < SURE_BASIS_POINTS,
        "another name is worth a look: {}",
        found[0].probability
    );
    assert_eq!(found[0].reasons[0].kind, ReasonKind::SameDomain);
    let both = Query { domains: query.domains, ..Query::named("GLOBEX Deutschland") };
    let found = index.candidates(&both, 3);
    assert!(found[0].basis_points() >= SURE_BASIS_POINTS, "{}", found[0].probability);
}

#[test]
fn ac_02_wrong_countries_say_nothing() {
    let index = index(&[]);
    index.insert(Record { country: Some("DE".to_owned()), ..record("a", "Globex GmbH") }).unwrap();
    let with = |country: &str| {
        let query = Query { country: Some(country.to_owned()), ..Query::named("Globex") };
        index.candidates(&query, 1)[0].probability
    };
    let bare = index.candidates(&Query::named("Globex"), 1)[0].probability;
    assert!((with("XQ") - bare).abs() < 1e-12);
    assert!(with("Germany") > bare);
    assert!(with("FR") < bare);
}

#[test]
fn ac_02_lookalike_letters_are_seen_through_and_told() {
    let index = index(&["Globex GmbH", "Initech Ltd"]);
    let found = index.candidates(&Query::named("Gl\u{43e}b\u{435}x GmbH"), 1);
    assert_eq!(found[0].key, "00");
    assert!(found[0].reasons.iter().any(|reason| reason.kind == ReasonKind::LookalikeLetters));
}

#[test]
fn ac_01_it_is_read_while_it_is_changed() {
    let index = std::sync::Arc::new(index(&["Globex GmbH"]));
    let writer = {
        let index = std::sync::Arc::clone(&index);
        std::thread::spawn(move || {
            for at in 0..2_000 {
                index.insert(record(&format!("n{at}"), &format!("Newcomer {at} Ltd"))).unwrap();
                if at % 2 == 0 {
                    assert!(index.remove(&format!("n{at}")));
                }
            }
        })
    };
    for _ in 0..500 {
        assert_eq!(best(&index, "GLOBEX G.m.b.H.").0, "00");
    }
    writer.join().unwrap();
    assert_eq!(index.len(), 1_001);
}
