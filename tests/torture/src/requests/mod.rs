//! The API beside its own document: requests that are almost right, by ourselves at every scale and
//! by a tester of others at the larger ones. No answer is a fault of the server, and each is as
//! the document says (AP-01).

mod mutate;
mod operation;
mod others;
mod schema;

use std::collections::BTreeMap;

use bytes::Bytes;
use db::Dialect;
use http::{HeaderMap, Method, StatusCode};
use rig::Outcome;
use serde_json::{Value, json};
use testkit::{Answer, Caller, World};

use crate::inside::{deal, dice::Dice, in_world, unexpected, word};
use crate::{Report, Scale, Setting};
use mutate::Pool;
use operation::{Operation, all};

/// Runs both, the second only where a network is at hand.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let rounds = setting.of(4, 20, 300);
    let mut report = Report::new();
    in_world(Dialect::Sqlite, async |world| {
        let document = frame::openapi::document(&world.app.table);
        let walked = Walked::over(world, (&document, rounds, setting.seed)).await?;
        report.note("operations of the document", all(&document).len());
        report.note("requests made by ourselves", walked.requests);
        report.note("answers by status", statuses(&walked.statuses));
        report.none("answers that are faults or not documented", walked.all);
        for (words, count) in walked.faults.iter().take(30) {
            report.figure("fault", format!("{count} × {words}"), "none", false);
        }
        control(world, &document, &mut report).await
    })?;
    if setting.scale != Scale::Small {
        others::run(setting, &mut report)?;
    }
    Ok(report)
}

fn statuses(statuses: &BTreeMap<u16, u64>) -> String {
    let list: Vec<String> = statuses.iter().map(|(s, n)| format!("{s} {n}")).collect();
    list.join(", ")
}

/// A world in which an API has something to show.
pub(super) struct Furnished {
    partner_id: String,
}

impl Furnished {
    /// A key of the vendor and one of the partner that may do everything there.
    pub(super) async fn keys(&self, world: &World) -> [Caller; 2] {
        use frame::access::{PartnerRole, VendorRole, permissions_of};
        let roles = [VendorRole::ChannelChief, VendorRole::Operations, VendorRole::DirectRep];
        let own = permissions_of(&[], &[PartnerRole::Admin, PartnerRole::Seller]);
        [
            world.api_key("", &scopes(permissions_of(&roles, &[]))).await,
            world.api_key(&self.partner_id, &scopes(own)).await,
        ]
    }
}

/// Registers deals of a partner, of which some are approved.
pub(super) async fn furnished(world: &World) -> Outcome<Furnished> {
    let partner_id = world.partner("North").await.id;
    let furnished = Furnished { partner_id };
    let [vendor, key] = furnished.keys(world).await;
    for name in ["Globex", "Initech", "Umbrella"] {
        let body = deal(name, &format!("{}-corp.com", name.to_lowercase()));
        let made = key.api("POST", "/api/v1/deal-registrations", &body).await;
        if made.status != 201 {
            return Err(unexpected(&made.asked, made.status.as_u16(), &made.text()));
        }
        let id = word(&made.json(), "id").to_owned();
        if name != "Umbrella" {
            let path = format!("/api/v1/deal-registrations/{id}/decision");
            vendor.api("POST", &path, &json!({ "decision": "approve" })).await;
        }
    }
    world.run_jobs().await;
    Ok(furnished)
}

fn scopes(permissions: frame::access::Permissions) -> String {
    let words: Vec<&str> =
        permissions.list().into_iter().map(frame::access::Permission::word).collect();
    words.join(" ")
}

/// What came of walking over every operation.
#[derive(Debug, Default)]
struct Walked {
    requests: u64,
    all: u64,
    statuses: BTreeMap<u16, u64>,
    faults: BTreeMap<String, u64>,
}

impl Walked {
    async fn over(world: &World, (document, rounds, seed): (&Value, u64, u64)) -> Outcome<Walked> {
        let operations = all(document);
        let mut walked = Walked::default();
        let mut pool = Pool::default();
        let mut dice = Dice::of(seed, "requests");
        let furnished = furnished(world).await?;
        for _ in 0..rounds {
            // Some of the requests end keys, also those that send them.
            let keys = furnished.keys(world).await;
            for operation in &operations {
                let caller = keys.get(usize::from(dice.percent(40))).ok_or("no key")?;
                let answer = send(caller, operation, (document, &pool), &mut dice).await?;
                if answer.status.is_success()
                    && let Ok(body) = serde_json::from_slice::<Value>(&answer.body)
                {
                    pool.learn(&operation.path, &body);
                }
                walked.take(document, operation, &answer);
            }
            world.run_jobs().await;
        }
        Ok(walked)
    }

    fn take(&mut self, document: &Value, operation: &Operation, answer: &Answer) {
        self.requests += 1;
        *self.statuses.entry(answer.status.as_u16()).or_default() += 1;
        if let Some(words) = operation.fault(document, answer) {
            self.all += 1;
            let said: String = if answer.status.is_server_error() {
                answer.text().chars().take(200).collect()
            } else {
                String::new()
            };
            let words = format!("{} {}: {words} {said}", operation.method, operation.path);
            *self.faults.entry(words).or_default() += 1;
        }
    }
}

async fn send(
    caller: &Caller,
    operation: &Operation,
    (document, pool): (&Value, &Pool),
    dice: &mut Dice,
) -> Outcome<Answer> {
    let request = operation.mutated(document, pool, dice);
    let method = Method::from_bytes(operation.method.as_bytes()).map_err(|e| e.to_string())?;
    let headers: Vec<(&str, &str)> =
        request.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Ok(caller.send(method, &request.path, &headers, Bytes::from(request.body)).await)
}

/// A document that says something else than the server does, and an answer that is a fault.
async fn control(world: &World, document: &Value, report: &mut Report) -> Outcome<()> {
    let mut wrong = document.clone();
    let place = "/components/schemas/AccountPage/properties/data/type";
    let place = wrong.pointer_mut(place).ok_or("the document has no page of accounts")?;
    *place = json!("string");
    let operations = all(&wrong);
    let operation = operations
        .iter()
        .find(|operation| operation.method == "GET" && operation.path == "/api/v1/accounts")
        .ok_or("the document has no accounts")?;
    let reader = world.api_key("", "accounts:read").await;
    let answer = reader.get("/api/v1/accounts").await;
    let found = operation.fault(&wrong, &answer).unwrap_or_default();
    let is_good = operation.fault(document, &answer).is_none();
    report.control("a wrong schema in the document", &found, is_good && found.contains("/data"));
    let broken = Answer {
        asked: "GET /api/v1/accounts".to_owned(),
        status: StatusCode::INTERNAL_SERVER_ERROR,
        headers: HeaderMap::new(),
        body: Bytes::new(),
    };
    let found = operation.fault(document, &broken).unwrap_or_default();
    report.control("a route that answers 500", &found, found.contains("500"));
    Ok(())
}
