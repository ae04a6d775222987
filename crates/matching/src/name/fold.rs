//! Any script to lower-case ASCII.

use deunicode::deunicode_char;

/// What folding noticed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Folded {
    /// Letters of another alphabet stood inside a Latin word and were read as the Latin letters
    /// they look like.
    pub(crate) lookalikes: bool,
}

/// Names longer than this many bytes are compared by their beginning only.
pub(crate) const LONGEST_NAME_BYTES: usize = 600;

/// Writes the ASCII form of a name, in lower case, behind what `out` holds (AC-01). Letters and
/// digits are transliterated, signs that join or part words are kept for the tokeniser, everything
/// else becomes a blank.
pub(crate) fn fold(name: &str, out: &mut Vec<u8>) -> Folded {
    let name = shortened(name);
    if name.is_ascii() {
        out.extend(name.bytes().map(|byte| byte.to_ascii_lowercase()));
        return Folded::default();
    }
    let mut folded = Folded::default();
    for word in name.split_inclusive(char::is_whitespace) {
        let mixed = is_mixed(word);
        folded.lookalikes |= mixed;
        for letter in word.chars() {
            fold_char(letter, mixed, out);
        }
    }
    folded
}

fn shortened(name: &str) -> &str {
    let mut end = name.len().min(LONGEST_NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.get(..end).unwrap_or(name)
}

fn fold_char(letter: char, mixed: bool, out: &mut Vec<u8>) {
    if letter.is_ascii() {
        out.push((letter as u8).to_ascii_lowercase());
        return;
    }
    if mixed && let Some(latin) = latin_lookalike(letter) {
        out.push(latin);
        return;
    }
    match u32::from(letter) {
        // combining marks, joiners and direction marks carry nothing
        0x0300..=0x036F
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x206F
        | 0xFE00..=0xFE0F
        | 0xFEFF
        | 0x00AD => {}
        0x2018 | 0x2019 | 0x201B | 0x02BC | 0x00B4 | 0x2032 | 0xFF07 => out.push(b'\''),
        0x2010..=0x2015 | 0x2212 | 0xFF0D => out.push(b'-'),
        0x00DF | 0x1E9E => out.extend_from_slice(b"ss"),
        0x0130 | 0x0131 => out.push(b'i'),
        // signs, pictures, private use
        0x2000..=0x2BFF
        | 0x3000..=0x303F
        | 0x1F000..=0x1FFFF
        | 0xE000..=0xF8FF
        | 0x00A0..=0x00A9
        | 0x00AB..=0x00B1
        | 0x00B6..=0x00B9
        | 0x00BB => {
            out.push(b' ');
        }
        code @ 0xFF01..=0xFF5E => {
            let ascii = u8::try_from(code - 0xFF01 + 0x21).unwrap_or(b' ');
            out.push(ascii.to_ascii_lowercase());
        }
        _ => match deunicode_char(letter) {
            Some(ascii) => out.extend(ascii.bytes().map(|byte| byte.to_ascii_lowercase())),
            None => out.push(b' '),
        },
    }
}

/// Whether a word has Latin letters and letters of a look-alike alphabet as well.
fn is_mixed(word: &str) -> bool {
    let latin = word.chars().any(|letter| letter.is_ascii_alphabetic());
    latin && word.chars().any(|letter| latin_lookalike(letter).is_some())
}

/// The Latin letter that a Cyrillic or Greek one looks like, in lower case.
fn latin_lookalike(letter: char) -> Option<u8> {
    Some(match letter {
        'а' | 'А' | 'α' | 'Α' => b'a',
        'В' | 'Β' => b'b',
        'с' | 'С' | 'ϲ' => b'c',
        'ԁ' => b'd',
        'е' | 'Е' | 'ё' | 'Ё' | 'Ε' => b'e',
        'һ' | 'Н' | 'Η' => b'h',
        'і' | 'І' | 'ι' | 'Ι' | 'ї' => b'i',
        'ј' | 'Ј' => b'j',
        'К' | 'к' | 'Κ' | 'κ' => b'k',
        'М' | 'Μ' => b'm',
        'Ν' => b'n',
        'о' | 'О' | 'ο' | 'Ο' => b'o',
        'р' | 'Р' | 'ρ' | 'Ρ' => b'p',
        'ԛ' => b'q',
        'ѕ' | 'Ѕ' => b's',
        'Т' | 'Τ' => b't',
        'υ' => b'u',
        'ν' | 'ѵ' => b'v',
        'ԝ' => b'w',
        'х' | 'Х' | 'Χ' | 'χ' => b'x',
        'у' | 'У' | 'Υ' => b'y',
        'Ζ' => b'z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(name: &str) -> String {
        let mut out = Vec::new();
        fold(name, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn ac_01_scripts_become_latin() {
        assert_eq!(folded("Bühler Straße"), "buhler strasse");
        assert_eq!(folded("SPÓŁKA"), "spolka");
        assert_eq!(folded("Ｓｏｎｙ"), "sony");
        assert_eq!(folded("Газпром"), "gazprom");
        assert!(folded("株式会社").is_ascii());
        assert_eq!(folded("Cafe\u{301}"), "cafe");
    }

    #[test]
    fn ac_01_lookalike_letters_are_read_as_latin_and_flagged() {
        let mut out = Vec::new();
        let noticed = fold("Gl\u{43e}bex", &mut out);
        assert_eq!(out, b"globex");
        assert!(noticed.lookalikes);
        assert!(!fold("Газпром", &mut out).lookalikes);
    }

    #[test]
    fn ac_01_pictures_and_direction_marks_vanish() {
        assert_eq!(folded("\u{202e}Acme 🚀").trim(), "acme");
        assert!(folded(&"ж".repeat(10_000)).len() <= 3 * LONGEST_NAME_BYTES);
    }
}
