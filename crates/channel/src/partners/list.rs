//! The list of partners.

use std::collections::{BTreeMap, BTreeSet};

use db::{Record, Value};
use domain::ids::{PartnerId, UserId};
use web::{Choice, Icon};

use super::{Enrolment, Partner, PartnerStatus, body, body::PartnerBody, page, row};
use crate::program;
use frame::{
    access::Permission,
    ctx::Cx,
    error::AppError,
    list::{At, Column, Condition, Filter, List, Listed, Sort, first},
    request::Req,
};
use people::identity;

/// A partner, with what the list shows of it besides.
#[derive(Debug)]
pub(super) struct Shown {
    partner: Partner,
    /// The enrolments that last.
    enrolments: Vec<Enrolment>,
    /// The partner manager's name; `""` when nobody looks after it.
    manager: String,
}

impl Shown {
    fn codes(&self, what: fn(&Enrolment) -> &str) -> String {
        let codes = self.enrolments.iter().map(what).filter(|code| !code.is_empty());
        codes.collect::<Vec<_>>().join(", ")
    }

    fn tracks(&self) -> String {
        self.codes(|enrolment| &enrolment.track)
    }

    fn tiers(&self) -> String {
        self.codes(|enrolment| &enrolment.tier)
    }

    fn territories(&self) -> String {
        let all = self.enrolments.iter().map(|enrolment| enrolment.territories.join(" "));
        all.collect::<Vec<_>>().join(" ")
    }
}

/// Partners whose name or domain contains a text, by name, at most `limit`.
pub fn search(
    cx: &mut Cx<'_, '_>,
    text: &str,
    limit: i64,
) -> Result<Vec<(PartnerId, String)>, AppError> {
    let found = first::<Partners>(cx, &[("q", text)], limit)?;
    Ok(found.into_iter().map(|shown| (shown.partner.partner_id, shown.partner.name)).collect())
}

/// The partners of a vendor; a partner's people find their own.
pub(super) struct Partners;

impl Listed for Partners {
    type Row = Shown;
    type Body = PartnerBody;
    const AT: At = At { page: "/partners", file: "/partners.csv", api: "/api/v1/partners" };

    fn list() -> List<Shown> {
        List::of("Partners", (format!("{} p", Partner::SELECT), "p.vendor_id"), shown)
            .owner("p.partner_id")
            .id("p.partner_id", |s| s.partner.partner_id.to_string())
            .leads_to(|s| format!("/partners/{}", s.partner.partner_id))
            .filter(
                Filter::search("Search partners", "p.search_key")
                    .about("Part of the name or domain"),
            )
            .filter(Filter::word::<PartnerStatus>("status", "Status", "p.status"))
            .filter(
                Filter::choice(("track", "Track"), tracks, |code| enrolled("track", code))
                    .about("A track code"),
            )
            .filter(
                Filter::choice(("tier", "Tier"), tiers, |code| enrolled("tier", code))
                    .about("A tier code"),
            )
            .filter(
                Filter::choice(("manager_user_id", "Partner manager"), managers, managed_by)
                    .about("A partner manager's id, or `none`")
                    .formerly("manager"),
            )
            .sort(Sort::text("name", "p.name_key", |s| s.partner.name_key.clone()))
            .sort(Sort::number("created", "p.created_at", |s| {
                s.partner.created_at.as_microsecond()
            }))
            .column_by("name", Column::text("Partner", |s| s.partner.name.clone()))
            .column(Column::drawn("Status", |s, _| page::status(s.partner.status)))
            .column(Column::text("Track", Shown::tracks))
            .column(Column::text("Tier", Shown::tiers))
            .column(Column::text("Partner manager", |s| s.manager.clone()))
            .column(Column::text("Country", |s| s.partner.country.clone()))
            .column_by("created", Column::day_of("Since", |s| Some(s.partner.created_at)))
            .csv("id", |s| s.partner.partner_id.to_string())
            .csv("name", |s| s.partner.name.clone())
            .csv("domain", |s| s.partner.domain.clone())
            .csv("country", |s| s.partner.country.clone())
            .csv("city", |s| s.partner.city.clone())
            .csv("status", |s| s.partner.status.word().to_owned())
            .csv("track", Shown::tracks)
            .csv("tier", Shown::tiers)
            .csv("territories", Shown::territories)
            .csv("partner_manager", |s| s.manager.clone())
            .csv("external_id", |s| s.partner.external_id.clone())
            .csv("created_at", |s| s.partner.created_at.to_string())
            .empty(
                Icon::Partner,
                "No partners yet",
                "Add a partner, enrol it in the program, and invite its people.",
            )
            .action("Add a partner", "/partners/new", Permission::PartnersManage)
            .action("Import partners", "/imports/new?kind=partners", Permission::ImportsRun)
    }

    fn bodies(cx: &mut Cx<'_, '_>, rows: Vec<Shown>) -> Result<Vec<PartnerBody>, AppError> {
        let own = cx.actor.partner_id().is_some();
        Ok(rows.into_iter().map(|s| body::partner(s.partner, &s.enrolments, own)).collect())
    }
}

fn shown(cx: &mut Cx<'_, '_>, sql: &str, values: &[Value<'_>]) -> Result<Vec<Shown>, AppError> {
    let partners: Vec<Partner> = cx.tx.query_as(sql, values)?;
    let managers: BTreeSet<String> = partners
        .iter()
        .filter_map(|p| p.manager_user_id.as_ref())
        .map(ToString::to_string)
        .collect();
    let names = identity::names_of(cx, &managers)?;
    let mut enrolments = row::enrolments_of_all(cx, &partners)?;
    let with = |partner: Partner| {
        let id = partner.manager_user_id.as_ref().map_or("", UserId::as_str);
        Shown {
            manager: names.get(id).cloned().unwrap_or_default(),
            enrolments: enrolments.remove(&partner.partner_id).unwrap_or_default(),
            partner,
        }
    };
    Ok(partners.into_iter().map(with).collect())
}

fn enrolled(column: &str, code: &str) -> Result<Condition, String> {
    let test = format!(
        "EXISTS (SELECT 1 FROM partner_enrolments e WHERE e.vendor_id = p.vendor_id \
         AND e.partner_id = p.partner_id AND e.ended_at IS NULL AND e.{column} = ?)"
    );
    Ok((test, vec![code.to_owned().into()]))
}

fn managed_by(id: &str) -> Result<Condition, String> {
    let id = if id == "none" { "" } else { id };
    Ok(("p.manager_user_id = ?".to_owned(), vec![id.to_owned().into()]))
}

/// The documents in force of the vendor's programs; a program that has none yet is left out.
fn documents(
    cx: &mut Cx<'_, '_>,
) -> Result<Vec<std::sync::Arc<domain::program::Document>>, AppError> {
    let now = cx.now;
    let programs = program::programs(cx)?;
    let in_force = programs.into_iter().filter_map(|(id, _)| program::in_force(cx, &id, now).ok());
    Ok(in_force.map(|version| version.document).collect())
}

fn tracks(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for document in documents(&mut req.cx)? {
        found.extend(document.tracks.iter().map(|one| (one.code.clone(), one.name.clone())));
    }
    Ok(found.into_iter().map(Choice::from).collect())
}

fn tiers(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let mut found: Vec<(String, String)> = Vec::new();
    for document in documents(&mut req.cx)? {
        for tier in &document.tiers {
            if !found.iter().any(|(code, _)| *code == tier.code) {
                found.push((tier.code.clone(), tier.name.clone()));
            }
        }
    }
    Ok(found.into_iter().map(Choice::from).collect())
}

fn managers(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let people = identity::vendor_people(&mut req.cx)?;
    let managers = people
        .into_iter()
        .filter(|person| person.roles.iter().any(|role| role == "partner_manager"))
        .map(|person| Choice::new(person.user_id.as_str(), person.name));
    Ok(std::iter::once(Choice::new("none", "Not assigned")).chain(managers).collect())
}
