//! Choosing on which side to act, for people who stand on several.

use domain::ids::PartnerId;
use maud::html;
use web::{Button, Column, Page, Row, Table, Tone, chip, post_button_with};

use super::{finish::begin, next};
use crate::identity::{
    memberships::{self, Person},
    sessions::{self, SignInMethod},
    sides,
};
use frame::{actor::Who, error::AppError, reply::Reply, request::Req};

fn own_sides(req: &mut Req<'_, '_>) -> Result<Vec<Person>, AppError> {
    let Who::User { user_id, .. } = req.cx.actor.who.clone() else {
        return Err(AppError::NotFound);
    };
    memberships::sides_of(&mut req.cx, &user_id)
}

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let query = req.query();
    let target = next(query.get("next").unwrap_or("/")).to_owned();
    let present = req.cx.actor.partner_id().cloned();
    let csrf = req.csrf();
    let mut table = Table::new("Your companies")
        .column(Column::text("Company"))
        .column(Column::text("Role"))
        .column(Column::actions("Choose"));
    for side in own_sides(req)? {
        let name = sides::side_name(&mut req.cx, side.partner_id.as_ref())?;
        let chosen = side.partner_id == present;
        let label = if chosen { format!("Stay with {name}") } else { format!("Switch to {name}") };
        let fields = [("partner_id", side.partner()), ("next", target.as_str())];
        let button = Button::secondary(label).small();
        table = table.row(
            Row::new()
                .cell(html! { (name) @if chosen { " " (chip(Tone::Accent, "now")) } })
                .cell(side.role_labels())
                .cell(post_button_with("/memberships", &csrf, &fields, button)),
        );
    }
    let page = Page::new("Choose a company")
        .intro("You belong to more than one company. You work for one at a time.")
        .body(table);
    req.page(page)
}

/// Ends this session and begins one on the chosen side; one where the person does not stand is
/// not found.
pub(super) fn choose(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let wanted = match req.form.text("partner_id") {
        "" => None,
        text => Some(PartnerId::parse(text).map_err(|_| AppError::NotFound)?),
    };
    let target = next(req.form.text("next")).to_owned();
    if wanted.as_ref() == req.cx.actor.partner_id() {
        return Ok(Reply::see_other(&target));
    }
    let sides = own_sides(req)?;
    let side = sides.iter().find(|side| side.partner_id == wanted).ok_or(AppError::NotFound)?;
    let method = present_method(req)?;
    begin(req, side, method, &target)
}

fn present_method(req: &mut Req<'_, '_>) -> Result<SignInMethod, AppError> {
    let Who::User { user_id, session_id } = req.cx.actor.who.clone() else {
        return Err(AppError::NotFound);
    };
    let present = sessions::list(&mut req.cx, &user_id)?
        .into_iter()
        .find(|session| session.session_id == session_id);
    Ok(present.map_or(SignInMethod::Link, |session| session.method))
}
