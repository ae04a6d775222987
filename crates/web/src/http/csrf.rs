//! Whether a form was sent by one of our own pages.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Sets this use of the secret apart from any other.
const PURPOSE: &[u8] = b"form token v1";

/// The token that the forms of a session carry: 43 characters, derived from the session's secret, so
/// that nothing has to be stored and another session's token does not fit.
pub fn csrf_token(session_secret: &[u8]) -> String {
    match Hmac::<Sha256>::new_from_slice(session_secret) {
        Ok(mut mac) => {
            mac.update(PURPOSE);
            BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())
        }
        // HMAC takes keys of any length; an empty token matches nothing.
        Err(_) => String::new(),
    }
}

/// Whether `given` is the token of the session, compared in constant time.
pub fn csrf_matches(session_secret: &[u8], given: &str) -> bool {
    let expected = csrf_token(session_secret);
    !expected.is_empty() && constant_time_eq(expected.as_bytes(), given.as_bytes())
}

/// Whether two byte strings are equal, in a time that tells only their lengths.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Whether a request that changes something comes from our own pages. `own` is our origin, such as
/// `https://partners.example.com`. `Origin` decides; a browser that sends none must say by
/// `Sec-Fetch-Site` that the request is its own. A caller that says neither is refused.
pub fn origin_allowed(origin: Option<&str>, fetch_site: Option<&str>, own: &str) -> bool {
    match (origin, fetch_site) {
        (Some(origin), _) => origin.eq_ignore_ascii_case(own.trim_end_matches('/')),
        (None, Some(site)) => matches!(site, "same-origin" | "none"),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_its_own_session_only() {
        let token = csrf_token(b"secret of one session");
        assert_eq!(token.len(), 43);
        assert!(csrf_matches(b"secret of one session", &token));
        assert!(!csrf_matches(b"secret of another session", &token));
        assert!(!csrf_matches(b"secret of one session", ""));
        assert!(!csrf_matches(b"secret of one session", &format!("{token}A")));
    }

    #[test]
    fn only_our_own_origin_may_change_things() {
        let own = "https://partners.example.com";
        assert!(origin_allowed(Some(own), None, own));
        assert!(origin_allowed(Some(own), Some("cross-site"), "https://partners.example.com/"));
        assert!(origin_allowed(None, Some("same-origin"), own));
        for foreign in ["https://example.com", "http://partners.example.com", "null", ""] {
            assert!(!origin_allowed(Some(foreign), Some("same-origin"), own), "{foreign}");
        }
        assert!(!origin_allowed(None, Some("same-site"), own));
        assert!(!origin_allowed(None, None, own));
    }
}
