//! Names are found and ordered as people expect, whatever their script, case and accents.

use serde_json::Value;
use testkit::steps::deal_registration::register;
use testkit::steps::imports::{imported, importer};
use testkit::{Caller, on_both};

const NAMES: &str = "name,country\nÖlmühle Oberland AG,DE\nСеверный Ветер,RU\nÉlan Vital SARL,FR\n\
                     under_score Ltd,GB\n100% Natur GmbH,DE\nunderXscore Ltd,GB\n1000 Natur GmbH,DE\n\
                     Elbe Werke AG,DE\nEiche Werke AG,DE\n";

/// The names in a list of the API, in order.
async fn listed(key: &Caller, path: &str) -> Vec<String> {
    let body = key.get(path).await.is(200).json();
    let rows = body["data"].as_array().unwrap().iter();
    rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

async fn found(key: &Caller, words: &str) -> Vec<String> {
    listed(key, &format!("/api/v1/accounts?q={}", web::url_encode(words))).await
}

#[test]
fn names_are_found_in_any_case_and_without_accents() {
    on_both(async |world| {
        let key = importer(&world).await;
        imported(&world, &key, ("accounts", NAMES.as_bytes()), Value::Null).await;
        for name in NAMES.lines().skip(1).map(|line| line.split(',').next().unwrap()) {
            for words in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
                assert_eq!(found(&key, &words).await, [name], "{words}");
            }
        }
        for (words, names) in [
            ("ölmühle", vec!["Ölmühle Oberland AG"]),
            ("OLMUHLE", vec!["Ölmühle Oberland AG"]),
            ("O\u{308}lmu\u{308}hle", vec!["Ölmühle Oberland AG"]),
            ("СЕВЕРНЫЙ", vec!["Северный Ветер"]),
            ("élan", vec!["Élan Vital SARL"]),
            ("elan", vec!["Élan Vital SARL"]),
            ("MÜHLE", vec!["Ölmühle Oberland AG"]),
            ("r_s", vec!["under_score Ltd"]),
            ("under_score", vec!["under_score Ltd"]),
            ("100%", vec!["100% Natur GmbH"]),
            ("%", vec!["100% Natur GmbH"]),
            ("!", vec![]),
            ("'", vec![]),
            ("\"; --", vec![]),
        ] {
            assert_eq!(found(&key, words).await, names, "{words}");
        }
    });
}

#[test]
fn names_are_in_the_order_of_their_letters_on_every_page() {
    on_both(async |world| {
        let key = importer(&world).await;
        imported(&world, &key, ("accounts", NAMES.as_bytes()), Value::Null).await;
        let right = [
            "100% Natur GmbH",
            "1000 Natur GmbH",
            "Eiche Werke AG",
            "Élan Vital SARL",
            "Elbe Werke AG",
            "Ölmühle Oberland AG",
            "under_score Ltd",
            "underXscore Ltd",
            "Северный Ветер",
        ];
        assert_eq!(listed(&key, "/api/v1/accounts?sort=name").await, right);
        let mut turned = right;
        turned.reverse();
        assert_eq!(listed(&key, "/api/v1/accounts?sort=-name").await, turned);
        // One row a page: each cursor goes on behind the name before.
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/accounts?sort=name&limit=1{cursor}");
            let body = key.get(&path).await.is(200).json();
            paged.push(body["data"][0]["name"].as_str().unwrap().to_owned());
            let Some(next) = body["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={}", web::url_encode(next));
        }
        assert_eq!(paged, right);
    });
}

#[test]
fn another_name_of_a_company_finds_it() {
    on_both(async |world| {
        let key = importer(&world).await;
        let text = "name,country,other names\nÖlmühle Oberland AG,DE,Société du Moulin\n";
        imported(&world, &key, ("accounts", text.as_bytes()), Value::Null).await;
        assert_eq!(found(&key, "SOCIETE DU").await, ["Ölmühle Oberland AG"]);
        assert_eq!(found(&key, "Gesellschaft").await, Vec::<String>::new());
    });
}

#[test]
fn a_word_of_very_many_names_and_a_rare_one_are_found_alike() {
    on_both(async |world| {
        let key = importer(&world).await;
        let mut text = "name,country,domain,other names\n".to_owned();
        for number in 0..510 {
            text.extend([format!("Zweigwerk {number:03} GmbH,DE,werk{number:03}.de,\n")]);
        }
        text.push_str("Élan Vital SARL,FR,elan-vital.fr,\nMoulin AG,FR,moulin.fr,Élan du Moulin\n");
        imported(&world, &key, ("accounts", text.as_bytes()), Value::Null).await;
        assert_eq!(found(&key, "elan").await, ["Élan Vital SARL", "Moulin AG"]);
        assert_eq!(found(&key, "WERK 077").await, ["Zweigwerk 077 GmbH"]);
        assert_eq!(found(&key, "werk300.de").await, ["Zweigwerk 300 GmbH"]);
        // More than are looked up one by one: the list is gone through, page after page.
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/accounts?q=zweigWERK&sort=name&limit=200{cursor}");
            let body = key.get(&path).await.is(200).json();
            let rows = body["data"].as_array().unwrap().iter();
            paged.extend(rows.map(|row| row["name"].as_str().unwrap().to_owned()));
            let Some(next) = body["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={}", web::url_encode(next));
        }
        let right: Vec<String> =
            (0..510).map(|number| format!("Zweigwerk {number:03} GmbH")).collect();
        assert_eq!(paged, right);
    });
}

#[test]
fn every_list_is_searched_in_the_same_way() {
    on_both(async |world| {
        let key = importer(&world).await;
        let partner = world.partner("Ölhandel Ost").await;
        register(&partner, "Élan Vital").await.is(201).ok();
        let text = "opportunity id,account,name,stage,amount,currency\n\
                    A1,Ölmühle Oberland AG,Größere Pumpen,Open,10,EUR\n";
        imported(&world, &key, ("direct_opportunities", text.as_bytes()), Value::Null).await;
        let path = "/api/v1/imports?kind=accounts&file_name=%C3%9Cbersicht.csv";
        let headers = [("idempotency-key", "umlaut"), ("content-type", "text/csv")];
        key.send(http::Method::POST, path, &headers, NAMES.into()).await.is(201).ok();
        let count = async |who: &Caller, list: &str, words: &str| {
            let path = format!("/api/v1/{list}?q={}", web::url_encode(words));
            who.get(&path).await.is(200).json()["data"].as_array().unwrap().len()
        };
        for (list, words) in [
            ("partners", "OLHANDEL"),
            ("partners", "ölHANDEL"),
            ("deal-registrations", "ELAN V"),
            ("deal-registrations", "R-000001"),
            ("direct-opportunities", "größere"),
            ("direct-opportunities", "GROSSERE"),
            ("direct-opportunities", "olmuhle"),
            ("imports", "ÜBERSICHT"),
            ("imports", "ubersicht.CSV"),
        ] {
            assert_eq!(count(&key, list, words).await, 1, "{list} {words}");
            assert_eq!(count(&key, list, "no such words").await, 0, "{list}");
            assert_eq!(count(&key, list, "_%").await, 0, "{list}");
        }
        // A partner goes through its own rows, by words and by number.
        for words in ["élan", "ELAN", "r-1", "1"] {
            assert_eq!(count(&partner.key, "deal-registrations", words).await, 1, "{words}");
        }
        let other = world.partner("Westwind").await;
        for words in ["élan", "r-1"] {
            assert_eq!(count(&other.key, "deal-registrations", words).await, 0, "{words}");
        }
    });
}
