//! Reads go to a replica: whoever has written sees it, who may not come in is kept out, and a replica
//! that lags or is gone is left (OP-02).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use db::{Db, Options};
use frame::{App, Clock, config::Config, dispatch};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use rig::cluster::{Cluster, Wanted};
use serde_json::Value;
use testkit::Filled;

/// So far may a replica be behind that is never left.
const LONG: Duration = Duration::from_hours(1);

/// More looks than any change takes.
const LOOKS: usize = 1_000;

const DEALS: &str = "/api/v1/deal-registrations";

struct Scene {
    primary: Cluster,
    standby: Cluster,
    filled: Filled,
    runtime: tokio::runtime::Runtime,
}

impl Scene {
    fn new() -> Scene {
        let primary = Cluster::with(Wanted::default()).unwrap();
        let filled = testkit::fill(primary.url(), 2, 0);
        let standby = primary.with_standby().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Scene { primary, standby, filled, runtime }
    }

    /// One more node over the same database.
    fn node(&self, lag: Duration) -> Arc<App> {
        let replica = Some((self.standby.url().to_owned(), lag));
        let options = Options { readers: 2, replica, ..Options::default() };
        let db = Db::open(self.primary.url(), options).unwrap();
        app::open(db, Clock::machine(), Config { seed: [9; 32], ..Config::for_tests() }).unwrap()
    }

    fn answer(&self, app: &Arc<App>, request: Request<Full<Bytes>>) -> (u16, Value) {
        self.runtime.block_on(async {
            let response = dispatch::handle(app, request, "127.0.0.1").await;
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
        })
    }

    fn get(&self, app: &Arc<App>, path: &str, key: &str) -> (u16, Value) {
        let request = Request::get(path)
            .header("host", "localhost")
            .header("authorization", format!("Bearer {key}"));
        self.answer(app, request.body(Full::default()).unwrap())
    }

    /// How many registrations a key is shown.
    fn count(&self, app: &Arc<App>, key: &str) -> usize {
        let (status, list) = self.get(app, DEALS, key);
        assert_eq!(status, 200, "{list}");
        list["data"].as_array().unwrap().len()
    }

    /// Registers a deal; its id.
    fn register(&self, app: &Arc<App>, key: &str, number: u32) -> String {
        let body = format!(
            "{{\"submit\":true,\"account_name\":\"Quarry {number} Works GmbH\",\
             \"account_domain\":\"q{number}-works.example\",\"account_country\":\"DE\",\
             \"contact_email\":\"buyer@q{number}-works.example\",\
             \"products\":[{{\"code\":\"core\",\"quantity\":1}}],\
             \"amount\":{{\"minor\":1200000,\"currency\":\"EUR\"}},\"close_on\":\"2028-01-01\",\
             \"evidence_note\":\"Met their head of operations at the fair\"}}"
        );
        let request = Request::post(DEALS)
            .header("host", "localhost")
            .header("authorization", format!("Bearer {key}"))
            .header("idempotency-key", format!("w{number}"))
            .header("content-type", "application/json");
        let (status, told) = self.answer(app, request.body(Full::from(body)).unwrap());
        assert_eq!(status, 201, "{told}");
        told["id"].as_str().unwrap().to_owned()
    }

    fn pause(&self) {
        self.standby.sql("SELECT pg_wal_replay_pause()").unwrap();
    }

    fn resume(&self) {
        self.standby.sql("SELECT pg_wal_replay_resume()").unwrap();
    }

    /// Looks again and again; each look asks the server something, which takes its time.
    fn until(&self, is_so: impl Fn() -> bool) {
        for _ in 0..LOOKS {
            if is_so() {
                return;
            }
            self.primary.sql("SELECT 1").unwrap();
        }
        panic!("it does not come to pass");
    }

    /// Waits until a node answers this key from the replica.
    fn settle(&self, app: &Arc<App>, key: &str) {
        self.until(|| {
            let before = reads(app, "Replica");
            self.count(app, key);
            reads(app, "Replica") > before
        });
    }
}

/// How many reads of a node were carried out there, or not there for that reason.
fn reads(app: &Arc<App>, place: &str) -> u64 {
    let line = format!("entente_reads_total{{place=\"{place}\"}} ");
    let text = app.metrics.text();
    let value = text.lines().find_map(|told| told.strip_prefix(&line));
    value.map_or(0, |value| value.parse().unwrap())
}

#[test]
fn op_02_whoever_wrote_sees_it_on_every_node_and_others_a_little_later() {
    let scene = Scene::new();
    let [writer, other] = [&scene.filled.partner_keys[0], &scene.filled.vendor_key];
    let (here, there) = (scene.node(LONG), scene.node(LONG));
    for node in [&here, &there] {
        scene.settle(node, writer);
        scene.settle(node, other);
    }
    scene.pause();
    let id = scene.register(&here, writer, 1);
    for node in [&here, &there] {
        assert_eq!(scene.count(node, writer), 1);
        assert_eq!(scene.get(node, &format!("{DEALS}/{id}"), writer).0, 200);
        assert_eq!(reads(node, "Lacks"), 2);
        // Who wrote nothing is shown the replica; but what it has nothing of is looked for.
        assert_eq!(scene.count(node, other), 0);
        assert_eq!(scene.get(node, &format!("{DEALS}/{id}"), other).0, 200);
        assert_eq!(reads(node, "Refused"), 1);
    }
    scene.resume();
    scene.until(|| scene.count(&there, other) == 1);
    scene.settle(&there, writer);
    assert_eq!(scene.count(&there, writer), 1);
    // A second write counts anew.
    scene.pause();
    scene.register(&there, writer, 2);
    assert_eq!((scene.count(&here, writer), scene.count(&here, other)), (2, 1));
}

#[test]
fn op_02_ap_01_a_repeated_answer_waits_for_the_standby_as_the_first_did() {
    let scene = Scene::new();
    let writer = &scene.filled.partner_keys[0];
    let node = scene.node(LONG);
    let id = scene.register(&node, writer, 1);
    let of_names = "SHOW synchronous_standby_names";
    scene.primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'").unwrap();
    scene.primary.sql("SELECT pg_reload_conf()").unwrap();
    scene.until(|| !scene.primary.sql(of_names).unwrap().is_empty());
    std::thread::scope(|scope| {
        let again = scope.spawn(|| scene.register(&node, writer, 1));
        let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        scene.until(|| again.is_finished() || scene.primary.sql(waiting).unwrap() == "1");
        assert!(!again.is_finished());
        scene.primary.wait_for_nobody().unwrap();
        assert_eq!(again.join().unwrap(), id);
    });
}

#[test]
fn op_02_id_04_a_key_that_was_revoked_is_refused_while_the_replica_still_knows_it() {
    let scene = Scene::new();
    let [gone, kept] = [&scene.filled.partner_keys[0], &scene.filled.partner_keys[1]];
    let node = scene.node(LONG);
    scene.settle(&node, gone);
    scene.pause();
    scene
        .primary
        .sql(
            "UPDATE identity_api_keys SET revoked_at = 1 WHERE partner_id = \
             (SELECT MIN(partner_id) FROM identity_api_keys WHERE partner_id <> '')",
        )
        .unwrap();
    let still = scene.standby.sql("SELECT COUNT(*) FROM identity_api_keys WHERE revoked_at > 0");
    assert_eq!(still.unwrap(), "0");
    assert_eq!(scene.get(&node, DEALS, gone).0, 401);
    assert_eq!(scene.get(&node, DEALS, kept).0, 200);
    // A role that was taken counts at once too: the replica knows the key with other rights.
    scene.primary.sql("UPDATE identity_api_keys SET scopes = 'program:read'").unwrap();
    assert_eq!(scene.get(&node, DEALS, kept).0, 403);
}

#[test]
fn op_02_a_replica_that_lags_or_is_gone_is_left_and_taken_again() {
    let scene = Scene::new();
    let [writer, other] = [&scene.filled.partner_keys[0], &scene.filled.vendor_key];
    let node = scene.node(Duration::from_secs(1));
    scene.settle(&node, other);
    scene.pause();
    scene.register(&node, writer, 1);
    scene.until(|| scene.count(&node, other) == 1);
    assert!(reads(&node, "Behind") > 0, "{}", node.metrics.text());
    scene.resume();
    scene.settle(&node, other);
    scene.standby.kill().unwrap();
    assert_eq!(scene.count(&node, other), 1);
    assert!(reads(&node, "Away") > 0, "{}", node.metrics.text());
    scene.standby.run().unwrap();
    scene.settle(&node, other);
    assert_eq!(scene.count(&node, other), 1);
}
