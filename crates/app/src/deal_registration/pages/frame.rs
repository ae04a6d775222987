//! What the pages of this slice share of the frame: a form that comes back, a page without it.

use http::StatusCode;
use web::{Callout, Chrome, FieldErrors, Markup, Page, html, rule_chip};

use super::fields::on_page;
use crate::core::{
    error::{AppError, Refusal},
    reply::Reply,
    request::Req,
};

/// Why an action was not carried out, as far as its form can show it.
#[derive(Debug, Default)]
pub(super) struct Fault {
    /// What is wrong with which field.
    pub(super) errors: FieldErrors,
    /// The rule that refuses, and in which words.
    pub(super) refusal: Option<Refusal>,
}

impl Fault {
    /// What the form can show of `error`; the rest is answered as everywhere.
    pub(super) fn of(error: AppError) -> Result<Self, AppError> {
        match error {
            AppError::Invalid(errors) => Ok(Self { errors: on_page(&errors), refusal: None }),
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

    /// The status of the answer: a rule refuses with 409, a bad field is 422.
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
}

/// The page in its frame with this status, and everything that the handler wrote undone.
pub(super) fn undone(req: &mut Req<'_, '_>, status: StatusCode, page: &Page) -> AppError {
    match req.chrome() {
        Ok(chrome) => Reply::page_with(status, chrome.page(page)).undone(),
        Err(error) => error,
    }
}

/// The page of someone who holds a link and has not signed in. The address in it goes to nobody
/// else: the referrer policy of every page keeps it on this site.
pub(super) fn bare(status: StatusCode, page: &Page) -> Reply {
    let chrome = Chrome { product: "Entente".into(), ..Chrome::default() };
    Reply::page_with(status, chrome.bare(page))
}

/// A piece of a page, as an answer to what is being typed.
pub(super) fn fragment(content: Markup) -> Reply {
    Reply::page(content)
}
