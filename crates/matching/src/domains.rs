//! Internet domains as evidence (AC-02).

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::Serialize;

/// What a host, page address or mail address says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainEvidence {
    /// The domain somebody registered, by the public-suffix list, in ASCII.
    Registrable(String),
    /// A name of its own at a host where anyone gets one, such as that of a shop or of a page of
    /// code, by the private section of the public-suffix list. It tells its bearer from others, but
    /// the company hardly goes by it alone.
    Hosted(String),
    /// A host on which many companies have a page: no evidence.
    SharedHost(String),
    /// A provider that gives anyone an address: no evidence.
    FreeMail(String),
    /// A bare internet address: no evidence.
    Address,
    /// Nothing that could be a domain.
    Unknown,
}

impl DomainEvidence {
    /// The domain, when it is evidence of one company (AC-02).
    pub fn own(self) -> Option<String> {
        match self {
            Self::Registrable(domain) | Self::Hosted(domain) => Some(domain),
            Self::FreeMail(_) | Self::SharedHost(_) | Self::Address | Self::Unknown => None,
        }
    }
}

/// Mail providers that the vendored list lacks.
const FURTHER_MAIL: &[&str] = &["hey.com", "mailbox.org", "tuta.com", "tutanota.com"];

/// Mail providers: the list that others keep (`cargo xtask mail-domains` renews it), and a few more.
static MAIL_PROVIDERS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    lines(include_str!("mail_domains.txt")).chain(FURTHER_MAIL.iter().copied()).collect()
});

/// Hosts on which many companies have a page, by registrable domain.
static SHARED_HOSTS: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| lines(include_str!("shared_hosts.txt")).collect());

/// The lines of a list without blanks and comments.
fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

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
    if MAIL_PROVIDERS.contains(name) {
        DomainEvidence::FreeMail(name.to_owned())
    } else if SHARED_HOSTS.contains(name) {
        DomainEvidence::SharedHost(name.to_owned())
    } else if domain.suffix().typ() == Some(psl::Type::Private) {
        DomainEvidence::Hosted(name.to_owned())
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
    fn ac_02_lists_hold_registrable_domains_in_order() {
        let hosts: Vec<&str> = lines(include_str!("shared_hosts.txt")).collect();
        for host in &hosts {
            let own = psl::domain_str(host).is_none_or(|domain| domain == *host);
            assert!(own && host.contains('.') && *host == host.to_lowercase(), "{host}");
        }
        assert_eq!(SHARED_HOSTS.len(), hosts.len(), "none twice");
        let mails: Vec<&str> = lines(include_str!("mail_domains.txt")).collect();
        assert!(mails.is_sorted() && mails.len() > 10_000);
        assert!(FURTHER_MAIL.iter().all(|domain| !mails.contains(domain)));
    }

    #[test]
    fn ac_02_domains_that_many_companies_use_are_no_evidence() {
        for mail in ["ziggo.nl", "btconnect.com", "live.de", "bol.com.br", "jane@mail.hey.com"] {
            let found = registrable_domain(mail);
            assert!(matches!(found, DomainEvidence::FreeMail(_)), "{mail}: {found:?}");
        }
        for host in [
            "https://www.etsy.com/shop/sommerwind",
            "klempneronyx.squarespace.com",
            "imkerei.wordpress.com",
            "yelp.com",
            "de.linkedin.com/company/globex",
            "github.com/globex",
        ] {
            let found = registrable_domain(host);
            assert!(matches!(found, DomainEvidence::SharedHost(_)), "{host}: {found:?}");
        }
        for suffix in ["github.io", "myshopify.com", "co.uk", "com", "blogspot.com"] {
            let found = registrable_domain(suffix);
            assert!(
                matches!(found, DomainEvidence::Unknown | DomainEvidence::SharedHost(_)),
                "{suffix}: {found:?}"
            );
        }
        let shop = DomainEvidence::Hosted("globex.myshopify.com".to_owned());
        assert_eq!(registrable_domain("www.globex.myshopify.com"), shop);
        let reserved = ["globex.example", "a.test", "db.internal", "x.localhost", "y.invalid"];
        for name in reserved {
            assert_eq!(registrable_domain(name), DomainEvidence::Unknown, "{name}");
        }
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
        for nothing in
            ["", " ", "localhost", "co.uk", "not a domain", "@", "://", "globex.invalidtld"]
        {
            assert_eq!(registrable_domain(nothing), DomainEvidence::Unknown, "{nothing}");
        }
        for address in ["127.0.0.1", "http://[::1]/", "10.0.0.1:80", "2001:db8::1", "1.2.3"] {
            assert_eq!(registrable_domain(address), DomainEvidence::Address, "{address}");
        }
    }
}
