//! What a page shows and where it leads, read from its HTML as a browser would.

/// Elements whose text is a value or no text at all: codes may stand there.
const NOT_PROSE: [&str; 8] =
    ["code", "pre", "kbd", "textarea", "script", "style", "samp", "datalist"];

/// Elements that have no end.
const VOID: [&str; 8] = ["input", "br", "hr", "img", "meta", "link", "col", "use"];

/// What a page shows and where it leads.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The addresses of its links, in their order.
    pub links: Vec<String>,
    /// Its text outside of code, a line for each piece.
    pub prose: Vec<String>,
}

/// Reads a page of ours, which is well formed.
pub(super) fn read(html: &str) -> Shown {
    let mut shown = Shown::default();
    let mut hidden: Vec<String> = Vec::new();
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
        if let Some(ended) = tag.strip_prefix('/') {
            if hidden.last().is_some_and(|open| open == ended.trim()) {
                hidden.pop();
            }
        } else if !VOID.contains(&name.as_str())
            && (NOT_PROSE.contains(&name.as_str()) || hidden.last() == Some(&name))
        {
            hidden.push(name.clone());
        }
        if name == "a" {
            shown.links.extend(attribute(tag, "href"));
        }
        let text = unescaped(text.trim());
        if hidden.is_empty() && !text.is_empty() {
            shown.prose.push(text);
        }
    }
    shown
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(unescaped(value))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// An instant or a word with an underscore that stands in prose, where people read.
pub(super) fn machine_word(text: &str) -> Option<&str> {
    let words = text.split(|c: char| c.is_whitespace() || "“”()[],;".contains(c));
    words.into_iter().find(|word| is_instant(word) || is_stored_word(word))
}

/// `2027-01-03T23:00:00Z` and the like.
fn is_instant(word: &str) -> bool {
    let Some((day, time)) = word.split_once('T') else { return false };
    let day = day.as_bytes();
    day.len() >= 10
        && day[day.len() - 10..].iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
        && time.starts_with(|c: char| c.is_ascii_digit())
}

/// `partner_direct` and the like: a word as tables keep it.
fn is_stored_word(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.contains('_') && word.chars().all(|c| c == '_' || c == '.' || c.is_ascii_lowercase())
}
