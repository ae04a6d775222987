//! A form that comes back with what is wrong, and nothing done.

use http::StatusCode;
use web::{Callout, Chrome, FieldErrors, Markup, Page, html, rule_chip};

use super::{
    error::{AppError, Refusal},
    input::{self, Input},
    reply::Reply,
    request::Req,
};

/// Why an action was not carried out, as far as its form can show it.
#[derive(Debug, Default)]
pub struct Fault {
    /// What is wrong with which field.
    pub errors: FieldErrors,
    /// The rule that refuses, and in which words.
    pub refusal: Option<Refusal>,
}

impl Fault {
    /// What the form can show of `error`; the rest is answered as everywhere.
    pub fn of(error: AppError) -> Result<Self, AppError> {
        match error {
            AppError::Invalid(errors) => Ok(Self { errors, refusal: None }),
            AppError::Refused(refusal) => {
                Ok(Self { errors: FieldErrors::new(), refusal: Some(refusal) })
            }
            other @ (AppError::Malformed(_)
            | AppError::Unauthenticated
            | AppError::Forbidden(_)
            | AppError::NotFound
            | AppError::Stale
            | AppError::PreconditionRequired
            | AppError::TooLarge(_)
            | AppError::TooMany(_)
            | AppError::TooSlow
            | AppError::UnsupportedMedia(_)
            | AppError::Unavailable(_)
            | AppError::Internal(_)
            | AppError::Undone(_)) => Err(other),
        }
    }

    /// The same with faults of these fields under the names that they have on the page: the field,
    /// and its name there.
    #[must_use]
    pub fn renamed(self, names: &[(&'static str, &'static str)]) -> Self {
        let mut errors = FieldErrors::new();
        for (field, message) in self.errors.iter() {
            let shown = names.iter().find(|(known, _)| *known == field);
            errors.add(shown.map_or(field, |(_, shown)| shown), message);
        }
        Self { errors, ..self }
    }

    /// The same with the errors in the order of the fields of `I`, under the names of its form.
    #[must_use]
    pub fn of_input<I: Input>(self) -> Self {
        Self { errors: input::in_order::<I>(&self.errors), ..self }
    }

    /// The status of the answer: a rule refuses with 409, a bad field is 422.
    pub const fn status(&self) -> StatusCode {
        if self.refusal.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// The refusal above a form; nothing when no rule refused.
    pub fn callout(&self) -> Markup {
        html! {
            @if let Some(refusal) = &self.refusal {
                (Callout::danger("A rule does not allow this. Nothing was changed")
                    .body(html! { p { (refusal.message) " " (rule_chip(refusal.rule.as_str())) } }))
            }
        }
    }

    /// The page in its frame with everything undone that the handler wrote.
    pub fn undone(&self, req: &mut Req<'_, '_>, page: &Page) -> AppError {
        undone(req, self.status(), page)
    }
}

/// The page in its frame with this status, and everything that the handler wrote undone.
pub fn undone(req: &mut Req<'_, '_>, status: StatusCode, page: &Page) -> AppError {
    match req.chrome() {
        Ok(chrome) => Reply::page_with(status, chrome.page(page)).undone(),
        Err(error) => error,
    }
}

/// The page of someone who holds a link and has not signed in. The address in it goes to nobody
/// else: the referrer policy of every page keeps it on this site. A stricter policy would make
/// browsers send the form without its origin, and the form would be refused.
pub fn bare(status: StatusCode, page: &Page) -> Reply {
    let chrome = Chrome { product: "Entente".into(), ..Chrome::default() };
    Reply::page_with(status, chrome.bare(page))
}
