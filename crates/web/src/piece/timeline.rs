//! What happened, when, by which rule, and why.

use maud::{Markup, Render, html};

use crate::icon::Icon;
use crate::tone::{Tone, rule_chip};

/// One thing that happened.
#[must_use]
#[derive(Clone, Debug)]
pub struct Entry {
    when: Markup,
    words: Markup,
    rules: Vec<String>,
    tone: Tone,
    icon: Option<Icon>,
    by: Option<String>,
    why: Option<Markup>,
    detail: Option<Markup>,
}

impl Entry {
    /// `when` is a [`crate::day`] or [`crate::instant`].
    pub fn new(when: impl Render, words: impl Render) -> Self {
        Self {
            when: when.render(),
            words: words.render(),
            rules: Vec::new(),
            tone: Tone::Neutral,
            icon: None,
            by: None,
            why: None,
            detail: None,
        }
    }

    /// A rule that acted.
    pub fn rule(mut self, id: impl Into<String>) -> Self {
        self.rules.push(id.into());
        self
    }

    /// How serious it was.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// A picture in place of the dot.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Who did it.
    pub fn by(mut self, who: impl Into<String>) -> Self {
        self.by = Some(who.into());
        self
    }

    /// The reasons, opened on demand.
    pub fn why(mut self, reasons: impl Render) -> Self {
        self.why = Some(reasons.render());
        self
    }

    /// What belongs to it and is always shown: a note, a change.
    pub fn detail(mut self, detail: impl Render) -> Self {
        self.detail = Some(detail.render());
        self
    }
}

impl Render for Entry {
    fn render(&self) -> Markup {
        html! {
            li class={ "event " (self.tone.class()) } {
                span.event-mark aria-hidden="true" { @if let Some(icon) = self.icon { (icon) } }
                div.event-body {
                    p.event-words {
                        (self.words)
                        @for rule in &self.rules { " " (rule_chip(rule)) }
                    }
                    p.event-meta {
                        (self.when) @if let Some(by) = &self.by { " · " (by) }
                    }
                    @if let Some(detail) = &self.detail { div.event-detail { (detail) } }
                    @if let Some(why) = &self.why {
                        details.why { summary { "Why" } div.why-body { (why) } }
                    }
                }
            }
        }
    }
}

/// Entries in the order given; the newest first reads best.
#[must_use]
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    entries: Vec<Entry>,
}

impl Timeline {
    /// No entries yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next entry.
    pub fn entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// The next entries.
    pub fn entries(mut self, entries: impl IntoIterator<Item = Entry>) -> Self {
        self.entries.extend(entries);
        self
    }
}

impl Render for Timeline {
    fn render(&self) -> Markup {
        html! { ol.timeline { @for entry in &self.entries { (entry) } } }
    }
}
