//! Merging two accounts by hand, and undoing a merge (AC-04).

use domain::ids::AccountId;
use web::{
    Button, Callout, Choice, Column, Empty, Facts, Field, FieldErrors, Form, GetForm, Icon, Page,
    PostForm, RadioCards, Row, Table, button_row, hidden, html, instant, section,
};

use super::compare::{likelihood, probability, side_by_side};
use crate::accounts::{
    list,
    merge::{
        MergeAccounts, MergeId, Merging, UndoMerge, contradictions, find, foresee, of_account,
    },
    resolve::candidates_of,
    store::{self, AccountView},
};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};

/// `/accounts/{account_id}/merge`: which other account?
pub(crate) fn choose(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AccountId = req.id("account_id")?;
    let account = living(req, &id)?;
    let url = req.query();
    let text = url.get("q").unwrap_or("").trim().to_owned();
    let here = format!("/accounts/{id}/merge");
    let similar = candidates_of(&mut req.cx, &id)?;
    let found = if text.is_empty() { Vec::new() } else { list::search(&mut req.cx, &text, 20)? };
    let likely = Table::new("Similar accounts")
        .column(Column::text("Account"))
        .column(Column::text("Country"))
        .column(Column::number("Probability"))
        .column(Column::text("Why"))
        .plain()
        .rows(similar.iter().map(|one| {
            Row::new()
                .href(format!("{here}/{}", one.account_id))
                .cell(&one.name)
                .cell(&one.country)
                .cell(probability(one.probability_bp))
                .cell(one.reasons.join(", "))
        }))
        .empty(Empty::new(
            Icon::Account,
            "No similar account",
            "Search for the other account by name or domain.",
        ));
    let search = Table::new("Accounts found")
        .column(Column::text("Account"))
        .column(Column::text("Domain"))
        .column(Column::text("City"))
        .plain()
        .rows(found.iter().filter(|row| row.account_id != id).map(|row| {
            Row::new()
                .href(format!("{here}/{}", row.account_id))
                .cell(&row.name)
                .cell(&row.domain)
                .cell(&row.city)
        }))
        .empty(Empty::new(Icon::Search, "Nothing found", "Try another part of the name."));
    let page = Page::new(format!("Merge {}", account.name))
        .crumb("Accounts", "/accounts")
        .crumb(account.name.clone(), format!("/accounts/{id}"))
        .intro("Choose the other account of the same company. Nothing changes until you confirm.")
        .body(html! {
            (GetForm::new(here.clone()).body(html! {
                (Field::search("q", "Name or domain of the other account").value(text.clone()))
                (Button::secondary("Search"))
            }))
            @if !text.is_empty() { (section("Found", search)) }
            (section("Similar", likely))
        });
    req.page(page)
}

fn living(req: &mut Req<'_, '_>, id: &AccountId) -> Result<AccountView, AppError> {
    let account = store::get(&mut req.cx, id)?;
    if account.merged_into.is_empty() { Ok(account) } else { Err(AppError::NotFound) }
}

/// `/accounts/{account_id}/merge/{other_id}`: side by side.
pub(crate) fn confirm(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = confirm_page(req, &Form::default(), &FieldErrors::new())?;
    req.page(page)
}

/// `POST /accounts/{account_id}/merge/{other_id}`
pub(crate) fn merge(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (one, other) = pair(req)?;
    let form = req.form.clone();
    let kept = form.text("kept");
    let (kept, merged) = if kept == one.as_str() {
        (one, other)
    } else if kept == other.as_str() {
        (other, one)
    } else {
        let mut errors = FieldErrors::new();
        errors.add("kept", "Choose which account to keep");
        let page = confirm_page(req, &form, &errors)?;
        return Err(req.page_undone(&page));
    };
    let action =
        MergeAccounts { kept: kept.clone(), merged, reason: form.text("reason").to_owned() };
    match action.run(&mut req.cx) {
        Ok(_) => Ok(req.go(&format!("/accounts/{kept}"), "Accounts merged.")),
        Err(AppError::Invalid(errors)) => {
            let page = confirm_page(req, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(error) => Err(error),
    }
}

fn pair(req: &Req<'_, '_>) -> Result<(AccountId, AccountId), AppError> {
    Ok((req.id("account_id")?, req.id("other_id")?))
}

fn confirm_page(
    req: &mut Req<'_, '_>,
    form: &Form,
    errors: &FieldErrors,
) -> Result<Page, AppError> {
    let (one, other) = pair(req)?;
    let (first, second) = (living(req, &one)?, living(req, &other)?);
    let comparison = side_by_side(&mut req.cx, &[one.clone(), other.clone()])?;
    let likely = candidates_of(&mut req.cx, &one)?.into_iter().find(|c| c.account_id == other);
    let mut outcomes = Vec::new();
    for (kept, merged, name) in [(&one, &other, &first.name), (&other, &one, &second.name)] {
        let merging = Merging { kept: kept.clone(), merged: merged.clone() };
        outcomes.push((kept.clone(), name.clone(), foresee(&mut req.cx, &merging)?));
    }
    let choices: Vec<Choice> = [(&one, &first), (&other, &second)]
        .map(|(id, account)| {
            Choice::new(id.as_str(), format!("Keep {}", account.name))
                .detail(account.domains.join(", "))
        })
        .into();
    let here = format!("/accounts/{one}");
    let post = PostForm::new(format!("{here}/merge/{other}"), req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(html! {
            (RadioCards::new("kept", "Which account do you keep?").choices(choices).filled(form).errors(errors).required())
            (Field::textarea("reason", "How do you know that they are the same company?").rows(2).required().filled(form).errors(errors))
        })
        .actions(button_row(html! {
            (Button::primary("Merge accounts"))
            (Button::quiet("Cancel").href(here.clone()))
        }));
    Ok(Page::new("Merge two accounts")
        .crumb("Accounts", "/accounts")
        .crumb(first.name.clone(), here)
        .body(html! {
            (comparison)
            @if let Some(likely) = &likely { (section("Likelihood", likelihood(likely))) }
            @for (_, name, words) in &outcomes {
                (section(format!("If you keep {name}"), html! { ul { @for line in words { li { (line) } } } }))
            }
            (section("Decide", post))
        }))
}

/// The merges of an account, for its page.
pub(super) fn merges(
    req: &mut Req<'_, '_>,
    id: &AccountId,
) -> Result<Option<web::Markup>, AppError> {
    let merges = of_account(&mut req.cx, id)?;
    if merges.is_empty() {
        return Ok(None);
    }
    let zone = req.zone()?;
    let table = Table::new("Merges")
        .column(Column::text("What"))
        .column(Column::text("Who"))
        .column(Column::date("When"))
        .column(Column::text("Now"))
        .plain()
        .rows(merges.iter().map(|one| {
            Row::new()
                .href(format!("/accounts/merges/{}", one.merge_id))
                .cell(format!("{} merged into {}", one.merged_name, one.kept_name))
                .cell(&one.merged_by_name)
                .cell(instant(one.merged_at, &zone))
                .cell(if one.undone_at.is_some() { "Undone" } else { "In effect" })
        }));
    Ok(Some(html! { (table) }))
}

/// `/accounts/merges/{merge_id}`
pub(crate) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let merge_id: MergeId = req.id("merge_id")?;
    let merge = find(&mut req.cx, &merge_id)?;
    let against = contradictions(&mut req.cx, &merge)?;
    let zone = req.zone()?;
    let may_write = req.cx.actor.may(Permission::AccountsWrite);
    let facts = Facts::new()
        .row("Kept account", html! { a href=(format!("/accounts/{}", merge.merging.kept)) { (merge.kept_name) } })
        .row("Merged account", html! { a href=(format!("/accounts/{}", merge.merging.merged)) { (merge.merged_name) } })
        .row("Why", merge.reason.clone())
        .row("Merged", html! { (instant(merge.merged_at, &zone)) " by " (merge.merged_by_name) })
        .row_if("Undone", merge.undone_at.map(|at| instant(at, &zone)));
    let undo = PostForm::new(format!("/accounts/merges/{merge_id}/undoing"), req.csrf())
        .idempotency(req.form_token())
        .body(html! {
            (hidden("merge", merge_id.as_str()))
            p { "Undoing moves back the names, domains, ids, registrations and opportunities that have not changed since the merge. Anything changed since stays with " (merge.kept_name) "." }
        })
        .actions(Button::danger("Undo merge"));
    let page = Page::new(format!("{} merged into {}", merge.merged_name, merge.kept_name))
        .crumb("Accounts", "/accounts")
        .crumb(merge.kept_name.clone(), format!("/accounts/{}", merge.merging.kept))
        .body(html! {
            (facts)
            @if against.is_empty() && may_write { (section("Undo", undo)) }
            @if !against.is_empty() && merge.undone_at.is_none() {
                (Callout::info("It cannot be undone").body(against.join(" ")))
            }
        });
    req.page(page)
}

/// `POST /accounts/merges/{merge_id}/undoing`
pub(crate) fn undo(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let merge_id: MergeId = req.id("merge_id")?;
    let kept = find(&mut req.cx, &merge_id)?.merging.kept;
    UndoMerge { merge_id }.run(&mut req.cx)?;
    Ok(req.go(&format!("/accounts/{kept}"), "Merge undone: these are two accounts again."))
}
