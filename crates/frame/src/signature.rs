//! Checking what the installation signed, without the installation (Ed25519).

use data_encoding::HEXLOWER;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Serialize, de::DeserializeOwned};

use super::secrets;

/// The only way in which this installation signs, as everything signed names it.
pub const ALGORITHM: &str = "Ed25519";
/// Characters of a key's short name.
const ID_LENGTH: usize = 16;

/// Reads something signed from JSON, in exactly the form in which this program writes it.
///
/// Blanks and the order of members are free. A member too many, too few or named twice, a number
/// or an instant written in another way is refused with the reason: what is shown to people must
/// be what was signed, however a reader takes the text.
pub fn parse<T: Serialize + DeserializeOwned>(text: &str) -> Result<T, String> {
    let parsed: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let given: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let own = serde_json::to_value(&parsed).map_err(|error| error.to_string())?;
    match difference("", &given, &own) {
        None => Ok(parsed),
        Some(place) => Err(format!("“{place}” is not in canonical form")),
    }
}

/// The first place at which two values differ.
fn difference(place: &str, given: &serde_json::Value, own: &serde_json::Value) -> Option<String> {
    use serde_json::Value::{Array, Object};
    match (given, own) {
        (Object(given), Object(own)) if given.len() == own.len() => {
            given.iter().find_map(|(name, value)| {
                let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
                own.get(name).map_or(Some(place.clone()), |own| difference(&place, value, own))
            })
        }
        (Array(given), Array(own)) if given.len() == own.len() => {
            let mut pairs = (1..).zip(given.iter().zip(own));
            pairs.find_map(|(number, (given, own))| {
                difference(&format!("{place}[{number}]"), given, own)
            })
        }
        (given, own) => (given != own).then(|| place.to_owned()),
    }
}

/// The public key against which something is checked.
#[derive(Debug)]
pub struct Verifier {
    key: VerifyingKey,
    id: String,
}

impl Verifier {
    /// The key written in hexadecimal, in either case and with blanks around it; `None` when it is
    /// not one, or one under which anybody can sign.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.trim().to_lowercase().as_bytes()).ok()?;
        let key = VerifyingKey::from_bytes(&<[u8; 32]>::try_from(bytes).ok()?).ok()?;
        (!key.is_weak()).then(|| Self::from(key))
    }

    /// Its short name, which everything signed with it carries.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether `signature`, in lower-case hexadecimal, is the one of this key under `message`. Of
    /// the several forms in which some signatures can be written only one counts.
    pub fn verifies(&self, message: &[u8], signature: &str) -> bool {
        let signature = HEXLOWER
            .decode(signature.as_bytes())
            .ok()
            .and_then(|bytes| Signature::from_slice(&bytes).ok());
        signature.is_some_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

impl From<VerifyingKey> for Verifier {
    fn from(key: VerifyingKey) -> Self {
        Self { id: key_id(&key), key }
    }
}

/// The short name of a key: the first characters of its hash.
pub fn key_id(key: &VerifyingKey) -> String {
    let mut id = secrets::hash_bytes(key.as_bytes());
    id.truncate(ID_LENGTH);
    id
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::{Verifier, key_id, parse};

    #[test]
    fn a_signature_belongs_to_one_message_and_one_key() {
        let [signing, other] = [7, 8].map(|byte| SigningKey::from_bytes(&[byte; 32]));
        let hex = |key: &SigningKey| HEXLOWER.encode(key.verifying_key().as_bytes());
        let verifier = Verifier::parse(&format!(" {} ", hex(&signing).to_uppercase())).unwrap();
        assert_eq!(verifier.id(), key_id(&signing.verifying_key()));
        let signature = HEXLOWER.encode(&signing.sign(b"message").to_bytes());
        assert!(verifier.verifies(b"message", &signature));
        assert!(!verifier.verifies(b"massage", &signature));
        assert!(!verifier.verifies(b"message", "no signature"));
        assert!(!Verifier::parse(&hex(&other)).unwrap().verifies(b"message", &signature));
        assert!(Verifier::parse("0123").is_none());
    }

    #[test]
    fn dr_19_a_signature_in_another_form_and_a_weak_key_are_refused() {
        let signing = SigningKey::from_bytes(&[7; 32]);
        let verifier = Verifier::from(signing.verifying_key());
        let good = signing.sign(b"message").to_bytes();
        let written = |bytes: &[u8]| HEXLOWER.encode(bytes);
        assert!(verifier.verifies(b"message", &written(&good)));
        assert!(!verifier.verifies(b"message", &written(&good).to_uppercase()));
        assert!(!verifier.verifies(b"message", &format!("{} ", written(&good))));
        assert!(!verifier.verifies(b"message", &written(&good[..63])));
        // The scalar plus the order of the group satisfies the equation too (RFC 8032, 8.4).
        let order = HEXLOWER
            .decode(b"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
            .unwrap();
        let (mut other, mut carry) = (good, 0);
        for (byte, order) in other[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(order) + carry;
            (*byte, carry) = (u8::try_from(sum & 0xff).unwrap(), sum >> 8);
        }
        assert_ne!(other, good);
        assert!(!verifier.verifies(b"message", &written(&other)));
        // Points of small order: under the neutral one every message has a signature.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        for weak in [[0; 32], neutral] {
            assert!(Verifier::parse(&written(&weak)).is_none());
        }
    }

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Signed {
        number: u64,
        at: jiff::Timestamp,
        names: Vec<String>,
    }

    #[test]
    fn dr_19_what_is_signed_is_read_in_one_form_only() {
        let form = |number: &str, at: &str| {
            format!(" {{ \"names\":[\"a\"], \"number\": {number},\n \"at\":\"{at}\" }} ")
        };
        let at = "2026-01-05T08:00:00Z";
        assert_eq!(parse::<Signed>(&form("7", at)).unwrap().number, 7);
        for (number, at) in [
            ("\"7\"", at),
            ("7.0", at),
            ("7e0", at),
            ("07", at),
            ("7, \"number\": 7", at),
            ("7, \"version\": 2", at),
            ("7", "2026-01-05T09:00:00+01:00"),
            ("7", "2026-01-05 08:00:00Z"),
            ("7", "2026-01-05T08:00:00.000Z"),
        ] {
            assert!(parse::<Signed>(&form(number, at)).is_err(), "{number} {at}");
        }
        let words = parse::<Signed>(&form("7", "2026-01-05T08:00:00.0Z")).unwrap_err();
        assert_eq!(words, "“at” is not in canonical form");
        assert!(parse::<Signed>(&format!("{} x", form("7", at))).is_err());
    }
}
