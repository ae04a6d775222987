//! What exchanges append to a company's name to tell its shares apart: par values, kinds of
//! shares, receipts, and the short name once more.

use super::split::Piece;

/// Currency marks of the German exchanges that stand before a par value.
const CURRENCIES: &[&[u8]] = &[
    b"dl", b"eo", b"ls", b"hd", b"yc", b"sk", b"nk", b"dk", b"sf", b"rp", b"ba", b"kc", b"zy",
    b"rc", b"ir", b"yn", b"sd", b"ad", b"cd", b"mr", b"kw", b"rl", b"pe", b"dh", b"tn", b"nd",
    b"is", b"uf", b"mn", b"tl", b"e0", b"ta", b"sw", b"ki", b"pfd",
];

/// Words that only a security has.
const MARKS: &[&[u8]] = &[
    b"inh", b"on", b"nam", b"nom", b"shs", b"adr", b"gdr", b"ads", b"gdrs", b"adrs", b"cva",
    b"nvdr", b"reit", b"sp", b"ord", b"na", b"ia", b"st", b"vz", b"vzo", b"reg", b"konv", b"bear",
    b"dep", b"pfd",
];

/// Letters and words that belong to the notation only beside one of the marks.
const BESIDE: &[&[u8]] = &[
    b"a", b"b", b"c", b"h", b"n", b"s", b"cl", b"class", b"in", b"new", b"o", b"vt", b"sb", b"ps",
    b"adl", b"pf", b"nv", b"cdi", b"vna", b"sub", b"vtg", b"iss",
];

/// Drops the notation from the end. Nothing is dropped unless an unmistakable mark is there: a par
/// value, "O.N.", "ORD SHS", a bearer share or a receipt.
pub(super) fn strip(text: &[u8], pieces: &mut Vec<Piece>) {
    if pieces.len() < 2 {
        return;
    }
    let word = |at: usize| {
        pieces.get(at).and_then(|piece| text.get(piece.start..piece.end)).unwrap_or_default()
    };
    let mut end = pieces.len();
    let mut certain = false;
    // every mark is short or a number
    let plain =
        word(end - 1).len() > 4 && word(end - 1).first().is_some_and(u8::is_ascii_alphabetic);
    while end > 1 && !plain {
        let last = word(end - 1);
        if is_small_par(last) {
            end -= 1;
            certain = true;
        } else if let Some(length) =
            par_value(word(end.wrapping_sub(3)), word(end - 2), last).filter(|length| *length < end)
        {
            end -= length;
            certain = true;
        } else if last == b"shs" && word(end - 2) == b"ord"
            || last == b"sh" && word(end - 2) == b"ord"
        {
            end -= 2;
            certain = true;
        } else if MARKS.contains(&last) {
            certain |= matches!(
                last,
                b"inh" | b"on" | b"nam" | b"adr" | b"gdr" | b"gdrs" | b"cva" | b"nvdr"
            );
            end -= 1;
        } else if BESIDE.contains(&last) {
            end -= 1;
        } else {
            break;
        }
    }
    if certain {
        pieces.truncate(end);
    }
    drop_repetition(text, pieces);
}

/// "00002": a par value whose currency stuck to the word before.
fn is_small_par(word: &[u8]) -> bool {
    word.len() >= 3 && word.starts_with(b"00") && word.iter().all(u8::is_ascii_digit)
}

/// How many of the last words make a par value: "DL" "01", "EO" "0" "22", "YC1".
fn par_value(third: &[u8], second: &[u8], last: &[u8]) -> Option<usize> {
    let digits = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    if digits(last)
        && (CURRENCIES.contains(&second) || matches!(second, b"adr" | b"gdr" | b"ads" | b"sadr"))
    {
        return Some(2);
    }
    if digits(last) && digits(second) && CURRENCIES.contains(&third) {
        return Some(3);
    }
    let glued = |word: &[u8]| {
        word.split_at_checked(2)
            .is_some_and(|(mark, rest)| CURRENCIES.contains(&mark) && digits(rest))
    };
    if digits(last) && glued(second) {
        return Some(2);
    }
    (glued(last) || matches!(last, b"dl" | b"eo" | b"ls" | b"hd" | b"yc")).then_some(1)
}

/// "ERCROS SA ERCROS": the beginning, once more and perhaps cut, behind the legal form.
fn drop_repetition(text: &[u8], pieces: &mut Vec<Piece>) {
    let word = |at: usize| {
        pieces.get(at).and_then(|piece| text.get(piece.start..piece.end)).unwrap_or_default()
    };
    for start in 1..pieces.len() {
        let count = pieces.len() - start;
        let long = word(0).len() >= 5 && start >= 2;
        let marked = matches!(
            word(start - 1),
            b"dba" | b"aka" | b"fka" | b"ta" | b"as" | b"formerly" | b"and"
        );
        if count > start || count == 1 && !long || marked {
            continue;
        }
        let equal = (0..count).all(|offset| {
            let again = word(start + offset);
            let before = word(offset);
            again == before || offset + 1 == count && before.starts_with(again)
        });
        if equal {
            pieces.truncate(start);
            return;
        }
    }
}
