//! Texts that people type: trimmed, of bounded length, without characters that deceive. And days,
//! which are typed as texts.

use jiff::civil::Date;

/// Why a text is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("is missing")]
    Empty,
    /// More characters than the field holds.
    #[error("has {given} characters; the maximum is {most}")]
    TooLong {
        /// How many there are after trimming.
        given: usize,
        /// How many are accepted.
        most: usize,
    },
    /// A control character, or one that reorders what is shown.
    #[error("contains a character that cannot be shown (U+{code:04X})")]
    Unshowable {
        /// Its Unicode number.
        code: u32,
    },
    /// Not of the form that the field asks for; the text says which.
    #[error("{expected}")]
    Form {
        /// What a right value looks like.
        expected: &'static str,
    },
}

/// Marks that embed, override or isolate the direction of text; they can make a name read as another.
fn reorders(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

/// Letters without width, which make two names look alike. The joiners of Arabic, Indic and emoji
/// are fine behind a letter of these.
fn hides(before: Option<char>, character: char) -> bool {
    match character {
        '\u{200C}' | '\u{200D}' => before.is_none_or(|letter| letter < '\u{0600}'),
        '\u{00AD}'
        | '\u{034F}'
        | '\u{061C}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{180E}'
        | '\u{200B}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{2060}'..='\u{2064}'
        | '\u{3164}' => true,
        _ => false,
    }
}

/// One line: outer white space removed, 1 to `most` characters, none of them a control character
/// or one that is not seen.
pub fn line(input: &str, most: usize) -> Result<String, TextError> {
    let text = bounded(input, most)?;
    seen_line(text)?;
    Ok(text.to_owned())
}

/// Every character of one line is seen: no control character, none that reorders, none without width.
pub fn seen_line(text: &str) -> Result<(), TextError> {
    seen(text, |_| false)?;
    let mut before = None;
    for character in text.chars() {
        if hides(before, character) {
            return Err(TextError::Unshowable { code: u32::from(character) });
        }
        before = Some(character);
    }
    Ok(())
}

/// As [`seen_line`], of several lines: line ends and tabs are fine, and so are letters without width.
pub fn seen_lines(text: &str) -> Result<(), TextError> {
    seen(text, |character| matches!(character, '\n' | '\r' | '\t'))
}

/// What is said of a text that is no day.
const NO_DAY: TextError =
    TextError::Form { expected: "Enter a date as year-month-day, for example 2026-04-01" };

/// A day as programs send and tables keep it: year, month and day, of the Gregorian calendar.
pub fn day(input: &str) -> Result<Date, TextError> {
    let text = input.trim();
    text.parse::<Date>().ok().filter(|_| text.len() == 10).ok_or(NO_DAY)
}

/// A day as people type it, in any way that means one day only: `3 May 2027`. Rule UX-01.
pub fn typed_day(input: &str) -> Result<Date, TextError> {
    crate::written::day(input, None).ok_or(NO_DAY)
}

/// Several lines: as [`line`], but line ends and tabs are kept.
pub fn lines(input: &str, most: usize) -> Result<String, TextError> {
    let text = bounded(input, most)?;
    seen_lines(text)?;
    Ok(text.to_owned())
}

fn bounded(input: &str, most: usize) -> Result<&str, TextError> {
    let text = input.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    let given = text.chars().count();
    if given > most {
        return Err(TextError::TooLong { given, most });
    }
    Ok(text)
}

fn seen(text: &str, kept: fn(char) -> bool) -> Result<(), TextError> {
    let bad = text.chars().find(|c| (c.is_control() && !kept(*c)) || reorders(*c));
    bad.map_or(Ok(()), |c| Err(TextError::Unshowable { code: u32::from(c) }))
}

/// Declares a text type: its name, and the function that accepts or refuses.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $parse:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Accepts a text or says what is wrong with it.
            pub fn parse(input: &str) -> Result<Self, $crate::text::TextError> {
                $parse(input).map(Self)
            }

            /// The accepted text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text_type;

text_type!(
    /// The name of a person, one line of at most 200 characters.
    PersonName,
    |input| line(input, 200)
);
text_type!(
    /// What a person wrote, one or more lines of at most 4,000 characters in all.
    Note,
    |input| lines(input, 4_000)
);
text_type!(
    /// A short entry of one line, at most 200 characters.
    ShortText,
    |input| line(input, 200)
);
text_type!(
    /// A telephone number as it was written: digits with the usual marks, at most 40 characters.
    Phone,
    parse_phone
);

fn parse_phone(input: &str) -> Result<String, TextError> {
    let text = line(input, 40)?;
    let usual = |c: char| c.is_ascii_digit() || " +-./()x#".contains(c);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits < 3 || !text.chars().all(usual) {
        return Err(TextError::Form {
            expected: "enter a phone number in digits, for example +49 30 123456",
        });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ux_01_the_longest_text_is_accepted_and_one_character_more_is_not() {
        assert!(PersonName::parse(&"ä".repeat(200)).is_ok());
        assert_eq!(
            PersonName::parse(&"ä".repeat(201)),
            Err(TextError::TooLong { given: 201, most: 200 })
        );
        assert_eq!(PersonName::parse("  x  ").unwrap().as_str(), "x");
        assert_eq!(PersonName::parse(" \n"), Err(TextError::Empty));
    }

    #[test]
    fn ux_01_lines_are_kept_in_a_note_and_refused_in_a_name() {
        assert!(Note::parse("one\ntwo").is_ok());
        assert_eq!(PersonName::parse("one\ntwo"), Err(TextError::Unshowable { code: 10 }));
        assert_eq!(Note::parse("a\u{202E}b"), Err(TextError::Unshowable { code: 0x202E }));
        assert_eq!(Note::parse("a\0b"), Err(TextError::Unshowable { code: 0 }));
    }

    #[test]
    fn ux_01_letters_that_are_not_seen_are_refused_in_a_name() {
        for (name, code) in
            [("Glo\u{200B}bex", 0x200B), ("Glo\u{200D}bex", 0x200D), ("Glo\u{AD}bex", 0xAD)]
        {
            assert_eq!(line(name, 200), Err(TextError::Unshowable { code }), "{name:?}");
        }
        // A Persian name keeps its joiner, and a note may hold what was pasted.
        assert_eq!(line("می\u{200C}روم", 200).as_deref(), Ok("می\u{200C}روم"));
        assert!(lines("a\u{200B}b", 200).is_ok());
    }

    #[test]
    fn ux_01_a_day_is_written_in_one_way() {
        assert_eq!(day(" 2026-04-01 "), Ok(jiff::civil::date(2026, 4, 1)));
        for text in ["", "01.04.2026", "2026-4-1", "2026-02-30", "2026-04-01T00:00", "20260401"] {
            assert!(matches!(day(text), Err(TextError::Form { .. })), "{text}");
        }
    }

    #[test]
    fn ux_01_a_telephone_number_needs_digits() {
        assert!(Phone::parse("+49 (30) 123-456").is_ok());
        assert!(Phone::parse("call me").is_err());
        assert!(Phone::parse("=1+2").is_err());
    }
}
