//! One sign is never certainty: a registration under the same domain with another name, or the same
//! name with another domain, waits for a person (AC-02, AC-03).

use serde_json::json;
use testkit::steps::{accounts::operations, deal_registration_pages as steps};
use testkit::{Caller, Partner, on_both, on_sqlite};

use super::{approved, deal, with};

const TO: &str = "/api/v1/deal-registrations";

/// Registers a company with its own domain by the API: the whole answer.
async fn named(partner: &Partner, name: &str, domain: &str) -> serde_json::Value {
    let contact = format!("ana@{domain}");
    let other = json!({ "account_name": name, "account_domain": domain, "contact_email": contact });
    partner.key.api("POST", TO, &with(deal("x"), other)).await.is(201).json()
}

/// Whether the vendor knows for certain which account is meant, and which company is shown to the
/// decider as one that may be meant.
async fn read((pam, manager): (&Caller, &Caller), id: &str) -> (bool, bool) {
    let body = pam.get(&format!("{TO}/{id}")).await.is(200).json();
    let page = manager.get(&format!("/registrations/{id}/decision")).await.is(200).text();
    (body["account_id"].is_string(), page.contains("globex-corp.com"))
}

#[test]
fn ac_03_the_same_domain_with_another_name_is_a_persons_decision() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        let pam = world.decider().await;
        let manager = world.vendor_user("manager@acme.example", "partner_manager").await;
        // As it stands, the account is the one protected, and nobody needs to be asked.
        let again = with(deal("Globex GmbH"), json!({ "account_domain": "globex-corp.com" }));
        south.key.api("POST", TO, &again).await.is(409).says("protected");
        for (name, domain) in [
            ("Initech Logistics", "globex-corp.com"),
            ("Globex", "globex-werke.com"),
            ("Globex IV", "globex-vier.com"),
            ("Globex (UK)", "globex-uk.com"),
            ("Globex North", "globex-north.com"),
            ("Globex (UK)", "globex-corp.com"),
        ] {
            let told = named(&south, name, domain).await;
            assert!(["submitted", "under_review"].contains(&told["status"].as_str().unwrap()));
            let (certain, shown) = read((&pam, &manager), told["id"].as_str().unwrap()).await;
            assert!(!certain && shown, "{name} {domain}: {certain} {shown}");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM accounts").await, 1);
    });
}

#[test]
fn ac_03_by_the_form_it_is_a_persons_decision_too() {
    on_sqlite(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        let fields = steps::with(&[
            ("account_domain", "globex-corp.com"),
            ("account_name", "Initech Logistics"),
            ("contact_email", "ana@globex-corp.com"),
        ]);
        south.seller.post("/registrations/new", &fields).await.is(303).ok();
        let waiting = "SELECT COUNT(*) FROM deal_registrations WHERE account_id = '' \
                       AND decision_due_at IS NOT NULL";
        assert_eq!(world.count(waiting).await, 1);
    });
}

#[test]
fn ac_03_an_account_by_the_api_is_asked_about_when_a_sign_is_shared() {
    on_both(async |world| {
        let ops = operations(&world).await;
        let make = async |name: &str, domain: &str| {
            let body = json!({ "name": name, "domains": [domain], "country": "DE" });
            ops.api("POST", "/api/v1/accounts", &body).await.is(201).json()
        };
        let asked = async || {
            let list = ops.get("/api/v1/account-questions").await.is(200).json();
            list["data"].as_array().unwrap().len()
        };
        let first = make("Globex GmbH", "globex.de").await;
        make("Umbrella AG", "umbrella-werke.de").await;
        assert_eq!(asked().await, 0);
        make("Initech Logistik", "globex.de").await;
        assert_eq!(asked().await, 1);
        let second = make("Globex", "globex-werke.de").await;
        assert_eq!(asked().await, 2);
        make("Globex GmbH", "globex.de").await;
        assert_eq!(asked().await, 3);
        // Changing an account may do the same; what changes neither name nor domain asks nothing.
        let other = make("Sirius Stahl", "sirius-stahl.de").await;
        let path = format!("/api/v1/accounts/{}", other["id"].as_str().unwrap());
        let patch = async |body: serde_json::Value| {
            let tag = ops.get(&path).await.is(200).header("etag").to_owned();
            let headers = [("if-match", tag.as_str()), ("idempotency-key", tag.as_str())];
            ops.api_with("PATCH", &path, &body, &headers).await.is(200).ok();
        };
        patch(json!({ "city": "Ulm" })).await;
        assert_eq!(asked().await, 3);
        patch(json!({ "name": "Umbrella" })).await;
        assert_eq!(asked().await, 4);
        assert_ne!(first["id"], second["id"]);
    });
}

#[test]
fn ac_03_direct_sales_is_not_put_on_an_account_by_half_a_name() {
    on_sqlite(async |world| {
        let ops = operations(&world).await;
        for (name, domain) in [("Globex GmbH", "globex.de"), ("Acme Robotics AG", "robots.com")] {
            let body = json!({ "name": name, "domains": [domain], "country": "DE" });
            ops.api("POST", "/api/v1/accounts", &body).await.is(201).ok();
        }
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        let post = async |account: &str| {
            let fields =
                [("account", account), ("name", "Robots"), ("amount", "1000"), ("currency", "EUR")];
            rep.post("/direct-opportunities", &fields).await
        };
        // A domain is a domain, whatever the account is called.
        post("robots.com").await.is(303).ok();
        post("Globex").await.is(303).ok();
        let _ = post("Globex (UK)").await.is(422).says("could be Globex GmbH");
        let _ = post("Globex IV").await.is(422).says("could be Globex GmbH");
    });
}
