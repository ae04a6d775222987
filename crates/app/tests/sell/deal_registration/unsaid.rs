//! What a submission does not tell its partner about the account, and the vendor reads (DR-13,
//! DR-18, AC-05).

use serde_json::{Value, json};
use testkit::steps::deal_registration_pages::GLOBEX;
use testkit::{Answer, Partner, World, on_both, on_sqlite};

use super::{approved, deal, decide, decider, first_product, path, register, show, with};

const TO: &str = "/api/v1/deal-registrations";

/// Changes the tables of other slices as their own pages would.
async fn sql(world: &World, statement: String) {
    world.expects_faults();
    world.act(move |cx| Ok(cx.tx.execute(&statement, &[])?)).await;
}

/// A customer, an account that direct sales works, and a company of which the vendor has two records.
const NAMES: [&str; 3] = ["Alsterwerk", "Brunnbader", "Dornbacher"];
/// An account that the vendor knows to lie where the partner may not sell.
const ABROAD: &str = "Corvinheim";
/// A company that nobody knows.
const UNKNOWN: &str = "Ehrenfelde";

async fn accounts(world: &World) {
    let ops = world.api_key("", "accounts:write accounts:read direct:record direct:read").await;
    let make = async |name: &str, domain: &str, country: &str| {
        let body = json!({ "name": name, "domains": [domain], "country": country });
        let made = ops.api("POST", "/api/v1/accounts", &body).await.is(201).json();
        made["id"].as_str().unwrap().to_owned()
    };
    let corp = |name: &str| format!("{}-corp.com", name.to_lowercase());
    let customer = make(NAMES[0], &corp(NAMES[0]), "DE").await;
    let lines = first_product();
    let sold = "UPDATE accounts SET status = 'customer', product_lines";
    sql(world, format!("{sold} = '{lines}' WHERE account_id = '{customer}'")).await;
    let worked = make(NAMES[1], &corp(NAMES[1]), "DE").await;
    let open = json!({ "account_id": worked, "name": "Direct", "opened_on": "2026-01-02",
        "amount": { "minor": 100_000, "currency": "EUR" } });
    ops.api("POST", "/api/v1/direct-opportunities", &open).await.is(201).ok();
    make(ABROAD, &corp(ABROAD), "JP").await;
    // Two companies of one name: nobody can say which is meant.
    make(NAMES[2], "one.example", "DE").await;
    make(NAMES[2], "two.example", "DE").await;
}

/// A text without what is a registration's own: ids, numbers, names, hashes and signatures.
fn neutral(text: &str, name: &str) -> String {
    let text = text.replace(name, "NAME").replace(&name.to_lowercase(), "name");
    let mut out = String::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-') {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let own = (bare.len() == 30 && bare.as_bytes().get(3) == Some(&b'_'))
            || (bare.len() == 8 && bare.starts_with("R-"))
            || (bare.len() >= 24
                && bare.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase()));
        if own {
            out.push_str("OWN");
            out.push_str(word.get(bare.len()..).unwrap_or(""));
        } else {
            out.push_str(word);
        }
    }
    out
}

/// An answer with its status and headers, without what is a registration's own.
fn whole(answer: &Answer, name: &str) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(key, _)| *key != "x-request-id")
        .map(|(key, value)| format!("{key}: {}", value.to_str().unwrap_or("")))
        .collect();
    headers.sort();
    neutral(&format!("{}\n{}\n{}", answer.status, headers.join("\n"), answer.text()), name)
}

/// Everything that a partner reads of a registration through the API.
async fn read(north: &Partner, name: &str, answer: &Answer) -> Vec<String> {
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let mut seen = vec![without_receipt(answer, name)];
    seen.push(neutral(&show(north, &id).await.to_string(), name));
    seen.push(whole(&north.key.get(&path(&id, "timeline")).await.is(200), name));
    let list = north.key.get(TO).await.is(200).json();
    let row = list["data"].as_array().unwrap().iter().find(|row| row["id"] == id.as_str());
    seen.push(neutral(&row.unwrap().to_string(), name));
    seen
}

/// The receipt's number and hashes are the registration's own.
fn without_receipt(answer: &Answer, name: &str) -> String {
    let mut body = answer.json();
    assert!(body["receipt"]["signature"].is_string());
    body["receipt"] = Value::Null;
    let stripped = Answer { body: body.to_string().into(), ..answer.clone() };
    whole(&stripped, name)
}

#[test]
fn ac_05_a_customer_a_direct_deal_and_a_doubtful_company_are_answered_alike_by_the_api() {
    on_both(async |world| {
        let north = world.partner("North").await;
        abroad_is_outside(&world).await;
        accounts(&world).await;
        let told = alike(&north, &NAMES).await;
        assert!(told.contains("The vendor reviews the account before deciding."), "{told}");
        // Each was told once, and each cost one answer of the hour.
        let counted = "SELECT COUNT(*) FROM availability_questions";
        assert_eq!(world.count(counted).await, 3);
        // Where the vendor knows the account to lie is neither told nor to be guessed.
        let told = alike(&north, &[ABROAD, UNKNOWN]).await;
        assert!(told.contains("The account is available."), "{told}");
        assert_eq!(world.count(counted).await, 3);
    });
}

/// Registers these companies: everything that the partner reads of the first, and nothing else of
/// the others.
async fn alike(north: &Partner, names: &[&str]) -> String {
    let mut seen = Vec::new();
    for name in names {
        let answer = register(north, name).await.is(201);
        assert_eq!(answer.json()["status"], "submitted", "{name}");
        assert!(answer.json()["account_id"].is_null(), "{name}");
        seen.push((name, read(north, name, &answer).await));
    }
    let (_, first) = seen.remove(0);
    for (name, other) in &seen {
        for (one, another) in first.iter().zip(other) {
            assert_eq!(one, another, "{name}");
        }
    }
    let told = first.join("\n");
    for word in ["customer", "irect sales", "opportunity", "resembles", "our records"] {
        assert!(!told.contains(word), "{word}: {told}");
    }
    told
}

/// The partner may sell in Germany only.
async fn abroad_is_outside(world: &World) {
    let document = domain::program::Document::default_document();
    let germany = domain::accounts::Country::parse("DE").unwrap();
    let home = document.territory_of(germany, None).unwrap().code.clone();
    sql(world, format!("UPDATE partner_enrolments SET territories = '{home}'")).await;
}

#[test]
fn ac_05_a_customer_a_direct_deal_and_a_doubtful_company_are_answered_alike_by_the_page() {
    on_both(async |world| {
        let north = world.partner("North").await;
        abroad_is_outside(&world).await;
        accounts(&world).await;
        let mut seen = Vec::new();
        for name in NAMES {
            let word = name.to_lowercase();
            let (domain, mail) = (format!("{word}-corp.com"), format!("ana@{word}-corp.com"));
            let mut fields: Vec<(&str, &str)> = GLOBEX.to_vec();
            for (field, value) in
                [("account_name", name), ("account_domain", &domain), ("contact_email", &mail)]
            {
                fields.iter_mut().filter(|(known, _)| *known == field).for_each(|f| f.1 = value);
            }
            fields.push(("account_country", "DE"));
            let answer = north.seller.post("/registrations/new", &fields).await.is(303);
            let page = north.seller.get(answer.location()).await.is(200);
            let page = page.says("The vendor reviews the account before deciding.");
            let main = page.text();
            let (_, main) = main.split_once("<main").unwrap();
            let main = main.split("Receipt").next().unwrap();
            seen.push((name, whole(&answer, name), neutral(main, name)));
        }
        let (_, answer, page) = seen.remove(0);
        for (name, other, other_page) in &seen {
            assert_eq!(other, &answer, "{name}");
            assert_eq!(other_page, &page, "{name}");
        }
        for word in ["customer", "opportunity", "resembles"] {
            assert!(!page.contains(word), "{word}: {page}");
        }
    });
}

#[test]
fn dr_13_the_vendor_reads_the_whole_reason_of_what_it_is_to_decide() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let pam = world.vendor_user("pam@acme.example", "partner_manager").await;
        let key = decider(&world).await;
        abroad_is_outside(&world).await;
        accounts(&world).await;
        let reasons = [
            ("DR-13", "already has core"),
            ("DR-13", "Direct sales has been working the account since 2 January 2026"),
            ("DR-12", "According to our records the account is outside"),
        ];
        for (name, (rule, reason)) in [NAMES[0], NAMES[1], ABROAD].into_iter().zip(reasons) {
            let made = register(&north, name).await.is(201).json();
            let id = made["id"].as_str().unwrap();
            let seen = key.get(&path(id, "")).await.is(200).json();
            let checks = seen["checks"].as_array().unwrap();
            let refused: Vec<&Value> =
                checks.iter().filter(|check| check["outcome"] == "refused").collect();
            assert_eq!(refused.len(), 1, "{checks:?}");
            assert_eq!(refused[0]["rule"], rule);
            assert!(refused[0]["words"].as_str().unwrap().contains(reason), "{refused:?}");
            let decision = format!("/registrations/{id}/decision");
            pam.get(&decision).await.is(200).says(reason).says(rule);
            // It protects nothing, and nobody can approve it.
            decide(&key, id, json!({ "decision": "approve" })).await.refused_by(rule);
        }
        assert_eq!(
            world.count("SELECT COUNT(*) FROM deal_registrations WHERE holds_account = 1").await,
            0
        );
    });
}

#[test]
fn dr_13_no_policy_approves_at_once_what_a_partner_is_not_told() {
    on_both(async |world| {
        world.with_document(|document| document.registration.auto_approve = true).await;
        let north = world.partner("North").await;
        abroad_is_outside(&world).await;
        accounts(&world).await;
        for name in [NAMES[0], NAMES[1], NAMES[2], ABROAD] {
            let made = register(&north, name).await.is(201).json();
            assert_eq!(made["status"], "submitted", "{name}");
        }
        // Where others are approved at once, not to be is an answer, and counted.
        assert_eq!(world.count("SELECT COUNT(*) FROM availability_questions").await, 4);
        let free = register(&north, UNKNOWN).await.is(201).json();
        assert_eq!(world.count("SELECT COUNT(*) FROM availability_questions").await, 4);
        assert_eq!(free["status"], "approved");
        assert!(free["account_id"].is_string(), "an approved one names its account");
    });
}

#[test]
fn dr_13_the_vendor_reads_a_refused_submission_that_its_partner_does_not_keep() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        let sold = "UPDATE accounts SET status = 'customer', product_lines";
        sql(&world, format!("{sold} = '{}'", first_product())).await;
        let told = register(&south, "Globex").await.refused_by("DR-02");
        let told = told.says("protected_until").does_not_say("North").does_not_say("customer");
        assert_eq!(told.json()["checks"].as_array().unwrap().len(), 1);
        assert_eq!(south.key.get(TO).await.is(200).json()["data"], json!([]));
        let pam = world.vendor_user("pam@acme.example", "partner_manager").await;
        let page = pam.get("/registrations/refused").await.is(200);
        testkit::steps::deal_registration_pages::is_clean(&page);
        let _ = page
            .says("South")
            .says("Globex")
            .says("North holds the account, through 5 April 2026.")
            .says("The customer already has core.");
        let before = format!("/registrations/refused?partner={}", north.id);
        assert!(pam.get(&before).await.is(303).location().ends_with(north.id.as_str()));
        let of_north = format!("/registrations/refused?partner_id={}", north.id);
        let _ = pam.get(&of_north).await.is(200).does_not_say("Globex");
        let file = pam.get("/registrations/refused.csv").await.is(200);
        let _ =
            file.says("refused_at,partner,").says("Globex").says("The customer already has core.");
        pam.get("/registrations/queue").await.is(200).says("/registrations/refused");
        let key = decider(&world).await;
        let list = key.get("/api/v1/refused-submissions").await.is(200).json();
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
        let one = &list["data"][0];
        assert_eq!(one["partner_id"], south.id.as_str());
        assert_eq!(one["rule"], "DR-02");
        let refused: Vec<&str> = one["checks"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|check| check["outcome"] == "refused")
            .map(|check| check["rule"].as_str().unwrap())
            .collect();
        assert_eq!(refused, ["DR-02", "DR-13"]);
        // It is on record, with who tried.
        let audited = "SELECT COUNT(*) FROM audit_entries e JOIN audit_details d \
             ON d.vendor_id = e.vendor_id AND d.seq = e.seq \
             WHERE e.action = 'deal_registration.refused' AND d.details LIKE '%North holds%'";
        assert_eq!(world.count(audited).await, 1);
        // No partner reads it, nor hears of it.
        let _ = south.key.get("/api/v1/refused-submissions").await.is(404);
        let _ = south.seller.get("/registrations/refused").await.is(404);
        south.key.get("/api/v1/events").await.is(200).does_not_say("refused");
        // After a quarter it is forgotten.
        world.travel_to("2026-04-08").await;
        assert_eq!(world.count("SELECT COUNT(*) FROM deal_registration_refusals").await, 0);
    });
}

#[test]
fn dr_18_a_partner_with_a_fault_of_its_own_learns_nothing_of_the_account() {
    on_both(async |world| {
        world
            .with_document(|document| {
                let euro = document.currency;
                document.registration.minimum_amounts_minor = [(euro, 1_000_000)].into();
            })
            .await;
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        let small = |name: &str| {
            with(deal(name), json!({ "amount": { "minor": 999_999, "currency": "EUR" } }))
        };
        let held = south.key.api("POST", TO, &small("Globex")).await.refused_by("DR-12");
        let free = south.key.api("POST", TO, &small("Umbrella")).await.refused_by("DR-12");
        assert_eq!(whole(&held, "Globex"), whole(&free, "Umbrella"));
        let _ = held.does_not_say("rotected");
    });
}

#[test]
fn dr_12_what_the_partner_says_of_the_place_refuses_it_whatever_the_vendor_knows() {
    on_both(async |world| {
        let north = world.partner("North").await;
        abroad_is_outside(&world).await;
        accounts(&world).await;
        let abroad = |name: &str| with(deal(name), json!({ "account_country": "JP" }));
        // Known to lie inside, known to lie outside, and not known at all.
        let mut seen = Vec::new();
        for name in [NAMES[1], ABROAD, UNKNOWN] {
            let answer = north.key.api("POST", TO, &abroad(name)).await.refused_by("DR-12");
            seen.push(whole(&answer, name));
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "{seen:?}");
    });
}

#[test]
fn ac_05_a_partner_reads_the_account_of_a_registration_once_it_is_approved() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let pam = decider(&world).await;
        let made = register(&north, "Globex").await.is(201).json();
        let id = made["id"].as_str().unwrap();
        let account = pam.get(&path(id, "")).await.is(200).json()["account_id"].clone();
        let of_account = format!("{TO}?account_id={}", account.as_str().unwrap());
        let rows = async |caller: &testkit::Caller, at: &str| {
            caller.get(at).await.is(200).json()["data"].as_array().unwrap().clone()
        };
        assert!(show(&north, id).await["account_id"].is_null());
        assert!(rows(&north.key, TO).await[0]["account_id"].is_null());
        assert_eq!(rows(&north.key, &of_account).await.len(), 0);
        assert_eq!(rows(&pam, TO).await[0]["account_id"], account);
        assert_eq!(rows(&pam, &of_account).await.len(), 1);
        let exported = north.key.get("/api/v1/deal-registrations.ndjson").await.is(200);
        let _ = exported.does_not_say(account.as_str().unwrap());
        decide(&pam, id, json!({ "decision": "approve" })).await.is(200).ok();
        assert_eq!(show(&north, id).await["account_id"], account);
        assert_eq!(rows(&north.key, TO).await[0]["account_id"], account);
        assert_eq!(rows(&north.key, &of_account).await.len(), 1);
    });
}

#[test]
fn ac_05_of_a_submission_from_before_the_partner_reads_only_what_is_its_own() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        let id = register(&north, "Globex").await.is(201).json()["id"].as_str().unwrap().to_owned();
        let old = r#"[{"rule":"DR-11","outcome":"passed","words":"a","partner_words":"Room left."},
            {"rule":"DR-13","outcome":"passed","words":"b","partner_words":"No customer so far."},
            {"rule":"DR-12","outcome":"passed","words":"c","partner_words":"The segment is big."}]"#;
        sql(&world, format!("UPDATE deal_registrations SET checks = '{old}'")).await;
        let seen = north.key.get(&path(&id, "")).await.is(200).says("Room left.");
        let _ = seen.does_not_say("customer").does_not_say("segment");
        let vendor = decider(&world).await;
        let seen = vendor.get(&path(&id, "")).await.is(200).json();
        assert_eq!(seen["checks"].as_array().unwrap().len(), 3);
    });
}
