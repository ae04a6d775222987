//! Recording a direct activity.

use domain::{deal_registration::activity::ActivityKind, ids::OpportunityId};
use web::{Button, Choice, Field, FieldErrors, Form, Page, PostForm, button_row, hidden, html};

use super::form::{account, account_field, date};
use crate::{
    core::{error::AppError, reply::Reply, request::Req},
    direct_sales::{Outcome, RecordActivity, Through},
};

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
    let outcome = match typed(req, &form) {
        Ok(action) => {
            let back = match &action.opportunity_id {
                Some(id) => format!("/direct-opportunities/{id}"),
                None => format!("/accounts/{}", action.account_id),
            };
            action.run(&mut req.cx).map(|outcome| (outcome, back))
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok((Outcome::Recorded(_), back)) => Ok(req.go(&back, "The activity is recorded.")),
        Ok((Outcome::Refused(refused), _)) => super::attempts::refused(req, &refused.attempt_id),
        Err(AppError::Invalid(errors)) => {
            let page = page(req, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(error) => Err(error),
    }
}

fn typed(req: &mut Req<'_, '_>, form: &Form) -> Result<RecordActivity, AppError> {
    let mut errors = FieldErrors::new();
    let account_id = account(req, form, &mut errors)?;
    let kind = ActivityKind::parse(form.text("kind"));
    if kind.is_none() {
        errors.add("kind", "Choose what it was");
    }
    let occurred_on = date(form, "occurred_on", &mut errors);
    if form.text("note").is_empty() {
        errors.add("note", "Say in a sentence what it was about");
    }
    match (account_id, kind) {
        (Some(account_id), Some(kind)) if errors.is_empty() => Ok(RecordActivity {
            account_id,
            opportunity_id: OpportunityId::parse(form.text("opportunity_id")).ok(),
            kind,
            occurred_on,
            note: form.text("note").to_owned(),
            through: Through::Page,
        }),
        _ => Err(AppError::Invalid(errors)),
    }
}

fn page(req: &mut Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Result<Page, AppError> {
    let account = account_field(req, form, errors)?;
    let kinds = ActivityKind::ALL.map(|kind| {
        let word = kind.as_str();
        let label = if kind == ActivityKind::Email { "E-mail".to_owned() } else { capital(word) };
        Choice::new(word, label)
    });
    let fields = html! {
        (account)
        (hidden("opportunity_id", form.text("opportunity_id")))
        (Field::select("kind", "What was it?", kinds).required().filled(form).errors(errors))
        (Field::date("occurred_on", "Day").hint("Today when left blank").filled(form).errors(errors))
        (Field::textarea("note", "What was said").rows(4).required().filled(form).errors(errors))
    };
    let post = PostForm::new("/direct-activities", req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(fields)
        .actions(button_row(html! {
            (Button::primary("Record activity"))
            (Button::quiet("Cancel").href("/direct-opportunities"))
        }));
    Ok(Page::new("Record an activity")
        .crumb("Direct sales", "/direct-opportunities")
        .narrow()
        .body(post))
}

/// A word with a capital letter.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
