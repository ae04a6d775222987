//! The pages of programs.

pub(super) mod changes;
pub(super) mod document;
pub(super) mod edit;
pub(super) mod program;
pub(super) mod steps;
pub(super) mod version;

use std::collections::BTreeSet;

use domain::program::Change;
use web::{Markup, Tone, chip, html, rule_chip, status};

use super::store::Signature;
use frame::{ctx::Cx, error::AppError};
use people::identity;

/// The mark of a version's standing, by its word.
pub(super) fn standing_mark(word: &str) -> Markup {
    let (tone, label) = match word {
        "in_force" => (Tone::Good, "In force"),
        "announced" => (Tone::Accent, "Announced"),
        "approved" => (Tone::Accent, "Approved"),
        "in_review" => (Tone::Warn, "In review"),
        "draft" => (Tone::Neutral, "Draft"),
        "superseded" => (Tone::Neutral, "Superseded"),
        _ => (Tone::Neutral, "Withdrawn"),
    };
    status(tone, label)
}

/// The name behind a signature: a person's, or what kind of actor it was.
pub(super) fn signer(cx: &mut Cx<'_, '_>, signature: &Signature) -> Result<String, AppError> {
    let Some(user_id) = identity::person_of(cx, &signature.by)? else {
        let kind = if signature.by == "system" { "The operator" } else { "An API key" };
        return Ok(kind.to_owned());
    };
    let ids = BTreeSet::from([user_id.as_str().to_owned()]);
    let mut names = identity::names_of(cx, &ids)?;
    Ok(names.remove(user_id.as_str()).unwrap_or_else(|| "A former user".into()))
}

/// Changes in words, each with its rule and what it means for partners.
pub(super) fn change_list(
    changes: &[&Change],
    partners: impl Fn(usize) -> Option<usize>,
) -> Markup {
    html! {
        ul {
            @for (index, change) in changes.iter().enumerate() {
                li {
                    (change.words) " "
                    @if let Some(rule) = change.rule { (rule_chip(rule.as_str())) " " }
                    @if change.worsens_partner_terms { (chip(Tone::Warn, "needs notice")) " " }
                    @match partners(index) {
                        Some(1) => small { "touches 1 partner" },
                        Some(count) if count > 0 => small { "touches " (count) " partners" },
                        Some(_) | None => {}
                    }
                }
            }
        }
    }
}
