//! Making and editing an account by hand.

use domain::{accounts::Country, ids::AccountId};
use web::{
    Button, Callout, Choice, Field, FieldErrors, Form, Page, PostForm, button_row, columns,
    field_group, hidden, html,
};

use crate::{
    accounts::{
        edit::{self, Typed},
        resolve::{Asked, CandidateView, candidates},
        store::{self, AccountView},
    },
    core::{error::AppError, reply::Reply, request::Req},
};

/// From this probability on a person is asked before a second account is made.
const ASK_FROM_BP: u32 = 5_000;

/// `/accounts/new`
pub(crate) fn blank(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = page(req, None, &Form::default(), &FieldErrors::new(), &[])?;
    req.page(page)
}

/// `POST /accounts`
pub(crate) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let typed = typed(&form);
    let new = match edit::check(&mut req.cx, &typed) {
        Ok(new) => new,
        Err(AppError::Invalid(errors)) => {
            let page = page(req, None, &form, &errors, &[])?;
            return Err(req.page_undone(&page));
        }
        Err(error) => return Err(error),
    };
    if !form.ticked("save_anyway") {
        let asked = Asked {
            name: new.name.clone(),
            domain: new.domains.first().cloned().unwrap_or_default(),
            country: new.country.clone(),
            postal_code: new.postal_code.clone(),
            city: new.city.clone(),
        };
        let mut similar = candidates(&mut req.cx, &asked)?;
        similar.retain(|candidate| candidate.probability_bp >= ASK_FROM_BP);
        if !similar.is_empty() {
            let page = page(req, None, &form, &FieldErrors::new(), &similar)?;
            return Err(req.page_undone(&page));
        }
    }
    let id = store::create(&mut req.cx, &new)?;
    Ok(req.go(&format!("/accounts/{id}"), "The account is saved."))
}

/// `/accounts/{account_id}/edit`
pub(crate) fn edit(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AccountId = req.id("account_id")?;
    let account = living(req, &id)?;
    let form = filled(req, &account)?;
    let page = page(req, Some(&account), &form, &FieldErrors::new(), &[])?;
    req.page(page)
}

/// `POST /accounts/{account_id}/edit`
pub(crate) fn update(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AccountId = req.id("account_id")?;
    let account = living(req, &id)?;
    let form = req.form.clone();
    let checked = if form.text("version") == account.version.to_string() {
        edit::check(&mut req.cx, &typed(&form))
    } else {
        Err(AppError::field(
            "name",
            "someone else changed this account meanwhile; the form now holds your input over \
             their version: look at it and save again",
        ))
    };
    match checked {
        Ok(new) => {
            edit::update(&mut req.cx, &account, &new)?;
            Ok(req.go(&format!("/accounts/{id}"), "The account is saved."))
        }
        Err(AppError::Invalid(errors)) => {
            let page = page(req, Some(&account), &form, &errors, &[])?;
            Err(req.page_undone(&page))
        }
        Err(error) => Err(error),
    }
}

fn living(req: &mut Req<'_, '_>, id: &AccountId) -> Result<AccountView, AppError> {
    let account = store::get(&mut req.cx, id)?;
    if account.merged_into.is_empty() { Ok(account) } else { Err(AppError::NotFound) }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn typed(form: &Form) -> Typed {
    let text = |name: &str| form.text(name).to_owned();
    Typed {
        name: text("name"),
        other_names: lines(form.text("other_names")),
        domains: lines(form.text("domains")),
        country: text("country"),
        region: text("region"),
        postal_code: text("postal_code"),
        city: text("city"),
        status: text("status"),
        segment: text("segment"),
        industry: text("industry"),
        employees: text("employees"),
        owner_user_id: text("owner_user_id"),
        parent_account_id: text("parent_account_id"),
    }
}

fn filled(req: &mut Req<'_, '_>, account: &AccountView) -> Result<Form, AppError> {
    let names = store::other_names(&mut req.cx, &account.account_id)?.join("\n");
    let employees = account.employees.map_or(String::new(), |count| count.to_string());
    Ok(Form::from_pairs([
        ("name", account.name.clone()),
        ("other_names", names),
        ("domains", account.domains.join("\n")),
        ("country", account.country.clone()),
        ("region", account.region.clone()),
        ("postal_code", account.postal_code.clone()),
        ("city", account.city.clone()),
        ("status", account.status.clone()),
        ("segment", account.segment.clone()),
        ("industry", account.industry.clone()),
        ("employees", employees),
        ("owner_user_id", account.owner_user_id.clone()),
        ("parent_account_id", account.parent_account_id.clone()),
    ]))
}

fn page(
    req: &mut Req<'_, '_>,
    account: Option<&AccountView>,
    form: &Form,
    errors: &FieldErrors,
    similar: &[CandidateView],
) -> Result<Page, AppError> {
    let (title, action, back) = match account {
        Some(account) => {
            let here = format!("/accounts/{}", account.account_id);
            (format!("Edit {}", account.name), format!("{here}/edit"), here)
        }
        None => ("New account".to_owned(), "/accounts".to_owned(), "/accounts".to_owned()),
    };
    let fields = html! {
        @if !similar.is_empty() { (warning(similar)) }
        @if let Some(account) = account { (hidden("version", &account.version.to_string())) }
        (hidden("owner_user_id", form.text("owner_user_id")))
        (hidden("parent_account_id", form.text("parent_account_id")))
        (identity_fields(form, errors))
        (place_fields(form, errors))
    };
    let post = PostForm::new(action, req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(fields)
        .actions(button_row(html! {
            (Button::primary("Save account"))
            (Button::quiet("Cancel").href(back))
        }));
    Ok(Page::new(title).crumb("Accounts", "/accounts").narrow().body(post))
}

fn warning(similar: &[CandidateView]) -> web::Markup {
    let body = html! {
        p { "Is it one of these? Open it instead of making a second account." }
        ul {
            @for candidate in similar {
                li {
                    a href=(format!("/accounts/{}", candidate.account_id)) { (candidate.name) }
                    " " (candidate.country) ": " (candidate.reasons.join(", "))
                }
            }
        }
        (web::Checkbox::new("save_anyway", "It is another company: save it all the same").value("1"))
    };
    html! { (Callout::warn("This company may exist already").body(body)) }
}

fn identity_fields(form: &Form, errors: &FieldErrors) -> web::Markup {
    let statuses = [("prospect", "Prospect"), ("customer", "Customer"), ("house", "House account")];
    field_group(
        "Company",
        "",
        html! {
            (Field::text("name", "Legal name").required().filled(form).errors(errors))
            (Field::textarea("other_names", "Other names").hint("One per line").rows(2).filled(form).errors(errors))
            (Field::textarea("domains", "Internet domains").hint("One per line, for example globex.com").rows(2).filled(form).errors(errors))
            (Field::select("status", "Status", statuses.map(|(value, label)| Choice::new(value, label))).filled(form).errors(errors))
            (columns(html! {
                (Field::text("industry", "Industry").filled(form).errors(errors))
                (Field::number("employees", "Employees").min("0").filled(form).errors(errors))
            }))
            (Field::text("segment", "Segment").hint("The code of a segment of the program document").short().filled(form).errors(errors))
        },
    )
}

fn place_fields(form: &Form, errors: &FieldErrors) -> web::Markup {
    let mut countries = vec![Choice::new("", "Unknown")];
    countries.extend(Country::all().map(|country| Choice::new(country.code(), country.name())));
    field_group(
        "Place",
        "",
        html! {
            (Field::select("country", "Country", countries).filled(form).errors(errors))
            (columns(html! {
                (Field::text("postal_code", "Postal code").filled(form).errors(errors))
                (Field::text("city", "City").filled(form).errors(errors))
            }))
            (Field::text("region", "Region").filled(form).errors(errors))
        },
    )
}
