//! Internet domains of companies.

use crate::text::{TextError, line, text_type};

/// What a right value looks like.
const EXPECTED: &str = "enter an internet domain, for example globex.com";
/// Longest input that is looked at; an address in a browser is rarely longer.
const MOST_CHARACTERS: usize = 2_048;

text_type!(
    /// An internet domain in its ASCII form, lower case, without a final dot.
    ///
    /// An address copied from a browser is accepted and reduced to its host. Names in other
    /// scripts are encoded (IDNA). What part of the domain was registered is decided elsewhere.
    Domain,
    parse
);

fn parse(input: &str) -> Result<String, TextError> {
    // Encoding would leave out letters that nobody sees, and make two names one.
    let input = line(input, MOST_CHARACTERS)?;
    let refused = TextError::Form { expected: EXPECTED };
    let ascii = idna::domain_to_ascii_strict(host(&input)).map_err(|_| refused.clone())?;
    let labels = ascii.split('.').count();
    let is_address =
        ascii.rsplit('.').next().is_none_or(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if labels < 2 || is_address { Err(refused) } else { Ok(ascii) }
}

/// The host of an address, or the input itself when it is no address.
fn host(input: &str) -> &str {
    let rest = input.split_once("://").map_or(input, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let without_port = rest.split_once(':').map_or(rest, |(host, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { host } else { rest }
    });
    without_port.strip_suffix('.').unwrap_or(without_port)
}

impl Domain {
    /// Takes a domain that was accepted before.
    pub(super) fn from_checked(ascii: &str) -> Self {
        Self(ascii.to_owned())
    }

    /// The ASCII form, by which domains are compared and stored.
    pub fn ascii(&self) -> &str {
        self.as_str()
    }

    /// The form in the script of its language, for showing.
    pub fn unicode(&self) -> String {
        idna::domain_to_unicode(self.as_str()).0
    }

    /// The domain without a leading `www.`, unless nothing sensible would remain.
    #[must_use]
    pub fn without_www(&self) -> Self {
        let bare = self.as_str().strip_prefix("www.").filter(|rest| rest.contains('.'));
        bare.map_or_else(|| self.clone(), |rest| Self(rest.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_02_an_address_is_reduced_to_its_host() {
        for text in ["globex.de", " GLOBEX.de. ", "https://Globex.de:443/about?x=1#y", "globex.de/"]
        {
            assert_eq!(Domain::parse(text).unwrap().ascii(), "globex.de", "{text}");
        }
        assert_eq!(Domain::parse("www.globex.de").unwrap().without_www().ascii(), "globex.de");
        assert_eq!(Domain::parse("www.de").unwrap().without_www().ascii(), "www.de");
    }

    #[test]
    fn ac_02_other_scripts_are_encoded_and_shown_again() {
        let domain = Domain::parse("müller.de").unwrap();
        assert_eq!(domain.ascii(), "xn--mller-kva.de");
        assert_eq!(domain.unicode(), "müller.de");
        assert_ne!(Domain::parse("gооgle.com").unwrap(), Domain::parse("google.com").unwrap());
    }

    #[test]
    fn ac_02_what_is_no_domain_is_refused() {
        let long = format!("{}.com", "a".repeat(64));
        for text in [
            "",
            "globex",
            "127.0.0.1",
            "[::1]",
            "a b.com",
            "-a.com",
            "a..com",
            ".com",
            "me@globex.de",
            "glo\u{200B}bex.de",
            "glo\u{202E}bex.de",
            &long,
        ] {
            assert!(Domain::parse(text).is_err(), "{text}");
        }
        assert!(Domain::parse(&format!("{}.com", "a".repeat(63))).is_ok());
        assert!(Domain::parse(&"a.".repeat(1_000_000)).is_err());
    }
}
