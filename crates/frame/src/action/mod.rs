//! One change by two doors: a form and the API. Both read the same [`Input`], call the same
//! function and check the same version.

mod opened;

use http::Method;
use serde_json::{Map, Value};
use web::{Button, Field, FieldErrors, Form, Page, PostForm, confirm_page, hidden, html};

pub use opened::{Done, Opened, PageOfForms};

use super::{
    error::AppError,
    fault::Fault,
    input::{self, Input, Sent, Shows},
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

    /// What is wrong with the input that only a look at other things tells, as [`Action::run`] says
    /// it. It is asked when fields could not be read, with the rest, so that everything that is
    /// wrong is told at once.
    fn check(_: &mut Req<'_, '_>, _: &Self::Input) -> Result<(), AppError> {
        Ok(())
    }

    /// Makes the change.
    fn run(req: &mut Req<'_, '_>, input: Self::Input) -> Result<Done, AppError>;

    /// The answer of the API once it is made: unless the action looks it up, what
    /// [`Done::answered`] gave.
    fn answer(_: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        done.answer.clone().ok_or_else(|| AppError::internal("this change has no answer"))
    }

    /// The answer to the form once it is made: unless the action shows something this once, the
    /// page that [`Done`] names.
    fn shown(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        Ok(req.go(&done.page, &done.message))
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
    pub fn form_as<I: Input>(&mut self) -> Result<I, AppError> {
        self.form_over(None, |_, _| Ok(()))
    }

    /// The form as an input, over what it leaves out; every wrong field is named, and those that
    /// `check` finds.
    pub fn form_over<I: Input>(
        &mut self,
        before: Option<&I>,
        check: impl FnOnce(&mut Self, &I) -> Result<(), AppError>,
    ) -> Result<I, AppError> {
        let form = self.form.clone();
        let before = before.map_or_else(Vec::new, Input::texts);
        read(self, &Sent::form(&form, &before), (&FieldErrors::new(), check))
    }

    /// The whole body as an input; every wrong and every unknown field is named. A request without
    /// a body sends no field.
    pub fn body_as<I: Input>(&mut self) -> Result<I, AppError> {
        self.body_over(None, |_, _| Ok(()))
    }

    /// The body as an input, over what it leaves out.
    fn body_over<I: Input>(
        &mut self,
        before: Option<&I>,
        check: impl FnOnce(&mut Self, &I) -> Result<(), AppError>,
    ) -> Result<I, AppError> {
        let is_empty = self.input.body.is_empty();
        let fields: Map<String, Value> = if is_empty { Map::new() } else { self.any_json()? };
        let mut unknown = FieldErrors::new();
        input::check_names::<I>(&fields, &mut unknown);
        let before = before.map_or_else(Vec::new, Input::texts);
        read(self, &Sent::body(&fields, &before), (&unknown, check))
    }
}

/// Reads an input. When a field is wrong, the rest is checked as well.
fn read<'a, 't, I: Input>(
    req: &mut Req<'a, 't>,
    sent: &Sent<'_>,
    (unknown, check): (&FieldErrors, impl FnOnce(&mut Req<'a, 't>, &I) -> Result<(), AppError>),
) -> Result<I, AppError> {
    let mut errors = FieldErrors::new();
    let whole = I::read(sent, &mut errors);
    if let Some(whole) = whole.filter(|_| errors.is_empty() && unknown.is_empty()) {
        return Ok(whole);
    }
    if let Some(rest) = I::read(&sent.without(&errors), &mut FieldErrors::new()) {
        errors.add_all(&besides(check(req, &rest))?);
    }
    errors.add_all(unknown);
    Err(AppError::Invalid(errors))
}

/// What a check of the rest found besides. A refusal is no help before all fields can be read, but a
/// fault, such as that of a database that is to be asked once more, ends the request.
fn besides(checked: Result<(), AppError>) -> Result<FieldErrors, AppError> {
    match checked {
        Ok(()) | Err(AppError::Refused(_) | AppError::Forbidden(_) | AppError::NotFound) => {
            Ok(FieldErrors::new())
        }
        Err(AppError::Invalid(more)) => Ok(more),
        Err(
            fault @ (AppError::Malformed(_)
            | AppError::Unauthenticated
            | AppError::Stale
            | AppError::PreconditionRequired
            | AppError::TooLarge(_)
            | AppError::UnsupportedMedia(_)
            | AppError::TooSlow
            | AppError::TooMany(_)
            | AppError::Unavailable(_)
            | AppError::Internal(_)
            | AppError::Undone(_)),
        ) => Err(fault),
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
        if form.ticked(sent) {
            req.form.set(*field, form.text(sent));
        }
    }
    let input = req.form_over(opened.before.as_ref(), A::check);
    let made = input.and_then(|input| A::run(req, input));
    match made {
        Ok(done) => A::shown(req, &done),
        Err(error) => {
            let fault = Fault::of(error)?.of_input::<A::Input>().renamed(opened.names);
            let form = input::normal::<A::Input>(&form);
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
    let (before, fields) = (opened.before.iter().flat_map(Input::texts), I::fields());
    for ((own, texts), (_, _, field)) in before.zip(&fields) {
        let name = field.name_in_form(own);
        if field.is_hidden() {
            form.set(name, texts.join("\n"));
        } else if !stands_so(&form, &**field, (own, &texts)) {
            let now = field.spoken(req, &texts)?;
            let now = if now.is_empty() { "empty".to_owned() } else { format!("“{now}”") };
            errors.add(name, format!("{} is now {now}", field.label()));
        }
    }
    Ok((form, errors))
}

/// Whether the form holds these texts of a field: an amount has a currency besides, and things that
/// are counted have quantities, under names of their own.
fn stands_so(form: &Form, field: &dyn Shows, (own, texts): (&'static str, &[String])) -> bool {
    let pairs = field.in_form(own, texts);
    let sorted = |mut pairs: Vec<(String, String)>| {
        pairs.sort();
        pairs
    };
    if field.normal(own, form).is_some_and(|typed| sorted(typed) == sorted(pairs.clone())) {
        return true;
    }
    let mut names: Vec<String> = pairs.iter().map(|(name, _)| name.clone()).collect();
    names.push(field.name_in_form(own).to_owned());
    let now = Form::from_pairs(pairs);
    let words = |form: &Form, name: &str| form.all(name).join(" ");
    names
        .iter()
        .all(|name| words(form, name).split_whitespace().eq(words(&now, name).split_whitespace()))
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
        self.api_changes_of::<A>((Method::PATCH, path), access, doc)
    }

    /// The same change through the API, with the fields that change.
    #[must_use]
    pub fn api_changes_of<A: Action>(
        self,
        target: (Method, &'static str),
        access: Access,
        doc: Doc,
    ) -> Self {
        self.api(target, access, doc.takes_changes::<A::Input>().if_match(), patch::<A>)
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
            req.form_over(None, A::check)?
        }
        None => req.body_over(opened.before.as_ref().filter(|_| partly), A::check)?,
    };
    let done = A::run(req, input)?;
    A::answer(req, &done)
}

fn page<I: Input>(
    req: &mut Req<'_, '_>,
    opened: &Opened<I>,
    (form, fault): (&Form, &Fault),
) -> Result<Page, AppError> {
    let fields = input::draw_without::<I>(req, (form, &fault.errors), opened.without)?;
    let body = html! {
        @if let Some(version) = opened.version { (hidden("version", &version.to_string())) }
        (opened.above)
        (fields)
        @if let Some((label, _)) = opened.files {
            (Field::file("file", label).errors(&fault.errors))
        }
    };
    let back = opened.crumbs.last().map_or("/", |(_, href)| href.as_str());
    let (question, follows) = &opened.question;
    let asks = !question.is_empty();
    let label = opened.button;
    let button = if opened.is_danger { Button::danger(label) } else { Button::primary(label) };
    let button = match opened.does {
        "" => button,
        does => button.submits("do", does),
    };
    let form = PostForm::new(opened.target.as_str(), req.csrf())
        .idempotency(req.form_token())
        .errors(&input::labelled::<I>(&fault.errors))
        .body(body)
        .actions(html! {
            (button)
            @if let Some((does, label)) = opened.or {
                (Button::secondary(label).submits("do", does))
            }
            (Button::quiet(if asks { "Back" } else { "Cancel" }).href(back))
        });
    let takes_files = opened.files.is_some() || opened.is_multipart;
    let form = if takes_files { form.multipart() } else { form };
    let form = match opened.keep {
        "" => form,
        keep => form.keep(keep),
    };
    let page = Page::new(opened.title.as_str()).narrow();
    let page = if opened.intro.is_empty() { page } else { page.intro(opened.intro.as_str()) };
    let page = page.body(html! {
        (fault.callout())
        @if fault.refusal.is_some() { (opened.when_refused) }
        @if asks { (confirm_page(question, follows, form)) } @else { (form) }
        (opened.below)
    });
    let crumbs = opened.crumbs.iter();
    Ok(crumbs.fold(page, |page, (label, href)| page.crumb(label.as_str(), href.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_a_check_is_not_swallowed_and_a_refusal_waits() {
        let found = besides(Err(AppError::field("name", "It is taken"))).unwrap();
        assert_eq!(found.get("name"), Some("It is taken"));
        assert!(besides(Ok(())).unwrap().is_empty());
        assert!(besides(Err(AppError::NotFound)).unwrap().is_empty());
        for fault in [AppError::Unavailable("busy".into()), AppError::internal("broken")] {
            let told = fault.to_string();
            assert_eq!(besides(Err(fault)).unwrap_err().to_string(), told);
        }
    }
}
