//! Checking what the installation signed, without the installation (Ed25519).

use data_encoding::HEXLOWER;
use ed25519_dalek::{Signature, VerifyingKey};

use super::secrets;

/// Characters of a key's short name.
const ID_LENGTH: usize = 16;

/// The public key against which something is checked.
#[derive(Debug)]
pub struct Verifier {
    key: VerifyingKey,
    id: String,
}

impl Verifier {
    /// The key written in hexadecimal, in either case and with blanks around it; `None` when it is
    /// not one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.trim().to_lowercase().as_bytes()).ok()?;
        let key = VerifyingKey::from_bytes(&<[u8; 32]>::try_from(bytes).ok()?).ok()?;
        Some(Self::from(key))
    }

    /// Its short name, which everything signed with it carries.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether `signature`, in hexadecimal, is the one of this key under `message`.
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

    use super::{Verifier, key_id};

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
}
