//! The same person on both sides, under each disguise, against every decision for that partner.

use testkit::{Caller, Partner, World, on_both, on_each};

use super::{
    Matter, OF_CASES, OF_REGISTRATIONS, Person, accepts, invites, is_refused, partner_invites,
    somebody, tries,
};

/// None of the decisions about North is made by the person, whatever the door.
async fn is_barred(person: &Person, matter: &Matter, why: &str) {
    is_refused(person, &OF_REGISTRATIONS, matter, ("DR-14", why)).await;
    is_refused(person, &OF_CASES, matter, ("CF-03", why)).await;
}

/// The person decides, by a child of its key.
async fn is_free(world: &World, person: &Person, north: &Partner, number: usize) {
    let decided = Matter::of(world, north, number).await;
    let disputed = Matter::of(world, north, number + 20).await;
    for (deed, matter) in [
        (super::Deed::Approve, &decided),
        (super::Deed::Release, &decided),
        (super::Deed::Decide, &disputed),
    ] {
        let answer = tries(&person.child, deed, matter).await.unwrap();
        assert!(answer.status.is_success(), "{deed:?}: {} {}", answer.status, answer.text());
    }
}

#[test]
fn dr_14_cf_03_a_user_of_both_sides_decides_for_that_partner_by_no_door() {
    on_each(async |world| {
        let insider = somebody(&world, "insider@acme.example").await;
        let colleague = somebody(&world, "colleague@acme.example").await;
        let [north, south] = world.partners(["North", "South"]).await;
        let matter = Matter::of(&world, &north, 1).await;
        invites(&colleague.key, &north.id, "insider@acme.example", "seller").await.is(201).ok();
        is_barred(&insider, &matter, "are or were a user of this partner").await;
        // Neither accepting nor being removed changes it.
        let _ = accepts(&world, "insider@acme.example").await;
        is_barred(&insider, &matter, "are or were a user of this partner").await;
        let gone = format!("/api/v1/partner-users/{}?partner_id={}", insider.id(), north.id);
        colleague.key.api("DELETE", &gone, &serde_json::Value::Null).await.is(204).ok();
        is_barred(&insider, &matter, "are or were a user of this partner").await;
        is_free(&world, &insider, &south, 5).await;
    });
}

#[test]
fn dr_14_cf_03_another_address_of_ones_own_mailbox_is_oneself() {
    on_both(async |world| {
        let insider = somebody(&world, "ana.lopez@gmail.com").await;
        let colleague = somebody(&world, "colleague@acme.example").await;
        let [north, south] = world.partners(["North", "South"]).await;
        let matter = Matter::of(&world, &north, 1).await;
        let alias = "a.nalopez+north@googlemail.com";
        partner_invites(&north, alias).await;
        is_barred(&insider, &matter, "has the same mailbox as you").await;
        is_free(&world, &insider, &south, 5).await;
        is_free(&world, &colleague, &north, 6).await;
    });
}

#[test]
fn dr_14_cf_03_an_admin_whom_one_invited_at_an_outside_address_is_oneself() {
    on_both(async |world| {
        let colleague = somebody(&world, "colleague@acme.example").await;
        for (place, door) in ["session", "key", "child key"].into_iter().enumerate() {
            let north = world.partner(&format!("North {place}")).await;
            let insider = somebody(&world, &format!("insider{place}@acme.example")).await;
            let (_, by) = insider.doors()[place];
            let matter = Matter::of(&world, &north, place).await;
            let free_mail = format!("boss.{place}@gmail.com");
            let invited = invites(by, &north.id, &free_mail, "admin").await;
            assert!(matches!(invited.status.as_u16(), 201 | 303), "{door}: {}", invited.text());
            is_barred(&insider, &matter, "was invited by you").await;
            is_free(&world, &colleague, &north, 10 + place).await;
        }
    });
}

#[test]
fn dr_14_cf_03_an_invitation_at_the_partners_own_domain_bars_nobody() {
    on_both(async |world| {
        let insider = somebody(&world, "insider@acme.example").await;
        let north = world.partner("North").await;
        invites(&insider.key, &north.id, "boss@sales.north.example", "admin").await.is(201).ok();
        is_free(&world, &insider, &north, 7).await;
        invites(&insider.key, &north.id, "boss@north-sales.example", "admin").await.is(201).ok();
        let matter = Matter::of(&world, &north, 2).await;
        is_barred(&insider, &matter, "was invited by you").await;
    });
}

/// A second address of the insider's own on the vendor's side, signed in.
async fn second_self(world: &World, insider: &Person, address: &str) -> Person {
    invites(&insider.key, "", address, super::ROLES).await.is(201).ok();
    let session: Caller = accepts(world, address).await;
    Person::behind(world, session).await
}

#[test]
fn dr_14_cf_03_what_a_second_address_of_the_vendors_side_invited_is_oneself_too() {
    on_both(async |world| {
        let insider = somebody(&world, "insider@acme.example").await;
        let [north, south] = world.partners(["North", "South"]).await;
        let second = second_self(&world, &insider, "ana.lopez@gmail.com").await;
        let matter = Matter::of(&world, &north, 1).await;
        invites(&second.child, &north.id, "third@gmail.com", "admin").await.is(201).ok();
        is_barred(&insider, &matter, "was invited by you").await;
        is_barred(&second, &matter, "was invited by you").await;
        // The one invites, the other decides: they are one.
        let matter = Matter::of(&world, &south, 2).await;
        invites(&insider.session, &south.id, "fourth@gmail.com", "admin").await.is(303).ok();
        is_barred(&second, &matter, "by the same person").await;
    });
}

#[test]
fn dr_14_cf_03_inviting_once_more_does_not_hide_who_invited_first() {
    on_both(async |world| {
        let insider = somebody(&world, "insider@acme.example").await;
        let north = world.partner("North").await;
        let matter = Matter::of(&world, &north, 1).await;
        invites(&insider.key, &north.id, "boss@gmail.com", "admin").await.is(201).ok();
        let boss = accepts(&world, "boss@gmail.com").await;
        let gone = format!("/api/v1/partner-users/{}?partner_id={}", boss.user_id, north.id);
        insider.key.api("DELETE", &gone, &serde_json::Value::Null).await.is(204).ok();
        partner_invites(&north, "boss@gmail.com").await;
        is_barred(&insider, &matter, "was invited by you").await;
    });
}

#[test]
fn dr_14_cf_03_who_brought_the_people_in_by_a_file_answers_for_them() {
    on_both(async |world| {
        let insider = somebody(&world, "insider@acme.example").await;
        let scopes = "imports:run partner-people:manage";
        let importer = world.key_of(&insider.session, "", scopes).await;
        let north = world.partner("North").await;
        let matter = Matter::of(&world, &north, 1).await;
        let people = "partner,name,email,roles\nNorth,Robin Vale,boss@gmail.com,admin\n";
        let file = ("partner_users", people.as_bytes());
        testkit::steps::imports::imported(&world, &importer, file, serde_json::json!({})).await;
        is_barred(&insider, &matter, "was invited by you").await;
    });
}

#[test]
fn cf_03_the_system_picks_nobody_who_stands_on_both_sides() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let insider = world.vendor_user("insider@acme.example", "partner_manager").await;
        let clean = world.vendor_user("clean@acme.example", "operations").await;
        partner_invites(&north, "insider+x@acme.example").await;
        let open = super::submitted(&north, "Globex").await;
        let case = super::opens_case(&north, &open).await;
        let reader = world.key_of_some("channel_chief", "conflicts:take-part").await;
        let seen = reader.get(&format!("/api/v1/conflicts/{case}")).await.is(200).json();
        assert_eq!(seen["decider_user_id"], clean.user_id.as_str());
        let page = insider.get(&format!("/conflicts/{case}")).await.is(200);
        page.says("You do not decide this case").says("same mailbox").says("Ask a colleague");
    });
}
