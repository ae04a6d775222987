//! The published schema, as the check reads it: what a value may be.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::program::document::Document;

/// The schema of a document, made once.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| schemars::schema_for!(Document).to_value());

/// What one value of a document may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    schema: &'static Value,
}

/// The kind of value that a place takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A table of keys.
    Table,
    /// A list.
    List,
    /// A text in quotes.
    Text,
    /// A whole number.
    Whole,
    /// `true` or `false`.
    Truth,
}

impl Kind {
    /// The kind as a reader knows it.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Table => "a table",
            Self::List => "a list in [ ]",
            Self::Text => "a string in quotes",
            Self::Whole => "a whole number",
            Self::Truth => "true or false",
        }
    }
}

impl Shape {
    /// The shape of a whole document.
    pub(super) fn document() -> Self {
        Self { schema: &SCHEMA }
    }

    fn of(schema: &'static Value) -> Self {
        let mut shape = Self { schema };
        // Schemas refer to each other a few steps deep at most; the bound keeps a loop from hanging.
        for _ in 0..8 {
            match shape.next() {
                Some(schema) => shape = Self { schema },
                None => break,
            }
        }
        shape
    }

    /// The schema that this one only points at: a definition, or what an optional value may be.
    fn next(self) -> Option<&'static Value> {
        if let Some(reference) = self.schema.get("$ref").and_then(Value::as_str) {
            return SCHEMA.pointer(reference.strip_prefix('#')?);
        }
        let choices = self.schema.get("anyOf")?.as_array()?;
        choices.iter().find(|choice| choice.get("type").is_none_or(|kind| kind != "null"))
    }

    /// The kind of value; tables when the schema does not say.
    pub(super) fn kind(self) -> Kind {
        let named = |name: &Value| match name.as_str() {
            Some("array") => Some(Kind::List),
            Some("string") => Some(Kind::Text),
            Some("integer") => Some(Kind::Whole),
            Some("boolean") => Some(Kind::Truth),
            Some("object") => Some(Kind::Table),
            _ => None,
        };
        let kind = match self.schema.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().find_map(named),
            Some(name) => named(name),
            None if !self.words().is_empty() => Some(Kind::Text),
            None => None,
        };
        kind.unwrap_or(Kind::Table)
    }

    /// The words that a text has to be one of; empty when any text will do.
    pub(super) fn words(self) -> Vec<&'static str> {
        let listed = self.schema.get("enum").and_then(Value::as_array).into_iter().flatten();
        let described = self.schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        let described = described.flat_map(|choice| {
            let one = choice.get("const").into_iter();
            one.chain(choice.get("enum").and_then(Value::as_array).into_iter().flatten())
        });
        listed.chain(described).filter_map(Value::as_str).collect()
    }

    /// The shape of the value below a key of a table that has fixed keys.
    pub(super) fn property(self, key: &str) -> Option<Self> {
        self.properties()?.get(key).map(Self::of)
    }

    /// The fixed keys of a table; none for a table that takes any.
    pub(super) fn keys(self) -> impl Iterator<Item = &'static str> + Clone {
        self.properties().into_iter().flat_map(|map| map.keys().map(String::as_str))
    }

    fn properties(self) -> Option<&'static Map<String, Value>> {
        self.schema.get("properties")?.as_object()
    }

    /// The keys that have to be there.
    pub(super) fn required(self) -> impl Iterator<Item = &'static str> {
        let keys = self.schema.get("required").and_then(Value::as_array);
        keys.into_iter().flatten().filter_map(Value::as_str)
    }

    /// The shape of every value of a table that takes any key; `None` for one with fixed keys.
    pub(super) fn values(self) -> Option<Self> {
        self.schema.get("additionalProperties").filter(|schema| schema.is_object()).map(Self::of)
    }

    /// The shape of the keys of a table that takes any key.
    pub(super) fn key_names(self) -> Option<Self> {
        self.schema.get("propertyNames").map(Self::of)
    }

    /// The shape of the entries of a list.
    pub(super) fn entries(self) -> Option<Self> {
        self.schema.get("items").map(Self::of)
    }

    /// Smallest and largest whole number; the bounds of the type when the schema has none.
    pub(super) fn bounds(self) -> (i64, i64) {
        let (lowest, highest) = match self.text("format") {
            Some("uint8") => (0, i64::from(u8::MAX)),
            Some("uint32") => (0, i64::from(u32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let whole = |key: &str| self.schema.get(key).and_then(Value::as_i64);
        (whole("minimum").unwrap_or(lowest), whole("maximum").unwrap_or(highest))
    }

    /// Fewest and most letters, entries or keys, by the name of the limit in JSON Schema.
    pub(super) fn sizes(self, fewest: &str, most: &str) -> (usize, usize) {
        let size = |key: &str| {
            self.schema.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok())
        };
        (size(fewest).unwrap_or(0), size(most).unwrap_or(usize::MAX))
    }

    /// The named shape of a text, such as `date`.
    pub(super) fn format(self) -> Option<&'static str> {
        self.text("format")
    }

    /// What the value is for, in a sentence without the rule ids; empty when nothing is said.
    pub(super) fn purpose(self) -> String {
        let description = self.text("description").unwrap_or_default();
        let joined = description.split_whitespace().collect::<Vec<_>>().join(" ");
        joined.split(". ").next().map(|s| s.trim_end_matches('.').to_owned()).unwrap_or_default()
    }

    fn text(self, key: &str) -> Option<&'static str> {
        self.schema.get(key).and_then(Value::as_str)
    }

    /// A value that fits, to stand where none could be read.
    pub(super) fn placeholder(self) -> Value {
        match self.kind() {
            Kind::Table => {
                let filled = self.required().filter_map(|key| {
                    self.property(key).map(|shape| (key.to_owned(), shape.placeholder()))
                });
                Value::Object(filled.collect())
            }
            Kind::List => Value::Array(Vec::new()),
            Kind::Text => {
                let sample = match self.format() {
                    Some("date") => "2024-01-01",
                    Some("iana-time-zone") => "UTC",
                    Some("iso-4217") => "EUR",
                    Some("iso-3166-1-alpha-2") => "DE",
                    _ => self.words().first().copied().unwrap_or("unread"),
                };
                Value::String(sample.to_owned())
            }
            Kind::Whole => Value::from(self.bounds().0.max(0).min(self.bounds().1)),
            Kind::Truth => Value::Bool(false),
        }
    }
}
