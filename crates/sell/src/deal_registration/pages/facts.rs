//! The facts at the right of a registration: clocks, deal, company, receipt.

use domain::accounts::Country;
use domain::deal_registration::stage::LostReason;
use domain::program::Document;
use web::{
    Button, Clock, Facts, Icon, Markup, Render, Tone, button_row, chip, day, day_text, html,
    inline_code, instant, number_text, rule_chip,
};

use super::words::{Moment, Standing, exact, last_day_before, money};
use crate::deal_registration::{Detail, Origin, Source};

/// The clocks that run or ran, in words and dates.
pub(super) fn clock_facts(detail: &Detail, moment: &Moment) -> Markup {
    let r = &detail.registration;
    let standing = Standing::from(r);
    let mut facts = Facts::new();
    if let Some(due_at) = r.decision_due_at {
        facts = facts.row("Decision due", instant(due_at, &moment.zone)).row_if(
            "Escalated",
            Some(r.escalation_level)
                .filter(|level| *level > 0)
                .map(|level| chip(Tone::Bad, format!("level {level}"))),
        );
    }
    if let (Some(from), Some(until)) = (r.approved_on, r.protected_until) {
        facts = facts
            .row("Approved", html! { (day(from)) " " (rule_chip("DR-01")) })
            .row_if("Protected until", Some(day(until)).filter(|_| standing.protects()))
            .row_if("Was protected until", Some(day(until)).filter(|_| !r.status.is_live()))
            .row_if("Renewed", r.renewed_on.map(day));
    }
    if r.status.is_live() && !r.holds_account {
        let words = "Not held by this registration, by the decision in a conflict case";
        facts = facts.row("Account", html! { (words) " " (rule_chip("CF-05")) });
    }
    if standing.protects() {
        let follow_up = match (r.lapses_on, &r.co_sell_at) {
            (_, Some(at)) => {
                html! { "Co-sell with direct sales since " (instant(*at, &moment.zone)) " " (rule_chip("DR-07")) }
            }
            (Some(on), None) if standing.is_lapsed(moment.today) => {
                html! { "Lapsed since " (day(on)) ". An activity restores it unless direct sales engages first " (rule_chip("DR-06")) }
            }
            (Some(on), None) => {
                html! { "An activity by " (day(last_day_before(on))) " keeps direct sales out " (rule_chip("DR-06")) }
            }
            (None, None) => html! { "Protection ends before the lockout could lapse" },
        };
        facts = facts
            .row("Follow-up", follow_up)
            .row_if("Last activity", r.last_activity_on.map(day))
            .row_if(
                "Can be renewed",
                detail.renewal_window.map(|(from, until)| {
                    html! { (day(from)) " to " (day(until)) " " (rule_chip("DR-03")) }
                }),
            );
    }
    facts.row_if("Closed", r.closed_on.map(day)).render()
}

/// What the deal is.
pub(super) fn deal_facts(detail: &Detail, document: &Document) -> Markup {
    let r = &detail.registration;
    let d = &r.details;
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Facts::new()
        .row("Reference", r.reference())
        .row("Partner", &detail.partner_name)
        .row("Amount a year", money(d.amount))
        .row_if("Contract value", d.contract_value.map(exact))
        .row("Stage", r.stage.label())
        .row_if("Lost reason", r.lost_reason.map(LostReason::label))
        .row_if("Order expected", d.close_on.map(day))
        .row("Products", products(detail, document))
        .row(
            "Found by",
            match d.origin {
                Origin::Sourced => "the partner",
                Origin::Assigned => "the vendor",
            },
        )
        .row_if("Tender", d.rfp_on.map(day))
        .row_if("First meeting", d.first_meeting_on.map(day))
        .row_if("Evidence", given(&d.evidence_note))
        .row_if("Need", given(&d.need))
        .row_if("Competitor", given(&d.competitor))
        .row_if("Help requested", given(&d.help_wanted))
        .render()
}

fn products(detail: &Detail, document: &Document) -> Markup {
    html! {
        @for (index, product) in detail.registration.details.products.iter().enumerate() {
            @if index > 0 { ", " }
            (document.product(&product.code).map_or(product.code.as_str(), |line| line.name.as_str()))
            @if product.quantity > 1 { " × " (number_text(i64::from(product.quantity))) }
        }
    }
}

/// The company and the person there.
pub(super) fn company_facts(detail: &Detail) -> Markup {
    let d = &detail.registration.details;
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let country = Country::parse(&d.account_country)
        .map_or_else(|_| d.account_country.clone(), |country| country.name().to_owned());
    let place: Vec<&str> = [d.account_postal_code.as_str(), d.account_city.as_str(), &country]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    let facts = Facts::new()
        .row_if("Domain", given(&d.account_domain))
        .row_if("Place", given(&place.join(", ")));
    let facts = match &detail.account {
        Some(account) => facts.row(
            "Account",
            html! {
                a href=(format!("/accounts/{}", account.account_id)) { (account.name) }
            },
        ),
        None => facts,
    };
    facts
        .section("Contact")
        .row_if("Name", given(&d.contact_name))
        .row_if("Role", given(&d.contact_role))
        .row_if(
            "E-mail",
            given(&d.contact_email).map(|address| {
                html! { a href=(format!("mailto:{address}")) { (address) } }
            }),
        )
        .row_if("Phone", given(&d.contact_phone))
        .row_if("Relationship", given(&d.relationship))
        .render()
}

/// The receipt of the latest submission (DR-19), and how to prove it.
pub(super) fn receipt_facts(detail: &Detail, moment: &Moment) -> Option<Markup> {
    let receipt = detail.receipt.as_ref()?;
    let r = &detail.registration;
    let short: String = receipt.hash.to_string().chars().take(16).collect();
    let facts = Facts::new()
        .row("Number", html! { (receipt.payload.number) " " (rule_chip("DR-19")) })
        .row("Submitted", instant(receipt.payload.submitted_at, &moment.zone))
        .row(
            "Through",
            match r.source {
                Source::Portal => "portal",
                Source::Api => "API",
                Source::Link => "signed link",
                Source::Import => "import",
            },
        )
        .row("Rules", format!("version {}", receipt.payload.policy_version))
        .row("Hash", inline_code(format!("{short}…")));
    Some(html! {
        (facts)
        (button_row(Button::secondary("Download").small().icon(Icon::File)
            .download(format!("{}/receipt", r.href()))))
    })
}

/// The clock under the title.
pub(super) fn head_clock(detail: &Detail, moment: &Moment) -> Option<Clock> {
    let r = &detail.registration;
    let standing = Standing::from(r);
    let near = standing.clock(moment)?;
    match (r.protected_until, r.renewed_on.or(r.approved_on)) {
        (Some(until), Some(from)) if r.status.is_live() => {
            Some(Clock::until("Protected until", until, moment.today).started(from))
        }
        (Some(_) | None, _) => Some(near),
    }
}

/// A sentence about the follow-up clock when it needs somebody soon; `None` otherwise.
pub(super) fn follow_up_words(detail: &Detail, moment: &Moment) -> Option<String> {
    let r = &detail.registration;
    let on = r.lapses_on.filter(|_| Standing::from(r).protects() && r.co_sell_at.is_none())?;
    let days = web::days_left_text(last_day_before(on), moment.today);
    if on <= moment.today {
        return Some(format!(
            "No activity was logged in time, so the lockout lapsed on {}: direct sales may engage. \
             An activity now restores it, unless direct sales has engaged first.",
            day_text(on)
        ));
    }
    (on <= moment.today.saturating_add(jiff::Span::new().days(4))).then(|| {
        format!(
            "Log an activity by {} ({days}), or the lockout lapses and direct sales may engage. \
             Other partners stay out either way.",
            day_text(last_day_before(on))
        )
    })
}
