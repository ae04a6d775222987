//! Buttons, as submit buttons or as links that look like one.

use maud::{Markup, Render, html};

use crate::icon::Icon;

/// How loud a button is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Primary,
    Secondary,
    Quiet,
    Danger,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn btn-primary",
            Self::Secondary => "btn",
            Self::Quiet => "btn btn-quiet",
            Self::Danger => "btn btn-danger",
        }
    }
}

/// What pressing it does.
#[derive(Clone, Debug)]
enum Does {
    /// Sends the form it stands in, perhaps with a value of its own.
    Submits(Option<(String, String)>),
    Goes(String),
    Downloads(String),
    OpensPopover(String),
    Copies(String),
    /// Nothing, for the reason given.
    Refuses(String),
}

/// A button. It sends its form unless told otherwise. A page has one primary button at most: the
/// next thing to do.
#[must_use]
#[derive(Clone, Debug)]
pub struct Button {
    label: String,
    look: Look,
    does: Does,
    icon: Option<Icon>,
    icon_only: bool,
    small: bool,
    block: bool,
    dialog: Option<String>,
    form: Option<String>,
    form_action: Option<String>,
    key: Option<char>,
}

impl Button {
    fn new(look: Look, label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            look,
            does: Does::Submits(None),
            icon: None,
            icon_only: false,
            small: false,
            block: false,
            dialog: None,
            form: None,
            form_action: None,
            key: None,
        }
    }

    /// The one next action of the page: filled.
    pub fn primary(label: impl Into<String>) -> Self {
        Self::new(Look::Primary, label)
    }

    /// An ordinary action: framed.
    pub fn secondary(label: impl Into<String>) -> Self {
        Self::new(Look::Secondary, label)
    }

    /// An action that stays in the background: no frame until pointed at.
    pub fn quiet(label: impl Into<String>) -> Self {
        Self::new(Look::Quiet, label)
    }

    /// An action that takes something away.
    pub fn danger(label: impl Into<String>) -> Self {
        Self::new(Look::Danger, label)
    }

    /// Makes it a link to `url`.
    pub fn href(mut self, url: impl Into<String>) -> Self {
        self.does = Does::Goes(url.into());
        self
    }

    /// Makes a link that saves what it leads to; call after nothing else that sets a target.
    pub fn download(mut self, url: impl Into<String>) -> Self {
        self.does = Does::Downloads(url.into());
        self
    }

    /// Sends `name=value` with the form, to tell several buttons of one form apart.
    pub fn submits(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.does = Does::Submits(Some((name.into(), value.into())));
        self
    }

    /// Sends the form to another address than the form's own.
    pub fn form_action(mut self, url: impl Into<String>) -> Self {
        self.form_action = Some(url.into());
        self
    }

    /// Sends the form with this id, wherever the button stands.
    pub fn form(mut self, id: impl Into<String>) -> Self {
        self.form = Some(id.into());
        self
    }

    /// Puts an icon before the label.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Shows the icon alone; the label is still read out and appears on hover.
    pub fn icon_only(mut self) -> Self {
        self.icon_only = true;
        self
    }

    /// Makes it fit a table row.
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// Presses it by this key alone while nothing is being typed: for decisions one after the
    /// other. The key is shown on the button. Without script only the button is there.
    pub fn key(mut self, key: char) -> Self {
        self.key = Some(key);
        self
    }

    /// Makes it as wide as its surroundings.
    pub fn block(mut self) -> Self {
        self.block = true;
        self
    }

    /// Opens the [`crate::Dialog`] with this id. Without script the link is followed instead, so
    /// give `href` the address of the confirmation page.
    pub fn opens_dialog(mut self, id: impl Into<String>) -> Self {
        self.dialog = Some(id.into());
        self
    }

    /// Opens the element with this id and a `popover` attribute; needs no script.
    pub fn opens_popover(mut self, id: impl Into<String>) -> Self {
        self.does = Does::OpensPopover(id.into());
        self
    }

    /// Copies `text`. Shown only where scripts run.
    pub fn copies(mut self, text: impl Into<String>) -> Self {
        self.does = Does::Copies(text.into());
        self
    }

    /// Keeps the button visible but out of use, and says why as part of its label.
    pub fn because_not(mut self, reason: impl Into<String>) -> Self {
        self.does = Does::Refuses(reason.into());
        self
    }

    fn class(&self) -> String {
        let mut class = String::from(self.look.class());
        for (on, name) in [
            (self.icon_only, " btn-icon"),
            (self.small, " btn-small"),
            (self.block, " btn-block"),
            (matches!(self.does, Does::Copies(_)), " with-script"),
        ] {
            if on {
                class.push_str(name);
            }
        }
        class
    }

    fn shortcut(&self) -> Option<String> {
        self.key.map(String::from)
    }

    /// The label where only an icon is shown.
    fn spoken(&self) -> Option<&str> {
        self.icon_only.then_some(self.label.as_str())
    }

    fn face(&self) -> Markup {
        html! {
            @if let Some(icon) = self.icon { (icon) }
            @if !self.icon_only { span { (self.label) } }
            @if let Some(key) = self.key { kbd.with-script aria-hidden="true" { (key) } }
        }
    }
}

impl Button {
    fn submit(&self, value: Option<&(String, String)>) -> Markup {
        let label = self.spoken();
        html! {
            button class=(self.class()) type="submit" aria-label=[label] title=[label]
                name=[value.map(|(name, _)| name)] value=[value.map(|(_, value)| value)]
                form=[self.form.as_deref()] formaction=[self.form_action.as_deref()]
                data-dialog=[self.dialog.as_deref()] data-key=[self.shortcut()]
                aria-keyshortcuts=[self.shortcut()] { (self.face()) }
        }
    }

    fn link(&self, url: &str, download: bool) -> Markup {
        let label = self.spoken();
        html! {
            a class=(self.class()) href=(url) download[download] aria-label=[label] title=[label]
                data-dialog=[self.dialog.as_deref()] data-key=[self.shortcut()]
                aria-keyshortcuts=[self.shortcut()] { (self.face()) }
        }
    }

    /// A button that does something in the page: its popover, its text to copy.
    fn plain(&self, popover: Option<&str>, copy: Option<&str>) -> Markup {
        let label = self.spoken();
        html! {
            button class=(self.class()) type="button" aria-label=[label] title=[label]
                popovertarget=[popover] data-copy=[copy] { (self.face()) }
        }
    }
}

impl Render for Button {
    fn render(&self) -> Markup {
        match &self.does {
            Does::Submits(value) => self.submit(value.as_ref()),
            Does::Goes(url) => self.link(url, false),
            Does::Downloads(url) => self.link(url, true),
            Does::OpensPopover(id) => self.plain(Some(id), None),
            Does::Copies(text) => self.plain(None, Some(text)),
            Does::Refuses(reason) => html! {
                button class=(self.class()) type="button" aria-disabled="true" {
                    (self.face()) span.btn-why { (reason) }
                }
            },
        }
    }
}

/// Buttons beside each other, wrapping where there is no room.
pub fn button_row(buttons: impl Render) -> Markup {
    html! { div.btn-row { (buttons) } }
}
