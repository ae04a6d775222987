//! Which mailbox an address reaches, and whether a mail domain is a company's own. Text in, text
//! out; what people typed stays as they typed it.

use matching::DomainEvidence;

/// Hosts at which dots in the part before the `@` do not count, and the one name for them all.
const WITHOUT_DOTS: [&str; 2] = ["gmail.com", "googlemail.com"];

/// The mailbox that an address reaches, in the form in which mailboxes are compared: lower case,
/// the host reduced to the domain that somebody registered, without a tag after `+`, and at Gmail
/// without dots. `""` for what is no address.
pub(super) fn mailbox(address: &str) -> String {
    let Some((local, host)) = address.trim().rsplit_once('@') else {
        return String::new();
    };
    let domain = registrable(host);
    let local = local.to_lowercase();
    let local = match local.split_once('+') {
        Some((before, _)) if !before.is_empty() => before.to_owned(),
        Some(_) | None => local,
    };
    if local.is_empty() || domain.is_empty() {
        return String::new();
    }
    if WITHOUT_DOTS.contains(&domain.as_str()) {
        return format!("{}@gmail.com", local.replace('.', ""));
    }
    format!("{local}@{domain}")
}

/// The domain of an address, host or page as far as it is a company's own: `None` for a provider
/// that gives anyone an address, and for what is no domain.
pub(super) fn own_domain(text: &str) -> Option<String> {
    match matching::registrable_domain(text) {
        DomainEvidence::Registrable(domain) | DomainEvidence::Hosted(domain) => Some(domain),
        DomainEvidence::FreeMail(_) | DomainEvidence::SharedHost(_) | DomainEvidence::Address => {
            None
        }
        // Names that no public list knows are companies' own, for example inside their network.
        DomainEvidence::Unknown => {
            let host = text.trim().rsplit_once('@').map_or(text.trim(), |(_, host)| host);
            Some(registrable(host)).filter(|domain| domain.contains('.'))
        }
    }
}

/// The domain that somebody registered, in ASCII; the host itself where no part of it can be told.
fn registrable(host: &str) -> String {
    let host = host.trim().trim_end_matches('.').to_lowercase();
    let ascii = idna::domain_to_ascii(&host).unwrap_or(host);
    psl::domain_str(&ascii).map_or_else(|| ascii.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dr_14_addresses_of_one_mailbox_are_alike() {
        for (one, other) in [
            ("ana@north.example", "Ana@North.Example"),
            ("ana@north.example", "ana+deals@north.example"),
            ("ana@north.example", "ana@mail.north.example"),
            ("ana@mail.north.example", "ana+x@eu.north.example"),
            ("ana.lopez@gmail.com", "analopez@googlemail.com"),
            ("ana.lopez@gmail.com", "a.n.a.l.o.p.e.z+work@gmail.com"),
            ("ana@bücher.example", "ana@xn--bcher-kva.example"),
            ("ana@north.co.uk", "ana@shop.north.co.uk"),
        ] {
            assert_eq!(mailbox(one), mailbox(other), "{one} and {other}");
        }
    }

    #[test]
    fn dr_14_addresses_of_two_mailboxes_are_not() {
        for (one, other) in [
            ("ana@north.example", "bob@north.example"),
            ("ana@north.example", "ana@south.example"),
            ("ana.lopez@north.example", "analopez@north.example"),
            ("ana@north.co.uk", "ana@south.co.uk"),
            ("ana@gmail.com", "ana@gmx.de"),
            ("+ana@north.example", "+bob@north.example"),
        ] {
            assert_ne!(mailbox(one), mailbox(other), "{one} and {other}");
        }
        assert_eq!(mailbox("nobody"), "");
        assert_eq!(mailbox("@north.example"), "");
    }

    #[test]
    fn dr_14_a_free_mail_domain_is_no_companys_own() {
        assert_eq!(own_domain("ana@gmail.com"), None);
        assert_eq!(own_domain("googlemail.com"), None);
        assert_eq!(own_domain("192.0.2.7"), None);
        assert_eq!(own_domain(""), None);
        let own = |text: &str| own_domain(text).unwrap();
        assert_eq!(own("ana@mail.north.example"), "north.example");
        assert_eq!(own("north.example"), "north.example");
        assert_eq!(own("www.north.co.uk"), "north.co.uk");
        assert_eq!(own("ana@bücher.de"), "xn--bcher-kva.de");
    }
}
