//! Giving a statement by a signed link, without signing in (CF-04). Opening it shows; sending the
//! form acts, and spends the link.

use domain::ids::CaseId;
use http::StatusCode;
use web::{Button, Callout, Field, Form, Page, PostForm, html, instant};

use crate::conflicts::{StatementInput, change::uploads, statements::FILE_LABEL, store};
use frame::{
    error::AppError,
    fault::{Fault, bare},
    input::draw,
    reply::Reply,
    request::Req,
};
use people::identity::links::{self, LinkPurpose, Opened};

fn enter(req: &mut Req<'_, '_>, spends: bool) -> Result<Result<Opened, Reply>, AppError> {
    let secret = req.param("secret")?.to_owned();
    let purpose = LinkPurpose::CaseStatement;
    let opened = if spends {
        links::spend(&mut req.cx, purpose, &secret)?
    } else {
        links::open(&mut req.cx, purpose, &secret)?
    };
    match opened {
        Ok(opened) => {
            opened.act(&mut req.cx);
            Ok(Ok(opened))
        }
        Err(fault) => Ok(Err(links::refuse(req, fault)?)),
    }
}

fn case_of(opened: &Opened) -> Result<CaseId, AppError> {
    let id = opened.subject_id.split('/').next().unwrap_or_default();
    CaseId::parse(id).map_err(|_| AppError::NotFound)
}

/// `/links/case-statement/{secret}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let opened = match enter(req, false)? {
        Ok(opened) => opened,
        Err(reply) => return Ok(reply),
    };
    let page = page(req, &case_of(&opened)?, &Form::default(), &Fault::default())?;
    Ok(bare(StatusCode::OK, &page))
}

fn page(
    req: &mut Req<'_, '_>,
    case_id: &CaseId,
    form: &Form,
    fault: &Fault,
) -> Result<Page, AppError> {
    let case = store::find(&mut req.cx, case_id)?;
    let zone = req.zone()?;
    let fields = draw::<StatementInput>(req, (form, &fault.errors))?;
    let post = PostForm::new(req.input.path.clone(), "")
        .errors(&fault.errors)
        .multipart()
        .body(html! { (fields) (Field::file("file", FILE_LABEL).errors(&fault.errors)) })
        .actions(Button::primary("Give statement"));
    Ok(Page::new("Your statement").narrow().body(html! {
        p { strong { (case.account_name) } " · " (case.reference()) " · " (case.kind.label()) }
        (fault.callout())
        (Callout::info("Question").body(html! {
            p { (case.asked) }
            @if let Some(due) = case.level_due_at { p { "Until " (instant(due, &zone)) "." } }
        }))
        @if case.is_open() { (post) } @else {
            (Callout::info("No statement needed").body("The case has already been decided."))
        }
    }))
}

/// `POST /links/case-statement/{secret}`
pub(super) fn give(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let opened = match enter(req, true)? {
        Ok(opened) => opened,
        Err(reply) => return Ok(reply),
    };
    let case_id = case_of(&opened)?;
    let form = req.form.clone();
    let given = req.form_as::<StatementInput>();
    match given.and_then(|input| input.run(&mut req.cx, &case_id, (&uploads(&form), "link"))) {
        Ok(()) => {
            let page = Page::new("Thank you").narrow().body(html! {
                (Callout::good("Your statement has been saved."))
                p { "You can close this page, or " a href="/sign-in" { "sign in" } " to see everything." }
            });
            Ok(bare(StatusCode::OK, &page))
        }
        Err(error) => {
            let fault = Fault::of(error)?;
            let page = page(req, &case_id, &form, &fault)?;
            Err(bare(fault.status(), &page).undone())
        }
    }
}
