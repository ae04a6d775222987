//! The pages of accounts.

mod compare;
pub(super) mod detail;
pub(super) mod duplicates;
pub(super) mod form;
mod history;
pub(super) mod list;
pub(super) mod matching;
pub(super) mod merge;
pub(super) mod questions;

use web::{Markup, Tone, status};

/// An account's status as a chip.
pub(super) fn status_chip(word: &str) -> Markup {
    match word {
        "customer" => status(Tone::Good, "Customer"),
        "house" => status(Tone::Warn, "House account"),
        _ => status(Tone::Neutral, "Prospect"),
    }
}
