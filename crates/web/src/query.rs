//! Names and values as they travel in addresses and form bodies, and the address of a list.

use crate::form_data::FieldErrors;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but letters, digits and `-._~*` is written as `%XX`.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'*');

/// The most parts of a query that are looked at.
const MOST_PARTS: usize = 100;

/// Text as it may stand in a query or path segment.
pub fn url_encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// One name or value, decoded: `+` is a space and `%XX` a byte. `None` when the bytes are no UTF-8.
pub(crate) fn decode(encoded: &[u8]) -> Option<String> {
    let spaced: Vec<u8> =
        encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let bytes: Vec<u8> = percent_encoding::percent_decode(&spaced).collect();
    String::from_utf8(bytes).ok()
}

/// What no query may hold: the character zero, which no database column keeps, and where `strict`,
/// bytes that are no UTF-8. By the name of the parameter.
pub fn query_faults(raw_query: &str, strict: bool) -> FieldErrors {
    let mut errors = FieldErrors::new();
    for part in raw_query.split('&').filter(|part| !part.is_empty()).take(MOST_PARTS) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let shown = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        let shown: String = shown.chars().filter(|letter| !letter.is_control()).take(80).collect();
        match (decode(name.as_bytes()), decode(value.as_bytes())) {
            (Some(name), Some(value)) if !name.contains('\0') && !value.contains('\0') => {}
            (Some(_), Some(_)) => {
                errors.add(&shown, "It contains a character that cannot be stored (U+0000)");
            }
            (_, _) if strict => errors.add(&shown, "Send it in UTF-8, percent-encoded"),
            (_, _) => {}
        }
    }
    errors
}

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortOrder {
    /// Smallest, earliest or A first.
    Ascending,
    /// Largest, latest or Z first.
    Descending,
}

/// The address of a list: its path and everything that narrows, orders or turns its pages. Kept in
/// the address so that a list can be bookmarked and sent to a colleague.
#[must_use]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListUrl {
    path: String,
    pairs: Vec<(String, String)>,
}

impl ListUrl {
    /// Reads `raw_query`, the part after `?` (which may be empty). Parts that are not UTF-8 are left
    /// out, as are more than 100 of them.
    pub fn new(path: impl Into<String>, raw_query: &str) -> Self {
        let pairs = raw_query
            .split('&')
            .filter(|part| !part.is_empty())
            .take(MOST_PARTS)
            .filter_map(|part| {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                Some((decode(name.as_bytes())?, decode(value.as_bytes())?))
            })
            .collect();
        Self { path: path.into(), pairs }
    }

    /// The path without a query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The first value of `name`, if it is there and not blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Every value of `name`, in the order given.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The column and order of `?sort=amount` or `?sort=-amount`.
    pub fn sort(&self) -> Option<(&str, SortOrder)> {
        let sort = self.get("sort")?;
        Some(match sort.strip_prefix('-') {
            Some(column) => (column, SortOrder::Descending),
            None => (sort, SortOrder::Ascending),
        })
    }

    /// This address with `name` set to `value`. Any change but one of page starts at the first page.
    pub fn with(&self, name: &str, value: &str) -> String {
        self.changed(name, Some(value))
    }

    /// This address without `name`, from the first page.
    pub fn without(&self, name: &str) -> String {
        self.changed(name, None)
    }

    /// The address as it is.
    pub fn text(&self) -> String {
        Self::join(&self.path, self.pairs.iter().map(|(name, value)| (&**name, &**value)))
    }

    /// The name of every pair, in the order given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }

    /// This address with the name `now` wherever it has `before`.
    pub fn renamed(mut self, before: &str, now: &str) -> Self {
        for (name, _) in self.pairs.iter_mut().filter(|(name, _)| name == before) {
            now.clone_into(name);
        }
        self
    }

    /// This address without `name`, on the same page.
    pub fn dropping(mut self, name: &str) -> Self {
        self.pairs.retain(|(key, _)| key != name);
        self
    }

    /// With this parameter at its end.
    pub fn having(mut self, name: &str, value: &str) -> Self {
        self.pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Every pair but those named, for the hidden fields of a filter form.
    pub(crate) fn pairs_but<'a>(
        &'a self,
        names: &'a [&'a str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(move |(name, _)| !names.contains(name))
    }

    fn changed(&self, name: &str, value: Option<&str>) -> String {
        let kept = self.pairs_but(&["after", "before", "cursor"]).filter(|(key, _)| *key != name);
        Self::join(&self.path, kept.chain(value.map(|value| (name, value))))
    }

    fn join<'a>(path: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        let mut url = String::from(path);
        let mut mark = '?';
        for (name, value) in pairs {
            url.push(mark);
            url.push_str(&url_encode(name));
            url.push('=');
            url.push_str(&url_encode(value));
            mark = '&';
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_keeps_the_rest_and_starts_at_the_first_page() {
        let url = ListUrl::new("/deals", "q=m%C3%BCller+ag&status=open&after=abc");
        assert_eq!(url.get("q"), Some("müller ag"));
        assert_eq!(
            url.with("sort", "-amount"),
            "/deals?q=m%C3%BCller%20ag&status=open&sort=-amount"
        );
        assert_eq!(url.without("q"), "/deals?status=open");
        assert_eq!(url.with("after", "x y"), "/deals?q=m%C3%BCller%20ag&status=open&after=x%20y");
    }

    #[test]
    fn sort_reads_a_leading_minus_as_descending() {
        assert_eq!(
            ListUrl::new("/", "sort=-amount").sort(),
            Some(("amount", SortOrder::Descending))
        );
        assert_eq!(ListUrl::new("/", "sort=name").sort(), Some(("name", SortOrder::Ascending)));
        assert_eq!(ListUrl::new("/", "").sort(), None);
    }

    #[test]
    fn a_broken_query_is_read_as_far_as_it_makes_sense() {
        let url = ListUrl::new("/", "a=%FF&b&&c=1&c=2&d=%zz");
        assert_eq!(url.get("a"), None);
        assert_eq!(url.get("b"), None);
        assert_eq!(url.all("c"), ["1", "2"]);
        assert_eq!(url.get("d"), Some("%zz"));
    }
}
