//! Texts as people search for them: without regard to case, accents and the form of letters.
//!
//! Lists keep the folded text beside the text, because the two databases neither lower nor compare
//! letters beyond ASCII alike (docs/adr/0023).

use unicode_normalization::UnicodeNormalization as _;

/// Stands between the texts of one key. No line that is searched holds it, so that a word never
/// matches across two texts, and it sorts before every letter.
pub const BETWEEN: char = '\n';

/// A text without differences of case, accents, width and the form of letters. It stays in its own
/// script, ASCII letters are lowered, and every other ASCII character is itself.
///
/// ```
/// use domain::folding::folded;
///
/// assert_eq!(folded("Ölmühle"), folded("OLMUHLE"));
/// assert_eq!(folded("Straße in ŁÓDŹ"), "strasse in lodz");
/// assert_eq!(folded("СЕВЕРНЫЙ"), folded("северный"));
/// assert_eq!(folded("100%_!"), "100%_!");
/// ```
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_accent(*letter) && !is_unseen(*letter)) {
        // Two steps make the forms of one letter the same: ς and σ, ı and i, ſ and s.
        for lower in letter.to_uppercase().flat_map(char::to_lowercase) {
            match spelled(lower) {
                Some(ascii) => plain.push_str(ascii),
                None => plain.push(lower),
            }
        }
    }
    plain.nfkd().filter(|letter| !is_accent(*letter)).nfc().collect()
}

/// The key by which something is searched and ordered: its texts, folded. The first text decides the
/// order.
///
/// ```
/// assert_eq!(domain::folding::search_key(["Élan Vital", "elan.example"]), "elan vital\nelan.example");
/// ```
pub fn search_key<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut key = String::new();
    for (at, text) in texts.into_iter().enumerate() {
        if at > 0 {
            key.push(BETWEEN);
        }
        key.push_str(&folded(text));
    }
    key
}

/// Marks that people leave out: accents of Latin, Greek and Cyrillic letters, and the vowel signs of
/// Hebrew and Arabic. Marks that make another letter, as in Devanagari or Kana, are kept.
fn is_accent(letter: char) -> bool {
    matches!(
        letter,
        '\u{0300}'..='\u{0344}' | '\u{0346}'..='\u{036F}'
            | '\u{0483}'..='\u{0489}'
            | '\u{0591}'..='\u{05BD}'
            | '\u{05BF}' | '\u{05C1}' | '\u{05C2}' | '\u{05C4}' | '\u{05C5}' | '\u{05C7}'
            | '\u{0610}'..='\u{061A}'
            | '\u{0640}'
            | '\u{064B}'..='\u{065F}'
            | '\u{0670}'
            | '\u{1AB0}'..='\u{1AFF}'
            | '\u{1DC0}'..='\u{1DFF}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{FE20}'..='\u{FE2F}'
    )
}

/// Characters without width.
fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{00AD}'
            | '\u{061C}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
    )
}

/// Letters and signs that have no accent to remove, as people without that key type them.
fn spelled(lower: char) -> Option<&'static str> {
    Some(match lower {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ł' => "l",
        'ŋ' => "n",
        'ŧ' => "t",
        'þ' => "th",
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' => "'",
        '\u{201C}'..='\u{201F}' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_accents_and_forms_make_no_difference() {
        for (one, other) in [
            ("Ölmühle", "ölmühle"),
            ("Ölmühle", "O\u{308}LMU\u{308}HLE"),
            ("Élan", "elan"),
            ("СЕВЕРНЫЙ Ветер", "северный ветер"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("İSTANBUL", "istanbul"),
            ("ISPARTA", "ısparta"),
            ("Łódź", "lodz"),
            ("Ørsted", "orsted"),
            ("Æther", "aether"),
            ("Ｓｏｎｙ", "sony"),
            ("ﬁnance", "FINANCE"),
            ("L’Oréal", "l'oreal"),
            ("ｶﾞｽ", "ガス"),
            ("مُحَمَّد", "محمد"),
            ("Glo\u{AD}bex", "globex"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
    }

    #[test]
    fn what_is_another_letter_stays_another() {
        for (one, other) in [
            ("ガス", "カス"),
            ("Газпром", "Gazprom"),
            ("हिन्दी", "हनद"),
            ("한국", "하구"),
            ("under_score", "underXscore"),
            ("100%", "100"),
        ] {
            assert_ne!(folded(one), folded(other), "{one} {other}");
        }
    }

    #[test]
    fn names_are_in_the_order_of_their_letters() {
        let mut names = ["Zebra", "Élan", "elbe", "Eifel", "Étude", "äther", "Apfel", "100% Natur"];
        names.sort_by_key(|name| folded(name));
        let right = ["100% Natur", "Apfel", "äther", "Eifel", "Élan", "elbe", "Étude", "Zebra"];
        assert_eq!(names, right);
    }

    proptest! {
        #[test]
        fn folding_once_is_enough(text in "\\PC{0,40}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }

        #[test]
        fn case_never_matters(text in "[[\\p{Latin}\\p{Greek}\\p{Cyrillic}]&&\\p{L}]{0,40}") {
            prop_assert_eq!(folded(&text.to_uppercase()), folded(&text));
        }

        #[test]
        fn the_databases_lower_ascii_alike(text in "[ -~]{0,40}") {
            prop_assert_eq!(folded(&text), text.to_ascii_lowercase());
        }
    }
}
