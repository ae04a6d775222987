//! The lists of registrations: filters, orders and views that only they have.

use serde_json::Value;
use testkit::{Answer, Partner, on_both, on_sqlite};

use super::{approved, register, with};

fn references(answer: &Answer) -> Vec<String> {
    let body: Value = answer.json();
    let rows = body["data"].as_array().unwrap().iter();
    rows.map(|row| row["reference"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn dr_09_the_queue_is_a_list_with_who_decides() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let _ = register(&north.seller).await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let page = chief.get("/registrations/queue").await.is(200);
        let _ = page.says("Globex GmbH").says("Partner operations").says("Start review");
        let file = chief.get("/registrations/queue.csv").await.is(200).text();
        assert!(file.contains("R-000001,North,Globex GmbH,submitted,"), "{file}");
        let key = world.key_of(&chief, "", "registrations:read registrations:decide").await;
        let body = key.get("/api/v1/decision-queue").await.is(200).json();
        assert_eq!(body["data"][0]["decider"], "");
        assert_eq!(body["data"][0]["status"], "submitted");
        let other = chief.get("/registrations/queue?q=Initech").await.is(200);
        let _ = other.does_not_say("Globex").says("No matches");
    });
}

/// A second registration, which waits for its decision.
async fn initech(partner: &Partner) {
    let second = with(&[("account_domain", "initech.com"), ("account_name", "Initech")]);
    let _ = partner.seller.post("/registrations/new", &second).await.is(303);
}

#[test]
fn the_list_takes_several_statuses_and_groups_of_them() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let (_, manager) = approved(&world, &north).await;
        initech(&north).await;
        let key = world.key_of(&manager, "", "registrations:read").await;
        for (status, wanted) in [
            ("approved", vec!["R-000001"]),
            ("live", vec!["R-000001"]),
            ("open", vec!["R-000002"]),
            ("approved,submitted", vec!["R-000002", "R-000001"]),
            ("live, submitted", vec!["R-000002", "R-000001"]),
            ("approved&status=submitted", vec!["R-000002", "R-000001"]),
            ("draft", vec![]),
            ("", vec!["R-000002", "R-000001"]),
        ] {
            let path = format!("/api/v1/deal-registrations?status={}", status.replace(' ', "%20"));
            assert_eq!(references(&key.get(&path).await.is(200)), wanted, "{status}");
        }
        let answer = key.get("/api/v1/deal-registrations?status=live,gone").await.is(422);
        let _ = answer.says("Choose one of: open, live, draft, submitted, under_review");
        let answer = key.get("/api/v1/deal-registrations?sort=due&sort=number").await.is(422);
        let _ = answer.says("Send this parameter once");
    });
}

#[test]
fn the_list_is_found_by_company_number_and_partner() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let (_, manager) = approved(&world, &north).await;
        initech(&south).await;
        for (query, seen, hidden) in [
            ("q=init", "Initech", "Globex"),
            ("q=R-000001", "Globex", "Initech"),
            ("q=2", "Initech", "Globex"),
            (&format!("partner_id={}", south.id), "Initech", "Globex"),
            ("sort=expires", "Globex", "Initech"),
            ("sort=due", "Initech", "Globex"),
        ] {
            let page = manager.get(&format!("/registrations?{query}")).await.is(200);
            let _ = page.says(seen).does_not_say(hidden);
        }
        let blank = "/registrations?q=&status=&partner_id=&mine=";
        let _ = manager.get(blank).await.is(200).says("Initech").says("Globex");
        let _ = manager.get("/registrations?mine=1").await.is(200).does_not_say("Globex");
        let own = south.seller.get("/registrations?mine=1").await.is(200);
        let _ = own.says("Initech").does_not_say("Globex");
    });
}

#[test]
fn addresses_of_before_lead_to_the_orders_of_today() {
    on_sqlite(async |world| {
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        for (before, now) in [
            ("order=due", "sort=due"),
            ("status=live&order=amount", "status=live&sort=-amount"),
            ("partner=par_1&order=", "partner_id=par_1"),
            ("order=amount&sort=due", "sort=-amount"),
        ] {
            let answer = chief.get(&format!("/registrations?{before}")).await.is(303);
            assert_eq!(answer.location(), format!("/registrations?{now}"));
            let answer = chief.get(&format!("/registrations.csv?{before}")).await.is(303);
            assert_eq!(answer.location(), format!("/registrations.csv?{now}"));
        }
    });
}

#[test]
fn every_registration_is_exported_as_a_line() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let (_, manager) = approved(&world, &north).await;
        initech(&north).await;
        let key = world.key_of(&manager, "", "registrations:read").await;
        let lines = key.get("/api/v1/deal-registrations.ndjson").await.is(200).text();
        let rows: Vec<Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let listed = key.get("/api/v1/deal-registrations").await.is(200).json();
        assert_eq!(listed["data"], Value::from(rows));
        let path = "/api/v1/deal-registrations.ndjson?status=live";
        assert_eq!(key.get(path).await.is(200).text().lines().count(), 1);
        let answer = key.get("/api/v1/deal-registrations.ndjson?limit=1").await.is(422);
        let _ = answer.says("Unknown parameter");
    });
}
