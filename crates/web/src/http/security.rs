//! The headers that keep a page to itself.

use http::header::{HeaderName, HeaderValue};

/// Scripts, styles, images and requests from ourselves and from nowhere else; nothing inline; no
/// frame around us.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// What a page may ask a browser for: none of it.
const PERMISSIONS_POLICY: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), \
    serial=(), hid=(), midi=(), display-capture=(), browsing-topics=()";

/// The headers of every answer. With `https`, browsers are told to come back by HTTPS only, and the
/// window is cut off from windows of other origins (which browsers honour over HTTPS only).
///
/// The referrer policy is `same-origin` and not `no-referrer`, because with the latter browsers send
/// `Origin: null` with our own forms.
pub fn security_headers(https: bool) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers = vec![
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("permissions-policy", PERMISSIONS_POLICY),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-permitted-cross-domain-policies", "none"),
    ];
    if https {
        headers.push(("strict-transport-security", "max-age=31536000"));
        headers.push(("cross-origin-opener-policy", "same-origin"));
    }
    headers
        .into_iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(https: bool, name: &str) -> Option<String> {
        security_headers(https)
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_policy_allows_ourselves_only() {
        let policy = header(false, "content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';"));
        assert!(policy.contains("frame-ancestors 'none'"));
        for loose in ["unsafe", "data:", "http", "*"] {
            assert!(!policy.contains(loose), "{policy}");
        }
        assert_eq!(header(true, "x-content-type-options").as_deref(), Some("nosniff"));
    }

    #[test]
    fn strict_transport_is_promised_over_https_only() {
        assert!(header(true, "strict-transport-security").is_some());
        assert!(header(false, "strict-transport-security").is_none());
    }
}
