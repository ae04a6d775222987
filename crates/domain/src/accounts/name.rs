//! The legal or trade name of a company.

use crate::text::{TextError, line, text_type};

/// Most characters of a name; the longest in public registers stay well below.
const MOST_CHARACTERS: usize = 300;

text_type!(
    /// The name of a company: one line of 1 to 300 characters, as it was written.
    ///
    /// Names are compared by the matching engine; two that look alike may differ here.
    AccountName,
    parse
);

fn parse(input: &str) -> Result<String, TextError> {
    let name = line(input, MOST_CHARACTERS)?;
    if name.chars().any(char::is_alphanumeric) {
        Ok(name)
    } else {
        Err(TextError::Form { expected: "has no letter or digit; enter the company name" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_01_a_name_has_1_to_300_characters_after_trimming() {
        assert!(AccountName::parse("").is_err());
        assert_eq!(AccountName::parse(" O ").unwrap().as_str(), "O");
        assert!(AccountName::parse(&"株".repeat(300)).is_ok());
        assert_eq!(
            AccountName::parse(&"株".repeat(301)),
            Err(TextError::TooLong { given: 301, most: 300 })
        );
    }

    #[test]
    fn ac_01_a_name_shows_what_it_holds() {
        assert!(AccountName::parse("株式会社トヨタ").is_ok());
        assert!(AccountName::parse("Global\u{202E}xebolG").is_err());
        assert!(AccountName::parse("Glo\u{7}bex").is_err());
        assert!(AccountName::parse("...").is_err());
    }
}
