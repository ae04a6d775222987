//! The page of an appeal (CF-07).

use domain::ids::CaseId;
use web::{Button, Callout, Field, Form, Page, PostForm, html};

use super::forms::{Fault, back, uploads};
use crate::conflicts::{AppealCase, store, terms};
use frame::{error::AppError, reply::Reply, request::Req};

/// `/conflicts/{case_id}/appeal`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = page(req, &Form::default(), &Fault::default())?;
    req.page(page)
}

fn page(req: &mut Req<'_, '_>, form: &Form, fault: &Fault) -> Result<Page, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let case = store::find(&mut req.cx, &case_id)?;
    let terms = terms::of(&mut req.cx, &case)?;
    let (words, _) = crate::conflicts::course::appeal_words(&terms, case.phase);
    let here = case.href();
    let post = PostForm::new(format!("{here}/appeal"), req.csrf())
        .idempotency(req.form_token())
        .errors(&fault.errors)
        .multipart()
        .body(html! {
            (Field::textarea("words", "What is new?").rows(6).required()
                .hint("Something that the decider did not have").filled(form).errors(&fault.errors))
            (Field::file("file", "A file that shows it").errors(&fault.errors))
        })
        .actions(html! {
            (Button::primary("Appeal"))
            (Button::quiet("Cancel").href(here.clone()))
        });
    Ok(Page::new(format!("Appeal {}", case.reference()))
        .crumb("Conflicts", "/conflicts")
        .crumb(case.reference(), here)
        .narrow()
        .body(html! {
            (fault.callout())
            (Callout::info("There is one appeal").body(html! { p { (words) " It is decided one level up." } }))
            (post)
        }))
}

/// `POST /conflicts/{case_id}/appeal`
pub(super) fn appeal(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let appeal =
        AppealCase { case_id, words: req.form.text("words").to_owned(), files: uploads(&req.form) };
    let outcome = appeal.run(&mut req.cx);
    back(req, outcome, "Your appeal is lodged.", page)
}
