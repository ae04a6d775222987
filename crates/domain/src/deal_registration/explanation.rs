//! A decision together with why it was taken.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rule_id::RuleId;

/// A decided value, the rule that decided it, what it looked at, and the words for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided<T> {
    /// What was decided.
    pub value: T,
    /// The rule that decided.
    pub rule: RuleId,
    /// What the rule looked at, by name, as it was written then.
    pub inputs: BTreeMap<String, String>,
    /// The decision and its reason as a sentence.
    pub words: String,
}

impl<T> Decided<T> {
    /// A decision by a rule, without inputs so far.
    pub fn new(value: T, rule: RuleId, words: impl Into<String>) -> Self {
        Self { value, rule, inputs: BTreeMap::new(), words: words.into() }
    }

    /// The same decision with one more input named.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a chain of inputs reads better unborrowed")]
    pub fn with(mut self, name: &str, input: impl ToString) -> Self {
        self.inputs.insert(name.to_owned(), input.to_string());
        self
    }
}
