//! The pages of direct sales.

pub(super) mod activity;
pub(super) mod attempts;
pub(super) mod detail;
pub(super) mod form;

use domain::money::Money;
use web::{Markup, Tone, status};

use super::Stage;

/// Where an opportunity stands, as a chip.
pub(super) fn stage_chip(stage: Stage) -> Markup {
    match stage {
        Stage::Open => status(Tone::Accent, stage.label()),
        Stage::Won => status(Tone::Good, stage.label()),
        Stage::Lost => status(Tone::Neutral, stage.label()),
    }
}

/// An amount as people read it.
pub(super) fn money(amount: Money) -> Markup {
    let exponent = u8::try_from(amount.currency.exponent()).unwrap_or(2);
    web::amount(amount.minor, exponent, amount.currency.as_str())
}
