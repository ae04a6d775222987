//! Secrets: where they are made and how they are kept. Only hashes are stored.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use domain::ids::IdSource;
use sha2::{Digest, Sha256};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new random secret of 256 bits as URL-safe text.
pub fn new_token(ids: &IdSource) -> String {
    BASE64URL_NOPAD.encode(&ids.bytes::<32>())
}

/// The SHA-256 of a secret in hexadecimal, as tables keep it.
pub fn hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

/// The SHA-256 of bytes in hexadecimal.
pub fn hash_bytes(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The SHA-256 of these bytes, one after the other, in hexadecimal.
pub fn hash_parts(parts: &[&[u8]]) -> String {
    let whole = parts.iter().fold(Sha256::new(), Sha256::chain_update);
    HEXLOWER.encode(&whole.finalize())
}

/// `count` random characters of 0–9, A–Z, a–z (at most 64).
pub fn base62(ids: &IdSource, count: usize) -> String {
    let random = ids.bytes::<128>();
    random
        .iter()
        .filter(|byte| **byte < 248)
        .filter_map(|byte| BASE62.get(usize::from(*byte % 62)))
        .take(count)
        .map(|byte| char::from(*byte))
        .collect()
}

/// Six characters that depend on `text`, so that a mistyped key is refused without a look-up.
pub fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .filter_map(|byte| BASE62.get(usize::from(*byte % 62)))
        .take(6)
        .map(|byte| char::from(*byte))
        .collect()
}
