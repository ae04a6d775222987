//! How the fields of two persons compare.

use super::Person;
use crate::engine::edit::{distance_within, sound_hash};
use crate::engine::pairs::hash_bytes;
use crate::name::fold::fold;

/// Number of fields compared.
pub(super) const FIELDS: usize = 11;

/// A person with its fields folded to ASCII letters and digits.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) given_name: Box<[u8]>,
    pub(super) surname: Box<[u8]>,
    pub(super) street_number: Box<[u8]>,
    pub(super) street: Box<[u8]>,
    pub(super) street_more: Box<[u8]>,
    pub(super) city: Box<[u8]>,
    pub(super) postal_code: Box<[u8]>,
    pub(super) region: Box<[u8]>,
    pub(super) born_on: Box<[u8]>,
    pub(super) email: Box<[u8]>,
    pub(super) phone: Box<[u8]>,
    pub(super) identifier: Box<[u8]>,
    pub(super) given_sound: u64,
    pub(super) surname_sound: u64,
}

impl Prepared {
    pub(super) fn new(person: &Person) -> Self {
        let given_name = plain(&person.given_name);
        let surname = plain(&person.surname);
        let mut phone = plain(&person.phone).into_vec();
        phone.retain(u8::is_ascii_digit);
        Self {
            given_sound: sound_hash(&given_name),
            surname_sound: sound_hash(&surname),
            given_name,
            surname,
            street_number: plain(&person.street_number),
            street: plain(&person.street),
            street_more: plain(&person.street_more),
            city: plain(&person.city),
            postal_code: plain(&person.postal_code),
            region: plain(&person.region),
            born_on: plain(&person.born_on),
            email: plain(&person.email),
            phone: phone.into_boxed_slice(),
            identifier: plain(&person.identifier),
        }
    }

    /// Keys of which a pair must share one, hashed; a key with an empty part is left out.
    pub(super) fn keys(&self, out: &mut Vec<u64>) {
        let key = |kind: u8, parts: &[&[u8]]| -> Option<u64> {
            let full = parts.iter().all(|part| !part.is_empty());
            full.then(|| {
                parts
                    .iter()
                    .fold(u64::from(kind), |state, part| state.rotate_left(21) ^ hash_bytes(part))
            })
        };
        let given = self.given_sound.to_le_bytes();
        let surname = self.surname_sound.to_le_bytes();
        let given: &[u8] = if self.given_name.is_empty() { &[] } else { &given };
        let surname: &[u8] = if self.surname.is_empty() { &[] } else { &surname };
        out.extend(
            [
                key(1, &[&self.identifier]),
                key(2, &[&self.born_on]),
                key(3, &[&self.email]),
                key(4, &[&self.phone]),
                key(5, &[given, surname]),
                key(5, &[surname, given]),
                key(6, &[surname, &self.postal_code]),
                key(6, &[given, &self.postal_code]),
                key(7, &[&self.street, &self.street_number]),
                key(8, &[surname, &self.street]),
                key(9, &[given, &self.city]),
            ]
            .into_iter()
            .flatten(),
        );
    }
}

fn plain(text: &str) -> Box<[u8]> {
    let mut folded = Vec::with_capacity(text.len());
    fold(text, &mut folded);
    folded.retain(u8::is_ascii_alphanumeric);
    folded.into_boxed_slice()
}

/// Levels of a field: two bits.
pub(super) const ABSENT: u32 = 0;
const EQUAL: u32 = 1;
const NEAR: u32 = 2;
const DIFFERENT: u32 = 3;

/// The levels of all fields of a pair, two bits each.
pub(super) fn pattern(a: &Prepared, b: &Prepared) -> u32 {
    let swapped =
        !a.given_name.is_empty() && a.given_name == b.surname && a.surname == b.given_name;
    let name = |level: u32| {
        if swapped && level == DIFFERENT { NEAR } else { level }
    };
    let levels: [u32; FIELDS] = [
        name(text(&a.given_name, &b.given_name)),
        name(text(&a.surname, &b.surname)),
        text(&a.street_number, &b.street_number),
        text(&a.street, &b.street),
        text(&a.street_more, &b.street_more),
        text(&a.city, &b.city),
        text(&a.postal_code, &b.postal_code),
        text(&a.region, &b.region),
        text(&a.born_on, &b.born_on),
        text(&a.identifier, &b.identifier),
        text(&a.email, &b.email).max(text(&a.phone, &b.phone).min(EQUAL)),
    ];
    levels.iter().rev().fold(0, |pattern, level| pattern << 2 | level)
}

/// Level of a field in a pattern.
pub(super) fn level(pattern: u32, field: usize) -> usize {
    (pattern >> (2 * field) & 3) as usize
}

fn text(a: &[u8], b: &[u8]) -> u32 {
    if a.is_empty() || b.is_empty() {
        return ABSENT;
    }
    if a == b {
        return EQUAL;
    }
    let limit = match a.len().min(b.len()) {
        0..=2 => return DIFFERENT,
        3..=5 => 1,
        _ => 2,
    };
    if distance_within(a, b, limit).is_some() { NEAR } else { DIFFERENT }
}
