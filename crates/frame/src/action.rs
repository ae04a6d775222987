//! One change by two doors: a form and the API. Both read the same [`Input`], call the same
//! function and check the same version.

use http::Method;
use serde_json::{Map, Value};
use web::{Button, Field, FieldErrors, Form, Markup, Page, PostForm, hidden, html};

use super::{
    error::AppError,
    fault::Fault,
    input::{self, Input, Sent},
    reply::Reply,
    request::Req,
    routes::{Doc, Routes},
};
use crate::access::Access;

/// A change that people make in a form and programs through the API.
pub trait Action: 'static {
    /// What is typed or sent.
    type Input: Input;

    /// The thing that is changed, and what the form says. Fails with `NotFound` for another's.
    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self::Input>, AppError>;

    /// Makes the change.
    fn run(req: &mut Req<'_, '_>, input: Self::Input) -> Result<Done, AppError>;

    /// The answer of the API once it is made.
    fn answer(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError>;

    /// The answer to the form once it is made: unless the action shows something this once, the
    /// page that [`Done`] names.
    fn shown(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        Ok(req.go(&done.page, &done.message))
    }
}

/// Draws a page with several forms: from what was typed into one of them, and what is wrong with it.
pub type PageOfForms = fn(&mut Req<'_, '_>, &Form, &Fault) -> Result<Page, AppError>;

/// What a form says, and what it changes.
#[derive(Debug)]
pub struct Opened<I> {
    title: String,
    /// The pages above: label and address. “Cancel” leads to the last.
    crumbs: Vec<(String, String)>,
    target: String,
    button: &'static str,
    above: Markup,
    before: Option<I>,
    preset: Vec<(&'static str, String)>,
    version: Option<i64>,
    if_match: bool,
    /// The label of the field for a file, and how many files the API takes.
    files: Option<(&'static str, usize)>,
    page: Option<PageOfForms>,
    /// Fields of the input, and the names under which the form sends them.
    names: &'static [(&'static str, &'static str)],
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
            before: None,
            preset: Vec::new(),
            version: None,
            if_match: false,
            files: None,
            page: None,
            names: &[],
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
    page: String,
    message: String,
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
        Self { id: id.to_string(), secret: String::new(), page, message }
    }

    /// The id of what was made, and the secret that its answers show this once: see
    /// [`Action::shown`].
    pub fn once(id: &impl ToString, secret: impl Into<String>) -> Self {
        Self { secret: secret.into(), ..Self::new(id, "", "") }
    }
}

impl Req<'_, '_> {
    /// Fails with `Stale` when the form was shown before somebody else made a change.
    pub fn form_version(&self, version: i64) -> Result<(), AppError> {
        match self.form.text("version").parse::<i64>() {
            Ok(shown) if shown == version => Ok(()),
            Ok(_) | Err(_) => Err(AppError::Stale),
        }
    }

    /// The form as an input; every wrong field is named.
    pub fn form_as<I: Input>(&self) -> Result<I, AppError> {
        let mut errors = FieldErrors::new();
        let read = I::read(&Sent::Form(&self.form), &mut errors);
        read.filter(|_| errors.is_empty()).ok_or(AppError::Invalid(errors))
    }

    /// The whole body as an input; every wrong and every unknown field is named.
    pub fn body_as<I: Input>(&self) -> Result<I, AppError> {
        self.body_over(&[])
    }

    /// The body as an input, over the texts of what it leaves out.
    fn body_over<I: Input>(&self, before: &[(&'static str, Vec<String>)]) -> Result<I, AppError> {
        let fields: Map<String, Value> = self.json()?;
        let mut errors = FieldErrors::new();
        input::check_names::<I>(&fields, &mut errors);
        let read = I::read(&Sent::Body { fields: &fields, before }, &mut errors);
        read.filter(|_| errors.is_empty()).ok_or(AppError::Invalid(errors))
    }
}

/// The form.
fn show<A: Action>(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let opened = A::open(req)?;
    let form = match &opened.before {
        Some(before) => input::filled(before),
        None => Form::from_pairs(opened.preset.iter().cloned()),
    };
    let page = page(req, &opened, (&form, &Fault::default()))?;
    req.page(page)
}

/// The form that was sent: the change, or the form with its errors.
fn submit<A: Action>(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let opened = A::open(req)?;
    if let Some(version) = opened.version
        && req.form_version(version).is_err()
    {
        let (form, errors) = overtaken(req, &opened)?;
        let page = page(req, &opened, (&form, &Fault { errors, refusal: None }))?;
        return Err(req.page_undone(&page));
    }
    let form = req.form.clone();
    for (field, sent) in opened.names {
        req.form.set(*field, form.text(sent));
    }
    let made = req.form_as::<A::Input>().and_then(|input| A::run(req, input));
    match made {
        Ok(done) => A::shown(req, &done),
        Err(error) => {
            let fault = Fault::of(error)?.renamed(opened.names);
            req.form = form.clone();
            let page = match opened.page {
                Some(draw) => draw(req, &form, &fault)?,
                None => page(req, &opened, (&form, &fault))?,
            };
            Err(fault.undone(req, &page))
        }
    }
}

/// The form when somebody else made a change since it was shown. It keeps what was typed, and each
/// field that differs says what stands there now. What the form does not show is taken as it is
/// now, so that saving again does not undo the other's change.
fn overtaken<I: Input>(
    req: &mut Req<'_, '_>,
    opened: &Opened<I>,
) -> Result<(Form, FieldErrors), AppError> {
    let (mut form, mut errors) = (req.form.clone(), FieldErrors::new());
    let words = "Someone else changed this while you were editing. Your input is kept below: check \
                 it and save again";
    errors.add("", words);
    let before = opened.before.iter().flat_map(Input::texts);
    for ((name, texts), (_, _, field)) in before.zip(I::fields()) {
        let is_same = {
            let typed = form.all(name).join(" ");
            typed.split_whitespace().eq(texts.iter().flat_map(|text| text.split_whitespace()))
        };
        if field.is_hidden() {
            form.set(name, texts.join("\n"));
        } else if !is_same {
            let now = field.spoken(req, &texts)?;
            let now = if now.is_empty() { "empty".to_owned() } else { format!("“{now}”") };
            errors.add(name, format!("{} is now {now}", field.label()));
        }
    }
    Ok((form, errors))
}

impl Routes {
    /// The page of a form, and where it is sent.
    #[must_use]
    pub fn form_of<A: Action>(
        self,
        page: &'static str,
        target: &'static str,
        access: Access,
    ) -> Self {
        self.page(page, access, show::<A>).form(target, access, submit::<A>)
    }

    /// Where a form is sent that stands on a page of its own slice.
    #[must_use]
    pub fn form_to<A: Action>(self, target: &'static str, access: Access) -> Self {
        self.form(target, access, submit::<A>)
    }

    /// The same change through the API with a whole body; `doc` says what it gives.
    #[must_use]
    pub fn api_of<A: Action>(
        self,
        target: (Method, &'static str),
        access: Access,
        doc: Doc,
    ) -> Self {
        self.api(target, access, doc.takes_input::<A::Input>(), whole::<A>)
    }

    /// The same change through the API: POST with a whole body; `doc` says what it gives.
    #[must_use]
    pub fn api_post_of<A: Action>(self, path: &'static str, access: Access, doc: Doc) -> Self {
        self.api_of::<A>((Method::POST, path), access, doc.status(201))
    }

    /// The same change through the API: PATCH with the fields that change.
    #[must_use]
    pub fn api_patch_of<A: Action>(self, path: &'static str, access: Access, doc: Doc) -> Self {
        let doc = doc.takes_changes::<A::Input>().if_match();
        self.api((Method::PATCH, path), access, doc, patch::<A>)
    }

    /// The same change through the API: PUT with a whole body.
    #[must_use]
    pub fn api_put_of<A: Action>(self, path: &'static str, access: Access, doc: Doc) -> Self {
        self.api_of::<A>((Method::PUT, path), access, doc.if_match())
    }
}

/// A whole body of the API.
fn whole<A: Action>(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    sent::<A>(req, false)
}

/// A body of the API that leaves out what stays.
fn patch<A: Action>(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    sent::<A>(req, true)
}

fn sent<A: Action>(req: &mut Req<'_, '_>, partly: bool) -> Result<Reply, AppError> {
    let opened = A::open(req)?;
    if let Some(version) = opened.version.filter(|_| opened.if_match) {
        req.if_match(version)?;
    }
    let files = match opened.files {
        Some((_, most)) => req.multipart(most)?,
        None => None,
    };
    let input = match files {
        Some(form) => {
            req.form = form;
            req.form_as::<A::Input>()?
        }
        None => {
            let before = opened.before.filter(|_| partly);
            req.body_over::<A::Input>(&before.map_or_else(Vec::new, |before| before.texts()))?
        }
    };
    let done = A::run(req, input)?;
    A::answer(req, &done)
}

fn page<I: Input>(
    req: &mut Req<'_, '_>,
    opened: &Opened<I>,
    (form, fault): (&Form, &Fault),
) -> Result<Page, AppError> {
    let fields = input::draw::<I>(req, (form, &fault.errors))?;
    let body = html! {
        @if let Some(version) = opened.version { (hidden("version", &version.to_string())) }
        (opened.above)
        (fields)
        @if let Some((label, _)) = opened.files {
            (Field::file("file", label).errors(&fault.errors))
        }
    };
    let back = opened.crumbs.last().map_or("/", |(_, href)| href.as_str());
    let form = PostForm::new(opened.target.as_str(), req.csrf())
        .idempotency(req.form_token())
        .errors(&fault.errors)
        .body(body)
        .actions(html! {
            (Button::primary(opened.button))
            (Button::quiet("Cancel").href(back))
        });
    let form = if opened.files.is_some() { form.multipart() } else { form };
    let page = Page::new(opened.title.as_str()).narrow();
    let page = page.body(html! { (fault.callout()) (form) });
    let crumbs = opened.crumbs.iter();
    Ok(crumbs.fold(page, |page, (label, href)| page.crumb(label.as_str(), href.as_str())))
}
