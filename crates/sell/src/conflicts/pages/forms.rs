//! What the pages of this slice share: a form that comes back, and its files.

use domain::ids::CaseId;
use web::{Form, Page};

use crate::conflicts::Upload;
pub(super) use frame::fault::{Fault, bare};
use frame::{error::AppError, reply::Reply, request::Req};

/// The page that a form stands on, with what was filled in and what is wrong with it.
type OfForm = fn(&mut Req<'_, '_>, &Form, &Fault) -> Result<Page, AppError>;

/// Goes back to the case, or shows the page of the form again.
pub(super) fn back(
    req: &mut Req<'_, '_>,
    outcome: Result<(), AppError>,
    said: &str,
    page: OfForm,
) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    match outcome {
        Ok(()) => Ok(req.go(&format!("/conflicts/{case_id}"), said)),
        Err(error) => {
            let fault = Fault::of(error)?;
            let form = req.form.clone();
            let page = page(req, &form, &fault)?;
            Err(fault.undone(req, &page))
        }
    }
}

/// The file of a form, when one was chosen.
pub(super) fn uploads(form: &Form) -> Vec<Upload> {
    let file = form
        .file("file")
        .map(|file| Upload { name: file.file_name.clone(), content: file.bytes.clone() });
    file.into_iter().collect()
}
