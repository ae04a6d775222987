//! Writes of a vendor run in its lane, whatever was known of the caller beforehand (OP-02).

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::task::{Context, Poll};

use bytes::Bytes;
use db::{Db, DbError, NO_PARAMS, params};
use domain::ids::VendorId;
use frame::lanes::lane_of;
use frame::{AppError, Cx};
use http::Method;
use http_body::Frame;
use people::audit::{self, Entry};
use people::events::{self, Event};
use serde_json::{Value, json};
use testkit::{Caller, World, on_each, on_postgres};

/// A body before which something happens.
struct Late<F> {
    before: Option<F>,
    bytes: Option<Bytes>,
}

impl<F: FnOnce() + Unpin> http_body::Body for Late<F> {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(before) = self.before.take() {
            before();
        }
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// Begins a write in a vendor's lane and keeps it open until the returned sender is dropped.
fn hold(db: &Db, vendor_id: &VendorId) -> SyncSender<()> {
    let (release, held) = sync_channel::<()>(0);
    let (started, start) = sync_channel::<()>(1);
    let (db, lane) = (db.clone(), lane_of(vendor_id));
    let held = Arc::new(std::sync::Mutex::new(held));
    std::thread::spawn(move || {
        db.write_in_blocking(lane, move |_| {
            started.send(()).ok();
            held.lock().unwrap().recv().ok();
            Ok::<_, DbError>(())
        })
    });
    start.recv().unwrap();
    release
}

/// Asks for a link to sign in, of the vendor of the host.
async fn ask(from: Caller, host: &str, before: impl FnOnce() + Unpin + Send) -> u16 {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
        ("host", host),
    ];
    let bytes = Some(Bytes::from("email=nobody%40acme.example"));
    let body = Late { before: Some(before), bytes };
    from.send_body(Method::POST, "/sign-in/link", &headers, body).await.status.as_u16()
}

const WAITING: &str = "SELECT COUNT(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
     JOIN pg_database d ON d.oid = l.database \
     WHERE NOT l.granted AND d.datname = current_database() AND c.relname LIKE 'db_lane_%'";

#[test]
fn op_02_a_write_that_began_in_another_vendors_lane_runs_in_the_right_one() {
    on_postgres(async |world| {
        let (before, _) = world.other_vendor("first.example", 0).await;
        let (after, _) = world.other_vendor("second.example", 0).await;
        assert_ne!(lane_of(&before), lane_of(&after));
        // Another node holds the lane of the vendor to whom the host belongs once the body comes.
        let node = world.second_node();
        let held = hold(&node.app().db, &after);
        let (from, db) = (world.anonymous(), world.app.db.clone());
        let (one, two) = (before.clone(), after.clone());
        let moved = Arc::new(AtomicBool::new(false));
        let seen = moved.clone();
        let asking = tokio::spawn(async move {
            let swap = move || {
                // In a transaction of its own that needs no lane.
                swap(&db, (&one, &two));
                seen.store(true, Ordering::SeqCst);
            };
            ask(from, "first.example", swap).await
        });
        while world.count(WAITING).await == 0 {
            assert!(!asking.is_finished(), "it did not write in the lane that is held");
            tokio::task::yield_now().await;
        }
        assert!(moved.load(Ordering::SeqCst));
        drop(held);
        assert_eq!(asking.await.unwrap(), 303);
        let jobs = "SELECT vendor_id FROM jobs_queue WHERE kind = 'identity.mail_link'";
        let queued = world.app.db.read(move |tx| tx.query_as::<String, _>(jobs, NO_PARAMS)).await;
        assert_eq!(queued, Ok(vec![after.as_str().to_owned()]));
    });
}

/// Gives the host of the one vendor to the other.
fn swap(db: &Db, (one, two): (&VendorId, &VendorId)) {
    // Neither is the lane that is held, and no vendor's rows but these are written.
    let lane = lane_of(one);
    let (one, two) = (one.as_str().to_owned(), two.as_str().to_owned());
    db.write_in_blocking(lane, move |tx| {
        let sql = "UPDATE vendors SET host = $2 WHERE vendor_id = $1";
        tx.execute(sql, params![&one, "gone.example"])?;
        tx.execute(sql, params![&two, "first.example"])
    })
    .unwrap();
}

#[test]
fn op_02_a_request_does_not_wait_for_a_long_write_of_another_vendor() {
    on_postgres(async |world| {
        let (held, _) = world.other_vendor("held.example", 0).await;
        let (free, made) = world.other_vendor("free.example", 1).await;
        assert_ne!(lane_of(&held), lane_of(&free));
        let release = hold(&world.second_node().app().db, &held);
        let key = world.with_key(&made.partner_keys[0]);
        let path = "/api/v1/deal-registrations";
        let made_one = key.api("POST", path, &deal(1)).await.is(201).json();
        let session = world.with_session(&made.partner_sessions[0]);
        session.post("/sign-out", &[]).await.is(303).ok();
        // And one without a body, of whom nothing was asked before it writes.
        let path = format!("{path}/{}/withdrawal", made_one["id"].as_str().unwrap());
        key.api("POST", &path, &Value::Null).await.is(200).ok();
        drop(release);
    });
}

#[test]
fn ap_02_au_01_nothing_is_numbered_in_the_lane_of_another_vendor() {
    on_each(async |world| {
        let (other, _) = world.other_vendor("other.example", 0).await;
        assert_ne!(lane_of(&other), lane_of(&world.vendor_id));
        let event: Act = |cx| {
            let (kind, data) = ("test.happened", Value::Null);
            let event = Event { kind, object_kind: "", object_id: "", partner_id: "", data };
            events::append(cx, &event)
        };
        let entry: Act = |cx| {
            let (action, before, after) = ("test.done", Value::Null, Value::Null);
            let entry = Entry { action, object_kind: "", object_id: "", before, after };
            audit::record(cx, &entry)
        };
        for (act, right) in [(event, false), (entry, false), (event, true), (entry, true)] {
            let (app, acting) = (world.app.clone(), world.vendor_id.clone());
            let now = app.clock.now();
            let lane_owner = if right { &world.vendor_id } else { &other };
            let written = world.app.write_for(lane_owner, move |tx| {
                act(&mut Cx::system(tx, &app, acting.clone(), now))
            });
            assert_eq!(written.await.is_ok(), right);
        }
    });
}

type Act = fn(&mut Cx<'_, '_>) -> Result<(), AppError>;

fn deal(number: usize) -> Value {
    json!({
        "submit": true,
        "account_name": format!("{} {number} GmbH", ["Alder", "Basalt", "Cobalt"][number % 3]),
        "account_domain": format!("company{number}.example"),
        "account_country": "DE",
        "contact_email": format!("buyer@company{number}.example"),
        "products": [{ "code": "core", "quantity": 1 }],
        "amount": { "minor": 1_200_000, "currency": "EUR" },
        "close_on": "2026-06-01",
        "evidence_note": "Met their head of operations at the fair"
    })
}

const VENDORS: usize = 8;
const DEALS: usize = 3;

/// How many vendors' feeds or chains have a gap or a number twice in this snapshot.
const GAPS: &str = "SELECT COUNT(*) FROM ( \
       SELECT vendor_id FROM events_feed GROUP BY vendor_id HAVING COUNT(*) <> MAX(seq) \
       UNION ALL SELECT vendor_id FROM audit_entries GROUP BY vendor_id \
       HAVING COUNT(*) <> MAX(seq) \
       UNION ALL SELECT vendor_id FROM deal_registrations GROUP BY vendor_id \
       HAVING COUNT(*) <> MAX(number)) AS torn";

async fn register_twice(callers: [Caller; 2], number: usize) -> [Value; 2] {
    let (body, key) = (deal(number), format!("deal-{number}"));
    let headers = [("idempotency-key", key.as_str())];
    let [one, two] = &callers;
    let path = "/api/v1/deal-registrations";
    let (one, two) = tokio::join!(
        one.api_with("POST", path, &body, &headers),
        two.api_with("POST", path, &body, &headers)
    );
    [one.is(201).json(), two.is(201).json()]
}

#[test]
fn op_02_ap_01_au_01_eight_vendors_write_on_two_nodes_without_a_gap_and_each_request_once() {
    on_postgres(async |world| {
        let node = world.second_node();
        let (mut vendors, mut work) = (Vec::new(), Vec::new());
        for number in 0..VENDORS {
            let (vendor_id, made) = world.other_vendor(&format!("v{number}.example"), 2).await;
            vendors.push(vendor_id);
            for (partner, key) in made.partner_keys.iter().enumerate() {
                let here = world.with_key(key);
                let callers = [here.clone(), node.seen_by(&here)];
                work.push(tokio::spawn(async move {
                    let mut answers = Vec::new();
                    for deal in 0..DEALS {
                        let number = partner * DEALS + deal;
                        answers.push(register_twice(callers.clone(), number).await);
                    }
                    answers
                }));
            }
        }
        let done = Arc::new(AtomicBool::new(false));
        let watching = tokio::spawn(watch(world.app.db.clone(), done.clone()));
        for one in work {
            for [here, there] in one.await.unwrap() {
                assert_eq!(here, there);
            }
        }
        done.store(true, Ordering::SeqCst);
        assert_eq!(watching.await.unwrap(), 0, "a snapshot had a gap");
        assert_all_is_there(&world, &vendors).await;
        for db in [&world.app.db, &node.app().db] {
            assert_eq!(db.stats().failed_commits, 0);
        }
        tokio::join!(world.run_jobs(), node.run_jobs());
        assert_eq!(world.count(GAPS).await, 0);
    });
}

async fn watch(db: Db, done: Arc<AtomicBool>) -> i64 {
    let mut gaps = 0;
    while !done.load(Ordering::SeqCst) {
        gaps += db.read(|tx| tx.query_one_as::<i64, _>(GAPS, NO_PARAMS)).await.unwrap();
    }
    gaps
}

async fn assert_all_is_there(world: &World, vendors: &[VendorId]) {
    assert_eq!(world.count(GAPS).await, 0);
    let sql = "SELECT vendor_id, COUNT(*) FROM deal_registrations GROUP BY vendor_id";
    let made = world.app.db.read(move |tx| tx.query_as::<(String, i64), _>(sql, NO_PARAMS));
    let made = made.await.unwrap();
    assert_eq!(made.len(), vendors.len());
    for (vendor, count) in made {
        assert_eq!(count, i64::try_from(2 * DEALS).unwrap(), "{vendor}");
    }
    let keys = "SELECT COUNT(*) FROM deal_registration_keys";
    assert_eq!(world.count(keys).await, 1, "the installation has one key for receipts");
    let lanes: BTreeSet<_> = vendors.iter().map(lane_of).collect();
    let used = "SELECT COUNT(*) FROM pg_class WHERE relname LIKE 'db_lane_%'";
    assert!(usize::try_from(world.count(used).await).unwrap() >= lanes.len());
}
