//! Codes that change every thirty seconds (RFC 6238 over RFC 4226: HMAC-SHA-1, six digits), as
//! authenticator programs make them. A code works once (ID-01).

use data_encoding::BASE32_NOPAD;
use domain::ids::IdSource;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

/// How long a code is shown, in seconds.
const STEP_SECONDS: i64 = 30;
/// Steps before and after the present one that are taken, for clocks that are a little off.
const SLACK: i64 = 1;

/// A new secret of 160 random bits in base 32, as authenticator programs take it.
pub(super) fn new_secret(ids: &IdSource) -> String {
    BASE32_NOPAD.encode(&ids.bytes::<20>())
}

/// The number of the thirty seconds in which `now` lies.
pub(super) fn step_at(now: Timestamp) -> i64 {
    now.as_second().div_euclid(STEP_SECONDS)
}

/// The six digits of one step; `None` when the secret is not base 32.
pub(super) fn code_at(secret: &str, step: i64) -> Option<String> {
    let key = BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).ok()?;
    mac.update(&u64::try_from(step).ok()?.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last()? & 0x0f);
    let four: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    Some(format!("{:06}", number % 1_000_000))
}

/// The step whose code was typed, when it is near `now` and later than the last one used; a code
/// seen before gives `None`. Rule ID-01.
pub(super) fn matching_step(
    secret: &str,
    typed: &str,
    now: Timestamp,
    last_used_step: i64,
) -> Option<i64> {
    let typed: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    let present = step_at(now);
    (present - SLACK..=present + SLACK).filter(|step| *step > last_used_step).find(|step| {
        code_at(secret, *step)
            .is_some_and(|code| web::constant_time_eq(code.as_bytes(), typed.as_bytes()))
    })
}

/// The address that an authenticator program reads from the picture.
pub(super) fn enrolment_uri(secret: &str, issuer: &str, account: &str) -> String {
    let issuer = web::url_encode(issuer);
    let account = web::url_encode(account);
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1\
         &digits=6&period=30"
    )
}

/// The picture of an address as SVG markup without style; `None` when it is too long.
pub(super) fn picture(uri: &str) -> Option<String> {
    let code = qrcode::QrCode::new(uri.as_bytes()).ok()?;
    let svg = code
        .render::<qrcode::render::svg::Color<'_>>()
        .min_dimensions(200, 200)
        .quiet_zone(true)
        .build();
    svg.find("<svg").and_then(|start| svg.get(start..)).map(str::to_owned)
}

/// Codes for the day the device is lost: each of 120 random bits, in groups of four letters.
pub(super) fn new_recovery_codes(ids: &IdSource) -> Vec<String> {
    (0..8)
        .map(|_| {
            let text = BASE32_NOPAD.encode(&ids.bytes::<15>()).to_lowercase();
            let groups: Vec<&str> = (0..6).filter_map(|n| text.get(n * 4..n * 4 + 4)).collect();
            groups.join("-")
        })
        .collect()
}

/// A recovery code as it was made, however it was typed.
pub(super) fn normal_recovery_code(typed: &str) -> String {
    let letters: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let groups: Vec<&str> = (0..letters.len().div_ceil(4))
        .filter_map(|n| letters.get(n * 4..(n * 4 + 4).min(letters.len())))
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the test vectors of RFC 6238, appendix B, in base 32.
    const RFC_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn id_01_codes_equal_the_vectors_of_the_standard() {
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code_at(RFC_SECRET, step_at(at(second))).as_deref(), Some(code));
        }
    }

    #[test]
    fn id_01_a_code_works_one_step_early_or_late_and_no_further() {
        let code = code_at(RFC_SECRET, 100).unwrap();
        for (second, taken) in [(2_969, false), (2_970, true), (3_059, true), (3_060, false)] {
            let found = matching_step(RFC_SECRET, &code, at(second), 0);
            assert_eq!(found.is_some(), taken, "{second}");
        }
    }

    #[test]
    fn id_01_a_code_works_once() {
        let code = code_at(RFC_SECRET, 100).unwrap();
        let used = matching_step(RFC_SECRET, &code, at(3_000), 0).unwrap();
        assert_eq!(matching_step(RFC_SECRET, &code, at(3_010), used), None);
        let next = code_at(RFC_SECRET, 101).unwrap();
        assert_eq!(matching_step(RFC_SECRET, &next, at(3_030), used), Some(101));
    }

    #[test]
    fn id_01_recovery_codes_are_taken_however_they_are_typed() {
        let codes = new_recovery_codes(&IdSource::seeded(1));
        assert_eq!(codes.len(), 8);
        let typed = codes[0].to_uppercase().replace('-', " ");
        assert_eq!(normal_recovery_code(&typed), codes[0]);
    }

    #[test]
    fn id_01_the_picture_is_plain_svg() {
        let uri = enrolment_uri(RFC_SECRET, "Acme & Co", "ana@north.example");
        assert!(uri.contains("Acme%20%26%20Co:ana%40north.example"), "{uri}");
        let svg = picture(&uri).unwrap();
        assert!(svg.starts_with("<svg") && !svg.contains("style"), "no inline style");
    }
}
