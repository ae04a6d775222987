//! Names that are written as a web address.

use super::split::Piece;

/// Last labels that show an address when nothing else does.
const ENDINGS: &[&[u8]] = &[
    b"com", b"net", b"org", b"io", b"de", b"fr", b"it", b"nl", b"be", b"es", b"eu", b"ch", b"at",
    b"se", b"dk", b"fi", b"pl", b"cz", b"in", b"cn", b"jp", b"br", b"ru", b"us", b"ca", b"au",
    b"biz", b"info", b"ai", b"app", b"dev", b"cloud",
];

/// Cuts scheme, "www.", path and ending off folded text that is an address; says whether it was one.
pub(super) fn strip(text: &mut Vec<u8>) -> bool {
    let trimmed = text.trim_ascii();
    if trimmed.is_empty() || trimmed.len() > 200 || trimmed.iter().any(u8::is_ascii_whitespace) {
        return false;
    }
    let scheme = trimmed.strip_prefix(b"https://").or_else(|| trimmed.strip_prefix(b"http://"));
    let host = scheme.unwrap_or(trimmed);
    let host = host.split(|byte| matches!(byte, b'/' | b'?' | b'#')).next().unwrap_or_default();
    let www = host.strip_prefix(b"www.");
    let host = www.unwrap_or(host);
    let Some(dot) = host.iter().rposition(|byte| *byte == b'.') else {
        return false;
    };
    let (label, ending) = host.split_at(dot);
    let known = ending.get(1..).is_some_and(|ending| ENDINGS.contains(&ending));
    if label.is_empty() || !(www.is_some() || scheme.is_some() || known) {
        return false;
    }
    // co.uk, com.au
    let label = match label.iter().rposition(|byte| *byte == b'.') {
        Some(inner)
            if ending.len() == 3
                && matches!(label.get(inner + 1..), Some(b"co" | b"com" | b"org" | b"net")) =>
        {
            label.get(..inner).unwrap_or(label)
        }
        Some(_) | None => label,
    };
    let label = label.to_vec();
    text.clear();
    text.extend_from_slice(&label);
    true
}

/// The same for an address whose full stops were lost: it begins with "www".
pub(super) fn strip_pieces(text: &[u8], pieces: &mut Vec<Piece>) -> bool {
    let Some(first) = pieces.first().copied() else {
        return false;
    };
    let word = text.get(first.start..first.end).unwrap_or_default();
    if pieces.len() > 1 && matches!(word, b"www" | b"ww" | b"wwww") {
        pieces.remove(0);
    } else if word.len() > 6 && word.starts_with(b"www") {
        if let Some(first) = pieces.first_mut() {
            first.start += 3;
        }
    } else {
        return false;
    }
    let last =
        pieces.last().copied().and_then(|last| text.get(last.start..last.end)).unwrap_or_default();
    if pieces.len() > 1 && last.len() <= 3 {
        pieces.pop();
    } else if pieces.len() == 1
        && last.len() > 6
        && last.ends_with(b"com")
        && let Some(only) = pieces.last_mut()
    {
        only.end -= 3;
    }
    true
}
