//! The clock's page: what the rules did while it was moved.

use std::collections::BTreeMap;

use maud::{Markup, Render, html};
use web::{Button, Column, Empty, Icon, Page, Row, Table, button_row, post_button_with};

use super::in_demo;
use crate::{
    clock::{self, Step},
    state::Move,
};
use frame::{actor::Who, clock::from_micros, error::AppError, reply::Reply, request::Req};
use people::{
    events::{self, Happened},
    identity::{self, SignInMethod},
};

/// The most events that the page lists.
const MOST_SHOWN: i64 = 400;

/// `POST /demo/clock`
pub(crate) fn forward(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    in_demo(req)?;
    if !req.signed_in {
        return Err(AppError::Unauthenticated);
    }
    let step = Step::from_word(req.form.text("step"))
        .ok_or_else(|| AppError::field("step", "choose day, week or quarter"))?;
    let to = clock::forward(&mut req.cx, step)?;
    let mut reply = Reply::see_other("/demo/clock");
    // A session lasts a week of the demo's time, so whoever moves the clock gets a new one.
    if let Who::User { user_id, .. } = req.cx.actor.who.clone() {
        let partner_id = req.cx.actor.partner_id().cloned();
        let before = std::mem::replace(&mut req.cx.now, to);
        let session = identity::create_session(
            &mut req.cx,
            &user_id,
            partner_id.as_ref(),
            SignInMethod::Demo,
        )?;
        req.cx.now = before;
        reply = reply.cookie(identity::session_cookie(req.cx.app, &session.secret));
    }
    req.cx.app.clock.set(to);
    Ok(reply)
}

/// `GET /demo/clock`
pub(crate) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    in_demo(req)?;
    if !req.signed_in {
        return Err(AppError::Unauthenticated);
    }
    let (_, state) = clock::vendor(&mut req.cx)?;
    let csrf = req.csrf();
    let page = match &state.moved {
        None => Page::new("Demo clock").body(never(&csrf)),
        Some(moved) => {
            let done = events::after(&mut req.cx, moved.after_event, MOST_SHOWN)?;
            let done: Vec<Happened> =
                done.into_iter().filter(|event| event.at.as_microsecond() <= moved.to_at).collect();
            Page::new("What the rules did").intro(between(moved)?).body(listed(&done, &csrf))
        }
    };
    req.page(page)
}

fn never(csrf: &str) -> Markup {
    let empty = Empty::new(
        Icon::Clock,
        "The clock has not been moved yet",
        "Move it forward: protection expires, reminders go out, late decisions escalate.",
    );
    html! { (empty) (steps(csrf)) }
}

fn steps(csrf: &str) -> Markup {
    let buttons = html! {
        @for (value, label) in [("day", "1 day"), ("week", "1 week"), ("quarter", "1 quarter")] {
            (post_button_with(
                "/demo/clock", csrf, &[("step", value)],
                Button::secondary(label).icon(Icon::Clock).render(),
            ))
        }
    };
    button_row(buttons)
}

fn between(moved: &Move) -> Result<String, AppError> {
    let zone = clock::zone()?;
    let text = |micros| web::instant_text(from_micros(micros), &zone);
    Ok(format!("From {} to {}.", text(moved.from_at), text(moved.to_at)))
}

/// What happened, counted by rule, then each thing with its time.
fn listed(done: &[Happened], csrf: &str) -> Markup {
    let mut by_rule: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for event in done {
        *by_rule.entry((rule_of(event), event.kind.as_str())).or_default() += 1;
    }
    let mut rules = Table::new("By rule")
        .column(Column::text("Rule"))
        .column(Column::text("Effect"))
        .column(Column::number("Count"));
    for ((rule, kind), count) in &by_rule {
        rules = rules.row(Row::new().cell(chip(rule)).cell(words_of(kind)).cell(i64::from(*count)));
    }
    let mut single = Table::new("All events")
        .column(Column::date("When"))
        .column(Column::text("Registration"))
        .column(Column::text("What happened"))
        .column(Column::text("Rule"));
    for event in done {
        let at = clock::zone().map_or_else(|_| html! {}, |zone| web::instant(event.at, &zone));
        let text = |name: &str| event.data.get(name).and_then(|v| v.as_str()).unwrap_or("");
        let what = format!("{} {}", text("reference"), text("account_name"));
        let mut row = Row::new();
        if event.object_kind == "deal_registration" {
            row = row.href(format!("/registrations/{}", event.object_id));
        }
        single = single
            .row(row.cell(at).cell(what).cell(text("words").to_owned()).cell(chip(rule_of(event))));
    }
    let quiet = "Nothing was due in that time. Move the clock further.";
    html! {
        (steps(csrf))
        @if done.is_empty() {
            (Empty::new(Icon::Clock, "No rules applied", quiet))
        } @else {
            (rules)
            (single)
        }
    }
}

fn rule_of(event: &Happened) -> &str {
    event.data.get("rule").and_then(|value| value.as_str()).unwrap_or("")
}

fn chip(rule: &str) -> Markup {
    if rule.is_empty() {
        html! { "—" }
    } else {
        web::rule_chip(rule)
    }
}

/// `deal_registration.expired` as people say it.
fn words_of(kind: &str) -> String {
    let verb = kind.rsplit_once('.').map_or(kind, |(_, verb)| verb);
    verb.replace('_', " ")
}
