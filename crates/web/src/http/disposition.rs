//! The name under which a download is saved.

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 8187 lets stand as it is.
const EXTENDED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a browser does with the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Saves it.
    Attachment,
    /// Shows it.
    Inline,
}

/// `Content-Disposition` (RFC 6266) with a file name that is safe on every system: no folders, no
/// control characters, none of the characters that shells and Windows treat specially, at most 150
/// characters. Names beyond ASCII are given in both spellings (RFC 8187).
pub fn content_disposition(disposition: Disposition, file_name: &str) -> HeaderValue {
    let kind = match disposition {
        Disposition::Attachment => "attachment",
        Disposition::Inline => "inline",
    };
    let name = safe_name(file_name);
    let ascii: String =
        name.chars().map(|letter| if letter.is_ascii() { letter } else { '_' }).collect();
    let text = if ascii == name {
        format!("{kind}; filename=\"{ascii}\"")
    } else {
        let extended = utf8_percent_encode(&name, EXTENDED);
        format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{extended}")
    };
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

/// A file name without anything that a file system or a header could trip over.
fn safe_name(file_name: &str) -> String {
    let last = file_name.rsplit(['/', '\\']).next().unwrap_or("");
    let plain: String = last
        .chars()
        .filter(|letter| !letter.is_control() && !is_direction_mark(*letter))
        .map(|letter| if "\"*:<>?|%;".contains(letter) { '_' } else { letter })
        .take(150)
        .collect();
    let trimmed = plain.trim_matches([' ', '.']);
    String::from(if trimmed.is_empty() { "download" } else { trimmed })
}

/// Marks that turn the direction of writing can make `exe.txt` look like `txt.exe`.
fn is_direction_mark(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe() {
        for (given, expected) in [
            ("report.csv", "attachment; filename=\"report.csv\""),
            ("../../etc/passwd", "attachment; filename=\"passwd\""),
            ("C:\\x\\y.txt", "attachment; filename=\"y.txt\""),
            ("a\"b;c\r\nX: y.csv", "attachment; filename=\"a_b_cX_ y.csv\""),
            ("...", "attachment; filename=\"download\""),
            ("", "attachment; filename=\"download\""),
            ("\u{202e}gpj.exe", "attachment; filename=\"gpj.exe\""),
        ] {
            assert_eq!(content_disposition(Disposition::Attachment, given), expected, "{given:?}");
        }
    }

    #[test]
    fn names_beyond_ascii_come_in_both_spellings() {
        assert_eq!(
            content_disposition(Disposition::Inline, "Übersicht 東京.pdf"),
            "inline; filename=\"_bersicht __.pdf\"; \
             filename*=UTF-8''%C3%9Cbersicht%20%E6%9D%B1%E4%BA%AC.pdf"
        );
    }
}
