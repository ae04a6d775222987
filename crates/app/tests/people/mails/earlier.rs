//! What an earlier version has left: mails with their links in the text, answers that show them,
//! refusals that quote them.

use app::migrations;
use domain::ids::UserId;
use jiff::ToSpan;
use people::{
    identity::links::{self, LinkPurpose, NewLink, Uses},
    notifications::SEND_MAIL,
};
use serde_json::json;
use testkit::{World, on_both_by_mail, on_each};

use super::{is_stored_nowhere, mail_ids, newest, operator, paths, signs_in};

const ANA: &str = "ana@acme.example";

/// A mail as the version before 0018 kept it; gives the address in it.
async fn old_mail(world: &World, user_id: &str, state: &'static str) -> String {
    let user_id = UserId::parse(user_id).unwrap();
    world
        .act(move |cx| {
            let new = NewLink {
                purpose: LinkPurpose::SignIn,
                user_id: Some(&user_id),
                partner_id: None,
                subject_id: "",
                uses: Uses::UntilExpiry,
                expires_at: cx.now.saturating_add(72.hours()).unwrap(),
            };
            let url = links::issue(cx, &new)?.url;
            let body = format!("To sign in, open this link:\n\n{url}\n\nIt works once.\n");
            let fault = format!("permanent error (550): <{url}> is listed");
            let id = domain::ids::MailId::new(cx.ids(), cx.now);
            let (vendor_id, now) = (cx.vendor(), cx.now_micros());
            cx.tx.execute(
                "INSERT INTO mails (vendor_id, mail_id, to_address, subject, body, kind, state, \
                 created_at, fault) VALUES ($1, $2, $3, 'Your sign-in link', $4, 'test', $5, $6, \
                 $7)",
                db::params![vendor_id.as_str(), id.as_str(), ANA, body, state, now, fault],
            )?;
            Ok(url)
        })
        .await
}

#[test]
fn id_01_links_are_taken_out_of_mails_of_an_earlier_version_and_go_on_working() {
    on_both_by_mail(async |world, post| {
        let ops = operator(&world).await;
        let key = world.api_key("", "operations:manage").await;
        let ana = world.vendor_user(ANA, "direct_rep").await;
        let mut urls = Vec::new();
        for state in ["sent", "kept", "failed", "waiting"] {
            urls.push(old_mail(&world, &ana.user_id, state).await);
        }
        let secrets: Vec<&str> = urls.iter().map(|url| url.rsplit('/').next().unwrap()).collect();
        // Until the housekeeping has come by, pages cover them.
        for id in mail_ids(&ops).await {
            let page = ops.get(&format!("/operations/mails/{id}")).await.is(200).says("(a link)");
            let _ = page.does_not_say("/links/");
        }
        world.travel_to("2026-01-06").await;
        is_stored_nowhere(&world, &secrets).await;
        let _ = newest(&ops).await.says("sign-in link").says("shown to its recipient only");
        // Whoever has the mail already, and whoever gets it now, is let in.
        let path = format!("/links/{}", urls[0].split_once("/links/").unwrap().1);
        signs_in(&world, &path).await;
        for id in mail_ids(&ops).await {
            let _ = key.api("POST", &format!("/api/v1/mails/{id}/resending"), &json!({})).await;
        }
        world.run_jobs().await;
        assert_eq!(post.letters_to(ANA).len(), 2, "the kept one and the one that failed");
        for path in paths(&post, ANA) {
            assert!(!secrets.iter().any(|secret| path.contains(secret)));
            signs_in(&world, &path).await;
        }
    });
}

#[test]
fn id_01_a_mail_that_waited_through_the_upgrade_is_sent_as_it_is() {
    on_both_by_mail(async |world, post| {
        let ana = world.vendor_user(ANA, "direct_rep").await;
        let url = old_mail(&world, &ana.user_id, "waiting").await;
        world
            .act(|cx| {
                let mail = cx.tx.query_one("SELECT mail_id FROM mails", &[], |row| row.text(0))?;
                let (vendor_id, now) = (cx.vendor(), cx.now_micros());
                let job = ::jobs::NewJob {
                    vendor_id: vendor_id.as_str(),
                    kind: "notifications.send_mail",
                    key: None,
                    payload: &mail,
                    run_at_micros: now,
                    max_attempts: 12,
                };
                ::jobs::enqueue(cx.tx, &job, now)?;
                Ok(())
            })
            .await;
        world.run_jobs().await;
        assert!(post.letters_to(ANA)[0].text.contains(&url));
        assert_ne!(SEND_MAIL, "notifications.send_mail", "a node before the upgrade leaves it");
    });
}

/// The statements of the migration that are for this database, one by one.
fn statements(world: &World) -> Vec<String> {
    let migration = migrations::ALL.iter().find(|one| one.name.ends_with("mailed_links")).unwrap();
    let other = match world.dialect() {
        testkit::Dialect::Sqlite => "-- only postgres",
        testkit::Dialect::Postgres => "-- only sqlite",
    };
    let mut kept = String::new();
    let mut leaves_out = false;
    for line in migration.sql.lines() {
        leaves_out = (leaves_out || line == other) && line != "-- end";
        if !leaves_out && !line.starts_with("--") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept.split(';').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

#[test]
fn id_01_the_upgrade_takes_links_out_of_kept_answers_and_dead_letters_and_begins_with_mails() {
    on_each(async |world| {
        let north = world.partner("North").await;
        let _ = north.seller.post("/registrations/link", &[]).await.is(200);
        world
            .act(|cx| {
                cx.tx.execute(
                    "UPDATE idempotency_answers SET body = $1",
                    db::params![b"https://partners.example/links/register/s3cret".as_slice()],
                )?;
                let (vendor_id, now) = (cx.vendor(), cx.now_micros());
                cx.tx.execute(
                    "INSERT INTO jobs_queue (vendor_id, number, kind, payload, due_at, attempts, \
                     max_attempts, fencing, last_error, dead_at, created_at) VALUES ($1, 900, \
                     'notifications.send_mail', 'mal_1', $2, 12, 12, 0, \
                     '550 https://partners.example/links/sign-in/s3cret is listed', $2, $2)",
                    db::params![vendor_id.as_str(), now],
                )?;
                Ok(())
            })
            .await;
        for statement in statements(&world) {
            if statement.starts_with("UPDATE") {
                world.act(move |cx| Ok(cx.tx.execute(&statement, &[])?)).await;
            }
        }
        is_stored_nowhere(&world, &["s3cret"]).await;
        let due = "SELECT COUNT(*) FROM jobs_schedules WHERE next_at = 0";
        assert_eq!(world.count(due).await, 1, "housekeeping runs at once");
        world.run_jobs().await;
        assert_eq!(world.count(due).await, 0);
    });
}
