//! Steps that ask before they are taken.

use maud::{Markup, Render, html};

use crate::button::Button;
use crate::icon::Icon;

/// A native dialog that a [`Button::opens_dialog`] opens. Without script it stays closed, and the
/// button's link leads to a page with the same question.
#[must_use]
#[derive(Clone, Debug)]
pub struct Dialog {
    id: String,
    title: String,
    body: Markup,
}

impl Dialog {
    /// A dialog with this id, unique in the page.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), body: html! {} }
    }

    /// Its content, forms included.
    pub fn body(mut self, body: impl Render) -> Self {
        self.body = body.render();
        self
    }
}

impl Render for Dialog {
    fn render(&self) -> Markup {
        let title_id = format!("{}-title", self.id);
        html! {
            dialog.dialog id=(self.id) aria-labelledby=(title_id) {
                div.dialog-head {
                    h2 id=(title_id) { (self.title) }
                    form method="dialog" { (Button::quiet("Close").icon(Icon::Cross).icon_only()) }
                }
                (self.body)
            }
        }
    }
}

/// The content of a page that asks before something is taken away: what will follow, by name and
/// number, then the form that does it.
pub fn confirm_page(question: &str, consequences: &[String], form: impl Render) -> Markup {
    html! {
        div.confirm {
            p.confirm-question { (question) }
            @if !consequences.is_empty() {
                ul.confirm-list { @for line in consequences { li { (line) } } }
            }
            (form)
        }
    }
}
