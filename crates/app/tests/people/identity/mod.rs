//! People, sessions, links and keys, told through HTTP.

mod addresses;
mod api_keys;
mod devices;
mod invitations;
mod limits;
mod links;
mod members;
mod proxies;
mod returning;
mod secrets;
mod services;
mod settings;
mod sign_in;
mod typed_secrets;

use testkit::{
    Caller, World,
    steps::identity::{PASSWORD, cookie, mailed_path, person_with_password, session},
};

/// Invites somebody again who was removed, and accepts for this person.
async fn invite_back(world: &World, by: &Caller, (email, role): (&str, &str)) {
    let fields = [("email", email), ("name", "Back Again"), ("roles", role)];
    let _ = by.post("/people", &fields).await.is(303);
    let path = mailed_path(world, email).await;
    let fields = [("name", "Back Again"), ("password", PASSWORD)];
    let _ = world.anonymous().post(&path, &fields).await.is(303);
}
