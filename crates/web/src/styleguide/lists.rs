//! Lists and comparisons.

use jiff::civil::{Date, date};
use maud::{Markup, Render, html};

use super::{TODAY, TOKEN, sample};
use crate::amount::amount;
use crate::button::Button;
use crate::form::Choice;
use crate::icon::Icon;
use crate::list::{Column, FilterBar, Row, Table, bulk_bar, pager, saved_views};
use crate::piece::{Clock, Comparison, Diff, person_line};
use crate::query::ListUrl;
use crate::tone::{Tone, chip, status};
use crate::when::day;

/// One registration of the sample list.
struct Sample {
    id: &'static str,
    account: &'static str,
    partner: &'static str,
    tier: &'static str,
    status: (Tone, &'static str),
    minor: i64,
    currency: &'static str,
    until: Option<Date>,
    submitted_on: Date,
}

const SAMPLES: [Sample; 6] = [
    Sample {
        id: "reg_1",
        account: "Globex Manufacturing GmbH",
        partner: "Northwind Consulting",
        tier: "Premier",
        status: (Tone::Good, "Approved"),
        minor: 18_450_000,
        currency: "EUR",
        until: Some(date(2026, 5, 12)),
        submitted_on: date(2026, 2, 10),
    },
    Sample {
        id: "reg_2",
        account: "Hanseatische Schifffahrtsversicherungsgesellschaft",
        partner: "Elbe Systemhaus",
        tier: "Select",
        status: (Tone::Good, "Approved"),
        minor: 6_200_050,
        currency: "EUR",
        until: Some(date(2026, 3, 24)),
        submitted_on: date(2025, 12, 22),
    },
    Sample {
        id: "reg_3",
        account: "Initech Ltd",
        partner: "Brightpath",
        tier: "Registered",
        status: (Tone::Accent, "Under review"),
        minor: 2_175_000,
        currency: "GBP",
        until: None,
        submitted_on: date(2026, 3, 18),
    },
    Sample {
        id: "reg_4",
        account: "Acme Logistics S.A. de C.V.",
        partner: "Northwind Consulting",
        tier: "Premier",
        status: (Tone::Warn, "Returned"),
        minor: 9_900_000,
        currency: "USD",
        until: None,
        submitted_on: date(2026, 3, 16),
    },
    Sample {
        id: "reg_5",
        account: "Kobayashi Foods",
        partner: "Sakura IT",
        tier: "Select",
        status: (Tone::Bad, "Rejected"),
        minor: 1_240_000_000,
        currency: "JPY",
        until: None,
        submitted_on: date(2026, 3, 9),
    },
    Sample {
        id: "reg_6",
        account: "Umbrella Health",
        partner: "Brightpath",
        tier: "Registered",
        status: (Tone::Neutral, "Expired"),
        minor: 3_310_000,
        currency: "EUR",
        until: Some(date(2026, 3, 1)),
        submitted_on: date(2025, 12, 1),
    },
];

/// A list with everything a list can have.
pub(super) fn list() -> Markup {
    let url = ListUrl::new("/styleguide", "sort=-amount&status=live");
    let rows = SAMPLES.iter().map(|sample| {
        let exponent = if sample.currency == "JPY" { 0 } else { 2 };
        let row = Row::new()
            .href("#lists")
            .id(sample.id)
            .cell(sample.account)
            .cell(html! { (sample.partner) " " (chip(Tone::Neutral, sample.tier)) })
            .cell(status(sample.status.0, sample.status.1))
            .cell(amount(sample.minor, exponent, sample.currency))
            .cell(sample.until.map_or_else(
                || html! {},
                |until| Clock::until("until", until, TODAY).short().render(),
            ))
            .cell(day(sample.submitted_on));
        if sample.status.0 == Tone::Neutral { row.quiet() } else { row }
    });
    let table = Table::new("Deal registrations")
        .column(Column::text("Account").sort("account"))
        .column(Column::text("Partner").sort("partner"))
        .column(Column::text("Status"))
        .column(Column::number("Contract value").sort("amount"))
        .column(Column::text("Protection"))
        .column(Column::date("Submitted").sort("submitted"))
        .sorted(&url)
        .selectable("bulk")
        .rows(rows);
    html! {
        (saved_views("Saved views", &[("All active", "#lists", true), ("Waiting for me", "#lists", false), ("Lapsing this week", "#lists", false)]))
        (FilterBar::new(&url)
            .search("q", "Search accounts and partners")
            .select("status", "Status", [Choice::new("live", "Active"), Choice::new("over", "Closed")])
            .date("from", "Submitted from")
            .toggle("mine", "Only mine")
            .columns(&[("amount", "Contract value", true), ("tier", "Tier", false)])
            .export("/styleguide"))
        (table)
        (bulk_bar("bulk", TOKEN, "#lists", html! {
            (Button::secondary("Remind").icon(Icon::Bell).submits("do", "remind"))
            (Button::secondary("Reassign").icon(Icon::People).submits("do", "reassign"))
        }))
        (pager(&url, None, Some("c2"), "1–6 of 5,120"))
    }
}

/// Side by side, and old to new.
pub(super) fn comparisons() -> Markup {
    html! {
        (Comparison::new("Candidates for this registration")
            .side("As submitted")
            .side(html! { "Globex Mfg. GmbH " (chip(Tone::Warn, "91 % likely")) })
            .side(html! { "Globex Trading AG " (chip(Tone::Neutral, "12 % likely")) })
            .row("Name", ["Globex Manufacturing", "Globex Mfg. GmbH", "Globex Trading AG"])
            .row("Domain", ["globex.de", "globex.de", "globex-trading.ch"])
            .row("Country", ["Germany", "Germany", "Switzerland"])
            .row("Postal code", ["", "20457", "8001"]))
        div.guide-two {
            (sample("Changes", Diff::new("Program changes")
                .change("Premier protection", Some("90 days"), Some("120 days"))
                .change("House accounts", None, Some("Stark Industries"))
                .change("MSP requirement", Some("Cloud Practitioner"), None)))
            (sample("A table without a frame", Table::new("Partner users").plain().compact()
                .column(Column::text("Person")).column(Column::date("Last seen")).column(Column::actions("Actions"))
                .row(Row::new().cell(person_line("Ana Ruiz", "Admin", Some("#compare"))).cell(day(TODAY)).cell(Button::secondary("Edit").small().href("#compare")))
                .row(Row::new().cell(person_line("Tobias Lindqvist-Meyer", "Seller", Some("#compare"))).cell(day(TODAY)).cell(Button::secondary("Edit").small().href("#compare")))))
        }
    }
}
