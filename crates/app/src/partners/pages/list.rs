//! The list of partners, on a page and as CSV.

use std::collections::{BTreeMap, BTreeSet};

use maud::html;
use web::{
    Button, Choice, Column, Empty, FilterBar, Icon, ListUrl, Page, Row, Table, csv_line, day, pager,
};

use super::super::{
    Enrolment, Partner, PartnerStatus,
    listing::{self, Filter, Order, Position},
};
use crate::{
    access::Permission,
    core::{ctx::Cx, error::AppError, paging, reply::Reply, request::Req},
    identity, program,
};

const PAGE: i64 = 50;
/// The most rows of an export.
const EXPORT: i64 = 10_000;

fn filter(url: &ListUrl) -> Filter {
    let text = |name: &str| url.get(name).unwrap_or("").to_owned();
    Filter {
        q: text("q"),
        status: url.get("status").and_then(PartnerStatus::from_word),
        track: text("track"),
        tier: text("tier"),
        manager: text("manager"),
        order: Order::from_word(url.get("sort").unwrap_or("")),
    }
}

/// What a list shows of partners besides their own rows.
struct Around {
    enrolments: Vec<Enrolment>,
    managers: BTreeMap<String, String>,
}

fn around(cx: &mut Cx<'_, '_>, partners: &[Partner]) -> Result<Around, AppError> {
    let managers: BTreeSet<String> = partners
        .iter()
        .filter_map(|partner| partner.manager_user_id.as_ref())
        .map(|id| id.as_str().to_owned())
        .collect();
    Ok(Around {
        enrolments: listing::enrolments(cx, partners)?,
        managers: identity::names_of(cx, &managers)?,
    })
}

impl Around {
    fn manager(&self, partner: &Partner) -> &str {
        let id = partner.manager_user_id.as_ref().map_or("", |id| id.as_str());
        self.managers.get(id).map_or("", String::as_str)
    }

    fn places(&self, partner: &Partner, what: impl Fn(&Enrolment) -> &str) -> String {
        let words: Vec<&str> = listing::of(&self.enrolments, &partner.partner_id)
            .map(what)
            .filter(|word| !word.is_empty())
            .collect();
        words.join(", ")
    }
}

pub(in crate::partners) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let filter = filter(&url);
    let after = url.get("after").and_then(|text| filter.position(text)).unwrap_or_default();
    let visible = req.cx.actor.visibility();
    let mut rows = listing::list(&mut req.cx, &visible, &filter, (&after, PAGE + 1))?;
    let more = paging::cut(&mut rows, PAGE);
    let next = rows.last().filter(|_| more).map(|last| filter.cursor(last));
    let around = around(&mut req.cx, &rows)?;
    let zone = identity::zone_of(&mut req.cx)?;
    let mut table = Table::new("Partners")
        .column(Column::text("Partner").sort("name"))
        .column(Column::text("Status"))
        .column(Column::text("Track"))
        .column(Column::text("Tier"))
        .column(Column::text("Partner manager"))
        .column(Column::text("Country"))
        .column(Column::date("Since").sort("created"))
        .sorted(&url);
    for partner in &rows {
        let since = partner.created_at.to_zoned(zone.clone()).date();
        table = table.row(
            Row::new()
                .href(format!("/partners/{}", partner.partner_id))
                .id(partner.partner_id.as_str())
                .cell(partner.name.as_str())
                .cell(super::status(partner.status))
                .cell(around.places(partner, |enrolment| &enrolment.track))
                .cell(around.places(partner, |enrolment| &enrolment.tier))
                .cell(around.manager(partner))
                .cell(partner.country.as_str())
                .cell(day(since)),
        );
    }
    let may = req.cx.actor.may(Permission::PartnersManage);
    let table = table.empty(empty(&url, may));
    let summary = format!("{} shown", rows.len());
    let bar = filter_bar(req, &url)?;
    let mut page = Page::new("Partners");
    if may {
        let add = Button::primary("Add a partner").icon(Icon::Plus).href("/partners/new");
        page = page.actions(add);
    }
    let body = html! { (bar) (table) (pager(&url, None, next.as_deref(), &summary)) };
    req.page(page.body(body))
}

fn empty(url: &ListUrl, may: bool) -> Empty {
    let filtered = ["q", "status", "track", "tier", "manager"]
        .into_iter()
        .any(|name| url.get(name).is_some_and(|value| !value.is_empty()));
    if filtered {
        let words = "No partner fits all of it. Take a part of the filter away.";
        return Empty::new(Icon::Filter, "Nothing fits", words)
            .action(Button::secondary("Show all").href("/partners"));
    }
    let words = "Add a partner, enrol it in the program, and invite its people.";
    let empty = Empty::new(Icon::Partner, "No partners yet", words);
    let buttons = html! {
        (Button::primary("Add a partner").href("/partners/new"))
        (Button::secondary("Import partners").href("/imports"))
    };
    if may { empty.action(buttons) } else { empty }
}

fn filter_bar(req: &mut Req<'_, '_>, url: &ListUrl) -> Result<FilterBar, AppError> {
    let mut tracks: BTreeMap<String, String> = BTreeMap::new();
    let mut tiers: Vec<(String, String)> = Vec::new();
    for (program_id, _) in program::programs(&mut req.cx)? {
        let now = req.cx.now;
        // A program that is not in force yet has no tracks to filter by.
        let Ok(in_force) = program::in_force(&mut req.cx, &program_id, now) else {
            continue;
        };
        for track in &in_force.document.tracks {
            tracks.insert(track.code.clone(), track.name.clone());
        }
        for tier in &in_force.document.tiers {
            if !tiers.iter().any(|(code, _)| *code == tier.code) {
                tiers.push((tier.code.clone(), tier.name.clone()));
            }
        }
    }
    let managers = identity::vendor_people(&mut req.cx)?
        .into_iter()
        .filter(|person| person.roles.iter().any(|role| role == "partner_manager"))
        .map(|person| (person.user_id.as_str().to_owned(), person.name));
    let nobody = std::iter::once(("none".to_owned(), "Nobody yet".to_owned()));
    let statuses = PartnerStatus::ALL.map(|status| Choice::new(status.word(), status.label()));
    Ok(FilterBar::new(url)
        .search("q", "Search partners")
        .select("status", "Status", statuses)
        .select("track", "Track", tracks.into_iter().map(Choice::from))
        .select("tier", "Tier", tiers.into_iter().map(Choice::from))
        .select("manager", "Partner manager", nobody.chain(managers).map(Choice::from))
        .export("/partners.csv"))
}

pub(in crate::partners) fn export(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let filter = filter(&req.query());
    let visible = req.cx.actor.visibility();
    let first = Position::default();
    let rows = listing::list(&mut req.cx, &visible, &filter, (&first, EXPORT))?;
    let around = around(&mut req.cx, &rows)?;
    let mut text = csv_line([
        "id",
        "name",
        "domain",
        "country",
        "city",
        "status",
        "track",
        "tier",
        "territories",
        "partner_manager",
        "external_id",
        "created_at",
    ]);
    for partner in &rows {
        let territories: Vec<String> = listing::of(&around.enrolments, &partner.partner_id)
            .map(|enrolment| enrolment.territories.join(" "))
            .collect();
        text.push_str(&csv_line([
            partner.partner_id.as_str(),
            &partner.name,
            &partner.domain,
            &partner.country,
            &partner.city,
            partner.status.word(),
            &around.places(partner, |enrolment| &enrolment.track),
            &around.places(partner, |enrolment| &enrolment.tier),
            &territories.join(" "),
            around.manager(partner),
            &partner.external_id,
            &partner.created_at.to_string(),
        ]));
    }
    Ok(Reply::download("text/csv; charset=utf-8", "partners.csv", text))
}
