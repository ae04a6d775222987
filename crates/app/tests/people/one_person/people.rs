//! Nobody changes what decides about themselves, and nobody stands on a partner's side unknown to
//! its admins (ID-02).

use serde_json::json;
use testkit::{Answer, Caller, on_both};

use super::{Person, accepts, has_territories, invites, is_key, patch, somebody};

/// Gives a person of the vendor territories, by a page or the API.
async fn sets_territories(by: &Caller, person: &str, roles: &[&str], codes: &str) -> Answer {
    if is_key(by) {
        let codes: Vec<&str> = codes.split_whitespace().collect();
        let path = format!("/api/v1/vendor-users/{person}");
        return patch(by, &path, &json!({ "territories": codes })).await;
    }
    let mut fields = vec![("territories", codes)];
    fields.extend(roles.iter().map(|role| ("roles", *role)));
    by.save(&format!("/people/{person}/roles"), &fields).await
}

#[test]
fn id_02_ones_own_territories_are_for_others_to_change_by_every_door() {
    on_both(async |world| {
        let insider = somebody(&world, "insider@acme.example").await;
        let colleague = somebody(&world, "colleague@acme.example").await;
        has_territories(&colleague, insider.id(), &["dach"]).await;
        let roles: Vec<&str> = super::ROLES.split_whitespace().collect();
        for codes in ["", "dach france", "france"] {
            for (door, by) in insider.doors() {
                let answer = sets_territories(by, insider.id(), &roles, codes).await;
                let said = answer.text();
                let refused = answer.status == 409
                    && said.contains("ID-02")
                    && said.contains("own territories");
                assert!(refused, "{door}, “{codes}”: {} {said}", answer.status);
            }
        }
        // Saving the page as it is changes nothing and is no change.
        sets_territories(&insider.session, insider.id(), &roles, "dach").await.is(303).ok();
        for (place, (_, by)) in colleague.doors().into_iter().enumerate() {
            let codes = ["france", "uk_ireland", "dach"][place];
            let answer = sets_territories(by, insider.id(), &roles, codes).await;
            assert!(matches!(answer.status.as_u16(), 200 | 303), "{}", answer.text());
        }
    });
}

#[test]
fn id_02_a_second_address_of_ones_own_does_not_change_ones_territories() {
    on_both(async |world| {
        let insider = somebody(&world, "insider@acme.example").await;
        let colleague = somebody(&world, "colleague@acme.example").await;
        has_territories(&colleague, insider.id(), &["dach"]).await;
        let mailbox = somebody(&world, "insider+two@acme.example").await;
        invites(&insider.key, "", "private@gmail.com", super::ROLES).await.is(201).ok();
        let invited = Person::behind(&world, accepts(&world, "private@gmail.com").await).await;
        let roles: Vec<&str> = super::ROLES.split_whitespace().collect();
        for other in [&mailbox, &invited] {
            for (door, by) in other.doors() {
                let answer = sets_territories(by, insider.id(), &roles, "").await;
                assert_eq!(answer.status, 409, "{door}: {}", answer.text());
                answer.refused_by("ID-02").says("own territories");
            }
        }
    });
}

/// Gives a person of the vendor roles, by a page or the API.
async fn sets_roles(by: &Caller, person: &str, roles: &[&str]) -> Answer {
    if is_key(by) {
        return patch(by, &format!("/api/v1/vendor-users/{person}"), &json!({ "roles": roles }))
            .await;
    }
    let fields: Vec<(&str, &str)> = roles.iter().map(|role| ("roles", *role)).collect();
    by.save(&format!("/people/{person}/roles"), &fields).await
}

/// What a key of operations may do to people.
const OF_OPERATIONS: &str = "vendor-people:manage api-keys:manage";

#[test]
fn id_02_nobody_gives_themselves_more_by_another_door_or_address() {
    on_both(async |world| {
        let session = world.vendor_user("ops@acme.example", "operations").await;
        let ops = Person::with_scopes(&world, session, OF_OPERATIONS).await;
        let own = "You cannot give yourself more";
        let more = ["operations", "channel_chief"];
        for (door, by) in ops.doors() {
            let answer = sets_roles(by, ops.id(), &more).await;
            assert!(answer.text().contains(own), "{door}: {} {}", answer.status, answer.text());
            let _ = answer.refused_by("ID-02");
        }
        // A second address gets no more than its owner has, neither at the invitation nor later.
        for (door, by) in ops.doors() {
            for outside in ["private@gmail.com", "ops+two@acme.example", "me@private.example"] {
                let answer = invites(by, "", outside, "channel_chief").await;
                let refused =
                    answer.status == 409 && answer.text().contains("cannot give yourself more");
                assert!(refused, "{door}, {outside}: {} {}", answer.status, answer.text());
            }
        }
        invites(&ops.child, "", "private@gmail.com", "operations").await.is(201).ok();
        let second = accepts(&world, "private@gmail.com").await;
        let second = Person::with_scopes(&world, second, OF_OPERATIONS).await;
        // The second address gives the mailbox of the first no more either.
        for (door, by) in second.doors() {
            let answer = invites(by, "", "ops+three@acme.example", "channel_chief").await;
            let refused =
                answer.status == 409 && answer.text().contains("cannot give yourself more");
            assert!(refused, "{door}: {} {}", answer.status, answer.text());
        }
        for (door, by) in ops.doors().into_iter().chain(second.doors()) {
            for person in [ops.id(), second.id()] {
                let answer = sets_roles(by, person, &more).await;
                assert!(answer.text().contains(own), "{door}: {} {}", answer.status, answer.text());
            }
        }
        // A colleague at the company's domain may be given what one has not.
        invites(&ops.key, "", "new@acme.example", "channel_chief").await.is(201).ok();
    });
}

#[test]
fn id_02_a_partners_other_admins_learn_of_everybody_who_is_added() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let second = world.partner_user("second@north.example", &north.id, "admin").await;
        let ops = somebody(&world, "ops@acme.example").await;
        let added = |mails: &[(String, String)], address: &str| {
            let of = mails
                .iter()
                .filter(|(title, body)| title.contains("was added") && body.contains(address));
            of.map(|(_, body)| body.clone()).collect::<Vec<String>>()
        };
        invites(&ops.session, &north.id, "one@north.example", "seller").await.is(303).ok();
        invites(&ops.child, &north.id, "two@north.example", "admin").await.is(201).ok();
        let fields =
            [("email", "three@north.example"), ("name", "Robin Vale"), ("roles", "seller")];
        north.admin.post("/people", &fields).await.is(303).ok();
        let importer = world.key_of(&ops.session, "", "imports:run partner-people:manage").await;
        let file = "partner,name,email,roles\nNorth,Robin Vale,four@north.example,seller\n";
        testkit::steps::imports::imported(
            &world,
            &importer,
            ("partner_users", file.as_bytes()),
            json!({}),
        )
        .await;
        let to_first = world.mails_to(&north.admin.email).await;
        let to_second = world.mails_to("second@north.example").await;
        for (address, role, by) in [
            ("one@north.example", "Seller", "ops of Acme added"),
            ("two@north.example", "Partner admin", "Child (key of ops) of Acme added"),
            ("three@north.example", "Seller", "admin added"),
            ("four@north.example", "Seller", "Test key (key of ops) of Acme added"),
        ] {
            let told = added(&to_second, address);
            assert_eq!(told.len(), 1, "{address}: {to_second:?}");
            assert!(told[0].starts_with(by), "{told:?}");
            assert!(told[0].contains("Robin Vale") && told[0].contains(role), "{told:?}");
        }
        // Whoever added the person knows it, and so do sellers need not.
        assert!(added(&to_first, "three@north.example").is_empty(), "{to_first:?}");
        assert_eq!(added(&to_first, "one@north.example").len(), 1);
        assert!(world.mails_to(&north.seller.email).await.is_empty());
        second.get("/inbox").await.is(200).says("Robin Vale was added as a user of North");
    });
}
