//! Closing a case without a decision.

use domain::ids::CaseId;
use web::{Button, Field, Form, Page, PostForm, html};

use super::forms::{Fault, back};
use crate::conflicts::{CloseCase, store};
use frame::{error::AppError, reply::Reply, request::Req};

/// `/conflicts/{case_id}/closing`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = page(req, &Form::default(), &Fault::default())?;
    req.page(page)
}

fn page(req: &mut Req<'_, '_>, form: &Form, fault: &Fault) -> Result<Page, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let case = store::find(&mut req.cx, &case_id)?;
    let here = case.href();
    let post = PostForm::new(format!("{here}/closing"), req.csrf())
        .idempotency(req.form_token())
        .errors(&fault.errors)
        .body(html! {
            p { "For what the parties settled themselves, or what has nothing left to decide. Registrations and opportunities stay as they are." }
            (Field::textarea("words", "What the parties are told").hint("Must not name another partner").rows(3).required().filled(form).errors(&fault.errors))
            (Field::textarea("note", "How it was settled and why").hint("For the vendor only").rows(4).required().filled(form).errors(&fault.errors))
        })
        .actions(html! {
            (Button::primary("Close the case"))
            (Button::quiet("Cancel").href(here.clone()))
        });
    Ok(Page::new(format!("Close {}", case.reference()))
        .crumb("Conflicts", "/conflicts")
        .crumb(case.reference(), here)
        .narrow()
        .body(html! { (fault.callout()) (post) }))
}

/// `POST /conflicts/{case_id}/closing`
pub(super) fn close(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let closing = CloseCase {
        case_id,
        note: req.form.text("note").to_owned(),
        words: req.form.text("words").to_owned(),
    };
    let outcome = closing.run(&mut req.cx);
    back(req, outcome, "The case is closed.", page)
}
