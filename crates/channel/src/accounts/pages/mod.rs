//! The pages of accounts.

mod compare;
pub(super) mod detail;
pub(super) mod duplicates;
mod history;
pub(super) mod matching;
pub(super) mod merge;
pub(super) mod questions;

use domain::accounts::AccountStatus;
use web::{Markup, Tone, status};

/// An account's status as a chip.
pub(super) fn status_chip(account: AccountStatus) -> Markup {
    let tone = match account {
        AccountStatus::Customer => Tone::Good,
        AccountStatus::House => Tone::Warn,
        AccountStatus::Prospect => Tone::Neutral,
    };
    status(tone, account.label())
}
