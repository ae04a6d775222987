//! Files as people have them: each kind of fault that was seen in the field, with its right answer.

use serde_json::{Value, json};
use testkit::steps::imports::{checked, findings, imported, importer};
use testkit::{Caller, World, on_both, on_sqlite};

const OPPORTUNITIES: &str = "direct_opportunities";

/// The opportunities by their id in the CRM: what `field` says of each.
async fn opportunities(key: &Caller, field: &str) -> Vec<(String, Value)> {
    let path = "/api/v1/direct-opportunities?limit=200";
    let body = key.get(path).await.is(200).json();
    let rows = body["data"].as_array().unwrap().iter();
    let mut all: Vec<(String, Value)> = rows
        .map(|row| (row["external_id"].as_str().unwrap().to_owned(), row[field].clone()))
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

/// Minor units and currency of each opportunity.
async fn amounts(key: &Caller) -> Vec<(String, i64, String)> {
    let all = opportunities(key, "amount").await.into_iter();
    all.map(|(id, amount)| {
        (id, amount["minor"].as_i64().unwrap(), amount["currency"].as_str().unwrap().to_owned())
    })
    .collect()
}

fn euro(id: &str, minor: i64) -> (String, i64, String) {
    (id.to_owned(), minor, "EUR".to_owned())
}

/// The lines at fault.
async fn faults(world: &World, key: &Caller, file: (&str, &str)) -> Vec<i64> {
    let import = checked(world, key, (file.0, file.1.as_bytes()), Value::Null).await;
    assert_eq!(import["state"], "faulty", "{import}");
    let found = findings(key, &import).await;
    let rows = found.as_array().unwrap().iter().filter(|row| row["level"] == "fault");
    rows.map(|row| row["line"].as_i64().unwrap()).collect()
}

/// Imports a file as it is proposed to be read.
async fn import(world: &World, key: &Caller, kind: &str, content: &[u8]) -> Value {
    imported(world, key, (kind, content), Value::Null).await
}

#[test]
fn im_01_a_sign_behind_an_amount_does_not_hide_its_decimals() {
    on_both(async |world| {
        let key = importer(&world).await;
        let text = "opportunity_id;account;deal_stage;close_value;created\n\
                    A1;Globex Nord;Won;12,50 €;01.02.2025\n\
                    A2;Initech Nord;Won;512,77 €;03.02.2025\n";
        import(&world, &key, OPPORTUNITIES, text.as_bytes()).await;
        assert_eq!(amounts(&key).await, [euro("A1", 1250), euro("A2", 51_277)]);
    });
}

#[test]
fn im_01_what_was_remembered_of_another_file_is_tested_against_this_one() {
    on_both(async |world| {
        let key = importer(&world).await;
        let head = "deal id;company;stage;deal value;created at\n";
        let first = format!("{head}B1;Globex Nord;Won;1200;13.02.2025\n");
        import(&world, &key, OPPORTUNITIES, first.as_bytes()).await;
        let second = format!(
            "{head}B2;Globex Nord;Won;512,77;13.03.2025\nB3;Globex Nord;Won;12,5;14.03.2025\n"
        );
        import(&world, &key, OPPORTUNITIES, second.as_bytes()).await;
        let wanted = [euro("B1", 120_000), euro("B2", 51_277), euro("B3", 1250)];
        assert_eq!(amounts(&key).await, wanted);
    });
}

#[test]
fn im_01_amounts_that_are_not_understood_are_faults_in_their_lines() {
    on_sqlite(async |world| {
        let key = importer(&world).await;
        let groups = "opportunity id,account,stage,amount\nC1,Globex Nord,Open,\"12,5\"\n\
                      C2,Globex Nord,Open,\"1,2,3\"\nC3,Globex Nord,Open,10.25\n\
                      C4,Globex Nord,Open,10.75\nC5,Globex Nord,Open,11.25\n";
        assert_eq!(faults(&world, &key, (OPPORTUNITIES, groups)).await, [2, 3]);
        let signs = "opportunity id,account,stage,amount\nE1,Globex Nord,Won,\"(1,234.50)\"\n\
                     E2,Globex Nord,Won,−500.00\nE3,Globex Nord,Won,¥12000\n\
                     E4,Globex Nord,Won,\"₹1,00,000\"\nE5,Globex Nord,Won,10 – 15\n\
                     E6,Globex Nord,Won,50%\n";
        assert_eq!(faults(&world, &key, (OPPORTUNITIES, signs)).await, [2, 3, 6, 7]);
        let employees = "name,country,number of employees\nHalbtags Werk GmbH,DE,12.5\n\
                         Kommazahl Werk GmbH,DE,\"1,100.04\"\n";
        assert_eq!(faults(&world, &key, ("accounts", employees)).await, [2, 3]);
    });
}

#[test]
fn im_01_signs_zeros_and_currencies_are_read_for_what_they_are() {
    on_both(async |world| {
        let key = importer(&world).await;
        let text = "opportunity id,account,stage,amount,currency\n\
                    F1,Globex Nord,Won,\"$1,234.50\",CAD\nF2,Globex Nord,Won,$500,AUD\n\
                    G1,Globex Nord,Won,512.770000,EUR\nG2,Globex Nord,Won,4000.000,EUR\n\
                    H3,Globex Nord,Won,¥12000,\nH4,Globex Nord,Won,\"₹1,00,000\",\n";
        import(&world, &key, OPPORTUNITIES, text.as_bytes()).await;
        let of = |id: &str, minor, code: &str| (id.to_owned(), minor, code.to_owned());
        let wanted = [
            of("F1", 123_450, "CAD"),
            of("F2", 50_000, "AUD"),
            of("G1", 51_277, "EUR"),
            of("G2", 400_000, "EUR"),
            of("H3", 12_000, "JPY"),
            of("H4", 10_000_000, "INR"),
        ];
        assert_eq!(amounts(&key).await, wanted);
    });
}

#[test]
fn im_01_stages_are_mapped_by_whole_words_and_unknown_ones_never_mean_won() {
    on_both(async |world| {
        let key = importer(&world).await;
        let text = "opportunity id,account,account domain,stage,amount,product\n\
                    S1,Quasten Holz AG,quasten-holz.de,Not won,1000,core\n\
                    S2,Globex Nord,,Wonderful fit,1000,core\nS3,Globex Nord,,Closed - Duplicate,1000,core\n\
                    S4,Globex Nord,,Cancelled,1000,core\nS5,Globex Nord,,Closed Won,1000,core\n\
                    S6,Globex Nord,,closed_lost,1000,core\nS7,Globex Nord,,Auftrag da,1000,core\n\
                    S8,Globex Nord,,Closed Lost - No Budget,1000,core\n\
                    S9,Globex Nord,,Closed Won - no PO yet,1000,core\nSA,Globex Nord,,Won't buy,1000,core\n\
                    SB,Globex Nord,,Not qualified,1000,core\nSC,Globex Nord,,Negotiation,1000,core\n";
        let file = (OPPORTUNITIES, text.as_bytes());
        let set = json!({ "currency": "EUR", "won_stages": "auftrag DA, Bestellt" });
        let import = imported(&world, &key, file, set).await;
        let stages: Vec<(String, Value)> = opportunities(&key, "stage").await;
        let stages: Vec<&str> = stages.iter().map(|(_, stage)| stage.as_str().unwrap()).collect();
        assert_eq!(
            stages,
            [
                "lost", "open", "lost", "lost", "won", "lost", "won", "lost", "won", "open",
                "open", "open",
            ]
        );
        let told = import["report"]["remarks"].to_string();
        for unknown in ["Wonderful fit", "Won't buy", "Not qualified"] {
            let words = format!("“{unknown}” is not a known stage");
            assert!(told.contains(&words), "{words}: {told}");
        }
        assert!(!told.contains("Negotiation"), "{told}");
    });
}

#[test]
fn im_01_both_forms_of_a_crm_id_are_one_opportunity() {
    on_both(async |world| {
        let key = importer(&world).await;
        let first = "opportunity id,account,stage,amount,created date\n\
                     0065e00000AbCdE,Globex Nord,Open,1000,2026-01-01\n";
        import(&world, &key, OPPORTUNITIES, first.as_bytes()).await;
        let second = "opportunity id,account,stage,amount,created date,close date\n\
                      0065e00000AbCdEAAV,Globex Nord,Open,1000,2026-01-01,\n\
                      0065e00000aBcDe,Globex Nord,Open,77,2026-01-01,\n";
        let import = import(&world, &key, OPPORTUNITIES, second.as_bytes()).await;
        assert_eq!(import["report"]["made"], 1, "{import}");
        assert_eq!(amounts(&key).await.len(), 2);
    });
}

#[test]
fn im_01_what_the_crm_says_later_replaces_what_it_said() {
    on_both(async |world| {
        let key = importer(&world).await;
        let head = "opportunity id,account,stage,amount,created date,close date\n";
        let first =
            format!("{head}O1,Globex Nord,Open,100,2026-01-03,\nM1,Fabrikam,Open,1,2026-01-01,\n");
        import(&world, &key, OPPORTUNITIES, first.as_bytes()).await;
        let second = format!(
            "{head}O1,Globex Nord,Won,100,2025-12-01,2026-01-02\nM1,Ventura Robotik,Open,1,,\n"
        );
        let import = import(&world, &key, OPPORTUNITIES, second.as_bytes()).await;
        assert!(import["report"]["remarks"].to_string().contains("moved to another account"));
        let days = opportunities(&key, "opened_on").await;
        assert_eq!(days, [("M1".into(), json!("2026-01-01")), ("O1".into(), json!("2025-12-01"))]);
        let closed = opportunities(&key, "closed_on").await;
        assert_eq!(closed[1].1, "2026-01-02");
        let names = opportunities(&key, "account_name").await;
        assert_eq!(names[0].1, "Ventura Robotik");
    });
}

#[test]
fn im_01_days_that_do_not_tell_their_order_are_told() {
    on_sqlite(async |world| {
        let key = importer(&world).await;
        let text = "opportunity id,account,stage,amount,closing date\n\
                    T1,Globex Nord,Open,1000,03/04/2027\nT2,Globex Nord,Open,1000,05/06/2027\n";
        let import = import(&world, &key, OPPORTUNITIES, text.as_bytes()).await;
        let told = import["report"]["remarks"].to_string();
        assert!(told.contains("No date shows whether the day or the month comes first"), "{told}");
        let text = text.replace("05/06/2027", "05/16/2027");
        let import = imported(&world, &key, (OPPORTUNITIES, text.as_bytes()), Value::Null).await;
        assert!(!import["report"]["remarks"].to_string().contains("No date shows"));
    });
}

/// Names of all accounts.
async fn names(key: &Caller) -> Vec<String> {
    let body = key.get("/api/v1/accounts?limit=200").await.is(200).json();
    let rows = body["data"].as_array().unwrap().iter();
    let mut names: Vec<String> = rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn im_01_reports_around_the_rows_are_left_out_and_told() {
    on_both(async |world| {
        let key = importer(&world).await;
        let text = "Accounts by country\nCreated for Acme\n\naccount name,billing country,billing city\n\
                    Fusszeile Eins GmbH,DE,Ulm\nFusszeile Zwei GmbH,DE,Bonn\n\
                    account name,billing country,billing city\n\n\n\nAll accounts\n\
                    \"Copyright (c) 2000-2026 crm-maker.example, inc.\"\nConfidential\n";
        let import = import(&world, &key, "accounts", text.as_bytes()).await;
        assert_eq!(names(&key).await, ["Fusszeile Eins GmbH", "Fusszeile Zwei GmbH"]);
        let told = findings(&key, &import).await;
        let lines: Vec<i64> =
            told.as_array().unwrap().iter().map(|row| row["line"].as_i64().unwrap()).collect();
        assert_eq!(lines.len(), 6, "{told}");
        assert!([1, 2, 7, 11, 12, 13].iter().all(|line| lines.contains(line)), "{told}");
    });
}

#[test]
fn im_01_the_first_line_may_name_the_separator_and_lines_may_end_as_on_old_macs() {
    on_sqlite(async |world| {
        let key = importer(&world).await;
        let text =
            "sep=;\nname;country;city\nSeparator Eins GmbH;DE;Ulm\nSeparator Zwei GmbH;DE;Bonn\n";
        import(&world, &key, "accounts", text.as_bytes()).await;
        assert_eq!(names(&key).await, ["Separator Eins GmbH", "Separator Zwei GmbH"]);
        let old = "name,country,number of employees\rAlt GmbH,DE,5\rMac GmbH,DE,many\r";
        assert_eq!(faults(&world, &key, ("accounts", old)).await, [3]);
    });
}

#[test]
fn im_01_a_company_called_total_is_no_total() {
    on_sqlite(async |world| {
        let key = importer(&world).await;
        let text = "name,country,number of employees\nAlt GmbH,DE,5\nTotal,FR,7\n";
        import(&world, &key, "accounts", text.as_bytes()).await;
        assert_eq!(names(&key).await, ["Alt GmbH", "Total"]);
        let text = "name,country,number of employees\nNeu GmbH,DE,5\nTotal,,12\n";
        let import = import(&world, &key, "accounts", text.as_bytes()).await;
        assert_eq!(names(&key).await, ["Alt GmbH", "Neu GmbH", "Total"]);
        assert!(findings(&key, &import).await.to_string().contains("is a total"), "{import}");
    });
}

#[test]
fn im_01_namibia_is_no_missing_country() {
    on_both(async |world| {
        let key = importer(&world).await;
        let text = "name,country code\nWindhoek Brauerei Eins,NA\nSwakop Mining,Namibia\n";
        import(&world, &key, "accounts", text.as_bytes()).await;
        let body = key.get("/api/v1/accounts").await.is(200).json();
        let rows = body["data"].as_array().unwrap();
        assert!(rows.len() == 2 && rows.iter().all(|row| row["country"] == "NA"), "{body}");
    });
}

#[test]
fn im_01_an_encoding_is_recognised_chosen_or_refused_with_its_line() {
    on_sqlite(async |world| {
        let key = importer(&world).await;
        let broken = b"name,country\nM\xc3\xbcller GmbH,DE\nK\xc3\xb6ln GmbH,DE\nB\xffd GmbH,DE\n";
        let path = "/api/v1/imports?kind=accounts&file_name=a.csv";
        let headers = [("idempotency-key", "broken"), ("content-type", "text/csv")];
        let answer = key.send(http::Method::POST, path, &headers, broken.to_vec().into()).await;
        let _ = answer.is(422).says("UTF-8, but line 4");
        let bytes = b"name,country,city\n\xaf\xf3\xb3w Transport,PL,\xa3\xf3d\x9f\nP\xf8\xedbram Doly,CZ,T\xf8eb\xed\xe8\n";
        let headers = [("idempotency-key", "polish"), ("content-type", "text/csv")];
        let chosen = format!("{path}&encoding=windows-1250");
        let sent =
            key.send(http::Method::POST, &chosen, &headers, bytes.to_vec().into()).await.is(201);
        assert_eq!(sent.json()["report"]["reading"]["encoding"], "windows-1250", "{}", sent.text());
        assert!(sent.text().contains("Żółw Transport"), "{}", sent.text());
        let headers = [("idempotency-key", "wrong"), ("content-type", "text/csv")];
        let wrong = format!("{path}&encoding=klingon");
        let answer = key.send(http::Method::POST, &wrong, &headers, bytes.to_vec().into()).await;
        let _ = answer.is(422).says("There is no encoding called");
    });
}
