//! What a rule says when it does not allow something.

use serde::{Deserialize, Serialize};

use crate::rule_id::RuleId;

/// A refusal: which rule, what happened, and what can be done.
///
/// The words never name another partner, so that they can be shown to whoever asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{words} {remedy} (rule {rule})")]
pub struct Refusal {
    /// The rule that refused.
    pub rule: RuleId,
    /// What was refused and why, in one or two sentences.
    pub words: String,
    /// What the person can do instead, in one sentence.
    pub remedy: String,
}

impl Refusal {
    /// A refusal by a rule.
    pub fn new(rule: RuleId, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { rule, words: words.into(), remedy: remedy.into() }
    }
}
