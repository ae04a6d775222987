//! Numbers that lead to what they are made of.

use maud::{Markup, Render, html};

use super::chart::sparkline;

/// A number with its name; the whole of it is a link to what it is made of.
#[must_use]
#[derive(Clone, Debug)]
pub struct Stat {
    label: String,
    value: Markup,
    href: String,
    detail: Option<String>,
    trend: Option<Markup>,
}

impl Stat {
    /// A number that leads to `href`, the list of what it counts. Rule UX-02.
    pub fn new(label: impl Into<String>, value: impl Render, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.render(),
            href: href.into(),
            detail: None,
            trend: None,
        }
    }

    /// What it is compared with, or of what time.
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.detail = Some(text.into());
        self
    }

    /// Its course so far, oldest first, and the same in words.
    pub fn trend(mut self, values: &[i64], words: &str) -> Self {
        self.trend = Some(sparkline(words, values));
        self
    }
}

impl Render for Stat {
    fn render(&self) -> Markup {
        html! {
            a.stat href=(self.href) {
                span.stat-label { (self.label) }
                span.stat-value { (self.value) }
                @if let Some(detail) = &self.detail { span.stat-detail { (detail) } }
                @if let Some(trend) = &self.trend { (trend) }
            }
        }
    }
}

/// Numbers beside each other.
pub fn stats(items: impl IntoIterator<Item = Stat>) -> Markup {
    html! { div.stats { @for item in items { (item) } } }
}
