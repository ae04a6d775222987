//! The answer to a submission that checks refuse.

use domain::deal_registration::{
    check::{Check, CheckOutcome},
    rejection::RejectionReason,
    verdict::{self, Submitter},
};
use serde_json::{Value, json};

use super::store::CheckView;
use frame::error::{self, AppError};

/// The checks as they are kept.
pub(super) fn views(checks: &[Check]) -> Vec<CheckView> {
    checks
        .iter()
        .map(|check| CheckView {
            rule: check.rule.as_str().to_owned(),
            subject: Some(check.subject),
            outcome: outcome_word(check.outcome).to_owned(),
            words: check.words.clone(),
            partner_words: check.partner_words.clone(),
        })
        .collect()
}

/// The word for an outcome in tables and in the API.
pub(super) const fn outcome_word(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Passed => "passed",
        CheckOutcome::Warned => "warned",
        CheckOutcome::NeedsPerson => "needs_person",
        CheckOutcome::Refused => "refused",
    }
}

/// The answer to a submission that checks refused: the first rule that is told, every check that is
/// told and what would change it. The vendor reads all of them in its own words, a partner those
/// that it may know in the words meant for it. Rules DR-13, DR-18.
pub(super) fn refused(checks: &[Check], submitter: Submitter) -> AppError {
    let refusing = verdict::refusing(checks, submitter);
    let words = |check: &Check| match submitter {
        Submitter::Vendor => check.words.clone(),
        Submitter::Partner => check.partner_words.clone(),
    };
    let Some(first) = refusing.first() else {
        return AppError::internal("a refusal without a refusing check");
    };
    let remedy = first.suggests.map(RejectionReason::what_would_change_it);
    let message = match remedy {
        Some(remedy) => format!("{} {remedy}", words(first)),
        None => words(first),
    };
    let all: Vec<Value> = refusing
        .iter()
        .map(|check| json!({ "rule": check.rule.as_str(), "words": words(check) }))
        .collect();
    let mut extras = std::collections::BTreeMap::new();
    extras.insert("checks".to_owned(), Value::from(all));
    if let Some(until) = first.data.get("protected_until") {
        extras.insert("protected_until".to_owned(), Value::from(until.clone()));
    }
    if let Some(reason) = first.suggests {
        extras.insert("reason".to_owned(), Value::from(reason.word()));
    }
    AppError::Refused(error::Refusal { rule: first.rule, message, extras })
}
