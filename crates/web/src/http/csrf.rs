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
/// `https://partners.example.com`, with or without the port that its scheme usually has: browsers
/// leave that out. `Origin` decides; a browser that sends none must say by
/// `Sec-Fetch-Site` that the request is its own. A caller that says neither is refused.
pub fn origin_allowed(origin: Option<&str>, fetch_site: Option<&str>, own: &str) -> bool {
    match (origin, fetch_site) {
        (Some(origin), _) => {
            Origin::of(origin).is_some_and(|origin| Some(origin) == Origin::of(own))
        }
        (None, Some(site)) => matches!(site, "same-origin" | "none"),
        (None, None) => false,
    }
}

/// An origin in its parts.
#[derive(PartialEq, Eq)]
struct Origin {
    scheme: &'static str,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin in a text; `None` for `null` and for what is no address of a site.
    fn of(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (scheme, usual) = match scheme.to_ascii_lowercase().as_str() {
            "https" => ("https", 443),
            "http" => ("http", 80),
            _ => return None,
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            // The colons of an IPv6 address stand in brackets.
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            Some(_) | None => (rest, usual),
        };
        let is_host = !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
        is_host.then(|| Self { scheme, host: host.to_ascii_lowercase(), port })
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
        assert!(origin_allowed(Some(own), None, "https://Partners.example.com:443"));
        assert!(origin_allowed(Some("https://partners.example.com:443"), None, own));
        assert!(origin_allowed(Some("http://[::1]:7171"), None, "http://[::1]:7171"));
        assert!(origin_allowed(Some("http://[::1]"), None, "http://[::1]:80"));
        assert!(!origin_allowed(Some(own), None, "https://partners.example.com:8443"));
        assert!(!origin_allowed(Some("http://partners.example.com:443"), None, own));
        assert!(!origin_allowed(Some("null"), None, "null"));
        for foreign in [
            "https://example.com",
            "http://partners.example.com",
            "null",
            "",
            "https://partners.example.com@evil.example",
            "https://partners.example.com/x",
        ] {
            assert!(!origin_allowed(Some(foreign), Some("same-origin"), own), "{foreign}");
        }
        assert!(!origin_allowed(None, Some("same-site"), own));
        assert!(!origin_allowed(None, None, own));
    }
}
