//! E-mail addresses, as people sign in with them.

/// The form in which an address is kept and compared: without blanks around it, in lower case, the
/// host in ASCII, as mail servers know it. What is no address stays as it is.
pub(super) fn normal(typed: &str) -> String {
    let address = typed.trim().to_lowercase();
    let Some((local, host)) = address.rsplit_once('@') else { return address };
    // Turning a host into ASCII drops letters that nobody sees; those are refused instead.
    if host.is_ascii() || is_hidden(host) {
        return address;
    }
    match idna::domain_to_ascii(host) {
        Ok(host) => format!("{local}@{host}"),
        Err(_) => address,
    }
}

/// The same address with its host in the letters of its language, as earlier versions kept it.
pub(super) fn spelled_out(normal: &str) -> Option<String> {
    let (local, host) = normal.rsplit_once('@')?;
    let (spelled, outcome) = idna::domain_to_unicode(host);
    (outcome.is_ok() && spelled != host).then(|| format!("{local}@{spelled}"))
}

/// An address as people read it: with its host in the letters of its language.
pub(super) fn shown(kept: &str) -> String {
    spelled_out(kept).unwrap_or_else(|| kept.to_owned())
}

/// Whether a text holds a character that is not seen.
fn is_hidden(text: &str) -> bool {
    domain::text::line(text, usize::MAX).is_err()
}

/// What is wrong with an address, in words; `None` when mail can be sent to it.
pub(super) fn fault(normal: &str) -> Option<&'static str> {
    if normal.is_empty() {
        return Some("Enter an e-mail address, for example ana@north.example");
    }
    if is_hidden(normal) {
        return Some(
            "An e-mail address cannot contain a character that is not shown: type it again",
        );
    }
    if normal.len() > 254 {
        return Some("An e-mail address has at most 254 characters");
    }
    let Some((local, host)) = normal.rsplit_once('@') else {
        return Some("An e-mail address needs an @ between name and host");
    };
    let odd = |letter: char| {
        letter.is_whitespace() || letter.is_control() || "<>,;:\"()[]\\".contains(letter)
    };
    if local.is_empty() || local.len() > 64 || normal.chars().any(odd) || local.contains('@') {
        return Some("The part before the @ is not valid");
    }
    if !local.is_ascii() {
        return Some(
            "The part before the @ can only have letters without accents, digits and signs, because \
             not every mail server delivers others",
        );
    }
    let labels_fit = host.split('.').all(|label| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
    });
    if !labels_fit || !host.contains('.') {
        return Some("The part after the @ is not a host name such as north.example");
    }
    None
}

/// An address in the form in which it is kept, or what is wrong with it.
pub fn email(typed: &str) -> Result<String, &'static str> {
    let email = normal(typed);
    match fault(&email) {
        None => Ok(email),
        Some(words) => Err(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_01_addresses_are_compared_without_case_and_blanks() {
        assert_eq!(normal("  Ana.Lopez@North.Example "), "ana.lopez@north.example");
    }

    #[test]
    fn id_01_an_address_has_one_form_however_its_host_is_spelled() {
        let ascii = "user@xn--mller-acme-9db.example";
        for typed in ["user@müller-acme.example", "User@MÜLLER-acme.Example", ascii] {
            assert_eq!(email(typed), Ok(ascii.to_owned()), "{typed}");
        }
        let decomposed = "user@mu\u{0308}ller-acme.example";
        assert_eq!(email(decomposed), Ok(ascii.to_owned()));
        assert_eq!(spelled_out(ascii).as_deref(), Some("user@müller-acme.example"));
        assert_eq!(spelled_out("user@acme.example"), None);
    }

    #[test]
    fn id_01_letters_that_nobody_sees_are_refused_and_not_left_out() {
        for hidden in ['\u{200B}', '\u{202E}', '\u{00AD}', '\u{2060}', '\u{FEFF}', '\u{200D}'] {
            for typed in
                [format!("a{hidden}na@north.example"), format!("ana@no{hidden}rth.example")]
            {
                assert!(
                    email(&typed).unwrap_err().contains("not shown"),
                    "{}",
                    typed.escape_unicode()
                );
            }
        }
        assert!(email("jörg@north.example").unwrap_err().contains("without accents"));
    }

    #[test]
    fn id_01_an_address_that_mail_cannot_reach_is_refused() {
        for good in ["ana@north.example", "a+b@x-y.example", "joerg@xn--mnchen-3ya.example"] {
            assert_eq!(fault(good), None, "{good}");
        }
        let long = format!("{}@north.example", "a".repeat(65));
        for bad in [
            "",
            "ana",
            "@north.example",
            "ana@",
            "ana@north",
            "ana@@north.example",
            "a na@north.example",
            "ana@-north.example",
            "ana@north..example",
            "ana@north.example\r\nbcc:x@y.example",
            "<ana@north.example>",
            long.as_str(),
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}
