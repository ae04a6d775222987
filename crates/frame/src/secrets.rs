//! Secrets: where they are made and how they are kept. Only hashes are stored.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use domain::ids::{IdSource, VendorId};
use sha2::{Digest, Sha256};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new random secret of 256 bits as URL-safe text.
pub fn new_token(ids: &IdSource) -> String {
    BASE64URL_NOPAD.encode(&ids.bytes::<32>())
}

/// The same with the name of the vendor whose it is, so that it is looked up among that vendor's
/// alone.
pub fn new_token_of(ids: &IdSource, vendor_id: &VendorId) -> String {
    format!("{}.{}", new_token(ids), bare(vendor_id))
}

/// A new API key of a vendor: what it is recognised by, then the whole.
pub fn new_key_of(ids: &IdSource, vendor_id: &VendorId) -> (String, String) {
    let prefix = format!("ent_{}", base62(ids, 8));
    let body = format!("{prefix}_{}_{}", base62(ids, 30), bare(vendor_id));
    let secret = format!("{body}_{}", checksum(&body));
    (prefix, secret)
}

/// The vendor that a session's token, or a key without its checksum, names. `None` for those that
/// were made before they did: they are as good, and have to be looked for among all vendors.
pub fn vendor_named(secret: &str) -> Option<VendorId> {
    let (_, name) = secret.rsplit_once(['.', '_'])?;
    VendorId::parse(&format!("{VENDOR}{name}")).ok()
}

/// What vendors' ids begin with.
const VENDOR: &str = "vnd_";

fn bare(vendor_id: &VendorId) -> &str {
    vendor_id.as_str().trim_start_matches(VENDOR)
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_secret_names_its_vendor_and_one_made_before_names_none() {
        let ids = IdSource::seeded(20);
        let vendor_id = VendorId::new(&ids, Timestamp::UNIX_EPOCH);
        assert_eq!(vendor_named(&new_token_of(&ids, &vendor_id)), Some(vendor_id.clone()));
        let (prefix, key) = new_key_of(&ids, &vendor_id);
        let (body, sum) = key.rsplit_once('_').unwrap();
        assert!(body.starts_with(&prefix) && checksum(body) == sum, "{key}");
        assert_eq!(vendor_named(body), Some(vendor_id));
        for _ in 0..100 {
            assert_eq!(vendor_named(&new_token(&ids)), None);
            let old = format!("ent_{}_{}", base62(&ids, 8), base62(&ids, 30));
            assert_eq!(vendor_named(&old), None);
        }
    }
}
