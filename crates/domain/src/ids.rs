//! Identifiers: a prefix that says of what, and a UUID of version 7 that sorts by time.
//!
//! The text is `acc_` followed by 26 characters of Crockford's base 32, which sort as the
//! 128 bits behind them do. Identifiers are made by an [`IdSource`] only, so that tests and
//! the demo can be repeated to the byte.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

#[doc(hidden)]
pub use serde as __serde;

/// Characters of the text form: 128 bits in groups of five, the first group short.
const LENGTH: usize = 26;
/// Digits without the four letters that are easily misread.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Whether a byte is one of these digits. Every row that is read has several ids: looking each letter
/// up in the alphabet took a fifth of the time of a list.
const fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'h' | b'j' | b'k' | b'm' | b'n' | b'p'..=b't' | b'v'..=b'z')
}

/// A seeded stream of identifiers and random bytes, safe to share between threads.
///
/// The stream is SHA-256 over the seed and a counter. With a secret seed it cannot be
/// guessed; with a known one it repeats itself.
pub struct IdSource {
    state: Mutex<Stream>,
}

struct Stream {
    seed: [u8; 32],
    blocks: u64,
    last_millis: i64,
    sequence: u16,
}

impl fmt::Debug for IdSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdSource")
    }
}

impl IdSource {
    /// The stream that belongs to a number, for tests and the demo.
    pub fn seeded(seed: u64) -> Self {
        Self::from_seed(Sha256::digest(seed.to_be_bytes()).into())
    }

    /// The stream that belongs to 32 bytes; secret ones where identifiers must not be guessed.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self { state: Mutex::new(Stream { seed, blocks: 0, last_millis: i64::MIN, sequence: 0 }) }
    }

    /// The next bytes of the stream.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut stream = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(32) {
            let block = stream.next_block();
            chunk.iter_mut().zip(block).for_each(|(byte, random)| *byte = random);
        }
        bytes
    }

    /// A UUID of version 7 for that instant; of two made in one millisecond the later sorts behind.
    pub fn uuid_v7(&self, now: Timestamp) -> u128 {
        let mut stream = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let random = u128::from_be_bytes(stream.next_half_block());
        let millis = now.as_millisecond();
        if millis == stream.last_millis {
            stream.sequence = stream.sequence.wrapping_add(1) & 0x0fff;
        } else {
            stream.last_millis = millis;
            stream.sequence = u16::try_from((random >> 64) & 0x07ff).unwrap_or(0);
        }
        let time = u128::try_from(millis).unwrap_or(0) & 0xffff_ffff_ffff;
        let sequence = u128::from(stream.sequence);
        let tail = random & 0x3fff_ffff_ffff_ffff;
        (time << 80) | (0x7 << 76) | (sequence << 64) | (0b10 << 62) | tail
    }

    /// The text of a new identifier with that prefix.
    pub fn text(&self, prefix: &str, now: Timestamp) -> String {
        encode(prefix, self.uuid_v7(now))
    }
}

impl Stream {
    fn next_block(&mut self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.blocks.to_be_bytes());
        self.blocks = self.blocks.wrapping_add(1);
        hash.finalize().into()
    }

    fn next_half_block(&mut self) -> [u8; 16] {
        let mut half = [0; 16];
        half.iter_mut().zip(self.next_block()).for_each(|(byte, random)| *byte = random);
        half
    }
}

fn encode(prefix: &str, uuid: u128) -> String {
    let mut text = String::with_capacity(prefix.len() + 1 + LENGTH);
    text.push_str(prefix);
    text.push('_');
    for group in (0..LENGTH).rev() {
        let digit = usize::try_from((uuid >> (group * 5)) & 0x1f).unwrap_or(0);
        text.push(char::from(ALPHABET.get(digit).copied().unwrap_or(b'0')));
    }
    text
}

/// Why a text is not an identifier of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It is an identifier of another kind, or of none.
    #[error("expected an identifier that starts with {expected}_")]
    Prefix {
        /// The prefix of the kind asked for.
        expected: &'static str,
    },
    /// What follows the prefix is not 26 lower-case digits of base 32.
    #[error("the part after {expected}_ is not an identifier")]
    Form {
        /// The prefix of the kind asked for.
        expected: &'static str,
    },
}

/// Checks that a text is an identifier with that prefix; `id_type!` calls it.
pub fn check(expected: &'static str, text: &str) -> Result<(), IdError> {
    let rest = text.strip_prefix(expected).and_then(|rest| rest.strip_prefix('_'));
    let Some(digits) = rest else {
        return Err(IdError::Prefix { expected });
    };
    let fits = digits.len() == LENGTH
        && digits.bytes().all(is_digit)
        && digits.bytes().next().is_some_and(|first| first <= b'7');
    if fits { Ok(()) } else { Err(IdError::Form { expected }) }
}

/// Whether a text looks like an identifier of some kind: three letters, an underscore, 26 digits.
pub fn is_one(text: &str) -> bool {
    let Some((prefix, digits)) = text.split_once('_') else { return false };
    prefix.len() == 3
        && prefix.bytes().all(|letter| letter.is_ascii_lowercase())
        && digits.len() == LENGTH
        && digits.bytes().all(is_digit)
}

/// Declares an identifier type: its name and the prefix of its texts.
#[macro_export]
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// What every text of this kind starts with, before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new identifier of that instant.
            pub fn new(source: &$crate::ids::IdSource, now: ::jiff::Timestamp) -> Self {
                Self(source.text($prefix, now))
            }

            /// Reads an identifier of this kind and no other.
            pub fn parse(text: &str) -> Result<Self, $crate::ids::IdError> {
                $crate::ids::check($prefix, text)?;
                Ok(Self(text.to_owned()))
            }

            /// The text, prefix included.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::ids::IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl $crate::ids::__serde::Serialize for $name {
            fn serialize<S: $crate::ids::__serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> $crate::ids::__serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::ids::__serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let text =
                    <String as $crate::ids::__serde::Deserialize<'de>>::deserialize(deserializer)?;
                Self::parse(&text).map_err($crate::ids::__serde::de::Error::custom)
            }
        }
    };
}

id_type!(/** The company that owns programs; the tenant. */ VendorId, "vnd");
id_type!(/** One partner program. */ ProgramId, "prg");
id_type!(/** One immutable version of a program document. */ ProgramVersionId, "pgv");
id_type!(/** A company enrolled in a program. */ PartnerId, "par");
id_type!(/** A person of a vendor or of a partner. */ UserId, "usr");
id_type!(/** An end customer or prospect company. */ AccountId, "acc");
id_type!(/** A person at an account. */ ContactId, "ctc");
id_type!(/** A partner's claim to protection on one account. */ RegistrationId, "reg");
id_type!(/** A documented activity of a partner. */ ActivityId, "act");
id_type!(/** A partner's consent to direct engagement. */ ConsentId, "cns");
id_type!(/** A change of the terms of a registered deal. */ AmendmentId, "amd");
id_type!(/** The signed proof of a submission. */ ReceiptId, "rcp");
id_type!(/** An opportunity of the vendor's direct sales. */ OpportunityId, "opp");
id_type!(/** An activity of the vendor's direct sales. */ DirectActivityId, "dac");
id_type!(/** An attempt of direct sales that the lockout refused. */ AttemptId, "att");
id_type!(/** A conflict case. */ CaseId, "cas");
id_type!(/** An agreement between vendor and partner. */ AgreementId, "agr");
id_type!(/** An entry of the event feed. */ EventId, "evt");
id_type!(/** An entry of the audit trail. */ AuditId, "aud");
id_type!(/** A key for the API. */ ApiKeyId, "key");
id_type!(/** A program that acts under a name of its own. */ ServiceId, "svc");
id_type!(/** A session of a signed-in person. */ SessionId, "ses");
id_type!(/** An invitation to join. */ InvitationId, "inv");
id_type!(/** A signed link. */ LinkId, "lnk");
id_type!(/** A notice in a person's inbox. */ NoticeId, "ntc");
id_type!(/** A mail that was or will be sent. */ MailId, "mal");
id_type!(/** An import of a file. */ ImportId, "imp");
id_type!(/** A stored file. */ FileId, "fil");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    #[test]
    fn a_digit_is_one_of_the_alphabet() {
        for byte in 0..=u8::MAX {
            assert_eq!(is_digit(byte), ALPHABET.contains(&byte), "{byte}");
        }
    }

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn ap_01_an_identifier_says_of_what_it_is_and_is_read_back() {
        let id = AccountId::new(&IdSource::seeded(1), at(1_767_225_600_000));
        assert!(id.as_str().starts_with("acc_"));
        assert_eq!(id.as_str().len(), 30);
        assert_eq!(AccountId::parse(id.as_str()), Ok(id.clone()));
        assert_eq!(PartnerId::parse(id.as_str()), Err(IdError::Prefix { expected: "par" }));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<AccountId>(&json).unwrap(), id);
    }

    #[test]
    fn ap_01_altered_texts_are_refused() {
        let good = AccountId::new(&IdSource::seeded(1), at(0)).as_str().to_owned();
        for bad in ["", "acc", "acc_", &good[..29], &format!("{good}0"), &good.to_uppercase()] {
            assert!(AccountId::parse(bad).is_err(), "{bad}");
        }
        assert!(AccountId::parse("acc_80000000000000000000000000").is_err(), "more than 128 bits");
        assert!(
            AccountId::parse("acc_7000000000000000000000000i").is_err(),
            "letter that is no digit"
        );
    }

    #[test]
    fn dm_01_the_same_seed_gives_the_same_identifiers() {
        let (one, two) = (IdSource::seeded(7), IdSource::seeded(7));
        for millis in [0, 5, 5, 4] {
            assert_eq!(EventId::new(&one, at(millis)), EventId::new(&two, at(millis)));
        }
        assert_eq!(one.bytes::<70>(), two.bytes::<70>());
        assert_ne!(one.bytes::<16>(), IdSource::seeded(8).bytes::<16>());
    }

    #[test]
    fn op_02_version_and_variant_are_those_of_uuid_7() {
        let uuid = IdSource::seeded(1).uuid_v7(at(1));
        assert_eq!((uuid >> 76) & 0xf, 7);
        assert_eq!((uuid >> 62) & 0b11, 0b10);
        assert_eq!(uuid >> 80, 1);
    }

    proptest! {
        #[test]
        fn op_02_later_identifiers_sort_behind(seed: u64, steps in prop::collection::vec(0i64..3, 1..60)) {
            let source = IdSource::seeded(seed);
            let mut now = 1_767_225_600_000;
            let mut last = EventId::new(&source, at(now));
            for step in steps {
                now += step;
                let next = EventId::new(&source, at(now));
                prop_assert!(next > last);
                last = next;
            }
        }
    }
}
