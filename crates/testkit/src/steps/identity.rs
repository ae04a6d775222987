//! People, their sessions and their second factor.

use domain::ids::{PartnerId, UserId};
use people::identity::{self, NewUser};

use crate::{Answer, World};

/// A password that the policy takes.
pub const PASSWORD: &str = "seven green bottles";

/// The value of a cookie that an answer sets; `None` when it sets none.
pub fn cookie(answer: &Answer, name: &str) -> Option<String> {
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
pub fn session(answer: &Answer) -> String {
    cookie(answer, "session").unwrap_or_else(|| panic!("{}: no session", answer.asked))
}

/// Somebody with a password on one side, not signed in.
pub async fn person_with_password(world: &World, email: &str, partner: &str, role: &str) -> UserId {
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
pub async fn mailed_path(world: &World, address: &str) -> String {
    let mails = world.mails_to(address).await;
    let (_, body) = mails.last().unwrap_or_else(|| panic!("no mail to {address}"));
    let link = body
        .split_whitespace()
        .rfind(|word| word.contains("/links/"))
        .unwrap_or_else(|| panic!("no link in {body}"));
    link[link.find("/links/").unwrap()..].to_owned()
}

/// The secret of the one second factor that is set up.
pub async fn secret_of(world: &World) -> String {
    let app = world.app.clone();
    app.db
        .read(|tx| {
            let sql = "SELECT totp_secret FROM identity_users WHERE totp_secret IS NOT NULL";
            tx.query_one_as::<String, _>(sql, &[])
        })
        .await
        .unwrap_or_else(|error: db::DbError| panic!("{error}"))
}

/// The code that an authenticator program would show now, by RFC 6238.
pub fn code(world: &World, secret: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let key = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    let step = u64::try_from(world.app.clock.now().as_second() / 30).unwrap();
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 0x0f);
    let four = [digest[offset] & 0x7f, digest[offset + 1], digest[offset + 2], digest[offset + 3]];
    format!("{:06}", u32::from_be_bytes(four) % 1_000_000)
}
