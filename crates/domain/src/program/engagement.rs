//! The rules of engagement: the part of the document that partners read, in sentences with the
//! numbers in force.

mod sections;

use serde::Serialize;

use super::document::Document;
use crate::rule_id::RuleId;

/// One heading with what stands below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngagementSection {
    /// The heading.
    pub heading: &'static str,
    /// The paragraphs, in reading order; never empty.
    pub paragraphs: Vec<EngagementParagraph>,
}

/// One paragraph in plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngagementParagraph {
    /// The rules it tells; none for the vendor's own words.
    pub rules: Vec<RuleId>,
    /// The sentences.
    pub text: String,
}

/// What partners read, section by section. It says what the rules do with the numbers of this
/// document, so that page and enforcement cannot differ. Rule PG-01.
pub fn rules_of_engagement(document: &Document) -> Vec<EngagementSection> {
    let all = [
        ("How we work together", sections::opening(document)),
        ("Who can register", sections::who(document)),
        ("What registration protects", sections::protection(document)),
        ("Keeping protection", sections::follow_up(document)),
        ("What we commit to", sections::promises(document)),
        ("Tiers", sections::tiers(document)),
        ("Conflicts", sections::conflicts(document)),
        ("Rule changes", sections::changes(document)),
    ];
    all.into_iter()
        .filter(|(_, paragraphs)| !paragraphs.is_empty())
        .map(|(heading, paragraphs)| EngagementSection { heading, paragraphs })
        .collect()
}

#[cfg(test)]
mod tests;
