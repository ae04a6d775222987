//! Recording a direct opportunity.

use domain::{
    ids::AccountId,
    money::{Currency, Money},
};
use jiff::civil::Date;
use web::{
    Button, Choice, Field, FieldErrors, Form, Page, PostForm, button_row, columns, hidden, html,
};

use crate::{
    accounts,
    core::{error::AppError, reply::Reply, request::Req},
    direct_sales::{Outcome, RecordOpportunity, Through},
    program,
};

/// `/direct-opportunities/new`
pub(crate) fn blank(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let account = url.get("account_id").or(url.get("account")).unwrap_or("").to_owned();
    let form = Form::from_pairs([("account_id", account)]);
    let page = page(req, &form, &FieldErrors::new())?;
    req.page(page)
}

/// `POST /direct-opportunities`
pub(crate) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let outcome = match typed(req, &form) {
        Ok(action) => action.run(&mut req.cx),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(Outcome::Recorded(id)) => {
            Ok(req.go(&format!("/direct-opportunities/{id}"), "The opportunity is recorded."))
        }
        Ok(Outcome::Refused(refused)) => super::attempts::refused(req, &refused.attempt_id),
        Err(AppError::Invalid(errors)) => {
            let page = page(req, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(error) => Err(error),
    }
}

/// A date field; blank means none.
pub(super) fn date(form: &Form, name: &str, errors: &mut FieldErrors) -> Option<Date> {
    let text = form.opt(name)?;
    errors.take(name, text.parse::<Date>().map_err(|_| "is no date; write it as 2026-03-31"))
}

/// The account that a form names: by the id chosen, or by a name or domain that is one account's.
pub(super) fn account(
    req: &mut Req<'_, '_>,
    form: &Form,
    errors: &mut FieldErrors,
) -> Result<Option<AccountId>, AppError> {
    if let Ok(id) = AccountId::parse(form.text("account_id")) {
        return Ok(Some(id));
    }
    let text = form.text("account");
    if text.is_empty() {
        errors.add("account", "Name the account");
        return Ok(None);
    }
    let asked = accounts::Asked {
        name: text.to_owned(),
        domain: text.to_owned(),
        ..accounts::Asked::default()
    };
    let thresholds = accounts::thresholds(&mut req.cx)?;
    match accounts::resolve(&mut req.cx, &asked, &thresholds)? {
        accounts::Resolution::Sure(found) => Ok(Some(found.account_id)),
        accounts::Resolution::Possible(found) => {
            let names: Vec<String> = found.into_iter().map(|one| one.name).collect();
            let words =
                format!("could be {}; write the name or domain in full", names.join(" or "));
            errors.add("account", words);
            Ok(None)
        }
        accounts::Resolution::New => {
            errors.add("account", "is not known; make the account first");
            Ok(None)
        }
    }
}

fn typed(req: &mut Req<'_, '_>, form: &Form) -> Result<RecordOpportunity, AppError> {
    let mut errors = FieldErrors::new();
    let account_id = account(req, form, &mut errors)?;
    let currency = errors.take("amount", Currency::parse(form.text("currency")));
    let text = if form.text("amount").is_empty() { "0" } else { form.text("amount") };
    let amount =
        currency.and_then(|currency| errors.take("amount", Money::parse_decimal(text, currency)));
    let opened_on = date(form, "opened_on", &mut errors);
    let close_on = date(form, "close_on", &mut errors);
    if form.text("name").is_empty() {
        errors.add("name", "Give it a name");
    }
    match (account_id, amount) {
        (Some(account_id), Some(amount)) if errors.is_empty() => Ok(RecordOpportunity {
            account_id,
            name: form.text("name").to_owned(),
            product: form.text("product").to_owned(),
            amount,
            opened_on,
            close_on,
            owner_user_id: String::new(),
            through: Through::Page,
        }),
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
    let program_id = program::only_program(&mut req.cx)?;
    let now = req.cx.now;
    let document = program::in_force(&mut req.cx, &program_id, now)?.document;
    let mut products = vec![Choice::new("", "Not decided")];
    products.extend(
        document.products.iter().map(|line| Choice::new(line.code.clone(), line.name.clone())),
    );
    let account = account_field(req, form, errors)?;
    let own = document.currency.as_str().to_owned();
    let currencies: Vec<&str> = Currency::all().map(Currency::as_str).collect();
    let chosen = form.opt("currency").unwrap_or(&own).to_owned();
    let fields = html! {
        (account)
        (Field::text("name", "What is it called?").required().filled(form).errors(errors))
        (Field::select("product", "Product line", products).filled(form).errors(errors))
        (Field::money_with_currency("amount", "Expected amount", "currency", &currencies, &chosen).filled(form).errors(errors))
        (columns(html! {
            (Field::date("opened_on", "Opened").hint("Today when left blank").filled(form).errors(errors))
            (Field::date("close_on", "Order expected").filled(form).errors(errors))
        }))
    };
    let post = PostForm::new("/direct-opportunities", req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(fields)
        .actions(button_row(html! {
            (Button::primary("Record opportunity"))
            (Button::quiet("Cancel").href("/direct-opportunities"))
        }));
    Ok(Page::new("Record an opportunity")
        .crumb("Direct sales", "/direct-opportunities")
        .intro("While a partner protects the account, nothing is recorded; you are told what you can do instead.")
        .narrow()
        .body(post))
}
