//! Edit distances of words.

/// Longest text compared by letters.
const LONGEST: usize = 64;

/// Edits (insert, delete, replace, swap of neighbours) from one word to the other, if they are at
/// most `limit`.
pub(crate) fn distance_within(left: &[u8], right: &[u8], limit: usize) -> Option<usize> {
    let (left, right) = trim_common(left, right);
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    if long.len() - short.len() > limit {
        return None;
    }
    if short.is_empty() {
        return Some(long.len());
    }
    if long.len() > LONGEST {
        return None;
    }
    if limit == 1 {
        // after trimming one edit leaves one replaced letter or two swapped
        let swapped = matches!((short, long), ([a, b], [c, d]) if a == d && b == c);
        return (short.len() == 1 && long.len() == 1 || swapped).then_some(1);
    }
    let distance = edits::<true>(short, long);
    (distance <= limit).then_some(distance)
}

fn trim_common<'a>(left: &'a [u8], right: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let head = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let left = left.get(head..).unwrap_or_default();
    let right = right.get(head..).unwrap_or_default();
    let tail = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    let cut = |text: &'a [u8]| text.get(..text.len() - tail).unwrap_or_default();
    (cut(left), cut(right))
}

/// Likeness of two texts from 0 to 1: one less the share of the longer that must be edited.
/// Beginnings of 64 letters are compared.
pub(super) fn likeness(left: &[u8], right: &[u8]) -> f32 {
    let left = left.get(..LONGEST).unwrap_or(left);
    let right = right.get(..LONGEST).unwrap_or(right);
    let longest = left.len().max(right.len());
    if longest == 0 {
        return 0.0;
    }
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    1.0 - edits::<false>(left, right) as f32 / longest as f32
}

/// Edits between two texts of at most 64 letters and digits, bit-parallel (Myers 1999, Hyyrö 2003);
/// with `SWAP` two neighbours that changed places are one edit.
fn edits<const SWAP: bool>(left: &[u8], right: &[u8]) -> usize {
    let mut places = [0_u64; 64];
    for (at, letter) in left.iter().enumerate() {
        if let Some(place) = places.get_mut(number_of(*letter)) {
            *place |= 1 << at;
        }
    }
    let mut plus = u64::MAX;
    let mut minus = 0_u64;
    let (mut diagonal, mut before) = (0_u64, 0_u64);
    let mut distance = left.len();
    let top = 1_u64 << (left.len() - 1);
    for letter in right {
        let equal = places.get(number_of(*letter)).copied().unwrap_or(0);
        let swapped = if SWAP { ((!diagonal & equal) << 1) & before } else { 0 };
        diagonal = ((equal & plus).wrapping_add(plus) ^ plus) | equal | minus | swapped;
        before = equal;
        let mut up = minus | !(diagonal | plus);
        let mut down = plus & diagonal;
        distance += usize::from(up & top != 0);
        distance -= usize::from(down & top != 0);
        up = (up << 1) | 1;
        down <<= 1;
        plus = down | !(diagonal | up);
        minus = up & diagonal;
    }
    distance
}

/// A number below 64 of its own for each letter and digit.
fn number_of(letter: u8) -> usize {
    usize::from(letter & 0x1F | (letter & 0x40) >> 1)
}

/// Whether the letters of the shorter come in the longer in their order, beginning with its first.
pub(super) fn is_abbreviation(short: &[u8], long: &[u8]) -> bool {
    if short.len() < 2 || short.len() >= long.len() || short.first() != long.first() {
        return false;
    }
    let mut rest = long.iter();
    short.iter().all(|letter| rest.any(|other| other == letter))
}

/// How a word sounds, roughly: doubled letters once, the usual transliterations made equal. Long
/// words are cut.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sound {
    letters: [u8; 24],
    length: usize,
}

impl Sound {
    fn push(&mut self, letter: u8) {
        let last = self.length.checked_sub(1).and_then(|at| self.letters.get(at));
        if last == Some(&letter) {
            return;
        }
        if let Some(place) = self.letters.get_mut(self.length) {
            *place = letter;
            self.length += 1;
        }
    }
}

/// A hash of the sound of a word.
pub(crate) fn sound_hash(text: &[u8]) -> u64 {
    let sound = sound(text);
    super::pairs::hash_bytes(sound.letters.get(..sound.length).unwrap_or_default())
}

/// The sound of a word.
pub(super) fn sound(text: &[u8]) -> Sound {
    let mut out = Sound::default();
    let mut at = 0;
    while let Some(&letter) = text.get(at) {
        let next = text.get(at + 1).copied().unwrap_or(0);
        let (sound, length) = match (letter, next) {
            (b'a' | b'o' | b'u', b'e') => (letter, 2),
            (b'p', b'h') => (b'f', 2),
            (b't' | b'c' | b'k' | b'g' | b's', b'h') => {
                (if letter == b'c' { b's' } else { letter }, 2)
            }
            (b'c', b'k') => (b'k', 2),
            (b'k', b's') => (b'x', 2),
            (b'i', b'e') => (b'i', 2),
            (b'c' | b'q', _) => (b'k', 1),
            (b'y' | b'j', _) => (b'i', 1),
            (b'z' | b'5', _) => (b's', 1),
            (b'w', _) => (b'v', 1),
            (b'0', _) => (b'o', 1),
            (b'1', _) => (b'l', 1),
            (letter, _) => (letter, 1),
        };
        out.push(sound);
        at += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(left: &[u8], right: &[u8]) -> usize {
        let mut row: Vec<usize> = (0..=right.len()).collect();
        for (i, a) in left.iter().enumerate() {
            let mut diagonal = row[0];
            row[0] = i + 1;
            for (j, b) in right.iter().enumerate() {
                let value = (diagonal + usize::from(a != b)).min(row[j] + 1).min(row[j + 1] + 1);
                diagonal = row[j + 1];
                row[j + 1] = value;
            }
        }
        row[right.len()]
    }

    #[test]
    fn distances_within_a_limit() {
        assert_eq!(distance_within(b"globex", b"globex", 1), Some(0));
        assert_eq!(distance_within(b"globex", b"glbex", 1), Some(1));
        assert_eq!(distance_within(b"globex", b"golbex", 1), Some(1));
        assert_eq!(distance_within(b"globex", b"glubexx", 1), None);
        assert_eq!(distance_within(b"globex", b"glubexx", 2), Some(2));
        assert_eq!(distance_within(b"abcdef", b"badcef", 2), Some(2));
        assert_eq!(distance_within(b"a", b"", 1), Some(1));
        assert_eq!(distance_within(b"paris", b"spira", 3), None);
        assert_eq!(distance_within(b"p4ris", b"tfr1s", 3), Some(3));
        assert_eq!(distance_within(b"abcxyzg", b"baczyxg", 3), Some(3));
    }

    #[test]
    fn likeness_agrees_with_the_plain_method() {
        for (left, right) in [
            ("kitten", "sitting"),
            ("a", "b"),
            ("abc", "abc"),
            ("globex", "xebolg"),
            ("abcdefgh", "b"),
        ] {
            let plain = slow(left.as_bytes(), right.as_bytes());
            assert_eq!(edits::<false>(left.as_bytes(), right.as_bytes()), plain, "{left} {right}");
        }
        assert!(likeness(b"", b"").abs() < f32::EPSILON);
    }

    #[test]
    fn sounds_and_abbreviations() {
        assert_eq!(sound(b"buehler"), sound(b"buhler"));
        assert_eq!(sound(b"phillips"), sound(b"filips"));
        assert!(is_abbreviation(b"hldgs", b"holdings"));
        assert!(!is_abbreviation(b"holdings", b"hldgs"));
    }
}
