//! What the command palette asks for at `/search.json`.

use serde::Serialize;

/// The answer to a search, in groups by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SearchAnswer {
    /// The groups, the most fitting first; empty ones are left out.
    pub groups: Vec<SearchGroup>,
}

/// What was found of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SearchGroup {
    /// The kind, in the plural.
    pub label: String,
    /// The finds, the most fitting first.
    pub items: Vec<SearchHit>,
}

/// One find.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SearchHit {
    /// Its name.
    pub title: String,
    /// What tells it from others of its name.
    pub detail: String,
    /// Its page: a path of our own.
    pub href: String,
}
