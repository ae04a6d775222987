//! One direct opportunity.

use domain::ids::OpportunityId;
use web::{
    Button, Choice, Column, Detail, Empty, Facts, Field, FieldErrors, Form, Icon, Page, PostForm,
    Row, Table, card, day, html, instant, section,
};

use super::{money, stage_chip};
use crate::direct_sales::{Stage, close::ClosingInput, store};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};

/// `/direct-opportunities/{opportunity_id}`
pub(crate) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = page(req, &Form::default(), &FieldErrors::new())?;
    req.page(page)
}

/// `POST /direct-opportunities/{opportunity_id}/closing`
pub(crate) fn close(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: OpportunityId = req.id("opportunity_id")?;
    let outcome = match req.form_as::<ClosingInput>() {
        Ok(input) => input.run(&mut req.cx, &id),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(req.go(&format!("/direct-opportunities/{id}"), "Opportunity closed.")),
        Err(AppError::Invalid(errors)) => {
            let form = req.form.clone();
            let page = page(req, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(error) => Err(error),
    }
}

fn page(req: &mut Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Result<Page, AppError> {
    let id: OpportunityId = req.id("opportunity_id")?;
    let row = store::find(&mut req.cx, &id)?;
    let activities = store::activities(&mut req.cx, &row)?;
    let zone = req.zone()?;
    let may_record = req.cx.actor.may(Permission::DirectRecord);
    let open = row.stage == Stage::Open;
    let table = Table::new("Activities")
        .column(Column::date("Day"))
        .column(Column::text("What"))
        .column(Column::text("Note"))
        .column(Column::text("Who"))
        .plain()
        .rows(activities.iter().map(|one| {
            Row::new().cell(day(one.occurred_on)).cell(&one.kind).cell(&one.note).cell(&one.by_name)
        }))
        .empty(Empty::new(Icon::Phone, "No activities", "Calls, meetings and mails appear here."));
    let facts = Facts::new()
        .row(
            "Account",
            html! { a href=(format!("/accounts/{}", row.account_id)) { (row.account_name) } },
        )
        .row("Amount", money(row.amount))
        .row_if("Product line", (!row.product.is_empty()).then_some(&row.product))
        .row_if("Owner", (!row.owner_name.is_empty()).then_some(&row.owner_name))
        .row("Opened", day(row.opened_on))
        .row_if("Order expected", row.close_on.map(day))
        .row_if("Closed", row.closed_on.map(day))
        .row_if("Why closed", (!row.closing_note.is_empty()).then_some(&row.closing_note))
        .row_if("Allowed because", (!row.permitted_by.is_empty()).then_some(&row.permitted_by))
        .row_if("Id in the CRM", (!row.external_id.is_empty()).then_some(&row.external_id))
        .row("Recorded", html! { (instant(row.created_at, &zone)) " by " (row.created_by_name) });
    let closing = closing_form(req, &id, form, errors);
    let body = Detail::new(html! {
        (section("Activities", table))
        @if open && may_record { (card("Close opportunity", closing)) }
    })
    .aside("Facts", facts);
    let mut page = Page::new(row.name.clone())
        .crumb("Direct sales", "/direct-opportunities")
        .status(stage_chip(row.stage))
        .body(body);
    if open && may_record {
        let href = format!("/direct-activities/new?account={}&opportunity={id}", row.account_id);
        page = page.actions(Button::primary("Record activity").href(href));
    }
    Ok(page)
}

fn closing_form(
    req: &Req<'_, '_>,
    id: &OpportunityId,
    form: &Form,
    errors: &FieldErrors,
) -> PostForm {
    let outcomes = [
        Choice::new("won", "Won").detail("The account becomes a customer for this product line"),
        Choice::new("lost", "Lost or abandoned"),
    ];
    PostForm::new(format!("/direct-opportunities/{id}/closing"), req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(html! {
            (web::RadioCards::new("outcome", "Outcome").choices(outcomes).filled(form).errors(errors).required())
            (Field::date("closed_on", "Day").hint("Leave empty for today").filled(form).errors(errors))
            (Field::textarea("note", "Why").rows(2).filled(form).errors(errors))
        })
        .actions(Button::secondary("Close"))
}
