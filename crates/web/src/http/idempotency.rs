//! The key by which a repeated request is known.

/// Why an `Idempotency-Key` is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdempotencyKeyError {
    /// There is nothing in it.
    #[error("the idempotency key is empty")]
    Empty,
    /// It is longer than 255 characters.
    #[error("the idempotency key has {0} characters; at most 255 are allowed")]
    TooLong(usize),
    /// It holds something other than the printable characters of ASCII.
    #[error("the idempotency key contains a character that is not printable ASCII")]
    NotPrintable,
}

/// A caller's key for one intended effect: 1 to 255 printable ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a key from a header or a form field, without the blanks around it.
    ///
    /// # Errors
    ///
    /// When it is empty, too long or not printable.
    pub fn parse(text: &str) -> Result<Self, IdempotencyKeyError> {
        let key = text.trim();
        if key.is_empty() {
            return Err(IdempotencyKeyError::Empty);
        }
        if !key.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(IdempotencyKeyError::NotPrintable);
        }
        if key.len() > 255 {
            return Err(IdempotencyKeyError::TooLong(key.len()));
        }
        Ok(Self(String::from(key)))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_1_to_255_printable_characters() {
        assert_eq!(IdempotencyKey::parse(" "), Err(IdempotencyKeyError::Empty));
        assert_eq!(IdempotencyKey::parse("a").unwrap().as_str(), "a");
        assert!(IdempotencyKey::parse(&"k".repeat(255)).is_ok());
        assert_eq!(IdempotencyKey::parse(&"k".repeat(256)), Err(IdempotencyKeyError::TooLong(256)));
        assert_eq!(IdempotencyKey::parse("ä"), Err(IdempotencyKeyError::NotPrintable));
        assert_eq!(IdempotencyKey::parse("a\tb"), Err(IdempotencyKeyError::NotPrintable));
    }
}
