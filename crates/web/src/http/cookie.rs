//! Cookies: made one way, read one way.

use http::HeaderValue;

/// The name of a cookie that is bound to this host: `__Host-name` over HTTPS; without HTTPS the
/// prefix would make browsers drop the cookie, so it is left out.
pub fn host_cookie_name(name: &str, https: bool) -> String {
    if https { format!("__Host-{name}") } else { String::from(name) }
}

/// The value of the first cookie of this name in a `Cookie` header, as it was sent.
pub fn cookie_value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key.trim() == name).then(|| value.trim().trim_matches('"'))
    })
}

/// A cookie to set, for the whole site (`Path=/`) and sent along when someone follows a link here
/// (`SameSite=Lax`), until told otherwise.
#[must_use]
#[derive(Clone, Debug)]
pub struct Cookie {
    name: String,
    value: String,
    http_only: bool,
    secure: bool,
    strict: bool,
    max_age_seconds: Option<u64>,
}

impl Cookie {
    /// A cookie for the time the browser stays open.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            http_only: false,
            secure: false,
            strict: false,
            max_age_seconds: None,
        }
    }

    /// A cookie that scripts cannot read, named by [`host_cookie_name`] and sent over HTTPS only if
    /// `https`.
    pub fn host(name: &str, value: impl Into<String>, https: bool) -> Self {
        Self::new(host_cookie_name(name, https), value).secure(https).http_only()
    }

    /// Takes back a cookie that [`Cookie::host`] set.
    pub fn expired(name: &str, https: bool) -> Self {
        Self::host(name, "", https).max_age_seconds(0)
    }

    /// Hides it from scripts.
    pub fn http_only(mut self) -> Self {
        self.http_only = true;
        self
    }

    /// Sends it over HTTPS only.
    pub fn secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// Keeps it back on every request that another site started, links included.
    pub fn same_site_strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Keeps it for this long.
    pub fn max_age_seconds(mut self, seconds: u64) -> Self {
        self.max_age_seconds = Some(seconds);
        self
    }

    /// The `Set-Cookie` header. Characters that a cookie cannot hold are written as `%XX`.
    pub fn build(&self) -> HeaderValue {
        let mut text = format!("{}={}; Path=/", escaped(&self.name), escaped(&self.value));
        if let Some(seconds) = self.max_age_seconds {
            text.push_str("; Max-Age=");
            text.push_str(&seconds.to_string());
        }
        if self.secure {
            text.push_str("; Secure");
        }
        if self.http_only {
            text.push_str("; HttpOnly");
        }
        text.push_str(if self.strict { "; SameSite=Strict" } else { "; SameSite=Lax" });
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// Text with every byte outside of RFC 6265's cookie octets written as `%XX`.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        let plain = letter.is_ascii_graphic() && !matches!(letter, '"' | ',' | ';' | '\\' | '%');
        if plain {
            safe.push(letter);
        } else {
            safe.push_str(&crate::query::url_encode(&letter.to_string()));
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_cookies_have_everything_a_browser_demands() {
        let cookie = Cookie::host("session", "abc-_1", true).max_age_seconds(60).build();
        assert_eq!(
            cookie,
            "__Host-session=abc-_1; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax"
        );
        let plain = Cookie::host("session", "abc", false).build();
        assert_eq!(plain, "session=abc; Path=/; HttpOnly; SameSite=Lax");
        let gone = Cookie::expired("session", true).build();
        assert!(gone.to_str().unwrap().contains("Max-Age=0"));
    }

    #[test]
    fn a_value_cannot_add_attributes() {
        let cookie = Cookie::new("a", "x; Domain=evil\r\nSet-Cookie: b=c").build();
        let text = cookie.to_str().unwrap();
        assert_eq!(text.matches(';').count(), 2, "{text}");
        assert!(!text.contains('\n'));
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let header = "xsession=1; session=2; theme=\"dark\"";
        assert_eq!(cookie_value(header, "session"), Some("2"));
        assert_eq!(cookie_value(header, "theme"), Some("dark"));
        assert_eq!(cookie_value(header, "sess"), None);
        assert_eq!(cookie_value("", "a"), None);
    }
}
