//! Registrations as items of a work list.

use jiff::{Timestamp, civil::Date};
use web::{Button, Clock, Markup, WorkItem, day_text, html, rule_chip};

use sell::deal_registration::{
    ListRow, MayDo,
    pages::words::{Moment, Standing, last_day_before, money},
    reference,
};

/// How many things of one kind a list shows.
pub(super) const SHOWN: usize = 8;
/// How many are looked up, so that it is known whether there are more.
pub(super) const SOUGHT: i64 = 9;

/// The things that are shown, and whether there are more of them.
pub(super) fn first<T>(mut things: Vec<T>) -> (Vec<T>, bool) {
    let more = things.len() > SHOWN;
    things.truncate(SHOWN);
    (things, more)
}

/// A count as a badge takes it.
pub(super) fn total(count: impl TryInto<u64>) -> u64 {
    count.try_into().unwrap_or(0)
}

fn href(row: &ListRow) -> String {
    format!("/registrations/{}", row.registration_id)
}

fn name(row: &ListRow) -> String {
    if row.account_name.is_empty() { reference(row.number) } else { row.account_name.clone() }
}

fn about(row: &ListRow, with_partner: bool) -> Markup {
    html! {
        (reference(row.number))
        @if with_partner { " · " (row.partner_name) }
        @if row.amount.is_some() { " · " (money(row.amount)) " a year" }
    }
}

/// A decision that the vendor owes (DR-09).
pub(super) fn decision(row: &ListRow, moment: &Moment) -> WorkItem {
    let path = format!("{}/decision", href(row));
    let late = row.decision_due_at.is_some_and(|at| at <= moment.now);
    let otherwise = if late {
        "The deadline has passed: the SLA breach is recorded, and it escalates one level each time \
         the deadline passes again."
    } else {
        "If you miss this, it escalates and counts as an SLA breach."
    };
    let mut item = WorkItem::new(format!("Decide {}", name(row)), path.clone())
        .detail(about(row, true))
        .otherwise(otherwise)
        .action(Button::secondary("Decide").small().href(path));
    if row.escalation_level > 0 {
        let words = format!("escalated, level {}", row.escalation_level);
        item = item.chip(web::chip(web::Tone::Bad, &words));
    }
    match row.decision_due_at {
        Some(at) => item.until(Clock::by("Due", at, moment.now, &moment.zone)),
        None => item,
    }
}

/// A question that the partner owes an answer to; `keeps_until` is the last instant at which the
/// first submission still counts (DR-16).
pub(super) fn returned(row: &ListRow, keeps_until: Option<Timestamp>, moment: &Moment) -> WorkItem {
    let path = format!("{}/edit", href(row));
    let late = keeps_until.is_some_and(|until| until < moment.now);
    let otherwise = if late {
        "Nothing is protected until you resubmit, and your first submission time no longer \
         counts: a rival who submitted in between ranks first."
    } else {
        "Nothing is protected until you resubmit. After this date your first submission time no \
         longer counts."
    };
    let item = WorkItem::new(format!("Answer the question on {}", name(row)), path.clone())
        .detail(about(row, false))
        .otherwise(otherwise)
        .chip(rule_chip("DR-16"))
        .action(Button::secondary("Answer").small().href(path));
    match keeps_until {
        Some(until) => {
            item.until(Clock::by("First submission counts until", until, moment.now, &moment.zone))
        }
        None => item,
    }
}

/// A draft that protects nothing yet.
pub(super) fn draft(row: &ListRow) -> WorkItem {
    let path = format!("{}/edit", href(row));
    WorkItem::new(format!("Submit draft: {}", name(row)), path.clone())
        .detail(about(row, false))
        .otherwise("A draft protects nothing until you submit it.")
        .action(Button::secondary("Continue").small().href(path))
}

/// A follow-up that keeps direct sales out (DR-06), or the lapse that it would heal (DR-07).
pub(super) fn follow_up(row: &ListRow, on: Date, moment: &Moment, for_vendor: bool) -> WorkItem {
    let lapsed = Standing::from(row).is_lapsed(moment.today);
    let path = if for_vendor { href(row) } else { format!("{}/activities/new", href(row)) };
    let verb = if for_vendor { "Open" } else { "Log activity" };
    let what = match (lapsed, for_vendor) {
        (true, _) => format!("{}: the lockout has lapsed", name(row)),
        (false, true) => format!("{}: no recent activity", name(row)),
        (false, false) => format!("Follow up with {}", name(row)),
    };
    let otherwise = if lapsed {
        "Direct sales may engage; once in, it stays in."
    } else {
        "After this day the lockout lapses and direct sales may engage."
    };
    let clock = if lapsed {
        Clock::stopped("Lapsed", format!("since {}", day_text(on))).tone(web::Tone::Bad)
    } else {
        Clock::until("Until", last_day_before(on), moment.today)
    };
    WorkItem::new(what, href(row))
        .detail(about(row, for_vendor))
        .otherwise(otherwise)
        .until(clock)
        .action(Button::secondary(verb).small().href(path))
        .chip(rule_chip(if lapsed { "DR-07" } else { "DR-06" }))
}

/// A protection that ends soon; `renewable` says whether its partner can renew it now, or why not.
/// Rule DR-03.
pub(super) fn expiring(
    row: &ListRow,
    until: Date,
    moment: &Moment,
    (renewable, for_vendor): (&MayDo, bool),
) -> WorkItem {
    let otherwise = match renewable {
        Ok(()) => "Unless it is renewed or won, the account is free for everyone after this day.",
        Err(_) => {
            "It cannot be renewed now. Unless it is won, the account is free for everyone after this day."
        }
    };
    WorkItem::new(format!("{}: protection ends", name(row)), href(row))
        .detail(about(row, for_vendor))
        .otherwise(otherwise)
        .until(Clock::until("Until", until, moment.today))
        .action(
            Button::secondary(if for_vendor || renewable.is_err() { "Open" } else { "Renew" })
                .small()
                .href(href(row)),
        )
}
