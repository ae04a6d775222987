//! The text of a document: read as TOML, with the line and column of every key and value.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// Values that a document may hold; real ones hold some thousands.
const MOST_VALUES: usize = 100_000;

/// Levels of tables and lists that are read; the deepest of a document are seven.
const DEEPEST: usize = 12;

/// Letters of a key that a path shows.
const LONGEST_KEY: usize = 60;

/// The way from the top of a document to one value, as a reader writes it: `tiers[1].name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct KeyPath(String);

impl KeyPath {
    /// The whole document.
    pub(super) fn top() -> Self {
        Self::default()
    }

    /// The value below a key.
    pub(super) fn key(&self, key: &str) -> Self {
        let is_bare = !key.is_empty()
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let mut shown: String = key.chars().take(LONGEST_KEY).collect();
        if shown.len() < key.len() {
            shown.push('…');
        }
        let step = if is_bare { shown } else { format!("{shown:?}") };
        if self.0.is_empty() { Self(step) } else { Self(format!("{}.{step}", self.0)) }
    }

    /// The entry of a list, counted from 0.
    pub(super) fn index(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }

    /// The path as text; empty for the whole document.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is `other` or leads to something inside it.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.0.strip_prefix(&other.0).is_some_and(|rest| {
            other.0.is_empty() || rest.is_empty() || rest.starts_with(['.', '['])
        })
    }

    /// The first step: the section, or the key at the top.
    pub(super) fn section(&self) -> Self {
        let end = self.0.find(['.', '[']).unwrap_or(self.0.len());
        self.0.get(..end).map(Self::from).unwrap_or_default()
    }

    /// The path one step shorter; `None` at the top.
    pub(super) fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        let (mut in_quotes, mut escaped, mut cut) = (false, false, 0);
        for (at, letter) in self.0.char_indices() {
            match letter {
                '"' if !escaped => in_quotes = !in_quotes,
                '.' | '[' if !in_quotes => cut = at,
                _ => {}
            }
            escaped = letter == '\\' && !escaped;
        }
        self.0.get(..cut).map(Self::from)
    }
}

impl From<&str> for KeyPath {
    fn from(path: &str) -> Self {
        Self(path.to_owned())
    }
}

/// A document read as TOML.
pub(super) struct Source<'a> {
    text: &'a str,
    /// The values, without their places; a value that JSON cannot hold is `null`.
    pub(super) value: Value,
    /// Mistakes of the notation, each with the place in the text where it was met.
    pub(super) mistakes: Vec<(String, usize)>,
    /// Whether there were more values, or deeper ones, than are read.
    pub(super) is_overfull: bool,
    places: BTreeMap<KeyPath, usize>,
}

impl<'a> Source<'a> {
    /// Reads as much of `text` as can be read.
    pub(super) fn read(text: &'a str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut reader = Reader::default();
        let value = reader.table(&KeyPath::top(), table.get_ref(), 0);
        let mistakes = errors
            .into_iter()
            .map(|error| (error.message().to_owned(), error.span().map_or(0, |span| span.start)))
            .collect();
        let Reader { places, is_overfull } = reader;
        Self { text, value, mistakes, is_overfull, places }
    }

    /// Line and column, both from 1, of a value, or of what is nearest around it.
    pub(super) fn position(&self, path: &KeyPath) -> (u32, u32) {
        let mut at = Some(path.clone());
        while let Some(step) = at {
            if let Some(offset) = self.places.get(&step) {
                return self.position_of_offset(*offset);
            }
            at = step.parent();
        }
        (1, 1)
    }

    /// Line and column, both from 1, of a place in the text. Columns count characters.
    pub(super) fn position_of_offset(&self, offset: usize) -> (u32, u32) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }
}

/// Reads values and notes their places.
#[derive(Default)]
struct Reader {
    places: BTreeMap<KeyPath, usize>,
    is_overfull: bool,
}

impl Reader {
    fn table(&mut self, path: &KeyPath, table: &DeTable<'_>, depth: usize) -> Value {
        let mut map = Map::new();
        for (key, value) in table {
            let inner = path.key(key.get_ref());
            if self.has_room(&inner, key.span().start, depth) {
                let plain = self.value(&inner, value, depth + 1);
                map.insert(key.get_ref().clone().into_owned(), plain);
            }
        }
        Value::Object(map)
    }

    fn value(&mut self, path: &KeyPath, value: &Spanned<DeValue<'_>>, depth: usize) -> Value {
        match value.get_ref() {
            DeValue::String(text) => Value::String(text.clone().into_owned()),
            DeValue::Integer(integer) => integer_value(integer),
            DeValue::Float(float) => float.as_str().parse::<f64>().map_or(Value::Null, Value::from),
            DeValue::Boolean(truth) => Value::Bool(*truth),
            DeValue::Datetime(datetime) => Value::String(datetime.to_string()),
            DeValue::Array(array) => {
                let mut list = Vec::new();
                for (index, entry) in array.iter().enumerate() {
                    let inner = path.index(index);
                    if self.has_room(&inner, entry.span().start, depth) {
                        list.push(self.value(&inner, entry, depth + 1));
                    }
                }
                Value::Array(list)
            }
            DeValue::Table(table) => self.table(path, table, depth),
        }
    }

    fn has_room(&mut self, path: &KeyPath, offset: usize, depth: usize) -> bool {
        let room = depth < DEEPEST && self.places.len() < MOST_VALUES;
        if room {
            self.places.insert(path.clone(), offset);
        } else {
            self.is_overfull = true;
        }
        room
    }
}

fn integer_value(integer: &DeInteger<'_>) -> Value {
    i64::from_str_radix(integer.as_str(), integer.radix()).map_or(Value::Null, Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pg_03_every_key_and_entry_has_its_place() {
        let source = Source::read("a = 1\n\n[b]\n  c = [\n    10,\n    { d = 2024-01-01 },\n  ]\n");
        assert!(source.mistakes.is_empty());
        assert_eq!(source.position(&KeyPath::from("a")), (1, 1));
        assert_eq!(source.position(&KeyPath::from("b.c")), (4, 3));
        assert_eq!(source.position(&KeyPath::from("b.c[0]")), (5, 5));
        assert_eq!(source.position(&KeyPath::from("b.c[1].d")), (6, 7));
        assert_eq!(source.position(&KeyPath::from("b.c[1].missing")), (6, 5));
        assert_eq!(source.position(&KeyPath::from("nowhere")), (1, 1));
        assert_eq!(source.value["b"]["c"][1]["d"], "2024-01-01");
    }

    #[test]
    fn pg_03_a_path_is_written_as_a_reader_would() {
        let path = KeyPath::top().key("tiers").index(1).key("name");
        assert_eq!(path.as_str(), "tiers[1].name");
        assert_eq!(path.parent().unwrap().as_str(), "tiers[1]");
        assert_eq!(path.parent().unwrap().parent().unwrap().as_str(), "tiers");
        assert!(path.is_within(&KeyPath::from("tiers")));
        assert!(!KeyPath::from("tiersx").is_within(&KeyPath::from("tiers")));
        let odd = KeyPath::top().key("a.b").key("c");
        assert_eq!(odd.as_str(), "\"a.b\".c");
        assert_eq!(odd.parent().unwrap().as_str(), "\"a.b\"");
    }
}
