//! What the pages of this slice share: a form that comes back with what is wrong.

use http::StatusCode;
use web::{Callout, Chrome, FieldErrors, Form, Markup, Page, html, rule_chip};

use crate::{
    conflicts::Upload,
    core::{
        error::{AppError, Refusal},
        reply::Reply,
        request::Req,
    },
};

/// Why an action was not carried out, as far as its form can show it.
#[derive(Debug, Default)]
pub(super) struct Fault {
    /// What is wrong with which field.
    pub(super) errors: FieldErrors,
    /// The rule that refuses.
    refusal: Option<Refusal>,
}

impl Fault {
    /// What the form can show of `error`; the rest is answered as everywhere.
    pub(super) fn of(error: AppError) -> Result<Self, AppError> {
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
            | AppError::Unavailable(_)
            | AppError::Internal(_)
            | AppError::Undone(_)) => Err(other),
        }
    }

    /// A rule refuses with 409, a bad field is 422.
    pub(super) const fn status(&self) -> StatusCode {
        if self.refusal.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// The refusal above a form; nothing when no rule refused.
    pub(super) fn callout(&self) -> Markup {
        html! {
            @if let Some(refusal) = &self.refusal {
                (Callout::danger("A rule refuses this, and nothing was changed")
                    .body(html! { p { (refusal.message) " " (rule_chip(refusal.rule.as_str())) } }))
            }
        }
    }

    /// The page in its frame with everything undone that the handler wrote.
    pub(super) fn undone(&self, req: &mut Req<'_, '_>, page: &Page) -> AppError {
        match req.chrome() {
            Ok(chrome) => Reply::page_with(self.status(), chrome.page(page)).undone(),
            Err(error) => error,
        }
    }
}

/// The page of someone who holds a link and has not signed in.
pub(super) fn bare(status: StatusCode, page: &Page) -> Reply {
    let chrome = Chrome { product: "Entente".into(), ..Chrome::default() };
    Reply::page_with(status, chrome.bare(page)).header(http::header::REFERRER_POLICY, "no-referrer")
}

/// The file of a form, when one was chosen.
pub(super) fn uploads(form: &Form) -> Vec<Upload> {
    let file = form
        .file("file")
        .map(|file| Upload { name: file.file_name.clone(), content: file.bytes.to_vec() });
    file.into_iter().collect()
}
