//! Conflict cases as items of a work list (CF-02, CF-04, CF-07, CF-08).

use web::{Button, Clock, Markup, Tone, WorkItem, WorkList, html, rule_chip};

use super::work::{SHOWN, total};
use frame::{ctx::Cx, error::AppError};
use sell::{
    conflicts::waiting::{self, Owed, Waiting},
    deal_registration::pages::words::Moment,
};

/// How many cases are looked up, so that the badge tells of all of them.
const COUNTED: i64 = 100;

/// What cases ask of the one who acts, the most urgent first, and how many there are.
pub(super) fn items(
    cx: &mut Cx<'_, '_>,
    moment: &Moment,
) -> Result<(Vec<WorkItem>, usize), AppError> {
    let all = waiting::of_mine(cx, COUNTED)?;
    Ok((all.iter().take(SHOWN).map(|one| item(one, moment)).collect(), all.len()))
}

/// The list of a person of the vendor; nothing when nothing waits.
pub(super) fn section(
    cx: &mut Cx<'_, '_>,
    moment: &Moment,
    decides: bool,
) -> Result<Markup, AppError> {
    let (items, count) = items(cx, moment)?;
    let href = if decides { "/conflicts?mine=1" } else { "/conflicts?state=open" };
    Ok(html! {
        @if !items.is_empty() {
            (WorkList::new("Conflict cases").items(items).of(total(count)).more("View all cases", href))
        }
    })
}

/// What it is called, what happens otherwise, the verb of its button, and its rule.
fn words(one: &Waiting) -> (String, String, &'static str, &'static str) {
    let name = &one.account_name;
    match &one.owed {
        Owed::Decision { above } => {
            let otherwise = match above {
                Some(above) => format!("If you miss this, it escalates to {above}."),
                None => "Nobody is above you: if you miss this, it is recorded as overdue.".into(),
            };
            (format!("Decide the conflict about {name}"), otherwise, "Open case", "CF-02")
        }
        Owed::Decider => (
            format!("Nobody can decide the conflict about {name}"),
            "Everyone who could has a stake in it. Assign a deciding role to someone who has none."
                .into(),
            "Open case",
            "CF-03",
        ),
        Owed::Statement => (
            format!("{name}: give your statement on the conflict"),
            "Without your statement the case is decided on the evidence in the system.".into(),
            "Give statement",
            "CF-04",
        ),
        Owed::Evidence { .. } => (
            format!("{name}: the decider asks you for evidence"),
            "The clock is stopped until then; after that the case is decided without your answer."
                .into(),
            "Answer",
            "CF-08",
        ),
        Owed::Appeal => (
            format!("{name}: the conflict was decided against you"),
            "Unless you appeal with new evidence, the decision becomes final.".into(),
            "View or appeal",
            "CF-07",
        ),
    }
}

fn item(one: &Waiting, moment: &Moment) -> WorkItem {
    let (what, otherwise, verb, rule) = words(one);
    let detail = html! {
        (one.reference) " · " (one.kind.label())
        @if let Owed::Evidence { asked } = &one.owed { " · “" (asked) "”" }
    };
    let until = match one.until_at {
        Some(at) => Clock::by("Until", at, moment.now, &moment.zone),
        None => Clock::stopped("Until", "overdue").tone(Tone::Bad),
    };
    WorkItem::new(what, one.href.clone())
        .detail(detail)
        .otherwise(otherwise)
        .until(until)
        .chip(rule_chip(rule))
        .action(Button::secondary(verb).small().href(one.href.clone()))
}
