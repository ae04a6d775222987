//! The buttons of a version's page.

use web::{Button, Page, PostForm, button_row, confirm_page, hidden, html};

use super::version::target;
use crate::program::{
    actions::{
        announce::{Announce, Effective},
        approve::Approve,
        council::ShowToCouncil,
        draft::TakeBack,
        propose::Propose,
    },
    store,
};
use frame::{error::AppError, reply::Reply, request::Req};

fn home(req: &Req<'_, '_>) -> Result<String, AppError> {
    let (program_id, number) = target(req)?;
    Ok(format!("/program/{program_id}/versions/{number}"))
}

fn expected(req: &Req<'_, '_>, field: &str) -> Option<i64> {
    req.form.text(field).parse().ok()
}

/// `POST …/proposal`
pub(in crate::program) fn propose(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    let expected_version = expected(req, "version");
    Propose { program_id: &program_id, number, expected_version }.run(&mut req.cx)?;
    Ok(req.go(&home(req)?, "Proposed. The approvers have been notified."))
}

/// `POST …/approval`
pub(in crate::program) fn approve(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    let approving = Approve {
        program_id: &program_id,
        number,
        expected_version: expected(req, "version"),
        expected_base: expected(req, "base"),
    };
    approving.run(&mut req.cx)?;
    Ok(req.go(&home(req)?, "Approved. Next, announce it."))
}

/// `POST …/council`
pub(in crate::program) fn council(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    ShowToCouncil { program_id: &program_id, number }.run(&mut req.cx)?;
    Ok(req.go(&home(req)?, "The council members have been notified."))
}

/// `POST …/announcement`
pub(in crate::program) fn announce(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    let effective = match req.form.opt("effective_on") {
        Some(text) => Effective::On(
            domain::text::typed_day(text)
                .map_err(|error| AppError::field("effective_on", error.to_string()))?,
        ),
        None => Effective::Earliest,
    };
    let expected_version = expected(req, "version");
    Announce { program_id: &program_id, number, effective, expected_version }.run(&mut req.cx)?;
    Ok(req.go(&home(req)?, "Announced. The affected partners are being notified."))
}

/// `POST …/return`
pub(in crate::program) fn take_back(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    TakeBack { program_id: &program_id, number, for_good: false }.run(&mut req.cx)?;
    Ok(req.go(&home(req)?, "Returned to draft."))
}

/// `…/withdrawal`
pub(in crate::program) fn ask_withdrawal(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    store::program(&mut req.cx, &program_id)?;
    let row = store::version(&mut req.cx, &program_id, number)?;
    let here = home(req)?;
    let form = PostForm::new(format!("{here}/withdrawal"), req.csrf())
        .idempotency(req.form_token())
        .body(hidden("version", &row.version.to_string()))
        .actions(button_row(html! {
            (Button::danger("Withdraw version"))
            (Button::quiet("Cancel").href(here.clone()))
        }));
    let consequences = [
        format!("Version {number} cannot go any further; its number is not reused."),
        "Its text stays available in the list of versions.".to_owned(),
    ];
    let page = Page::new(format!("Withdraw version {number}"))
        .crumb("Program", format!("/program/{program_id}"))
        .narrow()
        .body(confirm_page("Withdraw this version?", &consequences, form));
    req.page(page)
}

/// `POST …/withdrawal`
pub(in crate::program) fn withdraw(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    TakeBack { program_id: &program_id, number, for_good: true }.run(&mut req.cx)?;
    Ok(req.go(&home(req)?, "Withdrawn."))
}
