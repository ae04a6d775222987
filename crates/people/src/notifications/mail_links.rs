//! Links in mails. A link that acts for the recipient of a mail is readable by the recipient only:
//! the text that is kept has words where the address stands, and the address is made while the
//! mail is being sent (ID-01, docs/adr/0013-mails-keep-no-links.md).

use std::fmt::{self, Display};

use domain::ids::LinkId;
use serde::{Deserialize, Serialize};

use frame::{ctx::Cx, error::AppError};

/// What the recipient reads in place of a link that ended before its mail was sent.
const ENDED: &str = "(this link has expired or was taken back: sign in, or ask for a new one)";

/// Characters of the shortest secret that earlier versions put into mails.
const SHORTEST: usize = 20;

/// Characters from which on a part of a secret is covered where somebody quotes it.
const QUOTED: usize = 8;

/// A link of a mail. It shows as the words that stand for it in the text that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailLink {
    link_id: String,
    words: String,
}

impl MailLink {
    /// The link, and in words what it is, such as `sign-in link`.
    pub fn new(link_id: &LinkId, what: &str) -> Self {
        let words = format!("({what} {link_id}, shown to its recipient only)");
        Self { link_id: link_id.as_str().to_owned(), words }
    }
}

impl Display for MailLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

/// The address of a link while its mail is being sent.
pub struct OpenedLink {
    /// The whole address.
    pub url: String,
    /// The secret in it.
    pub secret: String,
}

/// What the slice that keeps the links does for mails. The frame puts the two together (`lib.rs`),
/// since that slice stands above this one.
#[derive(Debug, Clone, Copy)]
pub struct MailLinks {
    /// Gives a link one more secret; `None` when the link no longer works.
    pub open: fn(&mut Cx<'_, '_>, &LinkId) -> Result<Option<OpenedLink>, AppError>,
    /// The link to which a secret leads, whether it still works or not.
    pub known: fn(&mut Cx<'_, '_>, &str) -> Result<Option<MailLink>, AppError>,
}

/// The links of a mail as its row keeps them.
pub(super) fn to_row(links: &[MailLink]) -> Result<String, AppError> {
    serde_json::to_string(links).map_err(AppError::internal)
}

/// The links of a row; none in a mail of an earlier version.
pub(super) fn of_row(text: &str) -> Result<Vec<MailLink>, AppError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(AppError::internal)
}

/// The text with working addresses in the place of words, and the secrets in them. Only words for
/// `links` count, so nobody can write words that become the link of somebody else.
pub(super) fn written_out(
    cx: &mut Cx<'_, '_>,
    text: &str,
    links: &[MailLink],
) -> Result<(String, Vec<String>), AppError> {
    let (mut text, mut secrets) = (text.to_owned(), Vec::new());
    let open = cx.app.shared::<MailLinks>()?.open;
    for link in links {
        let link_id = LinkId::parse(&link.link_id).map_err(AppError::internal)?;
        let url = match open(cx, &link_id)? {
            Some(opened) => {
                secrets.push(opened.secret);
                opened.url
            }
            None => ENDED.to_owned(),
        };
        text = text.replace(&link.words, &url);
    }
    Ok((text, secrets))
}

/// The text of a mail of an earlier version with words in the place of its addresses, and the
/// links they stand for.
pub(super) fn taken_out(
    cx: &mut Cx<'_, '_>,
    text: &str,
) -> Result<(String, Vec<MailLink>), AppError> {
    let known = cx.app.shared::<MailLinks>()?.known;
    let (mut kept, mut links) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some(found) = address_in(rest) {
        kept.push_str(found.before);
        match known(cx, found.secret)? {
            Some(link) => {
                kept.push_str(&link.words);
                links.push(link);
            }
            None => kept.push_str("(link, shown to its recipient only)"),
        }
        rest = found.after;
    }
    kept.push_str(rest);
    Ok((kept, links))
}

/// The text with every address of a link covered: for what others wrote about a mail.
pub(super) fn without_addresses(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = address_in(rest) {
        kept.push_str(found.before);
        kept.push_str("(a link)");
        rest = found.after;
    }
    kept.push_str(rest);
    kept
}

/// What a mail server says about a mail, with the secrets covered that it may quote, even in part.
pub(super) fn covered(text: &str, secrets: &[String]) -> String {
    let text = without_addresses(text);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let end = rest.find(|letter| !is_of_secret(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let quoted = word.len() >= QUOTED && secrets.iter().any(|secret| secret.contains(word));
        kept.push_str(if quoted { "…" } else { word });
        let mut letters = after.chars();
        kept.extend(letters.next());
        rest = letters.as_str();
    }
    kept
}

/// An address of a link in a text.
struct Address<'a> {
    before: &'a str,
    secret: &'a str,
    after: &'a str,
}

/// The first address of a link: from its scheme, or where that is missing from `/links/`, to the
/// end of its secret.
fn address_in(text: &str) -> Option<Address<'_>> {
    text.match_indices("/links/").find_map(|(folder, word)| {
        let rest = text.get(folder + word.len()..)?;
        let (purpose, rest) = rest.split_once('/')?;
        let named = purpose.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
        let end = rest.find(|letter| !is_of_secret(letter)).unwrap_or(rest.len());
        if !named || end < SHORTEST {
            return None;
        }
        let head = text.get(..folder)?;
        let host = head.rsplit(char::is_whitespace).next().unwrap_or("");
        let scheme = host.rfind("http").map_or(0, |at| host.len() - at);
        let (secret, after) = rest.split_at(end);
        Some(Address { before: text.get(..folder - scheme)?, secret, after })
    })
}

fn is_of_secret(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "3q2-7wAAAAB_xyzABCDEFGHIJKLMNOPQRSTUVWXYZ01";

    #[test]
    fn id_01_an_address_is_found_wherever_it_stands() {
        let url = format!("https://partners.example/links/sign-in/{SECRET}");
        for (text, before, after) in [
            (format!("Open:\n{url}\n\nBye"), "Open:\n", "\n\nBye"),
            (format!("550 <{url}> is listed"), "550 <", "> is listed"),
            (url.clone(), "", ""),
            (format!("see /links/follow-up/{SECRET}."), "see ", "."),
            (format!("a /links/x and {url}"), "a /links/x and ", ""),
        ] {
            let found = address_in(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.before, found.secret, found.after), (before, SECRET, after));
        }
        for none in ["/links/", "/links/sign-in/", "/links/sign-in/short", "/links/A b/c"] {
            assert!(address_in(none).is_none(), "{none}");
        }
    }

    #[test]
    fn id_01_what_a_mail_server_quotes_of_a_link_is_covered() {
        let secrets = [SECRET.to_owned()];
        let whole = format!("550 5.7.1 https://partners.example/links/sign-in/{SECRET} is listed");
        assert_eq!(covered(&whole, &secrets), "550 5.7.1 (a link) is listed");
        let part = format!("550 refused: ...{} and more", SECRET.get(5..20).unwrap());
        assert_eq!(covered(&part, &secrets), "550 refused: ...… and more");
        let harmless = "421 4.3.2 Service shutting-down, ünterwegs";
        assert_eq!(covered(harmless, &secrets), harmless);
    }
}
