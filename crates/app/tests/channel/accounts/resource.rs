use serde_json::json;
use testkit::{on_both, steps::accounts::operations};

#[test]
fn ac_02_the_same_domain_is_the_same_company_and_the_reason_says_so() {
    on_both(async |world| {
        let ops = operations(&world).await;
        let globex =
            json!({ "name": "Globex GmbH", "domains": ["www.globex.de"], "country": "DE" });
        let made = ops.api("POST", "/api/v1/accounts", &globex).await.is(201).json();
        assert_eq!(made["domains"], json!(["globex.de"]));
        let path = "/api/v1/account-candidates?name=GLOBEX%20Deutschland&domain=shop.globex.de";
        let found = ops.get(path).await.is(200).json();
        assert_eq!(found["data"][0]["account_id"], made["id"]);
        assert!(found["data"][0]["probability_bp"].as_u64().unwrap() >= 9_900, "{found}");
        assert!(found.to_string().contains("domain"), "{found}");
    });
}

#[test]
fn ac_02_a_free_mail_domain_is_no_evidence() {
    on_both(async |world| {
        let ops = operations(&world).await;
        let one = json!({ "name": "Zambeef Products", "domains": ["zambeef@gmail.com"] });
        ops.api("POST", "/api/v1/accounts", &one).await.is(422).says("domains");
        let one = json!({ "name": "Zambeef Products", "domains": ["gmail.com"] });
        let made = ops.api("POST", "/api/v1/accounts", &one).await.is(201).json();
        assert_eq!(made["domains"], json!([]));
    });
}

#[test]
fn ap_01_a_change_needs_the_etag_that_was_read() {
    on_both(async |world| {
        let ops = operations(&world).await;
        let body = json!({ "name": "Initech AG" });
        let made = ops.api("POST", "/api/v1/accounts", &body).await.is(201);
        let (path, tag) = (
            format!("/api/v1/accounts/{}", made.json()["id"].as_str().unwrap()),
            made.header("etag").to_owned(),
        );
        let city = json!({ "city": "Berlin" });
        ops.api("PATCH", &path, &city).await.is(428);
        let changed = ops
            .api_with("PATCH", &path, &city, &[("idempotency-key", "k1"), ("if-match", &tag)])
            .await
            .is(200);
        assert_eq!(changed.json()["city"], "Berlin");
        ops.api_with("PATCH", &path, &city, &[("idempotency-key", "k2"), ("if-match", &tag)])
            .await
            .is(412);
    });
}

#[test]
fn ap_01_a_repeated_write_has_one_effect_and_the_same_answer() {
    on_both(async |world| {
        let ops = operations(&world).await;
        let key = [("idempotency-key", "the-same")];
        let body = json!({ "name": "Umbrella Ltd" });
        let first = ops.api_with("POST", "/api/v1/accounts", &body, &key).await.is(201);
        let again = ops.api_with("POST", "/api/v1/accounts", &body, &key).await.is(201);
        assert_eq!(first.body, again.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM accounts").await, 1);
        let other = json!({ "name": "Umbrella Inc" });
        ops.api_with("POST", "/api/v1/accounts", &other, &key).await.is(422);
        ops.api_with("POST", "/api/v1/accounts", &body, &[]).await.is(400).says("Idempotency-Key");
    });
}

#[test]
fn au_01_a_change_of_one_field_of_the_trail_is_found() {
    on_both(async |world| {
        let ops = operations(&world).await;
        for name in ["One AG", "Two AG", "Three AG"] {
            ops.api("POST", "/api/v1/accounts", &json!({ "name": name })).await.is(201);
        }
        let auditor = world.api_key("", "audit:read").await;
        let sound = auditor.get("/api/v1/audit-verification").await.is(200).json();
        assert_eq!(sound["sound"], true);
        world.expects_faults();
        world
            .act(|cx| {
                cx.tx.execute(
                    "UPDATE audit_details SET details = REPLACE(details, 'Two', 'Six')",
                    &[],
                )?;
                Ok(())
            })
            .await;
        let found = auditor.get("/api/v1/audit-verification").await.is(200).json();
        assert_eq!(found["sound"], false);
        assert_eq!(found["fault_at"], 2);
    });
}

#[test]
fn every_bad_field_is_named_at_once() {
    on_both(async |world| {
        let ops = operations(&world).await;
        let body = json!({ "name": "", "country": "XX", "status": "friend", "domains": ["a b"] });
        let answer = ops.api("POST", "/api/v1/accounts", &body).await.is(422);
        for field in ["name", "country", "status", "domains"] {
            assert!(answer.json()["errors"].to_string().contains(field), "{}", answer.text());
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM accounts").await, 0);
    });
}

#[test]
fn ac_01_a_search_finds_a_name_in_any_case_and_any_script() {
    on_both(async |world| {
        let ops = operations(&world).await;
        for (name, country) in
            [("ÖLMÜHLE Ärzte GmbH", "DE"), ("ЗАВОД Север", "KZ"), ("Öl 100% AG", "AT")]
        {
            let body = json!({ "name": name, "country": country });
            ops.api("POST", "/api/v1/accounts", &body).await.is(201).ok();
        }
        let found = [("ölm", 1), ("ÄRZTE", 1), ("завод", 1), ("100%", 1), ("100_", 0), ("öl", 2)];
        for (text, wanted) in found {
            let path = format!("/api/v1/accounts?q={}", web::url_encode(text));
            let body = ops.get(&path).await.is(200).json();
            assert_eq!(body["data"].as_array().unwrap().len(), wanted, "{text}");
        }
        let body = ops.get("/api/v1/accounts?country=at&status=prospect").await.is(200).json();
        assert_eq!(body["data"][0]["name"], "Öl 100% AG");
        let _ = ops.get("/api/v1/accounts?country=XX").await.is(422).says("country");
    });
}

#[test]
fn ac_03_a_form_asks_before_it_makes_a_company_that_may_exist() {
    on_both(async |world| {
        let person = world.vendor_user("ops@acme.example", "operations").await;
        let fields = [("name", "Globex GmbH"), ("domains", "globex.de"), ("country", "DE")];
        person.post("/accounts", &fields).await.is(303).ok();
        let asked = person.post("/accounts", &fields).await.is(422);
        let _ = asked.says("This company may exist already").says("Globex GmbH");
        assert_eq!(world.count("SELECT COUNT(*) FROM accounts").await, 1);
        let anyway = [fields.as_slice(), &[("save_anyway", "1")]].concat();
        let here = person.post("/accounts", &anyway).await.is(303).location().to_owned();
        let edit = format!("{here}/edit");
        let _ = person.get(&edit).await.is(200).says("Edit Globex GmbH").says("globex.de");
        let owner = [("version", "1"), ("name", "Globex AG"), ("employees", "many")];
        let _ = person.post(&edit, &owner).await.is(422).says("Enter a whole number");
    });
}
