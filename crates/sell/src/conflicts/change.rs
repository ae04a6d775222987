//! A change of one case. A form on its pages and a request of the API are the two doors of it.

use std::marker::PhantomData;

use domain::ids::CaseId;
use http::StatusCode;
use web::Form;

use super::{
    Upload, api,
    store::{self, Case},
};
use frame::{
    action::{Action, Done, Opened},
    ctx::Cx,
    error::AppError,
    input::Input,
    reply::Reply,
    request::Req,
};

/// An input that changes a case.
pub(super) trait Change: Input {
    /// The status of the API's answer.
    const STATUS: StatusCode = StatusCode::CREATED;

    /// Its form for this case.
    fn form(cx: &mut Cx<'_, '_>, case: &Case) -> Result<Opened<Self>, AppError>;

    /// What the page of the case says once it is made.
    fn said(&self) -> &'static str;

    /// Makes the change.
    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError>;
}

/// The doors of a change.
pub(super) struct Of<C>(PhantomData<C>);

impl<C: Change> Action for Of<C> {
    type Input = C;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<C>, AppError> {
        let case_id: CaseId = req.id("case_id")?;
        let case = store::find(&mut req.cx, &case_id)?;
        C::form(&mut req.cx, &case)
    }

    fn run(req: &mut Req<'_, '_>, input: C) -> Result<Done, AppError> {
        let case_id: CaseId = req.id("case_id")?;
        let said = input.said();
        input.make(req, &case_id)?;
        Ok(Done::new(&case_id, format!("/conflicts/{case_id}"), said))
    }

    fn answer(req: &mut Req<'_, '_>, _: &Done) -> Result<Reply, AppError> {
        let case_id: CaseId = req.id("case_id")?;
        let (body, version) = api::detail(&mut req.cx, &case_id)?;
        Ok(Reply::json_with(C::STATUS, &body)?.etag(version))
    }
}

/// A form on a page of its own: its title before the case, the last part of its address, its button.
pub(super) fn on_own_page<C: Input>(
    case: &Case,
    title: &str,
    (place, button): (&str, &'static str),
) -> Opened<C> {
    let here = case.href();
    Opened::new(format!("{title} {}", case.reference()), format!("{here}/{place}"), button)
        .crumb("Conflicts", "/conflicts")
        .crumb(case.reference(), here)
}

/// The files that came with a form.
pub(super) fn uploads(form: &Form) -> Vec<Upload> {
    let files = form.files("file").into_iter();
    let each =
        files.map(|file| Upload { name: file.file_name.clone(), content: file.bytes.clone() });
    each.collect()
}
