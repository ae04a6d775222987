//! What callers asked and what they were told.

use std::time::{Duration, Instant};

use serde_json::Value;

/// What a caller was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// It is stored: the id, and the body as it came.
    Stored {
        /// The registration.
        id: String,
        /// The body, byte for byte.
        body: Vec<u8>,
    },
    /// Another status than 2xx, with the body as text.
    Refused(u16, String),
    /// Nothing: the connection was refused or broke off.
    Nothing,
}

impl Said {
    /// From an answer's status and body.
    pub(crate) fn of(status: u16, body: Vec<u8>) -> Said {
        let id = match serde_json::from_slice::<Value>(&body) {
            Ok(value) if (200..300).contains(&status) => {
                value.get("id").and_then(Value::as_str).map(str::to_owned)
            }
            Ok(_) | Err(_) => None,
        };
        match id {
            Some(id) => Said::Stored { id, body },
            None => Said::Refused(status, String::from_utf8_lossy(&body).into_owned()),
        }
    }
}

/// One registration that a caller sent.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// Which: it decides the key, the account and the idempotency key.
    pub(crate) number: u64,
    /// What came back.
    pub(crate) said: Said,
    /// When that was known.
    pub(crate) at: Instant,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Attempt {
    /// Whether it was said to be stored.
    pub(crate) fn is_stored(&self) -> bool {
        matches!(self.said, Said::Stored { .. })
    }
}

/// The domain of the account of that number; no two requests have the same.
pub(crate) fn domain(number: u64) -> String {
    format!("q{number}-works.example")
}

/// The request of that number as bytes, for the partner whose turn it is.
pub(crate) fn request(keys: &[String], number: u64) -> Vec<u8> {
    let domain = domain(number);
    let body = format!(
        "{{\"submit\":true,\"account_name\":\"Quarry {number} Works {} GmbH\",\
         \"account_domain\":\"{domain}\",\"account_country\":\"DE\",\
         \"contact_email\":\"buyer@{domain}\",\
         \"products\":[{{\"code\":\"core\",\"quantity\":1}}],\
         \"amount\":{{\"minor\":1200000,\"currency\":\"EUR\"}},\"close_on\":\"2028-01-01\",\
         \"evidence_note\":\"Met their head of operations at the fair\"}}",
        number * 7_919 % 100_003
    );
    format!(
        "POST /api/v1/deal-registrations HTTP/1.1\r\nhost: localhost\r\n\
         authorization: Bearer {}\r\nidempotency-key: w{number}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        key(keys, number),
        body.len()
    )
    .into_bytes()
}

/// The key that sends the request of that number.
pub(crate) fn key(keys: &[String], number: u64) -> &str {
    let count = u64::try_from(keys.len()).unwrap_or(1).max(1);
    let index = usize::try_from(number % count).unwrap_or(0);
    keys.get(index).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::Said;

    #[test]
    fn only_a_good_answer_with_an_id_is_stored() {
        let body = br#"{"id":"reg_1"}"#.to_vec();
        assert!(matches!(Said::of(201, body.clone()), Said::Stored { id, .. } if id == "reg_1"));
        assert!(matches!(Said::of(503, body), Said::Refused(503, _)));
        assert!(matches!(Said::of(201, b"{".to_vec()), Said::Refused(201, _)));
    }
}
