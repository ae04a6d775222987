//! Author and approver of a version are two people (PG-02).

use serde_json::{Value, json};
use testkit::{Answer, Caller, World, on_both};

use super::{Person, accepts, invites, is_key, somebody};

/// The default document with other days of protection.
fn document(days: u32) -> String {
    domain::program::Document::DEFAULT_TOML
        .replace("\nvalidity_days = 90 ", &format!("\nvalidity_days = {days} "))
}

/// A version in review that was written by this door.
async fn drafted(world: &World, by: &Caller, days: u32) -> i64 {
    let document = document(days);
    if is_key(by) {
        let body = json!({ "document": document, "note": "longer" });
        let made = by.api("POST", "/api/v1/program-versions", &body).await.is(201).json();
        let number = made["number"].as_i64().unwrap();
        let proposal = format!("/api/v1/program-versions/{number}/proposal");
        by.api("POST", &proposal, &Value::Null).await.is(200).ok();
        return number;
    }
    let base = format!("/program/{}", world.program_id);
    let fields = [("document", document.as_str()), ("note", "longer")];
    let made = by.post(&format!("{base}/drafts"), &fields).await.is(303);
    let number: i64 = made.location().rsplit('/').next().unwrap().parse().unwrap();
    by.post(&format!("{base}/versions/{number}/proposal"), &[]).await.is(303).ok();
    number
}

async fn approves(world: &World, by: &Caller, number: i64) -> Answer {
    if is_key(by) {
        return by
            .api("POST", &format!("/api/v1/program-versions/{number}/approval"), &Value::Null)
            .await;
    }
    by.post(&format!("/program/{}/versions/{number}/approval", world.program_id), &[]).await
}

/// Whatever the one wrote by any door, the other approves by none.
async fn never_approve(world: &World, (author, approver): (&Person, &Person), why: &str) {
    for (place, (written, by)) in (0..).zip(author.doors()) {
        let number = drafted(world, by, 120 + place).await;
        for (approved, by) in approver.doors() {
            let answer = approves(world, by, number).await;
            let said = answer.text();
            let refused = answer.status == 409 && said.contains("PG-02") && said.contains(why);
            assert!(refused, "by {written}, by {approved}: {} {said}", answer.status);
        }
    }
}

#[test]
fn pg_02_the_author_approves_by_no_door_and_a_colleague_by_each() {
    on_both(async |world| {
        let author = somebody(&world, "author@acme.example").await;
        let colleague = somebody(&world, "colleague@acme.example").await;
        never_approve(&world, (&author, &author), "You wrote this version").await;
        for (place, (door, by)) in (0..).zip(colleague.doors()) {
            let number = drafted(&world, &author.child, 150 + place).await;
            let answer = approves(&world, by, number).await;
            assert!(matches!(answer.status.as_u16(), 200 | 303), "{door}: {}", answer.text());
        }
    });
}

#[test]
fn pg_02_another_address_of_the_authors_mailbox_does_not_approve() {
    on_both(async |world| {
        let author = somebody(&world, "author@acme.example").await;
        let alias = somebody(&world, "author+two@acme.example").await;
        never_approve(&world, (&author, &alias), "has the same mailbox as you").await;
        never_approve(&world, (&alias, &author), "has the same mailbox as you").await;
    });
}

#[test]
fn pg_02_whom_the_author_invited_at_an_outside_address_does_not_approve() {
    on_both(async |world| {
        let author = somebody(&world, "author@acme.example").await;
        let colleague = somebody(&world, "colleague@acme.example").await;
        let mut others = Vec::new();
        for address in ["one@gmail.com", "two@private.example"] {
            let body = json!({ "email": address, "name": "Robin Vale",
                "roles": super::ROLES.split_whitespace().collect::<Vec<_>>() });
            author.key.api("POST", "/api/v1/vendor-users", &body).await.is(201).ok();
            others.push(Person::behind(&world, accepts(&world, address).await).await);
        }
        never_approve(&world, (&author, &others[0]), "invited you").await;
        never_approve(&world, (&others[0], &author), "was invited by you").await;
        never_approve(&world, (&others[0], &others[1]), "by the same person").await;
        let number = drafted(&world, &others[0].key, 170).await;
        approves(&world, &colleague.key, number).await.is(200).ok();
    });
}

#[test]
fn pg_02_a_colleague_whom_the_author_invited_at_the_companys_domain_approves() {
    on_both(async |world| {
        let author = somebody(&world, "author@acme.example").await;
        invites(&author.key, "", "new@eu.acme.example", "channel_chief").await.is(201).ok();
        let session = accepts(&world, "new@eu.acme.example").await;
        let key = world.key_of(&session, "", super::SCOPES).await;
        let number = drafted(&world, &author.session, 120).await;
        approves(&world, &key, number).await.is(200).ok();
    });
}

#[test]
fn pg_02_what_a_key_that_nobody_owns_wrote_is_approved_by_nobody() {
    on_both(async |world| {
        let chief = somebody(&world, "chief@acme.example").await;
        let nobodys = world.api_key("", "program:read program:edit program:approve").await;
        let number = drafted(&world, &nobodys, 120).await;
        approves(&world, &chief.key, number).await.refused_by("PG-02").says("has no owner");
        let number = drafted(&world, &chief.key, 130).await;
        approves(&world, &nobodys, number)
            .await
            .refused_by("PG-02")
            .says("Only a person can decide this");
    });
}
