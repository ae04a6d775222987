//! E-mail addresses, as people sign in with them.

/// The form in which an address is kept and compared: without blanks around it, in lower case.
pub(super) fn normal(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// What is wrong with an address, in words; `None` when mail can be sent to it.
pub(super) fn fault(normal: &str) -> Option<&'static str> {
    if normal.is_empty() {
        return Some("Enter an e-mail address, for example ana@north.example");
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
    let labels_fit = host.split('.').all(|label| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
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
    fn id_01_an_address_that_mail_cannot_reach_is_refused() {
        for good in ["ana@north.example", "a+b@x-y.example", "jörg@münchen.example"] {
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
