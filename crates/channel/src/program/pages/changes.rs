//! What a version changes, as partners read it: after it was announced, and before that for
//! members of the council.

use domain::program::{Change, diff};
use web::{Button, Empty, Icon, Page, html, section};

use super::{change_list, version::target};
use crate::program::{
    actions::council,
    review::touched,
    store::{self, State, VersionRow},
};
use frame::{error::AppError, reply::Reply, request::Req};

/// `/program/{program_id}/changes/{number}`
pub(in crate::program) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    let program = store::program(&mut req.cx, &program_id)?;
    let row = store::version(&mut req.cx, &program_id, number)?;
    let partner_id = req.cx.actor.partner_id().map(|id| id.as_str().to_owned());
    if let Some(partner_id) = &partner_id
        && !may_see(req, &row, partner_id)?
    {
        return Err(AppError::NotFound);
    }
    let zone = row.document()?.time_zone();
    let changes = changes(req, &row)?;
    let own = match &partner_id {
        Some(partner_id) => {
            let partners = store::enrolled(&mut req.cx, &program_id, "", 10_000)?;
            let me = partners.into_iter().find(|partner| partner.partner_id == *partner_id);
            me.and_then(|me| touched(&changes, me)).map_or(Vec::new(), |touched| touched.changes)
        }
        None => (0..changes.len()).collect(),
    };
    let mine: Vec<&Change> = own.iter().filter_map(|index| changes.get(*index)).collect();
    let other: Vec<&Change> = changes
        .iter()
        .enumerate()
        .filter(|(index, _)| partner_id.is_none() || !own.contains(index))
        .filter(|_| partner_id.is_some())
        .filter(|(_, change)| change.affects != domain::program::Affects::Nobody)
        .map(|(_, change)| change)
        .collect();
    let page = Page::new(format!("{}: what changes", program.name))
        .intro(html! {
            @match row.effective_at {
                Some(at) if row.state == State::Announced => {
                    "These changes take effect on " (web::instant(at, &zone))
                    ". Earlier events are judged by the rules in force at the time."
                },
                Some(_) | None => "These changes have not been announced and may still change.",
            }
        })
        .narrow()
        .actions(Button::secondary("All rules").href(format!("/rules?program={program_id}")))
        .body(html! {
            @if mine.is_empty() {
                (Empty::new(Icon::Program, "Nothing changes for you", "This version does not change your terms."))
            } @else {
                (section("For you", change_list(&mine, |_| None)))
            }
            @if !other.is_empty() { (section("For other partners", change_list(&other, |_| None))) }
        });
    req.page(page)
}

fn changes(req: &mut Req<'_, '_>, row: &VersionRow) -> Result<Vec<Change>, AppError> {
    let base = match row.approved_base {
        0 => return Ok(Vec::new()),
        number => store::version(&mut req.cx, &row.program_id, number)?,
    };
    Ok(diff(&base.document()?, &row.document()?))
}

fn may_see(req: &mut Req<'_, '_>, row: &VersionRow, partner_id: &str) -> Result<bool, AppError> {
    if row.state == State::Announced {
        return Ok(true);
    }
    if row.council_saw_at.is_none() {
        return Ok(false);
    }
    let members = council::members(&mut req.cx, &row.program_id)?;
    Ok(members.iter().any(|(id, _)| id == partner_id))
}
