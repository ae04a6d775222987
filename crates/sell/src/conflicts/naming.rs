//! Words that partners read name no partner: not its company, its internet domain nor its people.
//! Rule AC-05.

use web::FieldErrors;

use channel::{accounts::name_key, partners};
use frame::{ctx::Cx, error::AppError};
use people::identity;

/// Refuses words that name a partner of the program. The names of the `parties` of the case are
/// looked for in any case and within words: their rivals would recognise the least hint.
pub(super) fn check<'n>(
    cx: &mut Cx<'_, '_>,
    errors: &mut FieldErrors,
    (field, words): (&str, &str),
    parties: impl IntoIterator<Item = &'n String>,
) -> Result<(), AppError> {
    let text = Text::of(words);
    let named = match parties.into_iter().find(|name| text.hints_at(name)) {
        Some(party) => Some(party.clone()),
        None => anybody(cx, &text)?,
    };
    if let Some(named) = named {
        let words = format!("names a partner (“{named}”); the other side reads this");
        errors.add(field, words);
    }
    Ok(())
}

/// The partner, or the person of one, that a text names.
fn anybody(cx: &mut Cx<'_, '_>, text: &Text<'_>) -> Result<Option<String>, AppError> {
    let company = partners::find_called(cx, |name, domain| text.names(name) || text.has(domain))?;
    if company.is_some() {
        return Ok(company);
    }
    identity::find_partner_person(cx, |name, email| {
        name.trim().contains(' ') && text.names(name) || text.has(email)
    })
}

/// A text in which names are looked for.
struct Text<'t> {
    words: &'t str,
    lower: String,
    /// Its words as names are compared, each between blanks, piece by piece.
    keys: Vec<String>,
}

/// So many bytes of a text are compared at once: a name's key holds no more.
const PIECE: usize = 500;
/// So many words of a piece stand in the next one as well, so that no name is cut.
const SHARED_WORDS: usize = 12;

/// The words of a text in pieces, as names are compared.
fn keys(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (mut keys, mut from) = (Vec::new(), 0);
    while let Some(rest) = words.get(from..).filter(|rest| !rest.is_empty()) {
        let mut bytes = 0;
        let fits = rest.iter().take_while(|word| {
            bytes += word.len() + 1;
            bytes <= PIECE
        });
        let count = fits.count().max(1);
        let piece = rest.get(..count).unwrap_or_default().join(" ");
        keys.push(format!(" {} ", name_key(&piece)));
        if count == rest.len() {
            break;
        }
        from += count.saturating_sub(SHARED_WORDS).max(1);
    }
    keys
}

impl<'t> Text<'t> {
    fn of(words: &'t str) -> Self {
        Self { words, lower: words.to_lowercase(), keys: keys(words) }
    }

    /// Whether this name stands anywhere in it, within a word too.
    fn hints_at(&self, name: &str) -> bool {
        name.chars().count() > 2 && self.lower.contains(&name.to_lowercase())
    }

    /// Whether it holds this name as whole words. A name of one word, which may be an ordinary word as
    /// well, counts only with a capital.
    fn names(&self, name: &str) -> bool {
        let key = name_key(name);
        let whole = format!(" {key} ");
        if key.chars().count() < 3 || !self.keys.iter().any(|piece| piece.contains(&whole)) {
            return false;
        }
        key.contains(' ') || self.has_capital(&key)
    }

    fn has_capital(&self, key: &str) -> bool {
        let mut words = self.words.split(|letter: char| !letter.is_alphanumeric());
        words.any(|word| {
            word.chars().next().is_some_and(|first| !first.is_lowercase()) && name_key(word) == key
        })
    }

    /// Whether it holds this address, not as a part of a longer one.
    fn has(&self, address: &str) -> bool {
        let address = address.trim().to_lowercase();
        if address.is_empty() {
            return false;
        }
        let is_part = |letter: Option<char>| {
            letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '-')
        };
        self.lower.match_indices(&address).any(|(at, _)| {
            let before = self.lower.get(..at).and_then(|text| text.chars().next_back());
            let after = self.lower.get(at + address.len()..).and_then(|text| text.chars().next());
            !is_part(before) && !is_part(after)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn ac_05_a_name_is_found_as_whole_words_in_any_spelling() {
        let text = Text::of("Ask Nordwind-Systeme or anna@mue.example, near Berlin.");
        for name in ["Nordwind Systeme GmbH", "NORDWIND SYSTEME", "Berlin"] {
            assert!(text.names(name), "{name}");
        }
        for name in ["Nordwind", "Wind", "Nord", "Berl", "ask nobody", "Or"] {
            assert_eq!(text.names(name), name == "Nordwind", "{name}");
        }
        assert!(text.has("mue.example") && text.has("Anna@Mue.example"));
        assert!(!text.has("ue.example") && !text.has("") && !text.has("mue.exam"));
    }

    #[test]
    fn ac_05_a_name_is_found_wherever_it_stands_in_a_long_text() {
        let before = "We read all of it twice. ".repeat(120);
        for gap in 0..40 {
            let text = format!("{before}{}as Nordwind Systeme GmbH told us.", "so ".repeat(gap));
            assert!(Text::of(&text).names("Nordwind Systeme"), "{gap}");
        }
        assert!(!Text::of(&before).names("Nordwind Systeme"));
    }

    #[test]
    fn ac_05_an_ordinary_word_is_no_name_unless_it_has_a_capital() {
        assert!(!Text::of("the summit of the north face").names("Summit"));
        assert!(Text::of("as Summit said").names("Summit"));
    }
}
