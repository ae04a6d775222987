//! Chains that were cut or rewritten, without and with what was noted of them elsewhere.

use frame::AppError;
use people::audit::Noted;
use run::operate::soundness::{self, Heads};
use serde_json::json;
use testkit::{
    World, on_both, on_each,
    steps::{
        accounts::operations,
        deal_registration::{approved, register},
    },
};

use super::story;

/// The heads of every chain, and what is found with others noted.
fn heads(world: &World) -> Heads {
    let found =
        world.app.db.read_blocking(|tx| soundness::examine(tx, &app::kept_tables(), &Heads::new()));
    found.unwrap_or_else(|error: AppError| panic!("{error}")).heads
}

fn faults_since(world: &World, noted: &Heads) -> Vec<String> {
    let noted = noted.clone();
    let found =
        world.app.db.read_blocking(move |tx| soundness::examine(tx, &app::kept_tables(), &noted));
    found.unwrap_or_else(|error: AppError| panic!("{error}")).faults
}

#[test]
fn au_01_a_trail_cut_with_its_head_is_found_by_the_rows_that_name_its_entries() {
    on_both(async |world| {
        let north = world.partner("North").await;
        register(&north, "Globex").await.is(201).ok();
        let cut = |entries: u32| {
            format!(
                "{} DELETE FROM audit_details WHERE seq > (SELECT seq - {entries} FROM audit_heads); \
                 DELETE FROM audit_entries WHERE seq > (SELECT seq - {entries} FROM audit_heads); \
                 UPDATE audit_heads SET seq = (SELECT MAX(seq) FROM audit_entries), \
                 hash = (SELECT hash FROM audit_entries ORDER BY seq DESC LIMIT 1);",
                world.unguarded()
            )
        };
        let found = world.faults_after(&cut(1));
        let says = |words: &str| found.iter().any(|line| line.contains(words));
        assert!(says("rows of Acme: link"), "{found:#?}");
        assert!(says("of the audit trail, which is missing or different"), "{found:#?}");
        assert!(says("the audit trail records 0 submissions (DR-19)"), "{found:#?}");
    });
}

#[test]
fn au_01_a_link_of_what_rows_said_is_not_changed_cut_or_put_in() {
    on_both(async |world| {
        let north = world.partner("North").await;
        approved(&world, &north, "Globex").await;
        let off = world.unguarded();
        for (sql, words) in [
            ("UPDATE audit_rows SET said = '[]' WHERE seq = 3;", "link 3: its fields were changed"),
            ("UPDATE audit_rows SET at = at + 1 WHERE seq = 3;", "link 3: its fields were changed"),
            ("UPDATE audit_rows SET found = 1 WHERE seq = 3;", "link 3: its fields were changed"),
            (
                "UPDATE audit_rows SET audit_seq = 0, audit_hash = '' \
                 WHERE seq = (SELECT seq FROM audit_row_heads);",
                "its fields were changed",
            ),
            ("DELETE FROM audit_rows WHERE seq = 4;", "link 5: link 4 is missing"),
            (
                "DELETE FROM audit_rows WHERE seq = (SELECT seq FROM audit_row_heads);",
                "the chain was truncated or extended",
            ),
            // Cut with its head, it lacks what the rows say by now.
            (
                "DELETE FROM audit_rows WHERE seq = (SELECT seq FROM audit_row_heads); \
                 UPDATE audit_row_heads SET seq = seq - 1, hash = (SELECT hash FROM audit_rows \
                 WHERE audit_rows.seq = audit_row_heads.seq - 1);",
                "registration reg_",
            ),
        ] {
            let found = world.faults_after(&format!("{off}{sql}"));
            assert!(found.iter().any(|line| line.contains(words)), "{sql}\n{found:#?}");
        }
    });
}

#[test]
fn au_01_every_chain_must_hold_what_a_manifest_noted_of_it() {
    on_both(async |world| {
        let story = story(&world).await;
        let noted = heads(&world);
        let kinds: Vec<&str> = noted.keys().map(|name| name.split('/').next().unwrap()).collect();
        for kind in ["audit", "events", "evidence", "receipts", "rows"] {
            assert!(kinds.contains(&kind), "{kinds:?}");
        }
        assert_eq!(kinds.iter().filter(|kind| **kind == "evidence").count(), 3);
        register(&story.north, "Hooli").await.is(201).ok();
        assert_eq!(faults_since(&world, &noted), Vec::<String>::new(), "chains only grow");
        for (name, head) in &noted {
            let other = Noted { hash: "0".repeat(64), ..head.clone() };
            let found = faults_since(&world, &[(name.clone(), other)].into());
            assert_eq!(found.len(), 1, "{name}: {found:?}");
            assert!(found[0].contains("recorded elsewhere"), "{found:?}");
            let longer = Noted { seq: head.seq + 1_000, ..head.clone() };
            let found = faults_since(&world, &[(name.clone(), longer)].into());
            assert_eq!(found.len(), 1, "{name}: {found:?}");
            assert!(found[0].contains("recorded elsewhere"), "{found:?}");
        }
        let gone = [("receipts/ven_x/prg_x".to_owned(), Noted { seq: 1, hash: String::new() })];
        assert_eq!(
            faults_since(&world, &gone.into()),
            ["receipts/ven_x/prg_x: it was recorded elsewhere but is missing here"]
        );
    });
}

#[test]
fn au_01_the_feed_has_no_gap_and_is_the_one_that_was_noted() {
    on_each(async |world| {
        let north = world.partner("North").await;
        register(&north, "Globex").await.is(201).ok();
        let found = world.faults_after("DELETE FROM events_feed WHERE seq = 1");
        assert_eq!(found, ["event feed of Acme: event 1 is missing"]);
        let noted = heads(&world);
        world.tamper(|tx| tx.batch("UPDATE events_feed SET kind = kind || 'x' WHERE seq = 1"));
        let found = faults_since(&world, &noted);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("event feed of Acme: link"), "{found:?}");
    });
}

#[test]
fn au_01_rows_of_an_older_installation_are_compared_once_the_job_has_taken_them_in() {
    on_both(async |world| {
        let north = world.partner("North").await;
        approved(&world, &north, "Globex").await;
        operations(&world)
            .await
            .api("POST", "/api/v1/accounts", &json!({ "name": "Initech" }))
            .await
            .is(201)
            .ok();
        let off = world.unguarded();
        world.tamper(move |tx| {
            tx.batch(off)?;
            tx.batch("DELETE FROM audit_rows; DELETE FROM audit_row_heads")
        });
        // Receipts and rules find what they can even so.
        let moved = "UPDATE deal_registrations SET submitted_at = submitted_at - 5, \
                     protected_until = '2030-01-01'";
        let found = world.faults_after(moved);
        for words in ["; receipt 1 says 2026-01-05T08:00:00Z", "it should be 2026-04-05"] {
            assert!(found.iter().any(|line| line.contains(words)), "{found:#?}");
        }
        // As it was before rows were kept: nothing is compared, and a write keeps its own row only.
        let change = "UPDATE accounts SET status = 'house'";
        assert_eq!(world.faults_after(change), Vec::<String>::new());
        register(&north, "Hooli").await.is(201).ok();
        assert_eq!(world.faults_after(change), Vec::<String>::new());
        world.act(|cx| cx.app.work.schedule(cx.tx, cx.now_micros())).await;
        world.run_jobs().await;
        assert_eq!(world.faults_after(change), Vec::<String>::new(), "nodes before may still run");
        world.travel_to_instant("2026-01-05T09:00:00Z").await;
        for _ in 0..40 {
            world.run_jobs().await;
        }
        assert_eq!(world.faults(), Vec::<String>::new());
        let found = world.faults_after(change);
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(found[0].contains("status is house; the audit trail says prospect"), "{found:#?}");
        world.act(|cx| cx.app.work.schedule(cx.tx, cx.now_micros())).await;
        assert_eq!(
            world.count("SELECT COUNT(*) FROM jobs_queue WHERE kind = 'audit.begin_rows'").await,
            0
        );
    });
}
