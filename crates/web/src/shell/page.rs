//! One page: its head and its content.

use maud::{Markup, Render, html};

use crate::icon::Icon;
use crate::tone::Tone;

/// What just happened, said once at the top of the next page.
#[must_use]
#[derive(Clone, Debug)]
pub struct Flash {
    tone: Tone,
    icon: Icon,
    text: Markup,
}

impl Flash {
    /// It is done.
    pub fn done(text: impl Render) -> Self {
        Self { tone: Tone::Good, icon: Icon::Check, text: text.render() }
    }

    /// Something to know.
    pub fn note(text: impl Render) -> Self {
        Self { tone: Tone::Accent, icon: Icon::Info, text: text.render() }
    }

    /// It was not done.
    pub fn failed(text: impl Render) -> Self {
        Self { tone: Tone::Bad, icon: Icon::Warning, text: text.render() }
    }
}

/// A page: title, where it belongs, what it is about, what to do next, content.
#[must_use]
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    crumbs: Vec<(String, String)>,
    intro: Option<Markup>,
    status: Option<Markup>,
    clock: Option<Markup>,
    actions: Option<Markup>,
    tabs: Option<Markup>,
    flash: Option<Flash>,
    narrow: bool,
    body: Markup,
}

impl Page {
    /// A page whose title is also its first heading.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            crumbs: Vec::new(),
            intro: None,
            status: None,
            clock: None,
            actions: None,
            tabs: None,
            flash: None,
            narrow: false,
            body: html! {},
        }
    }

    /// A page above this one, the highest first.
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push((label.into(), href.into()));
        self
    }

    /// A sentence under the title.
    pub fn intro(mut self, text: impl Render) -> Self {
        self.intro = Some(text.render());
        self
    }

    /// Marks beside the title.
    pub fn status(mut self, marks: impl Render) -> Self {
        self.status = Some(marks.render());
        self
    }

    /// The clock under the title.
    pub fn clock(mut self, clock: impl Render) -> Self {
        self.clock = Some(clock.render());
        self
    }

    /// Buttons; one of them may be primary.
    pub fn actions(mut self, buttons: impl Render) -> Self {
        self.actions = Some(buttons.render());
        self
    }

    /// Tabs under the head.
    pub fn tabs(mut self, tabs: impl Render) -> Self {
        self.tabs = Some(tabs.render());
        self
    }

    /// What just happened.
    pub fn flash(mut self, flash: Flash) -> Self {
        self.flash = Some(flash);
        self
    }

    /// What just happened, if anything.
    pub fn flash_if(mut self, flash: Option<Flash>) -> Self {
        self.flash = flash.or(self.flash);
        self
    }

    /// As wide as one reads comfortably: for forms and text.
    pub fn narrow(mut self) -> Self {
        self.narrow = true;
        self
    }

    /// The content.
    pub fn body(mut self, body: impl Render) -> Self {
        self.body = body.render();
        self
    }

    /// Something to know, above the content that is there already.
    pub fn above(mut self, note: impl Render) -> Self {
        self.body = html! { (note) (self.body) };
        self
    }

    /// The title as plain text.
    pub fn title(&self) -> &str {
        &self.title
    }

    pub(super) fn flash_line(&self) -> Markup {
        html! {
            @if let Some(flash) = &self.flash {
                div class={ "flash " (flash.tone.class()) } role="status" {
                    (flash.icon) span { (flash.text) }
                }
            }
        }
    }

    pub(super) fn breadcrumb(&self) -> Markup {
        html! {
            nav.crumbs aria-label="Breadcrumb" {
                ol {
                    @for (label, href) in &self.crumbs { li { a href=(href) { (label) } } }
                    li { span aria-current="page" { (self.title) } }
                }
            }
        }
    }

    pub(super) fn head(&self) -> Markup {
        html! {
            div.page-head .page-narrow[self.narrow] {
                div.page-head-words {
                    div.page-title {
                        h1 { (self.title) }
                        @if let Some(status) = &self.status { div.page-status { (status) } }
                    }
                    @if let Some(clock) = &self.clock { div { (clock) } }
                    @if let Some(intro) = &self.intro { p.page-intro { (intro) } }
                }
                @if let Some(actions) = &self.actions { div.btn-row.page-actions { (actions) } }
            }
            @if let Some(tabs) = &self.tabs { (tabs) }
        }
    }

    pub(super) fn content(&self) -> Markup {
        html! { div.page-body .page-narrow[self.narrow] { (self.body) } }
    }
}
