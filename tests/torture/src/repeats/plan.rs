//! What is sent, how often, in which order.

use crate::inside::dice::Dice;

/// How far apart the repeats of a request may be sent.
const WINDOW: usize = 400;

/// Which idempotency keys are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// The same key with every repeat.
    TheSame,
    /// A new one each time, which asks for a new effect.
    Fresh,
}

/// A load: the numbers of the requests in the order in which they are sent.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) keys: Keys,
    pub(super) requests: u64,
    pub(super) sends: Vec<u64>,
}

impl Plan {
    /// Each request one to five times, mixed with those around it.
    pub(super) fn of(seed: u64, requests: u64, keys: Keys) -> Plan {
        let mut dice = Dice::of(seed, "repeats");
        let mut sends = Vec::new();
        for number in 0..requests {
            for _ in 0..dice.between(1, 5) {
                sends.push(number);
            }
        }
        for window in sends.chunks_mut(WINDOW) {
            dice.shuffle(window);
        }
        Plan { keys, requests, sends }
    }

    /// The key of one sending.
    pub(super) fn key(&self, number: u64, place: usize) -> String {
        match self.keys {
            Keys::TheSame => format!("r-{number}"),
            Keys::Fresh => format!("r-{number}-{place}"),
        }
    }
}

/// The bytes of a request: every third makes an account, the others a draft of a registration.
pub(super) fn request(keys: &[String; 2], number: u64, key: &str, word: &str) -> Vec<u8> {
    let [partner, writer] = keys;
    let company = format!("Company {word} {number}");
    let (path, secret, body) = if number.is_multiple_of(3) {
        ("/api/v1/accounts", writer, format!("{{\"name\":\"{company}\",\"country\":\"DE\"}}"))
    } else {
        let body = format!("{{\"submit\":false,\"account_name\":\"{company}\"}}");
        ("/api/v1/deal-registrations", partner, body)
    };
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {secret}\r\n\
         idempotency-key: {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{Keys, Plan};

    #[test]
    fn every_request_is_sent_and_some_more_than_once() {
        let plan = Plan::of(1, 50, Keys::TheSame);
        let times = |number: u64| plan.sends.iter().filter(|sent| **sent == number).count();
        assert!((0..50).all(|number| (1..=5).contains(&times(number))));
        assert!((0..50).any(|number| times(number) > 1));
        assert_ne!(plan.key(3, 1), plan.key(4, 1));
        assert_eq!(plan.key(3, 1), plan.key(3, 2));
        assert_ne!(Plan::of(1, 50, Keys::Fresh).key(3, 1), Plan::of(1, 50, Keys::Fresh).key(3, 2));
    }
}
