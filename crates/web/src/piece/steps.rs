//! Where one is: tabs, steps, progress.

use maud::{Markup, Render, html};

use crate::amount::percent_text;
use crate::icon::Icon;
use crate::tone::count_badge;

/// Parts of one thing, as links.
#[must_use]
#[derive(Clone, Debug)]
pub struct Tabs {
    label: String,
    tabs: Vec<(String, String, bool, u64)>,
}

impl Tabs {
    /// A row of tabs; `label` names it to those who cannot see what it belongs to.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), tabs: Vec::new() }
    }

    /// The next tab, and whether it is the one open.
    pub fn tab(self, label: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        self.tab_with_count(label, href, current, 0)
    }

    /// The next tab, with how many things wait behind it; zero is not shown.
    pub fn tab_with_count(
        mut self,
        label: impl Into<String>,
        href: impl Into<String>,
        current: bool,
        count: u64,
    ) -> Self {
        self.tabs.push((label.into(), href.into(), current, count));
        self
    }
}

impl Render for Tabs {
    fn render(&self) -> Markup {
        html! {
            nav.tabs aria-label=(self.label) {
                @for (label, href, current, count) in &self.tabs {
                    a href=(href) aria-current=[current.then_some("page")] {
                        (label) @if *count > 0 { " " (count_badge(*count)) }
                    }
                }
            }
        }
    }
}

/// Whether a step lies behind, here, or ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Taken.
    Done,
    /// The one to take now.
    Current,
    /// Still to come.
    Ahead,
}

/// The steps of something long, in order.
#[must_use]
#[derive(Clone, Debug)]
pub struct Stepper {
    label: String,
    steps: Vec<(String, Option<String>, StepState)>,
}

impl Stepper {
    /// No steps yet; `label` names what they lead to.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), steps: Vec::new() }
    }

    /// The next step, with a link where one may go there.
    pub fn step(mut self, label: impl Into<String>, href: Option<&str>, state: StepState) -> Self {
        self.steps.push((label.into(), href.map(String::from), state));
        self
    }
}

impl Render for Stepper {
    fn render(&self) -> Markup {
        html! {
            ol.stepper aria-label=(self.label) {
                @for (at, (label, href, state)) in self.steps.iter().enumerate() {
                    @let (class, current, word) = match state {
                        StepState::Done => ("step step-done", None, "done"),
                        StepState::Current => ("step step-current", Some("step"), "now"),
                        StepState::Ahead => ("step", None, "to come"),
                    };
                    li class=(class) aria-current=[current] {
                        span.step-mark aria-hidden="true" {
                            @if *state == StepState::Done { (Icon::Check) } @else { (at.saturating_add(1)) }
                        }
                        @match href {
                            Some(href) => a href=(href) { (label) },
                            None => span { (label) },
                        }
                        span.vh { " (" (word) ")" }
                    }
                }
            }
        }
    }
}

/// How far something long has come. `words` say the same, such as `42,000 of 100,000 rows`.
pub fn progress(label: &str, done: u64, total: u64, words: &str) -> Markup {
    html! {
        div.progress {
            div.progress-head { span { (label) } span.progress-words { (words) } }
            progress max=(total.max(1)) value=(done.min(total)) aria-label=(label) {
                (percent_text(done, total))
            }
        }
    }
}
