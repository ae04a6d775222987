//! Files of accounts as people have them: companies under one domain or of one name stay apart
//! until a person says otherwise, and no id of the CRM is lost (AC-02, AC-03).

use serde_json::{Value, json};
use testkit::steps::imports::{findings, imported, importer};
use testkit::{Caller, World, on_both, on_sqlite};

async fn import(world: &World, key: &Caller, text: &str) -> Value {
    imported(world, key, ("accounts", text.as_bytes()), Value::Null).await
}

/// Every account with its ids in the CRM and its domains: by its first id.
async fn accounts(key: &Caller) -> Vec<(String, Vec<String>, Vec<String>)> {
    let list = key.get("/api/v1/accounts?limit=200").await.is(200).json();
    let mut all = Vec::new();
    for row in list["data"].as_array().unwrap() {
        let path = format!("/api/v1/accounts/{}", row["id"].as_str().unwrap());
        let account = key.get(&path).await.is(200).json();
        let texts = |field: &str, of: &dyn Fn(&Value) -> String| -> Vec<String> {
            account[field].as_array().unwrap().iter().map(of).collect()
        };
        let mut ids = texts("external_ids", &|id| id["id"].as_str().unwrap().to_owned());
        ids.sort();
        let domains = texts("domains", &|domain| domain.as_str().unwrap().to_owned());
        all.push((account["name"].as_str().unwrap().to_owned(), ids, domains));
    }
    all.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
    all
}

async fn ids(key: &Caller) -> Vec<Vec<String>> {
    accounts(key).await.into_iter().map(|(_, ids, _)| ids).collect()
}

async fn asked(world: &World) -> i64 {
    world.count("SELECT COUNT(*) FROM account_questions WHERE answer = ''").await
}

const ONE_DOMAIN: &str = "name,domain,country,id\n\
    Orion Holding AG,orion-gruppe.de,DE,O-1\n\
    Orion Versicherung GmbH,orion-gruppe.de,DE,O-2\n\
    Orion Leasing Ltd,orion-gruppe.de,GB,O-3\n";

#[test]
fn ac_03_three_companies_under_one_domain_stay_three() {
    on_both(async |world| {
        let key = importer(&world).await;
        let report = import(&world, &key, ONE_DOMAIN).await;
        assert_eq!(report["report"]["made"], 3, "{report}");
        assert_eq!(ids(&key).await, [["O-1"], ["O-2"], ["O-3"]]);
        assert_eq!(asked(&world).await, 2, "a person is asked about the second and the third");
        // The same file once more means the same accounts, and nobody is asked again.
        let again = import(&world, &key, ONE_DOMAIN).await;
        assert_eq!((&again["report"]["made"], asked(&world).await), (&json!(0), 2), "{again}");
    });
}

#[test]
fn ac_03_three_companies_under_one_domain_stay_three_over_three_files() {
    on_both(async |world| {
        let key = importer(&world).await;
        let mut lines = ONE_DOMAIN.lines();
        let head = lines.next().unwrap();
        for line in lines {
            import(&world, &key, &format!("{head}\n{line}\n")).await;
        }
        assert_eq!(ids(&key).await, [["O-1"], ["O-2"], ["O-3"]]);
        assert_eq!(asked(&world).await, 2);
    });
}

const ONE_NAME: &str = "name,domain,country,id,city,zip\n\
    Gamma Penumbra,penumbra-air.com,US,P-1,Atlanta,30320\n\
    Gamma Penumbra,penumbrafaucet.com,US,P-2,Indianapolis,46280\n";

#[test]
fn ac_03_two_companies_of_one_name_stay_two() {
    on_both(async |world| {
        let key = importer(&world).await;
        import(&world, &key, ONE_NAME).await;
        let wanted = [("P-1", "penumbra-air.com"), ("P-2", "penumbrafaucet.com")];
        let found = accounts(&key).await;
        assert_eq!(found.len(), 2, "{found:?}");
        for ((id, domain), account) in wanted.iter().zip(&found) {
            let one = (vec![(*id).to_owned()], vec![(*domain).to_owned()]);
            assert_eq!((&account.1, &account.2), (&one.0, &one.1));
        }
        assert_eq!(asked(&world).await, 1);
        import(&world, &key, ONE_NAME).await;
        assert_eq!((accounts(&key).await.len(), asked(&world).await), (2, 1));
    });
}

#[test]
fn ac_03_two_ids_of_the_crm_are_never_poured_into_one_account() {
    on_both(async |world| {
        let key = importer(&world).await;
        // Name and country agree, and nothing else is known: in one file, then over two.
        import(&world, &key, "name,country,id\nDelta Werk,DE,D-1\nDelta Werk,DE,D-2\n").await;
        assert_eq!(ids(&key).await, [["D-1"], ["D-2"]]);
        import(&world, &key, "name,country,id\nDelta Werk,DE,D-3\n").await;
        assert_eq!(ids(&key).await, [["D-1"], ["D-2"], ["D-3"]]);
        assert_eq!(asked(&world).await, 2);
        // Two rows with two ids meet an account that has none.
        import(&world, &key, "name,domain,country\nSigma Bau,sigma-bau.de,DE\n").await;
        let two = "name,domain,country,id\nSigma Bau,sigma-bau.de,DE,S-1\nSigma Bau GmbH,sigma-bau.de,DE,S-2\n";
        import(&world, &key, two).await;
        assert_eq!(ids(&key).await, [["D-1"], ["D-2"], ["D-3"], ["S-1"], ["S-2"]]);
        // Both forms of one id of Salesforce are one account.
        import(&world, &key, "name,country,id\nTau Stahl,DE,0015e00000AbCdE\n").await;
        let long = import(&world, &key, "name,country,id\nTau Steel,DE,0015e00000AbCdEAAV\n").await;
        assert_eq!(long["report"]["made"], 0, "{long}");
    });
}

#[test]
fn ac_03_answering_a_question_with_the_same_keeps_both_ids() {
    on_both(async |world| {
        let key = importer(&world).await;
        import(&world, &key, ONE_NAME).await;
        let list = key.get("/api/v1/account-questions").await.is(200).json();
        let question = &list["data"][0];
        let path = format!("/api/v1/account-questions/{}/answer", question["id"].as_str().unwrap());
        let same = json!({
            "answer": "same", "account_id": question["candidates"][0]["account_id"],
        });
        let operator = testkit::steps::accounts::operations(&world).await;
        operator.api("POST", &path, &same).await.is(204).ok();
        assert_eq!(ids(&key).await, [["P-1", "P-2"]]);
        import(&world, &key, ONE_NAME).await;
        assert_eq!(ids(&key).await, [["P-1", "P-2"]], "what a person decided stays decided");
    });
}

#[test]
fn ac_03_opportunities_ask_too_and_make_no_account_twice() {
    on_both(async |world| {
        let key = importer(&world).await;
        import(&world, &key, "name,domain,country,id\nOrion Holding AG,orion-gruppe.de,DE,O-1\n")
            .await;
        let text = "opportunity id,account,account domain,stage,amount\n\
                    A1,Orion Versicherung GmbH,orion-gruppe.de,Open,1000\n\
                    A2,Orion Holding,,Open,1000\n\
                    A3,Orion Holding,orion-holding.com,Open,1000\nA4,Orion Holding (UK),,Open,1000\n";
        for _ in 0..2 {
            let file = ("direct_opportunities", text.as_bytes());
            let report = imported(&world, &key, file, json!({ "currency": "EUR" })).await;
            assert_eq!(asked(&world).await, 3, "{}", findings(&key, &report).await);
            assert_eq!(accounts(&key).await.len(), 4);
        }
        let list = key.get("/api/v1/direct-opportunities").await.is(200).json();
        let named: Vec<&str> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["account_name"].as_str().unwrap())
            .collect();
        for name in ["Orion Versicherung GmbH", "Orion Holding", "Orion Holding (UK)"] {
            assert!(named.contains(&name), "{name}: {named:?}");
        }
    });
}

#[test]
fn ac_03_a_name_that_is_ambiguous_makes_one_account_however_often_it_comes() {
    on_sqlite(async |world| {
        let key = importer(&world).await;
        import(&world, &key, ONE_NAME).await;
        let text = "opportunity id,account,stage,amount\nB1,Gamma Penumbra,Open,1000\n";
        for _ in 0..3 {
            let file = ("direct_opportunities", text.as_bytes());
            imported(&world, &key, file, json!({ "currency": "EUR" })).await;
            assert_eq!(accounts(&key).await.len(), 3);
        }
    });
}

#[test]
fn ac_02_no_account_keeps_a_host_or_a_mail_provider_that_many_share() {
    on_both(async |world| {
        let key = importer(&world).await;
        let hosts = "name,website,country,id\n\
            Toepferei Sommerwind,https://www.etsy.com/shop/sommerwind,DE,H-1\n\
            Leder Winkler,https://www.etsy.com/shop/lederwinkler,DE,H-2\n\
            Backstube Quill,https://backstubequill.squarespace.com,DE,H-3\n\
            Klempner Onyx,https://klempneronyx.squarespace.com,DE,H-4\n\
            Imkerei Falter,https://imkereifalter.wordpress.com,DE,H-5\n\
            Gerberei Dorn,https://gerbereidorn.wordpress.com,DE,H-6\n\
            Eisdiele Kiesel,https://www.yelp.com/biz/eisdiele-kiesel,DE,H-7\n\
            Optik Marder,https://www.yelp.com/biz/optik-marder,DE,H-8\n";
        let mails = "name,domain,country,id\n\
            Brakel Werkzeug,ziggo.nl,NL,Q-1\nDroste Garten,ziggo.nl,NL,Q-2\n\
            Funke Dach,btconnect.com,GB,Q-3\nGnom Glas,btconnect.com,GB,Q-4\n\
            Hupfer Holz,live.de,DE,Q-5\nJolle Boote,live.de,DE,Q-6\n\
            Krume Brot,bol.com.br,BR,Q-7\nLemke Licht,bol.com.br,BR,Q-8\n";
        for text in [hosts, mails] {
            let report = import(&world, &key, text).await;
            assert_eq!(report["report"]["made"], 8, "{report}");
        }
        let found = accounts(&key).await;
        assert_eq!(found.len(), 16);
        assert!(found.iter().all(|(_, _, domains)| domains.is_empty()), "{found:?}");
        assert_eq!(asked(&world).await, 0);
    });
}

#[test]
fn ac_02_a_domain_of_many_names_in_one_file_is_evidence_for_none() {
    on_sqlite(async |world| {
        let key = importer(&world).await;
        let names = [
            "Adler Bau",
            "Birke Holz",
            "Cobalt Chemie",
            "Dachs Dach",
            "Esche Metall",
            "Falke Glas",
        ];
        let rows = names.iter().enumerate();
        let rows = rows.map(|(at, name)| format!("{name},handwerker-portal.de,DE,W-{at}\n"));
        let text = format!("name,domain,country,id\n{}", rows.collect::<Vec<String>>().concat());
        import(&world, &key, &text).await;
        assert_eq!(accounts(&key).await.len(), names.len());
        assert_eq!(asked(&world).await, 0, "the whole file shows that many share it");
    });
}
