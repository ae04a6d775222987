//! People, sessions, links and keys, told through HTTP.

mod api_keys;
mod devices;
mod invitations;
mod limits;
mod links;
mod members;
mod secrets;
mod services;
pub(crate) mod settings;
mod sign_in;

use domain::ids::{PartnerId, UserId};
use people::identity::{self, NewUser};
use testkit::{Answer, Caller, World};

/// A password that the policy takes.
pub(crate) const PASSWORD: &str = "seven green bottles";

/// The value of a cookie that an answer sets; `None` when it sets none.
pub(crate) fn cookie(answer: &Answer, name: &str) -> Option<String> {
    answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(|value| web::cookie_value(value, &web::host_cookie_name(name, true)))
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
}

/// The secret of the session that an answer begins.
pub(crate) fn session(answer: &Answer) -> String {
    cookie(answer, "session").unwrap_or_else(|| panic!("{}: no session", answer.asked))
}

/// Somebody with a password on one side, not signed in.
pub(crate) async fn person_with_password(
    world: &World,
    email: &str,
    partner: &str,
    role: &str,
) -> UserId {
    let (email, partner, role) = (email.to_owned(), partner.to_owned(), role.to_owned());
    world
        .act(move |cx| {
            let phc = identity::password_hash(cx.app, PASSWORD)?;
            let partner_id = PartnerId::parse(&partner).ok();
            identity::create_user(
                cx,
                &NewUser {
                    email: &email,
                    name: "Ana Ruiz",
                    partner_id: partner_id.as_ref(),
                    roles: &[&role],
                    password_phc: Some(&phc),
                    ..NewUser::default()
                },
            )
        })
        .await
}

/// The path of the last link in the last mail to an address.
pub(crate) async fn mailed_path(world: &World, address: &str) -> String {
    let mails = world.mails_to(address).await;
    let (_, body) = mails.last().unwrap_or_else(|| panic!("no mail to {address}"));
    let link = body
        .split_whitespace()
        .rfind(|word| word.contains("/links/"))
        .unwrap_or_else(|| panic!("no link in {body}"));
    link[link.find("/links/").unwrap()..].to_owned()
}

/// Invites somebody again who was removed, and accepts for this person.
async fn invite_back(world: &World, by: &Caller, (email, role): (&str, &str)) {
    let fields = [("email", email), ("name", "Back Again"), ("roles", role)];
    let _ = by.post("/people", &fields).await.is(303);
    let path = mailed_path(world, email).await;
    let fields = [("name", "Back Again"), ("password", PASSWORD)];
    let _ = world.anonymous().post(&path, &fields).await.is(303);
}
