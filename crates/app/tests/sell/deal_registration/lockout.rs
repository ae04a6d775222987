//! Direct sales on a protected account: refused, by consent, under a lapse.

use domain::{deal_registration::lockout::AllowedBecause, ids::AccountId};
use sell::deal_registration::lockout::{Engagement, direct_engagement};
use serde_json::{Value, json};
use testkit::{World, on_both, on_sqlite};

use super::{approved, log_call, path, show};

/// Direct sales tries to engage the only account: the rule that refuses, or why it may.
async fn engage(world: &World) -> Result<AllowedBecause, String> {
    world
        .act(|cx| {
            let id = cx.tx.query_one("SELECT account_id FROM accounts", &[], |row| row.text(0))?;
            let account_id = AccountId::parse(&id).map_err(frame::AppError::internal)?;
            Ok(match direct_engagement(cx, &account_id, "an opportunity")? {
                Engagement::Permitted { because, .. } => Ok(because),
                Engagement::Refused(lockout) => Err(lockout.rule.as_str().to_owned()),
            })
        })
        .await
}

async fn account_id(world: &World) -> String {
    world
        .act(|cx| Ok(cx.tx.query_one("SELECT account_id FROM accounts", &[], |row| row.text(0))?))
        .await
}

#[test]
fn dr_05_direct_sales_is_locked_out_until_the_partner_consents() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        assert_eq!(engage(&world).await, Err("DR-05".to_owned()));
        let rep = world.key_of_some("direct_rep", "direct:record direct:read").await;
        let ask = json!({ "account_id": account_id(&world).await, "purpose": "A joint demo." });
        let asked = rep.api("POST", "/api/v1/consent-requests", &ask).await.is(201);
        assert!(!asked.text().contains("North"));
        rep.api("POST", "/api/v1/consent-requests", &ask).await.refused_by("DR-05");
        let mails = world.mails_to(&north.admin.email).await;
        assert!(mails.iter().any(|(_, body)| body.contains("/links/consent/")), "{mails:?}");
        let consents = north.key.get(&path(&id, "consents")).await.is(200).json();
        let consent = consents["data"][0]["id"].as_str().unwrap().to_owned();
        let answer = json!({ "given": true, "until_on": "2026-01-07" });
        let to = path(&id, &format!("consents/{consent}/answer"));
        north.key.api("POST", &to, &answer).await.is(200).ok();
        let request = format!("/api/v1/consent-requests/{consent}");
        assert_eq!(rep.get(&request).await.is(200).json()["given"], true);
        assert!(matches!(engage(&world).await, Ok(AllowedBecause::Consent { .. })));
        world.travel_to_instant("2026-01-07T22:59:59Z").await;
        assert!(matches!(engage(&world).await, Ok(AllowedBecause::Consent { .. })));
        world.travel_to_instant("2026-01-07T23:00:00Z").await;
        assert_eq!(engage(&world).await, Err("DR-05".to_owned()));
    });
}

#[test]
fn dr_05_a_consent_that_is_withdrawn_locks_again() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let given = json!({ "purpose": "Help us with security questions." });
        let given = north.key.api("POST", &path(&id, "consents"), &given).await.is(201).json();
        assert!(matches!(engage(&world).await, Ok(AllowedBecause::Consent { .. })));
        world.travel_to_instant("2026-01-05T08:00:01Z").await;
        let consent = given["id"].as_str().unwrap();
        let to = path(&id, &format!("consents/{consent}/withdrawal"));
        north.key.api("POST", &to, &Value::Null).await.is(200).ok();
        assert_eq!(engage(&world).await, Err("DR-05".to_owned()));
        north.key.api("POST", &to, &Value::Null).await.refused_by("DR-05");
    });
}

#[test]
fn dr_06_the_lockout_lapses_and_exclusivity_stays() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let id = approved(&world, &north, "Globex").await;
        world.travel_to_instant("2026-01-19T22:59:59Z").await;
        assert_eq!(engage(&world).await, Err("DR-05".to_owned()));
        world.travel_to_instant("2026-01-19T23:00:00Z").await;
        super::register(&south, "Globex").await.refused_by("DR-02");
        assert!(matches!(engage(&world).await, Ok(AllowedBecause::Lapsed { .. })));
        assert!(show(&north, &id).await["co_sell_at"].is_string());
    });
}

#[test]
fn dr_07_an_activity_heals_before_direct_engages_and_not_after() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        world.travel_to("2026-01-21").await;
        let healed = log_call(&north, &id, "2026-01-21").await.is(201).json();
        assert_eq!(healed["healed"], true);
        assert_eq!(engage(&world).await, Err("DR-05".to_owned()));
        world.travel_to("2026-02-05").await;
        assert!(matches!(engage(&world).await, Ok(AllowedBecause::Lapsed { .. })));
        world.travel_to("2026-02-06").await;
        let late = log_call(&north, &id, "2026-02-06").await.is(201).json();
        assert_eq!(late["healed"], false);
        assert!(matches!(engage(&world).await, Ok(AllowedBecause::CoSell { .. })));
    });
}
