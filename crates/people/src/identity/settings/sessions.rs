//! The person's sessions: where it is signed in, and ending that.

use maud::html;
use web::{
    Button, Column, Page, Row, Table, Tone, ago, chip, instant, post_button, post_button_with,
};

use super::{me, tabs};
use crate::identity::{
    sessions::{self, SessionRow, SignInMethod},
    sides, zones,
};
use frame::{error::AppError, reply::Reply, request::Req};

const HERE: &str = "/settings/sessions";

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (user_id, present) = me(req)?;
    let zone = zones::zone_of(&mut req.cx)?;
    let csrf = req.csrf();
    let rows = sessions::list(&mut req.cx, &user_id)?;
    let others = rows.len() > 1;
    let mut table = Table::new("Where you are signed in")
        .column(Column::text("Browser"))
        .column(Column::text("For"))
        .column(Column::text("Signed in"))
        .column(Column::text("Last used"))
        .column(Column::actions("End"));
    for row in rows {
        let side = side_name(req, &row)?;
        let own = row.session_id == present;
        let label = if own { "Sign out here" } else { "End" };
        let button = Button::secondary(label).small();
        table = table.row(
            Row::new()
                .cell(html! {
                    (browser(&row.agent)) @if own { " " (chip(Tone::Accent, "this session")) }
                    @if !row.origin.is_empty() { br; small { (row.origin) } }
                })
                .cell(side)
                .cell(html! {
                    (instant(row.created_at, &zone)) br; small { (method(row.method)) }
                })
                .cell(html! {
                    (ago(row.seen_at, req.cx.now, &zone)) br;
                    small { "expires " (instant(row.expires_at, &zone)) }
                })
                .cell(post_button_with(
                    "/settings/sessions/end",
                    &csrf,
                    &[("session_id", row.session_id.as_str())],
                    button,
                )),
        );
    }
    let page = Page::new("Sessions")
        .crumb("My settings", "/settings")
        .tabs(tabs(HERE))
        .intro("A session ends after seven days, or earlier if you do not use it.")
        .body(html! {
            (table)
            @if others {
                (post_button("/settings/sessions/end-others", &csrf,
                    Button::secondary("End all others")))
            }
        });
    req.page(page)
}

fn side_name(req: &mut Req<'_, '_>, row: &SessionRow) -> Result<String, AppError> {
    if row.partner_id.is_empty() {
        return sides::side_name(&mut req.cx, None);
    }
    let partner_id = row.partner_id.parse().map_err(AppError::internal)?;
    sides::side_name(&mut req.cx, Some(&partner_id))
}

const fn method(method: SignInMethod) -> &'static str {
    match method {
        SignInMethod::Password => "with a password",
        SignInMethod::Link => "with a link sent by mail",
        SignInMethod::Demo => "with a demo link",
    }
}

/// A browser and its system in two words, as far as its own description tells.
fn browser(agent: &str) -> String {
    let first = |pairs: &[(&str, &'static str)]| {
        pairs.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let name = first(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (name, system) {
        (Some(name), Some(system)) => format!("{name} on {system}"),
        (Some(name), None) => name.to_owned(),
        (None, _) => "Unknown browser".to_owned(),
    }
}

pub(super) fn end(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (user_id, present) = me(req)?;
    let session_id = req.form.text("session_id").to_owned();
    sessions::end_one(&mut req.cx, &user_id, &session_id)?;
    if session_id == present {
        return Ok(req.go("/sign-in", "You are signed out."));
    }
    Ok(req.go(HERE, "That session has ended."))
}

pub(super) fn end_others(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (user_id, present) = me(req)?;
    let ended = sessions::end_others(&mut req.cx, &user_id, &present)?;
    let words = if ended == 1 { "session has" } else { "sessions have" };
    Ok(req.go(HERE, &format!("{ended} {words} ended.")))
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn id_01_a_session_is_told_by_its_browser() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(browser(firefox), "Firefox on Linux");
        assert_eq!(browser("curl/8.0"), "Unknown browser");
    }
}
