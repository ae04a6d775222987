//! Recording a direct opportunity.

use domain::ids::AccountId;
use web::{Button, Field, FieldErrors, Form, Page, PostForm, button_row, hidden, html};

use crate::direct_sales::{
    Outcome, Through,
    record::{OpportunityInput, document},
};
use channel::accounts;
use frame::{
    error::AppError,
    input::{Input, Sent, draw},
    reply::Reply,
    request::Req,
};

/// `/direct-opportunities/new`
pub(crate) fn blank(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let account = url.get("account_id").or(url.get("account")).unwrap_or("").to_owned();
    let currency = document(&mut req.cx)?.currency.to_string();
    let form = Form::from_pairs([("account_id", account), ("currency", currency)]);
    let page = page(req, &form, &FieldErrors::new())?;
    req.page(page)
}

/// `POST /direct-opportunities`
pub(crate) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let mut errors = FieldErrors::new();
    let _ = errors.required(&form, "name", "Enter a name");
    let outcome = match typed::<OpportunityInput>(req, &form, errors) {
        Ok((account_id, input)) => input.run(&mut req.cx, (account_id, Through::Page)),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(Outcome::Recorded(id)) => {
            Ok(req.go(&format!("/direct-opportunities/{id}"), "Opportunity recorded."))
        }
        Ok(Outcome::Refused(refused)) => super::attempts::refused(req, &refused.attempt_id),
        Err(AppError::Invalid(errors)) => {
            let page = page(req, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(error) => Err(error),
    }
}

/// The account that a form names: by the id chosen, or by a name or domain that is one account's.
fn account(
    req: &mut Req<'_, '_>,
    form: &Form,
    errors: &mut FieldErrors,
) -> Result<Option<AccountId>, AppError> {
    if let Ok(id) = AccountId::parse(form.text("account_id")) {
        return Ok(Some(id));
    }
    let text = form.text("account");
    if text.is_empty() {
        errors.add("account", "Enter the account");
        return Ok(None);
    }
    let asked = accounts::Asked::from_words(text);
    let thresholds = accounts::thresholds(&mut req.cx)?;
    match accounts::resolve(&mut req.cx, &asked, &thresholds)? {
        accounts::Resolution::Sure(found) => Ok(Some(found.account_id)),
        accounts::Resolution::Possible(found) => {
            let names: Vec<String> = found.into_iter().map(|one| one.name).collect();
            let words = format!("could be {}; enter the full name or domain", names.join(" or "));
            errors.add("account", words);
            Ok(None)
        }
        accounts::Resolution::New => {
            errors.add("account", "is unknown; create the account first");
            Ok(None)
        }
    }
}

/// The account and the rest of a form; every wrong field is named, besides those in `errors`.
pub(super) fn typed<I: Input>(
    req: &mut Req<'_, '_>,
    form: &Form,
    mut errors: FieldErrors,
) -> Result<(AccountId, I), AppError> {
    let account_id = account(req, form, &mut errors)?;
    match (account_id, I::read(&Sent::form(form, &[]), &mut errors)) {
        (Some(account_id), Some(input)) if errors.is_empty() => Ok((account_id, input)),
        _ => Err(AppError::Invalid(errors)),
    }
}

/// The field for the account: fixed when it was chosen before.
pub(super) fn account_field(
    req: &mut Req<'_, '_>,
    form: &Form,
    errors: &FieldErrors,
) -> Result<web::Markup, AppError> {
    if let Ok(id) = AccountId::parse(form.text("account_id")) {
        let account = accounts::get(&mut req.cx, &id)?;
        return Ok(html! {
            (hidden("account_id", id.as_str()))
            p { "Account: " a href=(format!("/accounts/{id}")) { (account.name) } }
            @if let Some(words) = errors.get("account_id") { p { (words) } }
        });
    }
    let field = Field::text("account", "Account").required().filled(form).errors(errors);
    Ok(html! { (field.hint("Its name or internet domain")) })
}

fn page(req: &mut Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Result<Page, AppError> {
    let account = account_field(req, form, errors)?;
    let fields = draw::<OpportunityInput>(req, (form, errors))?;
    let post = PostForm::new("/direct-opportunities", req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(html! { (account) (fields) })
        .actions(button_row(html! {
            (Button::primary("Record opportunity"))
            (Button::quiet("Cancel").href("/direct-opportunities"))
        }));
    Ok(Page::new("Record opportunity")
        .crumb("Direct sales", "/direct-opportunities")
        .intro("If a partner protects the account, nothing is recorded and you see your options.")
        .narrow()
        .body(post))
}
