//! The list of a side's people.

use db::keyset::{self, Kind};
use maud::html;
use web::{Button, Column, Empty, Icon, Page, Row, Table, Tone, ago, chip, pager, status};

use super::{Team, actions};
use crate::identity::{
    memberships::{self, Person, Standing},
    zones,
};
use frame::{error::AppError, paging, reply::Reply, request::Req};

const PAGE: i64 = 50;
const SCOPE: &str = "identity.people";

pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let team = Team::of_page(req)?;
    let url = req.query();
    let after = url
        .get("after")
        .and_then(|text| keyset::decode(SCOPE, text, &[Kind::Text, Kind::Text]).ok())
        .and_then(|values| Some((paging::text_at(&values, 0)?, paging::text_at(&values, 1)?)));
    let partner = memberships::partner_text(team.partner_id.as_ref()).to_owned();
    let mut people = memberships::list_page(&mut req.cx, &partner, after.as_ref(), PAGE + 1)?;
    let more = paging::cut(&mut people, PAGE);
    let next = people.last().filter(|_| more).map(|last| {
        keyset::encode(SCOPE, &[last.email.as_str().into(), last.user_id.as_str().into()])
    });
    let summary = format!("{} shown", people.len());
    let may = actions::may_manage(&req.cx, team.partner_id.as_ref()).is_ok();
    let body = html! {
        (table(req, &team, &people, may)?)
        (pager(&url, None, next.as_deref(), &summary))
    };
    let mut page = Page::new("People");
    if let Some(partner_id) = team.partner_id.as_ref().filter(|_| team.base != "/people") {
        page = page
            .crumb("Partners", "/partners")
            .crumb(team.name.as_str(), format!("/partners/{partner_id}"));
    }
    page = page.intro(format!("Who may act for {}", team.name));
    if may {
        let invite = Button::primary("Invite a person").icon(Icon::Plus);
        page = page.actions(invite.href(format!("{}/new", team.base)));
    }
    req.page(page.body(body))
}

fn table(
    req: &mut Req<'_, '_>,
    team: &Team,
    people: &[Person],
    may: bool,
) -> Result<Table, AppError> {
    let zone = zones::zone_of(&mut req.cx)?;
    let now = req.cx.now;
    let mut table = Table::new("People")
        .column(Column::text("Person"))
        .column(Column::text("Roles"))
        .column(Column::text("Status"))
        .column(Column::text("Last signed in"));
    for person in people {
        let mut row = Row::new().id(person.user_id.as_str());
        if may {
            row = row.href(format!("{}/{}", team.base, person.user_id));
        }
        table = table.row(
            row.cell(html! { (person.name) br; small { (person.email) } })
                .cell(person.role_labels())
                .cell(standing(person.standing))
                .cell(html! {
                    @match person.last_seen_at {
                        Some(at) => (ago(at, now, &zone)),
                        None => "never",
                    }
                }),
        );
    }
    let invite = Button::primary("Invite a person").href(format!("{}/new", team.base));
    Ok(table.empty(
        Empty::new(Icon::People, "Nobody yet", "People you invite get a mail with a link.")
            .action(html! { @if may { (invite) } }),
    ))
}

pub(super) fn standing(standing: Standing) -> maud::Markup {
    match standing {
        Standing::Active => status(Tone::Good, standing.label()),
        Standing::Invited => status(Tone::Accent, standing.label()),
        Standing::Suspended => status(Tone::Warn, standing.label()),
        Standing::Ended => chip(Tone::Neutral, standing.label()),
    }
}
