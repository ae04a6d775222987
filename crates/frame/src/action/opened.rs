//! What an action opens, and what it leaves done.

use web::{Form, Markup, Page};

use crate::{error::AppError, fault::Fault, reply::Reply, request::Req};

/// Draws a page with several forms: from what was typed into one of them, and what is wrong with it.
pub type PageOfForms = fn(&mut Req<'_, '_>, &Form, &Fault) -> Result<Page, AppError>;

/// What a form says, and what it changes.
#[derive(Debug)]
pub struct Opened<I> {
    pub(super) title: String,
    /// The pages above: label and address. “Cancel” leads to the last.
    pub(super) crumbs: Vec<(String, String)>,
    pub(super) target: String,
    pub(super) button: &'static str,
    pub(super) above: Markup,
    pub(super) below: Markup,
    pub(super) when_refused: Markup,
    /// What it asks before it acts, and what follows; empty for a form that does not ask.
    pub(super) question: (String, Vec<String>),
    pub(super) is_danger: bool,
    pub(super) before: Option<I>,
    pub(super) preset: Vec<(&'static str, String)>,
    pub(super) version: Option<i64>,
    pub(super) if_match: bool,
    /// The label of the field for a file, and how many files the API takes.
    pub(super) files: Option<(&'static str, usize)>,
    pub(super) page: Option<PageOfForms>,
    /// Fields of the input, and the names under which the form sends them.
    pub(super) names: &'static [(&'static str, &'static str)],
    /// Fields that the form does not show: they stay as they are.
    pub(super) without: &'static [&'static str],
    /// What the button sends as `do`; empty for nothing.
    pub(super) does: &'static str,
    /// What a second button sends as `do`, and its label.
    pub(super) or: Option<(&'static str, &'static str)>,
    pub(super) intro: String,
    /// The key under which the browser keeps what was typed; empty for none.
    pub(super) keep: &'static str,
    pub(super) is_multipart: bool,
}

impl<I> Opened<I> {
    /// A form with this title, which is sent to `target` by a button with this label.
    pub fn new(title: impl Into<String>, target: impl Into<String>, button: &'static str) -> Self {
        Self {
            title: title.into(),
            crumbs: Vec::new(),
            target: target.into(),
            button,
            above: Markup::default(),
            below: Markup::default(),
            when_refused: Markup::default(),
            question: (String::new(), Vec::new()),
            is_danger: false,
            before: None,
            preset: Vec::new(),
            version: None,
            if_match: false,
            files: None,
            page: None,
            names: &[],
            without: &[],
            does: "",
            or: None,
            intro: String::new(),
            keep: "",
            is_multipart: false,
        }
    }

    /// A form that stands on a page with others. `names` are those of its fields that another form
    /// of the page has as well: the field of the input, and the name under which it is sent.
    pub fn part_of(page: PageOfForms, names: &'static [(&'static str, &'static str)]) -> Self {
        Self { page: Some(page), names, ..Self::new("", "", "") }
    }

    /// A file can come with it, and through the API at most so many. They are in the request's
    /// form, under `file`.
    #[must_use]
    pub fn files(mut self, label: &'static str, most: usize) -> Self {
        self.files = Some((label, most));
        self
    }

    /// A field of the form draws one for a file. Faults of these fields are shown at others of the
    /// form: the field, and the one that shows it.
    #[must_use]
    pub fn multipart(mut self, names: &'static [(&'static str, &'static str)]) -> Self {
        self.is_multipart = true;
        self.names = names;
        self
    }

    /// Two buttons: what the first sends as `do`, and what the second sends, with its label.
    #[must_use]
    pub fn either(mut self, does: &'static str, or: (&'static str, &'static str)) -> Self {
        self.does = does;
        self.or = Some(or);
        self
    }

    /// What the page says below its title.
    #[must_use]
    pub fn intro(mut self, words: impl Into<String>) -> Self {
        self.intro = words.into();
        self
    }

    /// The browser keeps what was typed under this key until the form is sent.
    #[must_use]
    pub fn keep(mut self, key: &'static str) -> Self {
        self.keep = key;
        self
    }

    /// Fields that the form does not show: they stay as they are.
    #[must_use]
    pub fn without(mut self, fields: &'static [&'static str]) -> Self {
        self.without = fields;
        self
    }

    /// The next page above it. “Cancel” leads to the last of them.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push((label.into(), href.into()));
        self
    }

    /// What the form shows above its fields.
    #[must_use]
    pub fn above(mut self, words: Markup) -> Self {
        self.above = words;
        self
    }

    /// What stands below the form.
    #[must_use]
    pub fn below(mut self, words: Markup) -> Self {
        self.below = words;
        self
    }

    /// What stands below the refusal when a rule does not allow it: what can be done instead.
    #[must_use]
    pub fn when_refused(mut self, words: Markup) -> Self {
        self.when_refused = words;
        self
    }

    /// It asks before it acts, and says what will follow, by name and number.
    #[must_use]
    pub fn asks(mut self, question: impl Into<String>, follows: Vec<String>) -> Self {
        self.question = (question.into(), follows);
        self
    }

    /// It takes something away: its button says so by its colour.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.is_danger = true;
        self
    }

    /// What stands in a field of a new thing.
    #[must_use]
    pub fn preset(mut self, field: &'static str, text: impl Into<String>) -> Self {
        self.preset.push((field, text.into()));
        self
    }

    /// The thing as it is, with its version: a form or a body that was written for another version
    /// is refused.
    #[must_use]
    pub fn before(mut self, before: I, version: i64) -> Self {
        self.before = Some(before);
        self.version = Some(version);
        self.if_match = true;
        self
    }

    /// A form that was shown for another version is refused. The API does not ask for one.
    #[must_use]
    pub fn form_version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }
}

/// A change that was made.
pub struct Done {
    /// The id of what was made or changed.
    pub id: String,
    /// What the answer shows this once; empty for nothing.
    pub secret: String,
    pub(super) page: String,
    pub(super) message: String,
    pub(super) answer: Option<Reply>,
}

impl std::fmt::Debug for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Done").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Done {
    /// The id of what was made or changed, the page that shows it, and what that page says once.
    pub fn new(id: &impl ToString, page: impl Into<String>, message: impl Into<String>) -> Self {
        let (page, message) = (page.into(), message.into());
        Self { id: id.to_string(), secret: String::new(), page, message, answer: None }
    }

    /// The id of what was made, and the secret that its answers show this once: see
    /// [`Action::shown`].
    pub fn once(id: &impl ToString, secret: impl Into<String>) -> Self {
        Self { secret: secret.into(), ..Self::new(id, "", "") }
    }

    /// What the API answers, when the change itself knows it.
    #[must_use]
    pub fn answered(mut self, reply: Reply) -> Self {
        self.answer = Some(reply);
        self
    }
}
