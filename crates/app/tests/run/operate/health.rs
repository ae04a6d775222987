use testkit::{World, on_both, on_sqlite};

const MINUTE: i64 = 60 * 1_000_000;

async fn queue_a_job(world: &World, late_minutes: i64) {
    world
        .act(move |cx| {
            let due = cx.now_micros() - late_minutes * MINUTE;
            let job = ::jobs::NewJob {
                vendor_id: "",
                kind: "nobody.does_this",
                key: None,
                payload: "{}",
                run_at_micros: due,
                max_attempts: 1,
            };
            ::jobs::enqueue(cx.tx, &job, due)?;
            Ok(())
        })
        .await;
}

#[test]
fn op_03_a_node_says_that_it_lives_and_that_it_is_ready() {
    on_both(async |world| {
        let monitor = world.anonymous();
        let _ = monitor.get("/healthz").await.is(200).says("alive");
        let _ = monitor.get("/readyz").await.is(200).says("ready");
    });
}

#[test]
fn op_03_health_is_told_whoever_asks() {
    on_both(async |world| {
        let odd = world.with_key("not a key");
        let _ = odd.get("/healthz").await.is(200);
        let _ = odd.get("/readyz").await.is(200);
    });
}

#[test]
fn op_03_a_queue_that_nobody_works_on_is_not_ready() {
    on_both(async |world| {
        queue_a_job(&world, 15).await;
        let _ = world.anonymous().get("/readyz").await.is(200);
        queue_a_job(&world, 16).await;
        let answer = world.anonymous().get("/readyz").await.is(503);
        let _ = answer.says("waited for 16 minutes").says("is a worker running");
    });
}

/// The last use of a key is noted beside a read; where it cannot be, the read is answered.
#[test]
fn op_03_reading_goes_on_while_nothing_can_be_written() {
    on_sqlite(async |world| {
        let partner = world.partner("Nova").await;
        world.act(|cx| Ok(cx.tx.batch("PRAGMA query_only = ON")?)).await;
        let hour = jiff::SignedDuration::from_hours(1);
        world.app.clock.set(world.app.clock.now() + hour);
        let _ = partner.key.get("/api/v1/deal-registrations").await.is(200);
        let _ = partner.seller.get("/registrations").await.is(200);
    });
}

#[test]
fn op_03_a_closed_database_is_alive_and_not_ready() {
    on_both(async |world| {
        world.expects_faults();
        world.app.db.close();
        let _ = world.anonymous().get("/healthz").await.is(200);
        let _ = world.anonymous().get("/readyz").await.is(503).says("does not answer");
        let measured = world.anonymous().get("/metrics").await.is(200);
        let _ = measured.says("entente_up 0\n");
    });
}

#[test]
fn op_03_what_is_measured_is_told_in_a_form_that_machines_read() {
    on_both(async |world| {
        let _ = world.anonymous().get("/healthz").await.is(200);
        queue_a_job(&world, 2).await;
        let answer = world.anonymous().get("/metrics").await.is(200);
        assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
        let text = answer.text();
        assert!(text.contains("entente_http_requests_total{route=\"/healthz\",status=\"200\"} 1"));
        assert!(text.contains("entente_jobs_due 1\n"), "{text}");
        assert!(text.contains("entente_jobs_oldest_due_seconds 120\n"), "{text}");
        assert_eq!(text.matches("# EOF\n").count(), 1);
        assert!(text.ends_with("# EOF\n"));
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(name.starts_with("entente_"), "{line}");
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    });
}

#[test]
fn every_answer_names_its_request() {
    on_both(async |world| {
        let first = world.anonymous().get("/healthz").await;
        let second = world.anonymous().get("/nowhere").await;
        assert_ne!(first.header("x-request-id"), "");
        assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
        let forged = [("x-request-id", "mine")];
        let answer =
            world.anonymous().send(http::Method::GET, "/healthz", &forged, "".into()).await;
        assert_ne!(answer.header("x-request-id"), "mine");
    });
}
