//! The arithmetic of sums of rows: numbers of 128 bits that are added and taken away.

use sha2::{Digest as _, Sha256};

/// How many bytes one sum has.
pub(crate) const WIDTH: usize = 16;

/// The sum of one row, from its values as bytes.
pub(crate) fn sum_of(row: &[u8]) -> u128 {
    part(&Sha256::digest(row))
}

/// Adds to sums what was written, each by the place of its table.
pub(crate) fn add(sums: &mut [u8], written: Vec<(usize, u128)>) {
    for (table, sum) in written {
        let from = table.saturating_mul(WIDTH);
        let Some(place) = sums.get_mut(from..from.saturating_add(WIDTH)) else { continue };
        let total = part(place).wrapping_add(sum);
        place.copy_from_slice(&total.to_be_bytes());
    }
}

/// The number that the first bytes are.
fn part(bytes: &[u8]) -> u128 {
    let mut number = [0; WIDTH];
    for (to, from) in number.iter_mut().zip(bytes) {
        *to = *from;
    }
    u128::from_be_bytes(number)
}
