//! Mails whose links only their recipients read, seen from both ends: at the mail server, and
//! where operators look.

mod earlier;
mod headers;
mod inbox;
mod sending;

use testkit::{Answer, Caller, PostOffice, World};

/// Asks for a sign-in link for a known address.
async fn ask(world: &World, email: &str) {
    let _ = world.anonymous().post("/sign-in/link", &[("email", email)]).await.is(303);
    world.run_jobs().await;
}

/// Somebody who looks after the installation.
async fn operator(world: &World) -> Caller {
    world.vendor_user("ops@acme.example", "operations").await
}

/// The ids of all mails, the newest first.
async fn mail_ids(ops: &Caller) -> Vec<String> {
    let page = ops.get("/operations/mails").await.is(200).text();
    let rest = page.split("/operations/mails/mal_").skip(1);
    let mut ids: Vec<String> = rest.map(|rest| format!("mal_{}", &rest[..26])).collect();
    ids.dedup();
    ids
}

/// The page of the newest mail.
async fn newest(ops: &Caller) -> Answer {
    let id = mail_ids(ops).await.remove(0);
    ops.get(&format!("/operations/mails/{id}")).await.is(200)
}

/// The secret at the end of a link's path.
fn secret(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Fails if anything that is stored holds one of these.
async fn is_stored_nowhere(world: &World, secrets: &[&str]) {
    for (place, text) in world.stored().await {
        for secret in secrets {
            assert!(!text.contains(secret), "{place}: {text}");
        }
    }
}

/// Fails unless the link signs in.
async fn signs_in(world: &World, path: &str) {
    let _ = world.anonymous().get(path).await.is(200).says("Sign in as");
    let _ = world.anonymous().post(path, &[]).await.is(303);
}

/// The paths of the links in what arrived for an address.
fn paths(post: &PostOffice, address: &str) -> Vec<String> {
    post.letters_to(address).iter().map(testkit::Letter::path).collect()
}
