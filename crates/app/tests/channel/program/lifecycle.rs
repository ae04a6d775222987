use serde_json::{Value, json};
use testkit::{Answer, Caller, World, on_both, on_each};

/// The default document with other days of protection.
fn validity(days: u32) -> String {
    domain::program::Document::DEFAULT_TOML
        .replace("\nvalidity_days = 90 ", &format!("\nvalidity_days = {days} "))
}

/// Olga and Carl with a key each, made by themselves, and someone who only reads.
struct People {
    ops: Caller,
    ops_key: Caller,
    chief: Caller,
    chief_key: Caller,
    reader: Caller,
}

async fn people(world: &World) -> People {
    let ops = world.vendor_user("olga@acme.example", "operations").await;
    let chief = world.vendor_user("carl@acme.example", "channel_chief").await;
    let ops_key = own_key(world, &ops, &["program:read", "program:edit"]).await;
    let chief_key =
        own_key(world, &chief, &["program:read", "program:edit", "program:approve"]).await;
    let reader = world.api_key("", "program:read").await;
    People { ops, ops_key, chief, chief_key, reader }
}

async fn own_key(world: &World, person: &Caller, scopes: &[&str]) -> Caller {
    let mut fields = vec![("name", "Test"), ("expires_at", "2026-03-31")];
    fields.extend(scopes.iter().map(|scope| ("scopes", *scope)));
    let page = person.post("/api-keys", &fields).await.text();
    let start = page.find("ent_").expect("the key is shown once");
    let rest = page.get(start..).unwrap();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap();
    world.with_key(rest.get(..end).unwrap())
}

async fn drafted(who: &Caller, document: &str) -> i64 {
    let body = json!({ "document": document, "note": "longer" });
    let made = who.api("POST", "/api/v1/program-versions", &body).await.is(201);
    made.json()["number"].as_i64().unwrap()
}

async fn step(who: &Caller, number: i64, step: &str, body: Value) -> Answer {
    who.api("POST", &format!("/api/v1/program-versions/{number}/{step}"), &body).await
}

async fn approved(people: &People, document: &str) -> i64 {
    let number = drafted(&people.ops_key, document).await;
    step(&people.ops_key, number, "proposal", Value::Null).await.is(200);
    step(&people.chief_key, number, "approval", Value::Null).await.is(200);
    number
}

#[test]
fn pg_02_a_version_goes_from_draft_to_force_and_supersedes_the_one_before() {
    on_each(async |world| {
        let people = people(&world).await;
        let north = world.partner("North IT").await;
        let number = approved(&people, &validity(120)).await;
        assert_eq!(number, 2);
        let announced = step(&people.chief_key, number, "announcement", Value::Null).await.is(200);
        assert_eq!(announced.json()["state"], "in_force");
        let first = people.reader.get("/api/v1/program-versions/1").await.is(200).json();
        assert_eq!(first["state"], "superseded");
        world.run_jobs().await;
        let mails = world.mails_to(&north.admin.email).await;
        assert!(mails.iter().any(|(_, text)| text.contains("90 → 120 days")), "{mails:?}");
        assert!(world.mails_to(&north.seller.email).await.is_empty());
        let page = format!("/program/{}/changes/2", world.program_id);
        north.seller.get(&page).await.is(200).says("90 → 120 days");
        north.seller.get("/rules").await.is(200).says("120").says("version 2");
    });
}

#[test]
fn pg_01_a_version_is_compared_with_the_audit_entries_of_its_steps() {
    on_both(async |world| {
        let people = people(&world).await;
        world.partner("North IT").await;
        let number = approved(&people, &validity(120)).await;
        step(&people.chief_key, number, "announcement", Value::Null).await.is(200);
        // As an installation has it that is older than the keeping of rows.
        let off =
            format!("{} DELETE FROM audit_rows; DELETE FROM audit_row_heads;", world.unguarded());
        assert_eq!(world.faults_after(&off), Vec::<String>::new());
        for (set, words) in [
            ("fingerprint = 'f00'", "fingerprint is f00; the audit trail says"),
            (
                "effective_at = 0",
                "effective_at is 1970-01-01T00:00:00Z; the audit trail says 2026-",
            ),
        ] {
            let sql = format!("{off} UPDATE program_versions SET {set} WHERE number = {number}");
            let found = world.faults_after(&sql);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(&format!("/{number}: {words}")), "{found:?}");
        }
    });
}

#[test]
fn pg_02_what_worsens_terms_waits_for_the_end_of_notice_to_the_second() {
    on_both(async |world| {
        let people = people(&world).await;
        world.partner("North IT").await;
        let number = approved(&people, &validity(60)).await;
        let early = json!({ "effective_at": "2026-02-04T07:59:59Z" });
        let refused = step(&people.chief_key, number, "announcement", early).await.is(409);
        // The time as people read it, in the program's zone.
        let refused = refused.says("can take effect from 4 Feb 2026, 09:00.");
        refused.does_not_say("2026-02-04T").refused_by("PG-02");
        let on_time = json!({ "effective_at": "2026-02-04T08:00:00Z" });
        let announced = step(&people.chief_key, number, "announcement", on_time).await.is(200);
        assert_eq!(announced.json()["state"], "announced");
        let state = async |number: i64| {
            let path = format!("/api/v1/program-versions/{number}");
            people.reader.get(&path).await.is(200).json()["state"].as_str().unwrap().to_owned()
        };
        world.travel_to_instant("2026-02-04T07:59:59.999999Z").await;
        assert_eq!((state(1).await, state(2).await), ("in_force".into(), "announced".into()));
        world.travel_to_instant("2026-02-04T08:00:00Z").await;
        assert_eq!((state(1).await, state(2).await), ("superseded".into(), "in_force".into()));
    });
}

#[test]
fn pg_02_the_author_does_not_approve_and_another_person_does() {
    on_both(async |world| {
        let people = people(&world).await;
        let number = drafted(&people.chief_key, &validity(120)).await;
        step(&people.chief_key, number, "approval", Value::Null).await.refused_by("PG-02");
        step(&people.chief_key, number, "proposal", Value::Null).await.is(200);
        step(&people.chief_key, number, "approval", Value::Null).await.refused_by("PG-02");
        let page = format!("/program/{}/versions/{number}", world.program_id);
        people.chief.post(&format!("{page}/approval"), &[]).await.refused_by("PG-02");
        people.chief.get(&page).await.is(200).says("someone else");
        step(&people.ops_key, number, "approval", Value::Null).await.is(403);
        step(&people.chief_key, number, "announcement", Value::Null).await.refused_by("PG-02");
        let second = world.vendor_user("cora@acme.example", "channel_chief").await;
        second.post(&format!("{page}/approval"), &[]).await.is(303);
    });
}

#[test]
fn pg_04_the_words_approved_are_kept_and_a_version_between_asks_for_approval_again() {
    on_both(async |world| {
        let people = people(&world).await;
        world.partner("North IT").await;
        let two = approved(&people, &validity(120)).await;
        let three = approved(&people, &validity(150)).await;
        step(&people.chief_key, two, "announcement", Value::Null).await.is(200);
        step(&people.chief_key, three, "announcement", Value::Null).await.refused_by("PG-04");
        let path = format!("/api/v1/program-versions/{two}");
        let kept = people.reader.get(&path).await.is(200).json();
        let signed = &kept["approved_changes"]["changes"][0];
        assert!(signed["words"].as_str().unwrap().contains("90 → 120 days"), "{signed}");
        assert_eq!(signed["partners"], 1);
        step(&people.ops_key, three, "return", Value::Null).await.is(200);
        step(&people.ops_key, three, "proposal", Value::Null).await.is(200);
        step(&people.chief_key, three, "approval", Value::Null).await.is(200);
        step(&people.chief_key, three, "announcement", Value::Null).await.is(200);
    });
}

#[test]
fn pg_02_the_council_sees_a_change_before_it_is_announced() {
    on_both(async |world| {
        let people = people(&world).await;
        let [north, south] = world.partners(["North IT", "South IT"]).await;
        let program = format!("/program/{}", world.program_id);
        let seat = [("partner_id", north.id.as_str()), ("seat", "give")];
        people.ops.post(&format!("{program}/council"), &seat).await.is(303);
        let number = approved(&people, &validity(120)).await;
        step(&people.chief_key, number, "announcement", Value::Null).await.refused_by("PG-02");
        let changes = format!("{program}/changes/{number}");
        north.admin.get(&changes).await.is(404);
        people.chief.post(&format!("{program}/versions/{number}/council"), &[]).await.is(303);
        north
            .admin
            .get(&changes)
            .await
            .is(200)
            .says("90 → 120 days")
            .says("have not been announced");
        south.admin.get(&changes).await.is(404);
        step(&people.chief_key, number, "announcement", Value::Null).await.is(200);
        south.admin.get(&changes).await.is(200);
    });
}

#[test]
fn pg_01_an_announced_version_is_never_edited_or_withdrawn() {
    on_both(async |world| {
        let people = people(&world).await;
        let path = "/api/v1/program-versions/1";
        let tag = people.reader.get(path).await.is(200).header("etag").to_owned();
        let body = json!({ "document": validity(30) });
        let headers = [("idempotency-key", "one"), ("if-match", tag.as_str())];
        people.ops_key.api_with("PATCH", path, &body, &headers).await.refused_by("PG-01");
        step(&people.ops_key, 1, "withdrawal", Value::Null).await.refused_by("PG-02");
        let kept = people.reader.get(path).await.is(200).json();
        assert!(kept["document"].as_str().unwrap().contains("validity_days = 90"));
    });
}

#[test]
fn pg_02_a_version_that_was_not_announced_can_be_withdrawn_for_good() {
    on_both(async |world| {
        let people = people(&world).await;
        let number = approved(&people, &validity(120)).await;
        let page = format!("/program/{}/versions/{number}/withdrawal", world.program_id);
        people.ops.get(&page).await.is(200).says("Withdraw this version?");
        people.ops.post(&page, &[]).await.is(303);
        step(&people.ops_key, number, "proposal", Value::Null).await.refused_by("PG-02");
        step(&people.chief_key, number, "announcement", Value::Null).await.refused_by("PG-02");
        let next = drafted(&people.ops_key, &validity(120)).await;
        assert_eq!(next, number + 1, "its number is not reused");
    });
}

#[test]
fn ap_01_a_draft_changed_by_someone_else_is_not_overwritten() {
    on_both(async |world| {
        let people = people(&world).await;
        let number = drafted(&people.ops_key, &validity(100)).await;
        let page = format!("/program/{}/versions/{number}/edit", world.program_id);
        let (first, second) = (validity(101), validity(102));
        let first = [("do", "save"), ("version", "1"), ("document", first.as_str())];
        people.chief.post(&page, &first).await.is(303);
        let second = [("do", "save"), ("version", "1"), ("document", second.as_str())];
        people.ops.post(&page, &second).await.is(422).says("Someone else saved this draft");
        let path = format!("/api/v1/program-versions/{number}");
        people.reader.get(&path).await.says("validity_days = 101");
    });
}
