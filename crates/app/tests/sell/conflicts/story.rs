//! Both sides, from the opening to the precedent: a partner opens, both state, one is asked, it is
//! decided, appealed and changed, and the next case shows it.

use serde_json::{Value, json};
use testkit::steps::conflicts::{desk, seen};
use testkit::steps::deal_registration::{approved, path, register, show};
use testkit::{Partner, World, on_both};

/// The address of the link in the last mail to somebody.
async fn link(world: &World, email: &str) -> String {
    let mails = world.mails_to(email).await;
    let found = mails.iter().rev().find_map(|(_, body)| {
        body.lines().find(|line| line.contains("/links/case-statement/")).map(str::to_owned)
    });
    let url = found.unwrap_or_else(|| panic!("no link in {mails:?}"));
    format!("/links/{}", url.split("/links/").nth(1).unwrap())
}

/// Under a stricter policy browsers hide where a form comes from, and it is refused.
fn tells_its_origin(form: &testkit::Answer) {
    assert_eq!(form.header("referrer-policy"), "same-origin");
}

async fn open(partner: &Partner, kind: &str, registration: &str) -> Value {
    let body = json!({ "kind": kind, "registration_id": registration,
        "asked": "Somebody else calls our buyer. Who may work the account?" });
    partner.key.api("POST", "/api/v1/conflicts", &body).await.is(201).json()
}

#[test]
fn cf_01_who_opens_a_case_reads_its_own_words_and_the_other_side_those_meant_for_it() {
    on_both(async |world| {
        let _desk = desk(&world).await;
        let [north, south] = world.partners(["North", "South"]).await;
        register(&north, "Globex").await.is(201).ok();
        let mine = register(&south, "Globex").await.is(201).json();
        let body = open(&south, "partner_partner", mine["id"].as_str().unwrap()).await;
        assert!(body["asked"].as_str().unwrap().contains("calls our buyer"), "{body}");
        let page = format!("/conflicts/{}", body["id"].as_str().unwrap());
        south.seller.get(&page).await.is(200).says("calls our buyer");
        north.seller.get(&page).await.is(200).does_not_say("calls our buyer");
    });
}

#[test]
fn cf_06_a_story_of_both_sides_from_the_opening_to_the_precedent() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let id = |body: &Value| body["id"].as_str().unwrap().to_owned();
        let first = id(&register(&north, "Globex").await.is(201).json());
        let second = id(&register(&south, "Globex").await.is(201).json());
        // CF-01: a person of a partner opens; who else is in it the system finds.
        let body = open(&south, "partner_partner", &second).await;
        let case = id(&body);
        assert_eq!(body["parties"].as_array().unwrap().len(), 1);
        let here = format!("/api/v1/conflicts/{case}");
        north.key.get(&here).await.is(200).does_not_say("South").does_not_say("calls our buyer");
        assert_eq!(show(&north, &first).await["in_dispute"], true);
        // A statement without signing in, once.
        let address = link(&world, &north.admin.email).await;
        let nobody = world.anonymous();
        let form = nobody.get(&address).await.is(200).says("Your statement").does_not_say("South");
        tells_its_origin(&form);
        nobody.post(&address, &[("words", "We met them in May.")]).await.is(200).says("saved");
        nobody.post(&address, &[("words", "Again.")]).await.is(410).says("was revoked");
        south
            .admin
            .post(&format!("/conflicts/{case}/statement"), &[("statement", "We ran the workshop.")])
            .await
            .is(303)
            .ok();
        // The partner manager decides for the first party of the case: the one that opened it.
        let decide = format!("/conflicts/{case}/decision");
        desk.manager.get(&decide).await.is(200).says("South").says("North");
        let fields = [
            ("outcome", "award-0"),
            ("rule", "DR-02"),
            ("reason", "The workshop shows who works the account."),
            ("words", "The documented workshop counts."),
        ];
        desk.manager.post(&decide, &fields).await.is(303).ok();
        assert_eq!(show(&south, &second).await["status"], "approved");
        // CF-07: what was said before is no new evidence; what is new goes one level up.
        let appeal = format!("{here}/appeal");
        let old = json!({ "words": "We met  them in MAY." });
        north.key.api("POST", &appeal, &old).await.refused_by("CF-07").says("new evidence");
        let new = json!({ "words": "The buyer's order of April names us." });
        north.key.api("POST", &appeal, &new).await.is(201).ok();
        let body = seen(&desk, &case).await;
        assert_eq!((body["phase"].as_str(), body["level"].as_i64()), (Some("appealed"), Some(2)));
        assert_eq!(body["decider_user_id"], desk.operations.user_id.as_str());
        desk.manager.post(&decide, &fields).await.refused_by("CF-03");
        south.key.get(&here).await.is(200).does_not_say("order of April");
        let fields = [
            ("outcome", "award-1"),
            ("rule", "DR-04"),
            ("reason", "The order of April is older than the workshop."),
            ("words", "Newer evidence shows an earlier order."),
            ("remedy", "priority"),
            ("remedy_party", "0"),
        ];
        desk.operations.post(&decide, &fields).await.is(303).ok();
        let body = seen(&desk, &case).await;
        assert_eq!(
            (body["phase"].as_str(), body["decisions"][1]["reverses"].as_bool()),
            (Some("final"), Some(true))
        );
        assert_eq!(show(&north, &first).await["status"], "approved");
        assert_eq!(show(&south, &second).await["status"], "released");
        south.key.get(&here).await.is(200).says("Priority on the next comparable lead");
        north.key.api("POST", &appeal, &new).await.refused_by("CF-07");
        precedent(&desk, &case, (&north, &south)).await;
    });
}

async fn precedent(
    desk: &testkit::steps::conflicts::Desk,
    case: &str,
    (north, south): (&Partner, &Partner),
) {
    let list = desk.key.get("/api/v1/conflict-precedents?q=april&rule=DR-04").await.is(200).json();
    assert_eq!(list["data"][0]["case_id"], case);
    let none = desk.key.get("/api/v1/conflict-precedents?q=nowhere").await.is(200).json();
    assert_eq!(none["data"], json!([]));
    desk.chief.get("/conflicts/precedents").await.is(200).says("older than the workshop");
    let measures = desk.key.get("/api/v1/conflict-measures").await.is(200).json();
    assert_eq!((&measures["reversals"], &measures["in_time_bp"]), (&json!(1), &json!(10_000)));
    desk.chief.get("/conflicts/measures").await.is(200).says("Reversed on appeal");
    shown(desk, case, (north, south)).await;
}

/// A similar case shows the precedent to the decider, and to no partner.
async fn shown(
    desk: &testkit::steps::conflicts::Desk,
    case: &str,
    (north, south): (&Partner, &Partner),
) {
    register(north, "Initech").await.is(201).ok();
    let mine = register(south, "Initech").await.is(201).json()["id"].as_str().unwrap().to_owned();
    let next = open(south, "partner_partner", &mine).await;
    assert_eq!(next["similar"], json!([]));
    let next = next["id"].as_str().unwrap();
    let body = seen(desk, next).await;
    assert_eq!(body["similar"][0]["case_id"], case);
    assert_eq!(body["similar"][0]["likeness_bp"], 10_000);
    desk.manager
        .get(&format!("/conflicts/{next}"))
        .await
        .is(200)
        .says("similar cases were decided");
}

#[test]
fn cf_01_a_partner_opens_a_case_about_its_own_registration_only() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let mine = approved(&world, &north, "Globex").await;
        let about = json!({ "kind": "partner_direct", "registration_id": mine, "asked": "Who?" });
        south.key.api("POST", "/api/v1/conflicts", &about).await.is(404).says("Not found");
        let bare = json!({ "kind": "decision", "asked": "Why?" });
        north.key.api("POST", "/api/v1/conflicts", &bare).await.is(422).says("registration_id");
        let case = open(&north, "partner_direct", &mine).await;
        assert_eq!(case["parties"].as_array().unwrap().len(), 2);
        let again = open(&north, "partner_direct", &mine).await;
        assert_eq!(again["id"], case["id"], "the same case is opened once");
        // Selling together lets direct sales in: the lockout permits it from then on.
        let case = case["id"].as_str().unwrap().to_owned();
        let held = format!("/api/v1/conflicts/{case}/clock-hold");
        desk.manager_key
            .api("PUT", &held, &json!({ "hold": true }))
            .await
            .is(200)
            .says("\"clocks_held\":true");
        let decide = json!({
            "outcome": { "outcome": "co_sell", "split": [
                { "party": 0, "share_bp": 7_000 }, { "party": 1, "share_bp": 3_000 }] },
            "rule": "DR-05", "reason": "Both are wanted there.", "words": "You sell together.",
            "remedies": [{ "remedy": "quota_relief", "party": 1, "share_bp": 2_500 }] });
        let path = format!("/api/v1/conflicts/{case}/decision");
        let made = desk.manager_key.api("POST", &path, &decide).await.is(201).json();
        assert_eq!(made["clocks_held"], true, "an appeal can still come");
        let consents = north.key.get(&path_of(&mine)).await.is(200);
        consents.says("Co-sell, by the decision in");
        world.travel_to_instant("2026-01-13T10:00:00Z").await;
        let body = seen(&desk, &case).await;
        assert_eq!(
            (body["phase"].as_str(), body["clocks_held"].as_bool()),
            (Some("final"), Some(false))
        );
        let measures = desk.key.get("/api/v1/conflict-measures").await.is(200).json();
        assert_eq!(measures["for_partner_bp"], 5_000);
    });
}

fn path_of(registration: &str) -> String {
    path(registration, "consents")
}
