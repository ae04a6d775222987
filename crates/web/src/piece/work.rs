//! What waits for a person: what, until when, and what happens otherwise.

use maud::{Markup, Render, html};

use crate::tone::count_badge;

/// One thing that waits.
#[must_use]
#[derive(Clone, Debug)]
pub struct WorkItem {
    what: Markup,
    href: String,
    until: Option<Markup>,
    otherwise: Option<String>,
    detail: Option<Markup>,
    action: Option<Markup>,
    chip: Option<Markup>,
}

impl WorkItem {
    /// What is to be done, and where.
    pub fn new(what: impl Render, href: impl Into<String>) -> Self {
        Self {
            what: what.render(),
            href: href.into(),
            until: None,
            otherwise: None,
            detail: None,
            action: None,
            chip: None,
        }
    }

    /// Until when: a [`crate::Clock`].
    pub fn until(mut self, clock: impl Render) -> Self {
        self.until = Some(clock.render());
        self
    }

    /// What happens if nothing is done, as a whole sentence.
    pub fn otherwise(mut self, text: impl Into<String>) -> Self {
        self.otherwise = Some(text.into());
        self
    }

    /// What one needs to know to begin.
    pub fn detail(mut self, detail: impl Render) -> Self {
        self.detail = Some(detail.render());
        self
    }

    /// The button that does it from here.
    pub fn action(mut self, button: impl Render) -> Self {
        self.action = Some(button.render());
        self
    }

    /// A mark beside what is to be done.
    pub fn chip(mut self, chip: impl Render) -> Self {
        self.chip = Some(chip.render());
        self
    }
}

impl Render for WorkItem {
    fn render(&self) -> Markup {
        html! {
            li.work data-row {
                div.work-what {
                    p.work-title {
                        a.row-link href=(self.href) { (self.what) }
                        @if let Some(chip) = &self.chip { " " (chip) }
                    }
                    @if let Some(detail) = &self.detail { p.work-detail { (detail) } }
                    @if let Some(otherwise) = &self.otherwise { p.work-otherwise { (otherwise) } }
                }
                div.work-when { @if let Some(until) = &self.until { (until) } }
                @if let Some(action) = &self.action { div.work-action { (action) } }
            }
        }
    }
}

/// A list of things that wait, the most urgent first.
#[must_use]
#[derive(Clone, Debug)]
pub struct WorkList {
    title: String,
    items: Vec<WorkItem>,
    empty: Markup,
    more: Option<(String, String)>,
    of: u64,
    rest: Vec<(String, String)>,
}

impl WorkList {
    /// A list under a title, which is followed by the number of things that wait.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            items: Vec::new(),
            empty: html! {},
            more: None,
            of: 0,
            rest: Vec::new(),
        }
    }

    /// The next item.
    pub fn item(mut self, item: WorkItem) -> Self {
        self.items.push(item);
        self
    }

    /// The next items.
    pub fn items(mut self, items: impl IntoIterator<Item = WorkItem>) -> Self {
        self.items.extend(items);
        self
    }

    /// What is said when nothing waits.
    pub fn empty(mut self, content: impl Render) -> Self {
        self.empty = content.render();
        self
    }

    /// A link to all of it, where the list shows the first few.
    pub fn more(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.more = Some((label.into(), href.into()));
        self
    }

    /// How many things wait, where the list shows the first few.
    pub fn of(mut self, total: u64) -> Self {
        self.of = total;
        self
    }

    /// A link to the rest of one kind, below the list.
    pub fn rest(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.rest.push((label.into(), href.into()));
        self
    }
}

impl Render for WorkList {
    fn render(&self) -> Markup {
        let count = u64::try_from(self.items.len()).unwrap_or(u64::MAX).max(self.of);
        html! {
            section.section {
                div.section-head {
                    h2 { (self.title) " " (count_badge(count)) }
                    @if let Some((label, href)) = &self.more { a href=(href) { (label) } }
                }
                @if self.items.is_empty() { (self.empty) }
                @else { ul.work-list data-rows { @for item in &self.items { (item) } } }
                @if !self.rest.is_empty() {
                    ul.work-rest { @for (label, href) in &self.rest { li { a href=(href) { (label) } } } }
                }
            }
        }
    }
}
