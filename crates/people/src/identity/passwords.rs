//! Which passwords are taken: long enough, and not among those that everyone tries first. There
//! is no rule about kinds of characters (ID-01).

use domain::ids::UserId;
use serde_json::json;

use super::{hashing, links, links::LinkPurpose, sessions};
use crate::audit;
use frame::{ctx::Cx, error::AppError, routes::HashJob, state::App};

/// The shortest password, in characters.
const LEAST: usize = 8;
/// The longest password, in characters.
const MOST: usize = 256;

/// Passwords that everyone tries first, in lower case, sorted, one to a line.
const COMMON: &str = include_str!("common_passwords.txt");

/// What is wrong with a password for someone with this address; `None` when it may be used.
/// Rule ID-01.
pub(super) fn fault(password: &str, email: &str) -> Option<&'static str> {
    let length = password.chars().count();
    if length < LEAST {
        return Some("Use at least 8 characters; a few words in a row are easy to remember");
    }
    if length > MOST {
        return Some("Use at most 256 characters");
    }
    let lower = password.to_lowercase();
    let first = lower.chars().next();
    if COMMON.lines().any(|common| common == lower) || lower.chars().all(|c| Some(c) == first) {
        return Some("This password is too common; choose another");
    }
    let local = email.split('@').next().unwrap_or("");
    if !email.is_empty() && (lower == email || lower == local) {
        return Some("Choose a password that is not your e-mail address");
    }
    None
}

/// The Argon2id hash of a password that the policy takes, for the command line and the demo.
pub fn password_hash(app: &App, password: &str) -> Result<String, AppError> {
    if let Some(words) = fault(password, "") {
        return Err(AppError::field("password", words));
    }
    let job = HashJob::Hash { password: password.to_owned() };
    let hashed = hashing::carry_out_hashing(&job, &app.ids.bytes::<16>())?;
    hashed.phc.ok_or_else(|| AppError::internal("hashing gave no hash"))
}

/// The stored hash of a person's password; `None` when it signs in by mailed links.
pub(super) fn stored(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<Option<String>, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.query_opt_as::<Option<String>, _>(
        "SELECT password_phc FROM identity_users WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id.as_str()],
    )?;
    Ok(found.flatten())
}

/// Gives a person a new password by its hash. Other sessions end, and links that could set
/// another password are taken back.
pub fn set_password(cx: &mut Cx<'_, '_>, user_id: &UserId, phc: &str) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let changed = cx.tx.execute(
        "UPDATE identity_users SET password_phc = $3, version = version + 1 \
         WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id.as_str(), phc],
    )?;
    if changed == 0 {
        return Err(AppError::NotFound);
    }
    let kept = match &cx.actor.who {
        frame::actor::Who::User { user_id: own, session_id } if own == user_id => {
            session_id.clone()
        }
        frame::actor::Who::User { .. }
        | frame::actor::Who::ApiKey { .. }
        | frame::actor::Who::Link { .. }
        | frame::actor::Who::System
        | frame::actor::Who::Anonymous => String::new(),
    };
    sessions::end_others(cx, user_id, &kept)?;
    links::revoke_of_purpose(cx, LinkPurpose::Password, user_id)?;
    links::revoke_of_purpose(cx, LinkPurpose::SignIn, user_id)?;
    audit::record(
        cx,
        &audit::Entry {
            action: "identity.password_set",
            object_kind: "user",
            object_id: user_id.as_str(),
            before: json!(null),
            after: json!(null),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_01_seven_characters_are_too_few_and_eight_suffice() {
        assert!(fault("hv7;kq2", "").is_some());
        assert_eq!(fault("hv7;kq2x", ""), None);
        assert_eq!(fault("öäüßéèêë", ""), None);
    }

    #[test]
    fn id_01_256_characters_are_taken_and_257_are_not() {
        let long = "ab".repeat(128);
        assert_eq!(fault(&long, ""), None);
        assert!(fault(&format!("{long}c"), "").is_some());
    }

    #[test]
    fn id_01_common_passwords_and_ones_own_address_are_refused() {
        for bad in ["password1", "Password1", "QWERTYUIOP", "zzzzzzzzzzz", "12345678"] {
            assert!(fault(bad, "").is_some(), "{bad}");
        }
        assert!(fault("ana.lopez@north.example", "ana.lopez@north.example").is_some());
        assert!(fault("Ana.Lopez", "ana.lopez@north.example").is_some());
        assert_eq!(fault("no rules about kinds", "ana@north.example"), None);
    }

    #[test]
    fn id_01_the_list_of_common_passwords_holds_what_the_length_lets_through() {
        assert!(COMMON.lines().count() > 400);
        assert!(COMMON.lines().all(|line| line.chars().count() >= LEAST));
        assert!(COMMON.lines().is_sorted());
    }
}
