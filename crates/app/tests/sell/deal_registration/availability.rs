//! “Is it free?”

use testkit::{on_both, on_sqlite};

use super::{approved, register};

#[test]
fn dr_18_the_answer_tells_until_when_and_never_by_whom() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        let held = south.key.get("/api/v1/availability?q=globex-corp.com").await.is(200);
        let body = held.json();
        assert_eq!(body["answer"], "protected");
        assert_eq!(body["protected_until"], "2026-04-05");
        assert!(!held.text().contains("North"));
        let free = south.key.get("/api/v1/availability?q=Umbrella").await.is(200).json();
        assert_eq!(free["answer"], "free");
        let keys = |value: &serde_json::Value| -> Vec<String> {
            value.as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(keys(&body), keys(&free), "one shape for every answer");
        register(&north, "Initech").await.is(201).ok();
        let open = south.key.get("/api/v1/availability?q=initech-corp.com").await.is(200).json();
        assert_eq!(open["answer"], "needs_review");
        world.travel_to("2026-04-06").await;
        let after = south.key.get("/api/v1/availability?q=globex-corp.com").await.is(200).json();
        assert_eq!(after["answer"], "free");
    });
}

#[test]
fn dr_18_a_partner_asks_so_often_and_no_more_within_an_hour() {
    on_both(async |world| {
        world.with_document(|document| document.availability.queries_per_hour = 3).await;
        let [north, south] = world.partners(["North", "South"]).await;
        for left in [2, 1, 0] {
            let answer = north.key.get("/api/v1/availability?q=Globex").await.is(200).json();
            assert_eq!(answer["questions_left"], left);
        }
        let limited = north.key.get("/api/v1/availability?q=Globex").await.is(429);
        assert_eq!(limited.header("retry-after"), "3601");
        let limited = limited.says("3 answers about accounts within an hour, which is the limit");
        let _ = limited.says("Try again in 61 minutes. Nothing was saved.");
        south.key.get("/api/v1/availability?q=Globex").await.is(200).ok();
        world.app.clock.set("2026-01-05T08:59:59Z".parse().unwrap());
        let _ = north.key.get("/api/v1/availability?q=Globex").await.is(429);
        world.app.clock.set("2026-01-05T09:00:00Z".parse().unwrap());
        north.key.get("/api/v1/availability?q=Globex").await.is(200).ok();
    });
}

#[test]
fn dr_18_many_misses_raise_one_alarm() {
    on_sqlite(async |world| {
        world.with_document(|document| document.availability.misses_alarm = 2).await;
        let north = world.partner("North").await;
        let operations = world.vendor_user("ops@acme.example", "operations").await;
        for (name, alarms) in [("Aaa", 0), ("Bbb", 1), ("Ccc", 1)] {
            north.key.get(&format!("/api/v1/availability?q={name}%20Unheard")).await.is(200).ok();
            assert_eq!(world.mails_to(&operations.email).await.len(), alarms, "{name}");
        }
    });
}

#[test]
fn dr_18_a_domain_that_many_companies_use_needs_the_companys_name() {
    on_both(async |world| {
        let north = world.partner("North").await;
        for domain in ["gmail.com", "ana.gmail.com", "co.uk"] {
            let path = format!("/api/v1/availability?q={domain}");
            let answer = north.key.get(&path).await.is(200).json();
            assert_eq!(answer["answer"], "needs_name", "{domain}");
        }
        let page = north.seller.get("/availability?q=gmail.com").await.is(200);
        page.says("Enter the company name").does_not_say("Register a deal</a>");
        let named = north.key.get("/api/v1/availability?q=Gmail%20Logistics").await.is(200).json();
        assert_eq!(named["answer"], "free");
    });
}
