//! Ids of records in a CRM that exist in two forms: Salesforce writes 15 letters whose case counts, or
//! the same with three more that say which of them are capitals.

/// How long the short form is, and the long one.
const LENGTHS: (usize, usize) = (15, 18);

/// What the three letters are drawn from.
const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The same id in its other form; `None` for an id that has one form only.
pub fn other_form(id: &str) -> Option<String> {
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let short = id.get(..LENGTHS.0)?;
    let long = format!("{short}{}", suffix(short));
    match id.len() {
        length if length == LENGTHS.0 => Some(long),
        length if length == LENGTHS.1 && long.eq_ignore_ascii_case(id) => Some(short.to_owned()),
        _ => None,
    }
}

/// One form for all that is the same: the short one.
pub fn canonical(id: &str) -> String {
    match other_form(id) {
        Some(short) if id.len() == LENGTHS.1 => short,
        Some(_) | None => id.to_owned(),
    }
}

/// Each letter says of five others, the first in the lowest bit, which are capitals.
fn suffix(short: &str) -> String {
    let letter = |five: &[u8]| {
        let capitals = five.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase());
        let index = capitals.fold(0_usize, |bits, (at, _)| bits | 1 << at);
        SUFFIX.get(index).map_or('A', |byte| char::from(*byte))
    };
    short.as_bytes().chunks(5).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn im_01_both_forms_of_an_id_are_one() {
        let (short, long) = ("0065e00000AbCdE", "0065e00000AbCdEAAV");
        assert_eq!(other_form(short).as_deref(), Some(long));
        assert_eq!(other_form(long).as_deref(), Some(short));
        assert_eq!(canonical(long), canonical(short));
        let other = "0065e00000aBcDe";
        assert_ne!(canonical(other), canonical(short));
        for one_form in ["0065e00000AbCdEAAA", "OP-1", "", "0065e00000AbCd-", "12345"] {
            assert_eq!(other_form(one_form), None, "{one_form}");
            assert_eq!(canonical(one_form), one_form);
        }
    }
}
