//! What a page says before its content: callouts, and what stands in place of nothing.

use maud::{Markup, Render, html};

use crate::icon::Icon;
use crate::tone::Tone;

/// A remark that belongs to what surrounds it.
#[must_use]
#[derive(Clone, Debug)]
pub struct Callout {
    tone: Tone,
    icon: Icon,
    title: String,
    body: Markup,
    actions: Markup,
}

impl Callout {
    fn new(tone: Tone, icon: Icon, title: impl Into<String>) -> Self {
        Self { tone, icon, title: title.into(), body: html! {}, actions: html! {} }
    }

    /// Good to know.
    pub fn info(title: impl Into<String>) -> Self {
        Self::new(Tone::Accent, Icon::Info, title)
    }

    /// Done, or in order.
    pub fn good(title: impl Into<String>) -> Self {
        Self::new(Tone::Good, Icon::Check, title)
    }

    /// To be seen to before long.
    pub fn warn(title: impl Into<String>) -> Self {
        Self::new(Tone::Warn, Icon::Warning, title)
    }

    /// Refused, or about to be lost.
    pub fn danger(title: impl Into<String>) -> Self {
        Self::new(Tone::Bad, Icon::Warning, title)
    }

    /// The remark itself.
    pub fn body(mut self, body: impl Render) -> Self {
        self.body = html! { div.callout-body { (body) } };
        self
    }

    /// Buttons for what can be done about it.
    pub fn actions(mut self, actions: impl Render) -> Self {
        self.actions = html! { div.btn-row { (actions) } };
        self
    }
}

impl Render for Callout {
    fn render(&self) -> Markup {
        html! {
            div class={ "callout " (self.tone.class()) } {
                (self.icon)
                div.callout-words {
                    p.callout-title { (self.title) }
                    (self.body)
                    (self.actions)
                }
            }
        }
    }
}

/// What stands where there is nothing yet: what the place is for, and the first step.
#[must_use]
#[derive(Clone, Debug)]
pub struct Empty {
    icon: Icon,
    title: String,
    text: String,
    actions: Markup,
}

impl Empty {
    /// An empty place: what it is for, and with an action the first step. Rule UX-02.
    pub fn new(icon: Icon, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { icon, title: title.into(), text: text.into(), actions: html! {} }
    }

    /// The first step.
    pub fn action(mut self, button: impl Render) -> Self {
        self.actions = html! { div.btn-row { (button) } };
        self
    }
}

impl Render for Empty {
    fn render(&self) -> Markup {
        html! {
            div.empty {
                span.empty-icon { (self.icon) }
                p.empty-title { (self.title) }
                p.empty-text { (self.text) }
                (self.actions)
            }
        }
    }
}
