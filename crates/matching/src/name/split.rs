//! From folded text to words: splitting, joining initials.

/// A word as a range of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// A full stop follows directly: it may be an abbreviation.
    pub(crate) dotted: bool,
}

impl Piece {
    fn is_single(&self, text: &[u8]) -> bool {
        self.end - self.start == 1 && text.get(self.start).is_some_and(u8::is_ascii_alphabetic)
    }
}

/// Splits folded text into words; `text` gets joined initials appended, so that pieces stay ranges.
///
/// Letters that full stops part belong together ("S.p.A.", "J. P. Morgan"), an apostrophe inside a
/// word vanishes, and an ampersand or plus reads "and".
pub(crate) fn split(text: &mut Vec<u8>, pieces: &mut Vec<Piece>) {
    let length = text.len();
    text.push(b' '); // parts the last word from what is appended
    let mut at = 0;
    while at < length {
        let byte = byte_at(text, at);
        if byte.is_ascii_alphanumeric() {
            at = take_word(text, at, pieces);
        } else {
            if byte == b'&' || byte == b'+' {
                push_and(text, pieces);
            }
            at += 1;
        }
    }
    join_initials(text, pieces);
}

fn byte_at(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(b' ')
}

fn push_and(text: &mut Vec<u8>, pieces: &mut Vec<Piece>) {
    let start = text.len();
    text.extend_from_slice(b"and");
    pieces.push(Piece { start, end: text.len(), dotted: false });
}

/// Takes the word that starts at `at` and says where to go on.
fn take_word(text: &mut Vec<u8>, at: usize, pieces: &mut Vec<Piece>) -> usize {
    let mut end = at;
    let length = text.len();
    while end < length && byte_at(text, end).is_ascii_alphanumeric() {
        end += 1;
    }
    let apostrophe = byte_at(text, end) == b'\'' && byte_at(text, end + 1).is_ascii_alphabetic();
    if apostrophe && end - at == 1 && matches!(byte_at(text, at), b'l' | b'd') {
        return end + 1; // the French and Italian article
    }
    if apostrophe {
        return take_around_apostrophes(text, at, pieces);
    }
    pieces.push(Piece { start: at, end, dotted: byte_at(text, end) == b'.' });
    end
}

fn take_around_apostrophes(text: &mut Vec<u8>, at: usize, pieces: &mut Vec<Piece>) -> usize {
    let start = text.len();
    let mut end = at;
    while end < start {
        let byte = byte_at(text, end);
        if byte.is_ascii_alphanumeric() {
            text.push(byte);
        } else if byte != b'\'' {
            break;
        }
        end += 1;
    }
    pieces.push(Piece { start, end: text.len(), dotted: byte_at(text, end) == b'.' });
    end
}

/// Joins runs of single letters that full stops part: first those without blanks between them, and
/// such with a blank behind the stop only where each letter stands alone.
fn join_initials(text: &mut Vec<u8>, pieces: &mut Vec<Piece>) {
    let mut kept = 0;
    let mut at = 0;
    while at < pieces.len() {
        let run = run_length(text, pieces, at);
        let Some(first) = pieces.get(at).copied() else {
            break;
        };
        let joined =
            if run > 1 { join(text, pieces.get(at..at + run).unwrap_or_default()) } else { first };
        if let Some(slot) = pieces.get_mut(kept) {
            *slot = joined;
        }
        kept += 1;
        at += run.max(1);
    }
    pieces.truncate(kept);
}

fn join(text: &mut Vec<u8>, run: &[Piece]) -> Piece {
    let start = text.len();
    for piece in run {
        let letter = byte_at(text, piece.start);
        text.push(letter);
    }
    Piece { start, end: text.len(), dotted: false }
}

fn run_length(text: &[u8], pieces: &[Piece], at: usize) -> usize {
    let Some(first) = pieces.get(at).filter(|piece| piece.is_single(text) && piece.dotted) else {
        return 1;
    };
    let tight = chain(text, pieces, at, 1);
    if tight > 1 {
        return tight;
    }
    // "D. A. Collins", but not "A. B.V.", where the second letter has its own run
    let next_is_tight = first.end + 2 < text.len() && chain(text, pieces, at + 1, 1) > 1;
    if next_is_tight { 1 } else { chain(text, pieces, at, 2) }
}

/// How many single letters follow each other with at most `gap` characters between them.
fn chain(text: &[u8], pieces: &[Piece], at: usize, gap: usize) -> usize {
    let mut count = 1;
    for pair in pieces.get(at..).unwrap_or_default().windows(2) {
        let [left, right] = pair else { break };
        let near = right.start >= left.end && right.start - left.end <= gap;
        if !(near && left.dotted && left.is_single(text) && right.is_single(text)) {
            break;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut text = text.as_bytes().to_vec();
        let mut pieces = Vec::new();
        split(&mut text, &mut pieces);
        pieces
            .iter()
            .map(|piece| String::from_utf8(text[piece.start..piece.end].to_vec()).unwrap())
            .collect()
    }

    #[test]
    fn ac_01_initials_join_and_words_part() {
        assert_eq!(words("s.p.a."), ["spa"]);
        assert_eq!(words("d. a. collins co."), ["da", "collins", "co"]);
        assert_eq!(words("p.a. van de wiel b.v."), ["pa", "van", "de", "wiel", "bv"]);
        assert_eq!(words("fund a. b.v."), ["fund", "a", "bv"]);
        assert_eq!(words("lith.batt.metals"), ["lith", "batt", "metals"]);
        assert_eq!(words("ins.c.china"), ["ins", "c", "china"]);
    }

    #[test]
    fn ac_01_signs_and_apostrophes() {
        assert_eq!(words("women's a&b c+d"), ["womens", "a", "and", "b", "c", "and", "d"]);
        assert_eq!(words("l'air liquide"), ["air", "liquide"]);
        assert_eq!(words("o'brien's"), ["obriens"]);
        assert_eq!(words("  ...  "), Vec::<String>::new());
    }
}
