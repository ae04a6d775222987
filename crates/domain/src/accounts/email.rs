//! E-mail addresses.

use super::Domain;
use crate::text::{TextError, line, text_type};

/// What a right value looks like.
const EXPECTED: &str = "Enter an e-mail address, for example ana@globex.com";
/// Longest address that mail systems carry (source: RFC 5321, 4.5.3.1).
const MOST_CHARACTERS: usize = 254;
/// Longest part before the `@` (source: RFC 5321, 4.5.3.1).
const MOST_LOCAL_CHARACTERS: usize = 64;

text_type!(
    /// An e-mail address in lower case, its domain in ASCII form.
    Email,
    parse
);

fn parse(input: &str) -> Result<String, TextError> {
    let input = line(input, MOST_CHARACTERS)?;
    let refused = TextError::Form { expected: EXPECTED };
    let (local, domain) = input.rsplit_once('@').ok_or_else(|| refused.clone())?;
    let usual = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let local_fits = local.len() <= MOST_LOCAL_CHARACTERS
        && local.split('.').all(|part| !part.is_empty() && part.chars().all(usual));
    let domain_is_bare = !domain.contains(['/', ':', '?', '#']) && !domain.ends_with('.');
    let domain = Domain::parse(domain).map_err(|_| refused.clone())?;
    let whole = format!("{}@{domain}", local.to_ascii_lowercase());
    let fits = local_fits && domain_is_bare && whole.len() <= MOST_CHARACTERS;
    if fits { Ok(whole) } else { Err(refused) }
}

impl Email {
    /// What stands behind the `@`.
    pub fn domain(&self) -> Domain {
        let host = self.as_str().rsplit_once('@').map_or(self.as_str(), |(_, host)| host);
        Domain::from_checked(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_02_an_address_is_kept_in_one_form() {
        let email = Email::parse(" Ana.Diaz+x@Globex.DE ").unwrap();
        assert_eq!(email.as_str(), "ana.diaz+x@globex.de");
        assert_eq!(email.domain(), Domain::parse("globex.de").unwrap());
        assert_eq!(Email::parse("a@müller.de").unwrap().as_str(), "a@xn--mller-kva.de");
    }

    #[test]
    fn ac_02_the_local_part_has_at_most_64_characters() {
        assert!(Email::parse(&format!("{}@globex.de", "a".repeat(64))).is_ok());
        assert!(Email::parse(&format!("{}@globex.de", "a".repeat(65))).is_err());
    }

    #[test]
    fn ac_02_letters_that_nobody_sees_are_refused_and_not_left_out() {
        for hidden in ['\u{200B}', '\u{202E}', '\u{00AD}', '\u{2060}', '\u{FEFF}', '\u{200D}'] {
            for text in [format!("a{hidden}na@globex.de"), format!("ana@glo{hidden}bex.de")] {
                let refused = Email::parse(&text);
                let is_told = matches!(refused, Err(TextError::Unshowable { .. }));
                assert!(is_told, "{}: {refused:?}", text.escape_unicode());
            }
        }
    }

    #[test]
    fn ac_02_what_is_no_address_is_refused() {
        for text in [
            "",
            "ana",
            "@globex.de",
            "ana@",
            "ana@globex",
            "a..b@x.de",
            "a b@x.de",
            "a@b@x.de",
            "a@x.de/path",
            "a@x.de\r\nBcc: b@x.de",
            "ä@x.de",
        ] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }
}
