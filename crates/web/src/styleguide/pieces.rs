//! Work, numbers, details, steps, charts.

use jiff::ToSpan;
use jiff::civil::date;
use maud::{Markup, Render, html};

use super::{TODAY, TOKEN, now, sample, zone};
use crate::amount::amount;
use crate::button::Button;
use crate::form::post_button;
use crate::icon::Icon;
use crate::piece::{
    BarChart, Clock, ColumnChart, Detail, Entry, Facts, Stat, StepState, Stepper, Tabs, Timeline,
    WorkItem, WorkList, person_line, progress, section, stats,
};
use crate::tone::{Tone, chip, status};
use crate::when::{day, instant};

/// What waits for a partner manager.
pub(super) fn work() -> Markup {
    let due = now().saturating_add(5.hours()).unwrap_or(now());
    WorkList::new("Needs you")
        .more("All 14", "#work")
        .item(
            WorkItem::new("Decide Initech Ltd for Brightpath", "#work")
                .chip(chip(Tone::Warn, "Half of the time has passed"))
                .detail("21,750.00 GBP, closes in June. All checks passed.")
                .otherwise("If you miss this, it escalates and counts as an SLA breach.")
                .until(Clock::by("Due", due, now(), &zone()))
                .action(Button::primary("Decide").small().href("#work")),
        )
        .item(
            WorkItem::new("Answer the question about Acme Logistics", "#work")
                .detail("Northwind asks which plant the opportunity is for.")
                .otherwise("Until then another partner can register the account first.")
                .until(Clock::until("Answer by", date(2026, 3, 24), TODAY))
                .action(Button::secondary("Answer").small().href("#work")),
        )
        .item(
            WorkItem::new("Prepare the quarterly review with Elbe Systemhaus", "#work")
                .otherwise("The review will have no figures.")
                .until(Clock::until("On", date(2026, 4, 9), TODAY))
                .action(Button::secondary("Open").small().href("#work")),
        )
        .render()
}

/// Numbers with their sources.
pub(super) fn numbers() -> Markup {
    stats([
        Stat::new("Protected now", "14 deals", "#numbers").detail("of 25 in your tier"),
        Stat::new("Pipeline", amount(128_430_000, 2, "EUR"), "#numbers")
            .detail("12 open deals")
            .trend(
                &[40, 44, 43, 58, 61, 72, 70, 86],
                "Pipeline over eight weeks, rising from 40 to 86",
            ),
        Stat::new("Decided in time", "96.4 %", "#numbers").detail("goal 95 %, last 90 days"),
        Stat::new("Payable on 30 Apr", amount(1_845_000, 2, "EUR"), "#numbers")
            .detail("3 won deals"),
    ])
}

/// A registration as its partner sees it.
pub(super) fn detail() -> Markup {
    let at = |hours: i64| instant(now().saturating_sub(hours.hours()).unwrap_or(now()), &zone());
    let timeline = Timeline::new()
        .entry(
            Entry::new(at(30), "Meeting logged with Petra Vogt, head of IT")
                .icon(Icon::Phone)
                .by("Ana Ruiz, Northwind")
                .rule("DR-06")
                .detail("Second site visit. They want the proposal before Easter."),
        )
        .entry(
            Entry::new(at(220), "Follow-up reminder sent").icon(Icon::Mail).rule("DR-20").tone(Tone::Warn),
        )
        .entry(
            Entry::new(at(890), html! { "Approved by " strong { "Łukasz Wiśniewski" } ", protected until 12 May 2026" })
                .icon(Icon::Check)
                .tone(Tone::Good)
                .rule("DR-01")
                .rule("DR-14")
                .why("Approved on 11 Feb 2026 in Europe/Berlin, plus 90 days, that day included. Program version 4 was in force when it was submitted."),
        )
        .entry(Entry::new(at(930), "Submitted").icon(Icon::Send).by("Ana Ruiz, Northwind").rule("DR-19"));
    let tabs = Tabs::new("Parts of this registration")
        .tab("Timeline", "#details", true)
        .tab_with_count("Activities", "#details", false, 4)
        .tab("Receipt", "#details", false)
        .tab("What was true on…", "#details", false);
    let facts = Facts::new()
        .row("Status", status(Tone::Good, "Approved"))
        .row("Partner", html! { a href="#details" { "Northwind Consulting" } })
        .row("Value", amount(18_450_000, 2, "EUR"))
        .row("Expected close", day(date(2026, 6, 30)))
        .row("Stage", "Proposal")
        .row_if("Competitor", Some("none known"))
        .section("At submission")
        .row("Tier", "Premier")
        .row("Program", "Acme Partners, version 4");
    let clocks = html! {
        div.guide-stack {
            (Clock::until("Protected until", date(2026, 5, 12), TODAY).started(date(2026, 2, 11)))
            (Clock::until("Follow up until", date(2026, 4, 1), TODAY).started(date(2026, 3, 19)))
            (post_button("#details", TOKEN, Button::primary("Log an activity").icon(Icon::Phone).block().href("#details")))
        }
    };
    Detail::new(html! { (tabs) (section("What happened", timeline)) })
        .aside("Clocks", clocks)
        .aside("Facts", facts)
        .aside(
            "Your partner manager",
            person_line("Łukasz Wiśniewski", "lukasz@acme.example", Some("#details")),
        )
        .render()
}

/// Steps, tabs, progress.
pub(super) fn steps() -> Markup {
    html! {
        (Stepper::new("Import of accounts")
            .step("File", Some("#steps"), StepState::Done)
            .step("Columns", Some("#steps"), StepState::Done)
            .step("Preview", None, StepState::Current)
            .step("Import", None, StepState::Ahead))
        (progress("Importing accounts", 42_318, 100_000, "42,318 of 100,000 rows, about 12 seconds left"))
    }
}

/// Bars and columns.
pub(super) fn charts() -> Markup {
    let weeks = [31, 28, 35, 40, 38, 44, 51, 47, 58, 62, 55, 71];
    let columns = weeks.iter().zip(1_u8..).fold(
        ColumnChart::new("Registrations by week", "Registrations"),
        |chart, (count, week)| chart.column(format!("Week {week}"), *count),
    );
    html! {
        div.guide-two {
            div.card { (sample("Bars", BarChart::new("Won by tier, this year", "EUR")
                .linked_bar("Premier", 812, "812,000 EUR", "#charts")
                .bar("Select", 431, "431,000 EUR")
                .bar("Registered", 96, "96,000 EUR"))) }
            div.card { (sample("Columns", columns)) }
        }
    }
}
