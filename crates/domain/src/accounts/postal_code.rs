//! Postal codes of any country.

use crate::text::{TextError, line, text_type};

/// Longest code in use, with room for its spaces.
const MOST_CHARACTERS: usize = 16;

text_type!(
    /// A postal code: capital letters, digits, single spaces and hyphens, at most 16 characters.
    PostalCode,
    parse
);

fn parse(input: &str) -> Result<String, TextError> {
    let words: Vec<&str> = input.split_whitespace().collect();
    let code = line(&words.join(" "), MOST_CHARACTERS)?.to_uppercase();
    let usual = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-';
    if code.chars().all(usual) && code.chars().any(|c| c.is_ascii_alphanumeric()) {
        Ok(code)
    } else {
        Err(TextError::Form {
            expected: "enter a postal code with letters and digits, for example 10115",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_02_codes_are_kept_in_one_form() {
        assert_eq!(PostalCode::parse(" sw1a  1aa ").unwrap().as_str(), "SW1A 1AA");
        assert_eq!(PostalCode::parse("01067").unwrap().as_str(), "01067");
        assert_eq!(PostalCode::parse("100-0001").unwrap().as_str(), "100-0001");
    }

    #[test]
    fn ac_02_sixteen_characters_are_accepted_and_seventeen_are_not() {
        assert!(PostalCode::parse(&"1".repeat(16)).is_ok());
        assert!(PostalCode::parse(&"1".repeat(17)).is_err());
        assert!(PostalCode::parse("--").is_err());
        assert!(PostalCode::parse("=1+1").is_err());
    }
}
