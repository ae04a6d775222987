//! The same company once: recognised, asked about, reported, learned from (AC-01, AC-02, AC-03).

use std::sync::Arc;

use channel::accounts::{self, Asked, NewAccount, SettledHow};
use frame::{App, AppError, Cx};
use serde_json::{Value, json};
use testkit::steps::accounts::operations;
use testkit::{Dialect, World, on_both, on_postgres, on_sqlite};

async fn settle(world: &World, name: &str, domain: &str, country: &str) -> (String, SettledHow) {
    let new = NewAccount {
        name: name.to_owned(),
        domains: if domain.is_empty() { Vec::new() } else { vec![domain.to_owned()] },
        country: country.to_owned(),
        ..NewAccount::default()
    };
    world
        .act(move |cx| {
            let thresholds = accounts::thresholds(cx)?;
            let settled = accounts::settle(cx, &new, &thresholds, "import")?;
            Ok((settled.account_id.as_str().to_owned(), settled.how))
        })
        .await
}

#[test]
fn ac_01_ac_02_variants_of_a_company_are_one_account_and_learn_from_each_other() {
    on_both(async |world| {
        let (first, how) = settle(&world, "Globex GmbH", "globex.de", "DE").await;
        assert_eq!(how, SettledHow::Made);
        for (name, domain, country) in [
            ("GLOBEX G.m.b.H.", "", "DE"),
            ("Globex", "https://www.globex.de/kontakt", ""),
            ("GLOBEX Deutschland", "globex.de", "DE"),
            ("GLOBEX Deutschland", "", "DE"),
        ] {
            let (id, how) = settle(&world, name, domain, country).await;
            assert_eq!((&id, how), (&first, SettledHow::Known), "{name} {domain}");
        }
        let ops = operations(&world).await;
        let account = ops.get(&format!("/api/v1/accounts/{first}")).await.is(200).json();
        assert!(account["other_names"].to_string().contains("GLOBEX Deutschland"), "{account}");
        assert_eq!(world.count("SELECT COUNT(*) FROM accounts").await, 1);
    });
}

#[test]
fn ac_02_an_account_that_another_node_just_added_is_recognised_here() {
    on_postgres(async |world| {
        let node = world.second_node();
        let look = |app: &Arc<App>| {
            let (told, vendor, now) = (app.clone(), world.vendor_id.clone(), app.clock.now());
            app.db.read_blocking(move |tx| {
                let mut cx = Cx { writes: false, ..Cx::system(tx, &told, vendor, now) };
                let asked = Asked { name: "Bauer".to_owned(), ..Asked::default() };
                accounts::candidates(&mut cx, &asked).map(|found| found.len())
            })
        };
        settle(&world, "Umbrella Ltd", "umbrella.example", "DE").await;
        assert_eq!(look(&world.app).unwrap(), 0);
        let (there, vendor, now) =
            (node.app().clone(), world.vendor_id.clone(), world.app.clock.now());
        let added = there.clone().db.write_blocking(move |tx| {
            let mut cx = Cx::system(tx, &there, vendor.clone(), now);
            let new = NewAccount {
                name: "Bauer Maschinenbau GmbH".to_owned(),
                country: "DE".to_owned(),
                ..NewAccount::default()
            };
            let thresholds = accounts::thresholds(&mut cx)?;
            accounts::settle(&mut cx, &new, &thresholds, "import").map(|settled| settled.how)
        });
        assert_eq!(added.unwrap_or_else(|error: AppError| panic!("{error}")), SettledHow::Made);
        // This node has committed nothing since it looked last.
        let (_, how) = settle(&world, "Bauer Verlag", "", "DE").await;
        assert_eq!(how, SettledHow::MadeAsked);
    });
}

#[test]
fn ac_02_numbers_tell_funds_apart() {
    on_both(async |world| {
        let (four, _) = settle(&world, "Northwind Growth Fund IV", "", "LU").await;
        let (five, how) = settle(&world, "Northwind Growth Fund V", "", "LU").await;
        assert_ne!(four, five);
        assert_eq!(how, SettledHow::MadeAsked);
        // Even under one domain they stay two until a person says otherwise.
        settle(&world, "Southwind Fund I", "southwind.example", "LU").await;
        let (_, how) = settle(&world, "Southwind Fund II", "southwind.example", "LU").await;
        assert_eq!(how, SettledHow::MadeAsked);
    });
}

#[test]
fn ac_03_what_may_be_the_same_is_asked_and_the_answer_merges_or_keeps() {
    on_both(async |world| {
        settle(&world, "Bauer Maschinenbau GmbH", "", "DE").await;
        let (second, how) = settle(&world, "Bauer Verlag", "", "DE").await;
        assert_eq!(how, SettledHow::MadeAsked);
        let (third, how) = settle(&world, "Bauer Anlagenbau GmbH", "", "DE").await;
        assert_eq!(how, SettledHow::MadeAsked);
        let operator = world.vendor_user("ops@acme.example", "operations").await;
        operator
            .get("/accounts/questions")
            .await
            .is(200)
            .says("Question 1 of 2")
            .says("Same company")
            .says("data-key=\"y\"");
        let ops = operations(&world).await;
        let asked = ops.get("/api/v1/account-questions").await.is(200).json();
        let questions = asked["data"].as_array().unwrap();
        assert_eq!(questions[0]["account_id"], json!(second));
        let candidate = questions[0]["candidates"][0]["account_id"].clone();
        let answer = |n: usize| {
            format!("/api/v1/account-questions/{}/answer", questions[n]["id"].as_str().unwrap())
        };
        ops.api("POST", &answer(0), &json!({ "answer": "same" })).await.is(422).says("account_id");
        let same = json!({ "answer": "same", "account_id": candidate });
        ops.api("POST", &answer(0), &same).await.is(204).ok();
        ops.api("POST", &answer(0), &same).await.is(422).says("already");
        let gone = ops.get(&format!("/api/v1/accounts/{second}")).await.is(200).json();
        assert_eq!(gone["merged_into"], candidate);
        let path = format!("/accounts/questions/{}/answer", questions[1]["id"].as_str().unwrap());
        operator.post(&path, &[("answer", "different")]).await.is(303).ok();
        let kept = ops.get(&format!("/api/v1/accounts/{third}")).await.is(200).json();
        assert_eq!(kept["merged_into"], "");
        operator.get("/accounts/questions").await.is(200).says("Nothing to decide");
        let decided = "SELECT COUNT(*) FROM account_match_decisions WHERE same = 0";
        assert!(world.count(decided).await >= 1);
    });
}

#[test]
fn ac_03_another_name_that_is_an_accounts_name_is_asked_about() {
    on_both(async |world| {
        settle(&world, "Bauer Maschinenbau GmbH", "", "DE").await;
        let (kestrel, _) = settle(&world, "Kestrel Logistics", "", "DE").await;
        let ops = operations(&world).await;
        let asked = async || {
            let asked = ops.get("/api/v1/account-questions").await.is(200).json();
            let of = |question: &Value| question["account_id"].as_str().unwrap().to_owned();
            asked["data"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
        };
        let path = format!("/api/v1/accounts/{kestrel}");
        let call = async |name: &str| {
            let etag = ops.get(&path).await.is(200).header("etag").to_owned();
            let headers = [("idempotency-key", name), ("if-match", etag.as_str())];
            let names = json!({ "other_names": [name] });
            let _ = ops.api_with("PATCH", &path, &names, &headers).await.is(200);
        };
        call("Kestrel Cargo").await;
        assert_eq!(asked().await, Vec::<String>::new());
        call("Bauer Maschinenbau").await;
        assert_eq!(asked().await, std::slice::from_ref(&kestrel));
        let new = json!({ "name": "Otter Tools", "other_names": ["Bauer Maschinenbau AG"] });
        let made = ops.api("POST", "/api/v1/accounts", &new).await.is(201).json();
        assert!(asked().await.contains(&made["id"].as_str().unwrap().to_owned()));
    });
}

#[test]
fn ac_02_the_report_finds_pairs_with_reasons_and_forgets_what_a_person_called_different() {
    on_both(async |world| {
        let ops = operations(&world).await;
        for (name, domain) in [
            ("Globex GmbH", "globex.de"),
            ("Globex Deutschland", "globex.de"),
            ("Umbrella Ltd", "umbrella.example"),
        ] {
            let body = json!({ "name": name, "domains": [domain], "country": "DE" });
            ops.api("POST", "/api/v1/accounts", &body).await.is(201).ok();
        }
        let none = ops.get("/api/v1/account-duplicates").await.is(200).json();
        assert_eq!((&none["data"], &none["searched_at"]), (&json!([]), &json!(null)));
        let operator = world.vendor_user("ops@acme.example", "operations").await;
        operator.post("/accounts/duplicates/searches", &[]).await.is(303).ok();
        world.run_jobs().await;
        let found = ops.get("/api/v1/account-duplicates").await.is(200).json();
        assert_eq!(found["data"].as_array().unwrap().len(), 1, "{found}");
        let pair = &found["data"][0];
        assert!(pair["reasons"].to_string().contains("domain"), "{pair}");
        operator
            .get("/accounts/duplicates")
            .await
            .is(200)
            .says("Globex Deutschland")
            .says("3 accounts");
        let body = json!({
            "left_account_id": pair["left_account_id"], "right_account_id": pair["right_account_id"],
        });
        ops.api("POST", "/api/v1/account-duplicates/different", &body).await.is(204).ok();
        ops.api("POST", "/api/v1/account-duplicates/searches", &json!({})).await.is(202).ok();
        world.run_jobs().await;
        let found = ops.get("/api/v1/account-duplicates").await.is(200).json();
        assert_eq!(found["data"], json!([]));
    });
}

#[test]
fn ac_03_weights_are_learned_from_answers_measured_and_adopted() {
    on_sqlite(async |world| {
        assert_eq!(world.dialect(), Dialect::Sqlite);
        let operator = world.vendor_user("ops@acme.example", "operations").await;
        operator.post("/accounts/matching/trials", &[]).await.is(303).ok();
        world.run_jobs().await;
        operator.get("/accounts/matching").await.is(200).says("are too few");
        world
            .act(|cx| {
                for n in 0..40_u32 {
                    let new = NewAccount {
                        name: format!("Company number {n} Werke"),
                        country: "DE".into(),
                        city: "Bonn".into(),
                        ..NewAccount::default()
                    };
                    let id = accounts::create(cx, &new)?;
                    let same = n % 2 == 0;
                    let asked = Asked {
                        name: if same {
                            new.name.clone()
                        } else {
                            format!("Company number {} Werke", n + 100)
                        },
                        country: "DE".into(),
                        city: if same { "Bonn".into() } else { "Ulm".into() },
                        ..Asked::default()
                    };
                    accounts::remember_decision(cx, &asked, &id, same, 5_000)?;
                }
                Ok(())
            })
            .await;
        operator.post("/accounts/matching/trials", &[]).await.is(303).ok();
        world.run_jobs().await;
        operator
            .get("/accounts/matching")
            .await
            .is(200)
            .says("Learned from 40 answers")
            .says("Precision")
            .says("Adopt these weights");
        operator
            .post("/accounts/matching/adoption", &[("number", "1")])
            .await
            .is(404)
            .says("Not found");
        operator.post("/accounts/matching/adoption", &[("number", "2")]).await.is(303).ok();
        operator.get("/accounts/matching").await.is(200).says("Weights no. 2 adopted");
        operator.get("/accounts/new").await.is(200).ok();
        operator.post("/accounts/matching/shipped", &[]).await.is(303).ok();
        operator.get("/accounts/matching").await.is(200).says("Default weights restored");
        let seller = world.vendor_user("pam@acme.example", "partner_manager").await;
        seller.post("/accounts/matching/shipped", &[]).await.is(403).says("settings:manage");
    });
}

#[test]
fn ac_05_accounts_and_matching_do_not_exist_for_partners() {
    on_both(async |world| {
        let north = world.partner("North").await;
        for path in [
            "/accounts",
            "/accounts/duplicates",
            "/accounts/questions",
            "/accounts/matching",
            "/api/v1/accounts",
            "/api/v1/account-candidates?name=Globex",
            "/api/v1/account-duplicates",
            "/api/v1/account-questions",
            "/api/v1/accounts.ndjson",
        ] {
            north.admin.get(path).await.is(404).says("Not found");
        }
    });
}

#[test]
fn all_accounts_leave_as_lines_of_json() {
    on_both(async |world| {
        let ops = operations(&world).await;
        for name in ["Globex GmbH", "Initech AG"] {
            let body = json!({ "name": name, "domains": [format!("{}.com", &name[..4])] });
            ops.api("POST", "/api/v1/accounts", &body).await.is(201).ok();
        }
        let text = ops.get("/api/v1/accounts.ndjson").await.is(200).text();
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["name"], "Globex GmbH");
        assert_eq!(lines[0]["domains"], json!(["glob.com"]));
    });
}
