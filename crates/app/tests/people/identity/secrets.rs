//! Secrets name their vendor and are looked up among that vendor's alone; those that were made before
//! name none and go on working (ID-01, ID-04).

use frame::secrets;
use testkit::{World, on_both};

const ACCOUNTS: &str = "/api/v1/accounts";
const WHOSE: [&str; 2] = ["identity_sessions", "identity_api_keys"];

/// Gives the only row of a table another secret.
async fn with_secret(world: &World, table: &'static str, hash: String) {
    let sql = format!("UPDATE {table} SET secret_hash = $2 WHERE vendor_id = $1");
    world.act(move |cx| Ok(cx.tx.execute(&sql, db::params![cx.vendor().as_str(), &hash])?)).await;
}

/// Copies the rows of a table, and the people behind them, to another vendor.
async fn copied_to(world: &World, host: &str) {
    let (other, _) = world.other_vendor(host, 0).await;
    world
        .act_for(other, |cx| {
            let vendor_id = cx.vendor();
            for (table, columns) in [
                ("identity_users", "user_id, email, name, created_at"),
                ("identity_memberships", "user_id, partner_id, roles, joined_at, created_at"),
                (
                    "identity_sessions",
                    "session_id, secret_hash, user_id, partner_id, method, origin, agent, \
                     created_at, seen_at, expires_at",
                ),
                (
                    "identity_api_keys",
                    "key_id, secret_hash, prefix, name, partner_id, scopes, created_by, \
                     created_at, expires_at",
                ),
            ] {
                let sql = format!(
                    "INSERT INTO {table} (vendor_id, {columns}) SELECT $1, {columns} FROM {table} \
                     WHERE vendor_id <> $1"
                );
                cx.tx.execute(&sql, db::params![vendor_id.as_str()])?;
            }
            Ok(())
        })
        .await;
}

#[test]
fn id_01_secrets_made_before_they_named_their_vendor_go_on_working() {
    on_both(|world| async move {
        let person = world.vendor_user("ada@acme.example", "channel_chief").await;
        let key = world.api_key("", "accounts:read").await;
        let _ = person.get("/accounts").await.is(200);
        let _ = key.api("GET", ACCOUNTS, &serde_json::Value::Null).await.is(200);

        let old_session = secrets::new_token(&world.app.ids);
        let body = format!("ent_old_{}", secrets::base62(&world.app.ids, 30));
        let old_key = format!("{body}_{}", secrets::checksum(&body));
        for (table, secret) in WHOSE.into_iter().zip([&old_session, &old_key]) {
            with_secret(&world, table, secrets::hash(secret)).await;
        }
        let (person, key) = (world.with_session(&old_session), world.with_key(&old_key));
        let _ = person.get("/accounts").await.is(200);
        let _ = key.api("GET", ACCOUNTS, &serde_json::Value::Null).await.is(200);

        // Should two rows ever have one secret, it opens nothing.
        copied_to(&world, "twin.example").await;
        let answer = person.get("/accounts").await;
        assert!(answer.location().contains("/sign-in"), "{answer:?}");
        let _ = key.api("GET", ACCOUNTS, &serde_json::Value::Null).await.is(401);
    });
}

#[test]
fn id_01_a_secret_is_looked_up_among_the_vendors_whose_it_is() {
    on_both(|world| async move {
        let person = world.vendor_user("ada@acme.example", "channel_chief").await;
        let key = world.api_key("", "accounts:read").await;
        copied_to(&world, "twin.example").await;
        let _ = person.get("/accounts").await.is(200);
        let _ = key.api("GET", ACCOUNTS, &serde_json::Value::Null).await.is(200);

        // A secret that names another vendor is another secret.
        let (other, _) = world.other_vendor("third.example", 0).await;
        let foreign = secrets::new_token_of(&world.app.ids, &other);
        let name = foreign.rsplit_once('.').unwrap().1.to_owned();
        let (_, secret) = person.session_cookie();
        let renamed = format!("{}.{name}", secret.rsplit_once('.').unwrap().0);
        let answer = world.with_session(&renamed).get("/accounts").await;
        assert!(answer.location().contains("/sign-in"), "{answer:?}");
    });
}
