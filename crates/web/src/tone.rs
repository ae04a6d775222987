//! What a mark means, as a tone and always as a word.

use maud::{Markup, Render, html};

/// What a mark, callout or clock says about its subject. Colour follows it, and a word always
/// stands beside the colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// A fact without judgement.
    #[default]
    Neutral,
    /// What the reader is on or should do next.
    Accent,
    /// Done, safe, in order.
    Good,
    /// Needs someone before long.
    Warn,
    /// Broken, refused, too late.
    Bad,
}

impl Tone {
    /// The class that carries the colour.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Accent => "tone-accent",
            Self::Good => "tone-good",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
        }
    }
}

/// A small label in a frame: a tag, a kind, a tier.
pub fn chip(tone: Tone, word: impl Render) -> Markup {
    html! { span class={ "chip " (tone.class()) } { (word) } }
}

/// The state of a thing: a dot and the word for it.
pub fn status(tone: Tone, word: impl Render) -> Markup {
    html! { span class={ "status " (tone.class()) } { span.dot aria-hidden="true" {} (word) } }
}

/// The id of the rule that acted, linking to its text at `/rules#ID`.
pub fn rule_chip(id: &str) -> Markup {
    html! { a.rule href={ "/rules#" (id) } { (id) } }
}

/// How many, beside a word. Zero is not shown.
pub fn count_badge(count: u64) -> Markup {
    html! { @if count > 0 { span.badge { (crate::amount::number_text(i64::try_from(count).unwrap_or(i64::MAX))) } } }
}
