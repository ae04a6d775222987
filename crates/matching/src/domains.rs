//! Internet domains as evidence (AC-02).

use serde::Serialize;

/// What a host, page address or mail address says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainEvidence {
    /// The domain somebody registered, by the public-suffix list, in ASCII.
    Registrable(String),
    /// A provider that gives anyone an address: no evidence.
    FreeMail(String),
    /// A bare internet address: no evidence.
    Address,
    /// Nothing that could be a domain.
    Unknown,
}

/// Hosts whose addresses anyone can have, by registrable domain.
const FREE_MAIL: &[&str] = &[
    "126.com",
    "139.com",
    "163.com",
    "abv.bg",
    "alice.it",
    "aol.com",
    "arcor.de",
    "bigpond.com",
    "bk.ru",
    "bluewin.ch",
    "btinternet.com",
    "centrum.cz",
    "comcast.net",
    "duck.com",
    "email.cz",
    "fastmail.com",
    "foxmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.it",
    "hushmail.com",
    "icloud.com",
    "inbox.lv",
    "inbox.ru",
    "interia.pl",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.co.uk",
    "live.com",
    "live.fr",
    "live.nl",
    "mac.com",
    "mail.com",
    "mail.de",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "naver.com",
    "o2.pl",
    "onet.pl",
    "optonline.net",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.es",
    "outlook.fr",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "rocketmail.com",
    "rogers.com",
    "sapo.pt",
    "sbcglobal.net",
    "seznam.cz",
    "sfr.fr",
    "shaw.ca",
    "sina.com",
    "sky.com",
    "t-online.de",
    "telenet.be",
    "tiscali.it",
    "tuta.com",
    "tutanota.com",
    "uol.com.br",
    "verizon.net",
    "virgilio.it",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
    "xs4all.nl",
    "xtra.co.nz",
    "yahoo.ca",
    "yahoo.co.in",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.com.br",
    "yahoo.de",
    "yahoo.es",
    "yahoo.fr",
    "yahoo.it",
    "yandex.com",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
];

/// Hosts of pages that belong to nobody's own domain.
const SHARED_HOSTS: &[&str] = &[
    "facebook.com",
    "github.com",
    "google.com",
    "instagram.com",
    "linkedin.com",
    "linktr.ee",
    "medium.com",
    "twitter.com",
    "wikipedia.org",
    "x.com",
    "xing.com",
    "youtube.com",
];

/// Reduces a host, page address or mail address to what it says of the company (AC-02).
///
/// Letters of other alphabets are put into their ASCII form, so that a look-alike of another
/// script is another domain. Never fails: what is not a domain is [`DomainEvidence::Unknown`].
///
/// ```
/// use matching::{DomainEvidence, registrable_domain};
///
/// let found = registrable_domain("https://shop.globex.co.uk/basket");
/// assert_eq!(found, DomainEvidence::Registrable("globex.co.uk".to_owned()));
/// assert_eq!(registrable_domain("jane@gmail.com"), DomainEvidence::FreeMail("gmail.com".to_owned()));
/// assert_eq!(registrable_domain("http://192.0.2.7:8080/"), DomainEvidence::Address);
/// ```
pub fn registrable_domain(input: &str) -> DomainEvidence {
    let host = host_of(input.trim());
    if host.is_empty() || host.len() > 1_000 {
        return DomainEvidence::Unknown;
    }
    if host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok() || is_dotted_numbers(host)
    {
        return DomainEvidence::Address;
    }
    let Ok(ascii) = idna::domain_to_ascii(host) else {
        return DomainEvidence::Unknown;
    };
    let ascii = ascii.trim_end_matches('.');
    let Some(domain) = psl::domain(ascii.as_bytes()) else {
        return DomainEvidence::Unknown;
    };
    if !domain.suffix().is_known() {
        return DomainEvidence::Unknown;
    }
    let Ok(name) = std::str::from_utf8(domain.as_bytes()) else {
        return DomainEvidence::Unknown;
    };
    if FREE_MAIL.binary_search(&name).is_ok() {
        DomainEvidence::FreeMail(name.to_owned())
    } else if SHARED_HOSTS.binary_search(&name).is_ok() {
        DomainEvidence::Unknown
    } else {
        DomainEvidence::Registrable(name.to_owned())
    }
}

fn host_of(input: &str) -> &str {
    let rest = input.split_once("://").map_or(input, |(_, rest)| rest);
    let rest = rest.strip_prefix("mailto:").unwrap_or(rest);
    let rest = rest.split(['/', '?', '#', ' ', ',', ';']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    if rest.starts_with('[') {
        return rest;
    }
    match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        Some(_) | None => rest,
    }
}

fn is_dotted_numbers(host: &str) -> bool {
    host.contains('.') && host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        || host.matches(':').count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_02_lists_are_sorted() {
        assert!(FREE_MAIL.is_sorted());
        assert!(SHARED_HOSTS.is_sorted());
    }

    #[test]
    fn ac_02_only_registrable_domains_are_evidence() {
        let own = |name: &str| DomainEvidence::Registrable(name.to_owned());
        assert_eq!(registrable_domain("Globex.DE"), own("globex.de"));
        assert_eq!(registrable_domain("a.b.globex.com.au"), own("globex.com.au"));
        assert_eq!(registrable_domain("jane@mail.globex.de"), own("globex.de"));
        assert_eq!(registrable_domain("bücher.de"), own("xn--bcher-kva.de"));
        assert_eq!(registrable_domain("www.globex.de."), own("globex.de"));
        assert_ne!(registrable_domain("gl\u{43e}bex.de"), own("globex.de"));
        for nothing in [
            "",
            " ",
            "localhost",
            "co.uk",
            "linkedin.com/company/globex",
            "not a domain",
            "@",
            "://",
            "globex.invalidtld",
        ] {
            assert_eq!(registrable_domain(nothing), DomainEvidence::Unknown, "{nothing}");
        }
        for address in ["127.0.0.1", "http://[::1]/", "10.0.0.1:80", "2001:db8::1", "1.2.3"] {
            assert_eq!(registrable_domain(address), DomainEvidence::Address, "{address}");
        }
    }
}
