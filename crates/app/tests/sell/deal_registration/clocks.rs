//! The clocks: each boundary on both sides, and a late sweep that leaves the same as one in time.

use serde_json::{Value, json};
use testkit::{World, on_both, on_sqlite};

use super::{approved, decide, decider, log_call, path, register, show};

#[test]
fn dr_01_the_last_day_is_protected_and_the_next_is_free() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let id = approved(&world, &north, "Globex").await;
        assert_eq!(show(&north, &id).await["protected_until"], "2026-04-05");
        world.travel_to_instant("2026-04-05T21:59:59Z").await;
        register(&south, "Globex").await.refused_by("DR-02");
        assert_eq!(show(&north, &id).await["status"], "approved");
        world.travel_to_instant("2026-04-05T22:00:00Z").await;
        assert_eq!(show(&north, &id).await["status"], "expired");
        register(&south, "Globex").await.is(201).ok();
    });
}

#[test]
fn dr_01_a_sweep_that_has_not_run_yet_changes_nothing() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let id = approved(&world, &north, "Globex").await;
        // No job runs: the submission itself finds that protection has ended.
        world.app.clock.set("2026-04-05T22:00:00Z".parse().unwrap());
        let theirs = register(&south, "Globex").await.is(201).json();
        assert_eq!(show(&north, &id).await["status"], "expired");
        let pam = decider(&world).await;
        let id = theirs["id"].as_str().unwrap();
        decide(&pam, id, json!({ "decision": "approve" })).await.is(200).ok();
    });
}

#[test]
fn dr_04_a_rival_in_between_stands_before_the_partner_that_held_it() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        world.travel_to("2026-04-06").await;
        let rival = register(&south, "Globex").await.is(201).json();
        world.travel_to("2026-04-07").await;
        let back = register(&north, "Globex").await.is(201).json();
        assert!(rival["ranked_at"].as_str() < back["ranked_at"].as_str());
        let pam = decider(&world).await;
        let rival = rival["id"].as_str().unwrap();
        decide(&pam, rival, json!({ "decision": "approve" })).await.is(200).ok();
        let back = back["id"].as_str().unwrap();
        decide(&pam, back, json!({ "decision": "approve" })).await.refused_by("DR-02");
    });
}

#[test]
fn dr_09_half_time_reminds_and_the_end_escalates_and_is_recorded() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let pam = world.vendor_user("pam@acme.example", "operations").await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let id = register(&north, "Globex").await.is(201).json()["id"].as_str().unwrap().to_owned();
        assert_eq!(world.mails_to(&pam.email).await.len(), 1);
        // Monday 09:00 in Berlin, two business days: half is Tuesday 09:00, the end Wednesday.
        world.travel_to_instant("2026-01-06T07:59:59Z").await;
        assert_eq!(world.mails_to(&pam.email).await.len(), 1);
        world.travel_to_instant("2026-01-06T08:00:00Z").await;
        assert_eq!(world.mails_to(&pam.email).await.len(), 2);
        world.travel_to_instant("2026-01-07T07:59:59Z").await;
        assert!(show(&north, &id).await["breached_at"].is_null());
        world.travel_to_instant("2026-01-07T08:00:00Z").await;
        let late = show(&north, &id).await;
        assert_eq!(late["breached_at"], "2026-01-07T08:00:00Z");
        assert_eq!(late["escalation_level"], 1);
        assert_eq!(world.mails_to(&pam.email).await.len(), 3);
        assert_eq!(world.mails_to(&chief.email).await.len(), 0);
        world.run_jobs().await;
        assert_eq!(world.mails_to(&pam.email).await.len(), 3, "once is enough");
    });
}

#[test]
fn dr_09_an_answer_at_the_last_instant_is_in_time() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        let pam = decider(&world).await;
        let id = register(&north, "Globex").await.is(201).json()["id"].as_str().unwrap().to_owned();
        world.app.clock.set("2026-01-07T08:00:00Z".parse().unwrap());
        let answer = decide(&pam, &id, json!({ "decision": "approve" })).await.is(200).json();
        assert!(answer["breached_at"].is_null());
        let id =
            register(&north, "Initech").await.is(201).json()["id"].as_str().unwrap().to_owned();
        world.app.clock.set("2026-01-09T08:00:01Z".parse().unwrap());
        let answer = decide(&pam, &id, json!({ "decision": "approve" })).await.is(200).json();
        assert_eq!(answer["breached_at"], "2026-01-09T08:00:00Z");
    });
}

#[test]
fn dr_06_fourteen_days_without_an_activity_lapse_from_the_next_day() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        assert_eq!(show(&north, &id).await["lapses_on"], "2026-01-20");
        world.travel_to("2026-01-19").await;
        let kinds = kinds(&world, &id).await;
        assert!(!kinds.contains(&"lapsed".to_owned()), "{kinds:?}");
        world.travel_to("2026-01-20").await;
        assert!(self::kinds(&world, &id).await.contains(&"lapsed".to_owned()));
    });
}

#[test]
fn dr_06_an_activity_starts_the_clock_anew() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        world.travel_to("2026-01-19").await;
        let logged = log_call(&north, &id, "2026-01-19").await.is(201).json();
        assert_eq!(logged["lapses_on"], "2026-02-03");
        world.travel_to("2026-01-25").await;
        assert!(!kinds(&world, &id).await.contains(&"lapsed".to_owned()));
    });
}

#[test]
fn dr_20_reminders_come_once_each_at_their_days() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let reminded = "SELECT COUNT(*) FROM deal_registration_entries WHERE kind = 'reminded' \
             AND rule = 'DR-20' AND words LIKE 'Protection%'";
        for (day, expected) in [
            ("2026-03-05", 0),
            ("2026-03-06", 1),
            ("2026-03-21", 1),
            ("2026-03-22", 2),
            ("2026-03-29", 3),
            ("2026-04-04", 4),
            ("2026-04-05", 4),
        ] {
            world.travel_to(day).await;
            assert_eq!(world.count(reminded).await, expected, "{day}");
        }
        let lapse = "SELECT COUNT(*) FROM deal_registration_entries WHERE kind = 'reminded' \
             AND words LIKE 'Without%'";
        assert_eq!(world.count(lapse).await, 1);
        let mails = world.mails_to(&north.admin.email).await;
        assert!(mails.iter().any(|(subject, _)| subject.contains("log a follow-up")), "{mails:?}");
        assert!(mails.iter().any(|(subject, _)| subject.contains("ends in 7 days")), "{mails:?}");
        assert_eq!(show(&north, &id).await["status"], "approved");
    });
}

#[test]
fn dr_20_a_late_sweep_leaves_the_same_as_one_in_time() {
    on_sqlite(async |timely| {
        let late = World::start(timely.dialect()).await;
        let mut told = Vec::new();
        for (world, in_time) in [(&timely, true), (&late, false)] {
            let north = world.partner("North").await;
            let first = approved(world, &north, "Globex").await;
            let second = register(&north, "Initech").await.is(201).json();
            let second = second["id"].as_str().unwrap().to_owned();
            if in_time {
                world.travel_to("2026-01-15").await;
            } else {
                world.app.clock.set("2026-01-15T08:00:00Z".parse().unwrap());
            }
            log_call(&north, &first, "2026-01-14").await.is(201).ok();
            if in_time {
                world.travel_to("2026-04-20").await;
            } else {
                world.travel_to_instant("2026-04-20T07:00:00Z").await;
            }
            let mut story = Vec::new();
            for id in [&first, &second] {
                let mut state = show(&north, id).await;
                for volatile in
                    ["id", "account_id", "partner_id", "program_id", "version", "changed_at"]
                {
                    state.as_object_mut().unwrap().remove(volatile);
                }
                story.push((state, entries(world, id).await));
            }
            told.push(story);
        }
        assert_eq!(told[0], told[1]);
        assert!(told[0][0].1.iter().any(|entry| entry["kind"] == "expired"));
        assert!(told[0][1].1.iter().any(|entry| entry["kind"] == "escalated"));
    });
}

/// The timeline of a registration as the vendor reads it.
async fn entries(world: &World, id: &str) -> Vec<Value> {
    let reader = world.api_key("", "registrations:read").await;
    let timeline = reader.get(&path(id, "timeline")).await.is(200).json();
    timeline["data"].as_array().expect("entries").clone()
}

async fn kinds(world: &World, id: &str) -> Vec<String> {
    let entries = entries(world, id).await;
    entries.iter().filter_map(|entry| entry["kind"].as_str().map(str::to_owned)).collect()
}
