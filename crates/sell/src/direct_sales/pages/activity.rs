//! Recording a direct activity.

use domain::ids::OpportunityId;
use web::{Button, FieldErrors, Form, Page, PostForm, button_row, hidden, html};

use super::form::{account_field, typed};
use crate::direct_sales::{Outcome, RecordActivity, Through, record::ActivityInput};
use frame::{error::AppError, input::draw, reply::Reply, request::Req};

/// `/direct-activities/new`
pub(crate) fn blank(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let given = |name: &str| url.get(name).unwrap_or("").to_owned();
    let form = Form::from_pairs([
        ("account_id", given("account")),
        ("opportunity_id", given("opportunity")),
    ]);
    let page = page(req, &form, &FieldErrors::new())?;
    req.page(page)
}

/// `POST /direct-activities`
pub(crate) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let outcome = match typed::<ActivityInput>(req, &form, FieldErrors::new()) {
        Ok((account_id, input)) => {
            let opportunity_id = OpportunityId::parse(form.text("opportunity_id")).ok();
            let back = match &opportunity_id {
                Some(id) => format!("/direct-opportunities/{id}"),
                None => format!("/accounts/{account_id}"),
            };
            let action = RecordActivity {
                account_id,
                opportunity_id,
                kind: input.kind,
                occurred_on: input.occurred_on,
                note: input.note,
                through: Through::Page,
            };
            action.run(&mut req.cx).map(|outcome| (outcome, back))
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok((Outcome::Recorded(_), back)) => Ok(req.go(&back, "Activity recorded.")),
        Ok((Outcome::Refused(refused), _)) => super::attempts::refused(req, &refused.attempt_id),
        Err(AppError::Invalid(errors)) => {
            let page = page(req, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(error) => Err(error),
    }
}

fn page(req: &mut Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Result<Page, AppError> {
    let account = account_field(req, form, errors)?;
    let fields = html! {
        (account)
        (hidden("opportunity_id", form.text("opportunity_id")))
        (draw::<ActivityInput>(req, (form, errors))?)
    };
    let post = PostForm::new("/direct-activities", req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(fields)
        .actions(button_row(html! {
            (Button::primary("Record activity"))
            (Button::quiet("Cancel").href("/direct-opportunities"))
        }));
    Ok(Page::new("Record activity")
        .crumb("Direct sales", "/direct-opportunities")
        .narrow()
        .body(post))
}
