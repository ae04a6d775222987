//! The home page: what needs the person, by when, and what happens otherwise; then
//! numbers, each of which leads to the list it counts. Search, the rules of engagement and the
//! style guide live here too. Nothing calls this slice.

mod cases;
mod direct;
mod first;
mod partner;
mod rules;
mod search;
mod styleguide;
mod tasks;
mod vendor;
mod work;

use domain::ids::PartnerId;

use web::Icon;

use channel::program;
use frame::{
    access::{
        Access::{Either, SignedIn},
        Permission::ProgramRead,
    },
    error::AppError,
    parts::{NavGroup, NavItem, Parts, Sides},
    reply::Reply,
    request::Req,
    routes::Routes,
};
use people::identity;

/// What this slice brings.
pub fn parts() -> Parts {
    Parts::of(routes()).nav(NavItem {
        group: NavGroup::Know,
        icon: Icon::Book,
        label: "Rules of engagement",
        href: "/rules",
        needs: ProgramRead,
        side: Sides::Both,
        place: 10,
    })
}

/// The routes of this slice.
fn routes() -> Routes {
    Routes::of("home")
        .page("/", SignedIn, show)
        .page("/search", SignedIn, search::page)
        .page("/search.json", SignedIn, search::json)
        .page("/rules", Either(ProgramRead), rules::show)
        .page("/styleguide", SignedIn, styleguide::show)
}

/// `/`
fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    if program::only_in_force(&mut req.cx)?.is_none() {
        let page = first::page(req);
        return req.page(page);
    }
    let partner_id = req.cx.actor.partner_id().cloned();
    let roles = roles(req, partner_id.as_ref())?;
    let page = match partner_id {
        Some(partner_id) => partner::page(req, &partner_id, &roles)?,
        None => vendor::page(req, &roles)?,
    };
    req.page(page)
}

/// The words of the acting person's roles on its side.
fn roles(req: &mut Req<'_, '_>, partner_id: Option<&PartnerId>) -> Result<Vec<String>, AppError> {
    let Some(user_id) = req.cx.actor.reader().cloned() else {
        return Ok(Vec::new());
    };
    let member = identity::member(&mut req.cx, &user_id, partner_id)?;
    Ok(member.map(|member| member.roles).unwrap_or_default())
}
