//! One person is one pair of eyes: whatever number of sessions, keys, addresses and sides a person
//! uses, a rule that asks for two people is not met by one (DR-05, DR-14, CF-03, PG-02, ID-02).

mod consent;
mod deciding;
mod people;
mod program;
mod sides;
mod since;

use serde_json::{Value, json};
use testkit::steps::deal_registration::{path, register};
use testkit::{Answer, Caller, Partner, World};

/// Roles that together may decide everything and sit on every level of the ladder.
const ROLES: &str = "channel_chief operations partner_manager";

/// What a key of such a person may do.
const SCOPES: &str = "registrations:read registrations:decide conflicts:take-part conflicts:decide \
                      program:read program:edit program:approve accounts:read accounts:write \
                      partners:read partners:manage vendor-people:manage partner-people:manage \
                      api-keys:manage";

/// One person by every door: a session, a key of its own, and a key made with that key.
struct Person {
    session: Caller,
    key: Caller,
    child: Caller,
}

impl Person {
    fn doors(&self) -> [(&'static str, &Caller); 3] {
        [("session", &self.session), ("key", &self.key), ("child key", &self.child)]
    }

    fn id(&self) -> &str {
        &self.session.user_id
    }

    /// The doors of somebody who has signed in and may decide everything.
    async fn behind(world: &World, session: Caller) -> Self {
        Self::with_scopes(world, session, SCOPES).await
    }

    /// The doors of somebody who has signed in and may do this much.
    async fn with_scopes(world: &World, session: Caller, scopes: &str) -> Self {
        let key = world.key_of(&session, "", scopes).await;
        let scopes: Vec<&str> = scopes.split_whitespace().collect();
        let (child, _) = world.child_of(&key, &scopes).await;
        Self { session, key, child }
    }
}

/// Somebody of the vendor who may decide everything.
async fn somebody(world: &World, address: &str) -> Person {
    Person::behind(world, world.vendor_user(address, ROLES).await).await
}

fn is_key(door: &Caller) -> bool {
    door.api_secret().is_ok()
}

/// Changes a resource as it is now.
async fn patch(key: &Caller, path: &str, body: &Value) -> Answer {
    let read = key.get(path).await.is(200);
    let (tag, name) = (read.header("etag").to_owned(), format!("patch {path} {body}"));
    key.api_with("PATCH", path, body, &[("if-match", &tag), ("idempotency-key", &name)]).await
}

/// Makes somebody the owner of an account.
async fn owns(by: &Person, account: &str, owner: &str) {
    let body = json!({ "owner_user_id": owner });
    patch(&by.key, &format!("/api/v1/accounts/{account}"), &body).await.is(200).ok();
}

/// Gives somebody of the vendor these territories.
async fn has_territories(by: &Person, person: &str, territories: &[&str]) {
    let body = json!({ "territories": territories });
    patch(&by.key, &format!("/api/v1/vendor-users/{person}"), &body).await.is(200).ok();
}

/// Somebody looks after a partner from now on.
async fn looks_after(by: &Person, partner: &Partner, person: &str) {
    let body = json!({ "manager_user_id": person, "reason": "The team has changed." });
    patch(&by.key, &format!("/api/v1/partners/{}", partner.id), &body).await.is(200).ok();
}

/// Invites an address to a partner's side (`""` for the vendor's), by a session or a key.
async fn invites(by: &Caller, partner_id: &str, address: &str, roles: &str) -> Answer {
    let roles: Vec<&str> = roles.split(' ').collect();
    if is_key(by) {
        let mut body = json!({ "email": address, "name": "Robin Vale", "roles": roles });
        if partner_id.is_empty() {
            return by.api("POST", "/api/v1/vendor-users", &body).await;
        }
        body["partner_id"] = json!(partner_id);
        return by.api("POST", "/api/v1/partner-users", &body).await;
    }
    let path = match partner_id {
        "" => "/people".to_owned(),
        partner_id => format!("/partners/{partner_id}/people"),
    };
    by.post(&path, &as_form(address, &roles)).await
}

fn as_form<'a>(address: &'a str, roles: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("email", address), ("name", "Robin Vale")];
    fields.extend(roles.iter().map(|role| ("roles", *role)));
    fields
}

/// A partner's admin invites a seller.
async fn partner_invites(partner: &Partner, address: &str) {
    partner.admin.post("/people", &as_form(address, &["seller"])).await.is(303).ok();
}

/// Accepts the invitation that was mailed to an address: the person, signed in.
async fn accepts(world: &World, address: &str) -> Caller {
    let link = testkit::steps::identity::mailed_path(world, address).await;
    let fields = [("name", "Robin Vale"), ("password", "nine red apples")];
    let answer = world.anonymous().post(&link, &fields).await.is(303);
    let mut session = world.with_session(&testkit::steps::identity::session(&answer));
    let email = address.to_owned();
    session.user_id = world
        .act(move |cx| {
            let sql = "SELECT user_id FROM identity_users WHERE email = $1";
            Ok(cx.tx.query_one(sql, db::params![&email], |row| row.text(0))?)
        })
        .await;
    session
}

/// What waits for a decision: a submitted registration, one that is approved, and a case about the
/// submitted one; each with its account.
struct Matter {
    open: String,
    open_account: String,
    held: String,
    held_account: String,
    case: String,
    partner_id: String,
}

impl Matter {
    /// A matter of its own for each number.
    async fn of(world: &World, north: &Partner, number: usize) -> Self {
        let held =
            testkit::steps::deal_registration::approved(world, north, &company(2 * number)).await;
        let open = submitted(north, &company(2 * number + 1)).await;
        let case = opens_case(north, &open).await;
        Self {
            open_account: account_of(world, &open).await,
            held_account: account_of(world, &held).await,
            open,
            held,
            case,
            partner_id: north.id.clone(),
        }
    }

    fn accounts(&self) -> [&str; 2] {
        [&self.open_account, &self.held_account]
    }
}

/// Names of companies that nobody takes for one another.
fn company(number: usize) -> String {
    const BEGINNINGS: [&str; 12] = [
        "Balomir", "Cyrtan", "Demuk", "Falquist", "Gynnar", "Hiluzo", "Jasperin", "Kelpow",
        "Omnitec", "Pexodus", "Nevashi", "Ustrid",
    ];
    const ENDINGS: [&str; 8] =
        ["tronix", "vaka", "mundi", "rella", "quist", "bassen", "dorfi", "zander"];
    format!("{}{}", BEGINNINGS[number % 12], ENDINGS[number / 12 % 8])
}

async fn submitted(partner: &Partner, name: &str) -> String {
    register(partner, name).await.is(201).json()["id"].as_str().unwrap().to_owned()
}

async fn opens_case(partner: &Partner, registration: &str) -> String {
    let body = json!({ "kind": "decision", "registration_id": registration,
        "asked": "We do not see why this takes so long." });
    let made = partner.key.api("POST", "/api/v1/conflicts", &body).await.is(201).json();
    made["id"].as_str().unwrap().to_owned()
}

async fn account_of(world: &World, registration: &str) -> String {
    let registration = registration.to_owned();
    world
        .act(move |cx| {
            let sql = "SELECT account_id FROM deal_registrations WHERE registration_id = $1";
            Ok(cx.tx.query_one(sql, db::params![&registration], |row| row.text(0))?)
        })
        .await
}

/// Something that a rule keeps from whoever has a stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Approve,
    Together,
    Return,
    Reject,
    Release,
    Decide,
    Ask,
    Hold,
    Escalate,
    Close,
}

/// Decisions on registrations.
const OF_REGISTRATIONS: [Deed; 5] =
    [Deed::Approve, Deed::Together, Deed::Return, Deed::Reject, Deed::Release];

/// Decisions in a case, the last one ends it.
const OF_CASES: [Deed; 5] = [Deed::Ask, Deed::Hold, Deed::Escalate, Deed::Decide, Deed::Close];

/// Tries a deed by a door; `None` where the door has no such deed.
async fn tries(door: &Caller, deed: Deed, matter: &Matter) -> Option<Answer> {
    let answer = if is_key(door) {
        by_key(door, deed, matter).await?
    } else {
        by_session(door, deed, matter).await
    };
    Some(answer)
}

async fn by_key(door: &Caller, deed: Deed, matter: &Matter) -> Option<Answer> {
    let case = format!("/api/v1/conflicts/{}", matter.case);
    let (method, path, body) = match deed {
        Deed::Together => return None,
        Deed::Approve => ("POST", path(&matter.open, "decision"), json!({ "decision": "approve" })),
        Deed::Return => {
            let body = json!({ "decision": "return", "note": "When did you meet?" });
            ("POST", path(&matter.open, "decision"), body)
        }
        Deed::Reject => {
            let body = json!({ "decision": "reject", "reason": "not_qualified" });
            ("POST", path(&matter.open, "decision"), body)
        }
        Deed::Release => {
            let body = json!({ "reason": "The customer asked for it." });
            ("POST", path(&matter.held, "release"), body)
        }
        Deed::Decide => {
            let body = json!({ "outcome": { "outcome": "release" }, "rule": "CF-05",
                "reason": "Nobody works it.", "words": "Nobody works it." });
            ("POST", format!("{case}/decision"), body)
        }
        Deed::Ask => {
            let body = json!({ "partner_id": matter.partner_id, "words": "Show the first mail." });
            ("POST", format!("{case}/evidence-requests"), body)
        }
        Deed::Hold => ("PUT", format!("{case}/clock-hold"), json!({ "hold": true })),
        Deed::Escalate => {
            ("POST", format!("{case}/escalation"), json!({ "reason": "It is above us." }))
        }
        Deed::Close => {
            let body = json!({ "note": "They settled it.", "words": "It is settled." });
            ("POST", format!("{case}/closing"), body)
        }
    };
    Some(door.api(method, &path, &body).await)
}

async fn by_session(door: &Caller, deed: Deed, matter: &Matter) -> Answer {
    let (open, case) = (&matter.open, format!("/conflicts/{}", matter.case));
    let (path, fields): (String, Vec<(&str, &str)>) = match deed {
        Deed::Approve => (format!("/registrations/{open}/decision"), vec![("do", "approve")]),
        Deed::Together => {
            let fields = vec![("id", open.as_str()), ("do", "approve"), ("sure", "1")];
            ("/registrations/bulk".to_owned(), fields)
        }
        Deed::Return => {
            let fields = vec![("note", "When did you meet?")];
            (format!("/registrations/{open}/decision/return"), fields)
        }
        Deed::Reject => {
            let fields = vec![("reason", "not_qualified")];
            (format!("/registrations/{open}/decision/reject"), fields)
        }
        Deed::Release => {
            let fields = vec![("reason", "The customer asked for it.")];
            (format!("/registrations/{}/release", matter.held), fields)
        }
        Deed::Decide => {
            let fields = vec![
                ("outcome", "release"),
                ("rule", "CF-05"),
                ("reason", "Nobody works it."),
                ("words", "Nobody works it."),
            ];
            (format!("{case}/decision"), fields)
        }
        Deed::Ask => {
            let fields = vec![("party", &*matter.partner_id), ("asked", "Show the first mail.")];
            (format!("{case}/requests"), fields)
        }
        Deed::Hold => (format!("{case}/clock-hold"), vec![("hold", "1")]),
        Deed::Escalate => (format!("{case}/escalation"), vec![("why", "It is above us.")]),
        Deed::Close => {
            let fields = vec![("note", "They settled it."), ("words", "It is settled.")];
            (format!("{case}/closing"), fields)
        }
    };
    door.post(&path, &fields).await
}

/// By none of its doors does a person do any of these, and each refusal says why.
async fn is_refused(person: &Person, deeds: &[Deed], matter: &Matter, (rule, why): (&str, &str)) {
    for deed in deeds {
        for (door, caller) in person.doors() {
            let Some(answer) = tries(caller, *deed, matter).await else { continue };
            let said = answer.text();
            assert!(
                answer.status == 409 && said.contains(rule) && said.contains(why),
                "{deed:?} by {door}: {} {said}",
                answer.status
            );
        }
    }
}
