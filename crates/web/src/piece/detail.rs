//! The page of one thing: the story on the left, the facts on the right.

use maud::{Markup, Render, html};

/// Facts under one title, or under none.
#[derive(Clone, Debug, Default)]
struct FactGroup {
    title: Option<String>,
    rows: Vec<(String, Markup)>,
}

/// A list of facts: label and value.
#[must_use]
#[derive(Clone, Debug, Default)]
pub struct Facts {
    groups: Vec<FactGroup>,
}

impl Facts {
    /// No facts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a group of facts under a title.
    pub fn section(mut self, title: impl Into<String>) -> Self {
        self.groups.push(FactGroup { title: Some(title.into()), rows: Vec::new() });
        self
    }

    /// One fact.
    pub fn row(mut self, label: impl Into<String>, value: impl Render) -> Self {
        if self.groups.is_empty() {
            self.groups.push(FactGroup::default());
        }
        if let Some(group) = self.groups.last_mut() {
            group.rows.push((label.into(), value.render()));
        }
        self
    }

    /// One fact, if it is known.
    pub fn row_if(self, label: impl Into<String>, value: Option<impl Render>) -> Self {
        match value {
            Some(value) => self.row(label, value),
            None => self,
        }
    }
}

impl Render for Facts {
    fn render(&self) -> Markup {
        html! {
            @for group in &self.groups {
                @if let Some(title) = &group.title { h3.facts-title { (title) } }
                dl.facts {
                    @for (label, value) in &group.rows { div { dt { (label) } dd { (value) } } }
                }
            }
        }
    }
}

/// Two columns: what happened, and beside it what is so. On a phone the facts come first.
#[must_use]
#[derive(Clone, Debug)]
pub struct Detail {
    main: Markup,
    asides: Vec<(String, Markup)>,
}

impl Detail {
    /// The wide column.
    pub fn new(main: impl Render) -> Self {
        Self { main: main.render(), asides: Vec::new() }
    }

    /// A box in the narrow column.
    pub fn aside(mut self, title: impl Into<String>, body: impl Render) -> Self {
        self.asides.push((title.into(), body.render()));
        self
    }
}

impl Render for Detail {
    fn render(&self) -> Markup {
        html! {
            div.detail {
                div.detail-main { (self.main) }
                @if !self.asides.is_empty() {
                    div.detail-aside {
                        @for (title, body) in &self.asides { (card(title, body)) }
                    }
                }
            }
        }
    }
}

/// A part of a page under a title of the second order.
pub fn section(title: impl Render, body: impl Render) -> Markup {
    html! { section.section { h2 { (title) } (body) } }
}

/// A part of a page with buttons beside its title.
pub fn section_with(title: impl Render, actions: impl Render, body: impl Render) -> Markup {
    html! {
        section.section {
            div.section-head { h2 { (title) } div.btn-row { (actions) } }
            (body)
        }
    }
}

/// A framed part of a page under a title of the second order.
pub fn card(title: impl Render, body: impl Render) -> Markup {
    html! { section.card { h2 { (title) } (body) } }
}
