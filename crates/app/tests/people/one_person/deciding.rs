//! Each kind of stake against each decision, by each door.

use serde_json::json;
use testkit::steps::deal_registration::{decide, path};
use testkit::{World, on_both};

use super::{
    Deed, Matter, OF_CASES, OF_REGISTRATIONS, Person, company, has_territories, is_refused,
    looks_after, opens_case, owns, somebody, submitted, tries,
};

#[test]
fn dr_14_cf_03_who_has_no_stake_does_all_of_it_by_every_door() {
    on_both(async |world| {
        let clean = somebody(&world, "clean@acme.example").await;
        let mut number = 0;
        for deed in OF_REGISTRATIONS.into_iter().chain(OF_CASES) {
            for (door, caller) in clean.doors() {
                // A tier holds ten registrations, so each matter has a partner of its own.
                number += 1;
                let north = world.partner(&format!("North {number}")).await;
                let matter = Matter::of(&world, &north, number).await;
                let Some(answer) = tries(caller, deed, &matter).await else { continue };
                let done = answer.status.is_success() || answer.status == 303;
                assert!(done, "{deed:?} by {door}: {} {}", answer.status, answer.text());
            }
        }
    });
}

async fn cast(world: &World) -> (Person, Person, testkit::Partner) {
    let insider = somebody(world, "insider@acme.example").await;
    let colleague = somebody(world, "colleague@acme.example").await;
    (insider, colleague, world.partner("North").await)
}

#[test]
fn dr_14_cf_03_the_owner_of_the_account_decides_by_no_door() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        let matter = Matter::of(&world, &north, 1).await;
        for account in matter.accounts() {
            owns(&colleague, account, insider.id()).await;
        }
        is_refused(&insider, &OF_REGISTRATIONS, &matter, ("DR-14", "own quota")).await;
        is_refused(&insider, &OF_CASES, &matter, ("CF-03", "own quota")).await;
    });
}

#[test]
fn dr_14_cf_03_the_owner_of_an_opportunity_decides_by_no_door() {
    on_both(async |world| {
        let (insider, _, north) = cast(&world).await;
        let matter = Matter::of(&world, &north, 1).await;
        let rep = world.key_of_some("direct_rep", "direct:record direct:read").await;
        let mut deal = testkit::steps::direct_sales::opportunity(&matter.open_account);
        deal["owner_user_id"] = json!(insider.id());
        rep.api("POST", "/api/v1/direct-opportunities", &deal).await.is(201).ok();
        let of_open = [Deed::Approve, Deed::Together, Deed::Return, Deed::Reject];
        is_refused(&insider, &of_open, &matter, ("DR-14", "own quota")).await;
        is_refused(&insider, &OF_CASES, &matter, ("CF-03", "own quota")).await;
    });
}

#[test]
fn dr_14_cf_03_who_has_the_territory_decides_by_no_door() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        let matter = Matter::of(&world, &north, 1).await;
        has_territories(&colleague, insider.id(), &["dach"]).await;
        is_refused(&insider, &OF_REGISTRATIONS, &matter, ("DR-14", "own territory")).await;
        is_refused(&insider, &OF_CASES, &matter, ("CF-03", "own territory")).await;
    });
}

#[test]
fn cf_03_who_looks_after_a_party_decides_its_case_by_no_door() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        let matter = Matter::of(&world, &north, 1).await;
        looks_after(&colleague, &north, insider.id()).await;
        is_refused(&insider, &OF_CASES, &matter, ("CF-03", "You manage one of the parties")).await;
        // Looking after a partner is no stake in its registrations: it is what managers are for.
        tries(&insider.key, Deed::Approve, &matter).await.unwrap().is(200).ok();
    });
}

#[test]
fn cf_03_who_decided_before_decides_no_case_about_it_whatever_came_after() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        for (place, (_, by)) in insider.doors().into_iter().enumerate() {
            let held = submitted(&north, &company(60 + place)).await;
            decide(&colleague.key, &held, json!({ "decision": "approve" })).await.is(200).ok();
            let other = Matter::of(&world, &north, place).await;
            // Another approved it, the insider released it: both decided it.
            let released = Matter { held, ..other };
            let done = tries(by, Deed::Release, &released).await.unwrap();
            assert!(matches!(done.status.as_u16(), 200 | 303), "{}", done.text());
            let case = opens_case(&north, &released.held).await;
            let matter = Matter { case, ..released };
            is_refused(&insider, &OF_CASES, &matter, ("CF-03", "earlier decision")).await;
            is_refused(&colleague, &OF_CASES, &matter, ("CF-03", "earlier decision")).await;
        }
    });
}

#[test]
fn cf_03_who_returned_a_registration_decides_no_case_about_it_after_another_approved() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        let matter = Matter::of(&world, &north, 1).await;
        tries(&insider.child, Deed::Return, &matter).await.unwrap().is(200).ok();
        let again = path(&matter.open, "submission");
        north.key.api("POST", &again, &json!({})).await.is(200).ok();
        tries(&colleague.key, Deed::Approve, &matter).await.unwrap().is(200).ok();
        is_refused(&insider, &OF_CASES, &matter, ("CF-03", "earlier decision")).await;
    });
}

#[test]
fn cf_03_who_opened_a_case_does_not_decide_it_by_another_door() {
    on_both(async |world| {
        let (insider, _, north) = cast(&world).await;
        for (place, (_, opener)) in insider.doors().into_iter().enumerate() {
            let other = Matter::of(&world, &north, place).await;
            let open = submitted(&north, &company(60 + place)).await;
            let asked = "Is this ours or theirs?";
            let case = if super::is_key(opener) {
                let body = json!({ "kind": "decision", "registration_id": open, "asked": asked });
                let made = opener.api("POST", "/api/v1/conflicts", &body).await.is(201).json();
                made["id"].as_str().unwrap().to_owned()
            } else {
                let fields =
                    [("kind", "decision"), ("registration_id", open.as_str()), ("asked", asked)];
                let made = opener.post("/conflicts/new", &fields).await.is(303);
                made.location().rsplit('/').next().unwrap().to_owned()
            };
            let matter = Matter { case, ..other };
            is_refused(&insider, &OF_CASES, &matter, ("CF-03", "opened this case")).await;
        }
    });
}

#[test]
fn cf_07_who_decided_a_case_does_not_decide_its_appeal_one_level_up() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        for (place, (_, by)) in insider.doors().into_iter().enumerate() {
            let matter = Matter::of(&world, &north, place).await;
            let done = tries(by, Deed::Decide, &matter).await.unwrap();
            assert!(matches!(done.status.as_u16(), 201 | 303), "{}", done.text());
            let appeal = format!("/api/v1/conflicts/{}/appeal", matter.case);
            let body = json!({ "words": "Here is the mail that was missing." });
            north.key.api("POST", &appeal, &body).await.is(201).ok();
            is_refused(&insider, &OF_CASES, &matter, ("CF-03", "earlier decision")).await;
            tries(&colleague.child, Deed::Decide, &matter).await.unwrap().is(201).ok();
        }
    });
}

#[test]
fn dr_14_cf_03_a_key_that_nobody_owns_decides_nothing() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let matter = Matter::of(&world, &north, 1).await;
        let scopes = "registrations:read registrations:decide conflicts:take-part conflicts:decide";
        let key = world.api_key("", scopes).await;
        let why = "Only a person can decide this";
        for deed in OF_REGISTRATIONS {
            let Some(answer) = tries(&key, deed, &matter).await else { continue };
            answer.refused_by("DR-14").says(why);
        }
        for deed in OF_CASES {
            tries(&key, deed, &matter).await.unwrap().refused_by("CF-03").says(why);
        }
    });
}
