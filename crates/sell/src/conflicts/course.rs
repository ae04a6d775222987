//! How a case climbs: a level that is free of stakes takes it, its clock runs, and when that is
//! over the next one takes it (CF-02, CF-08).

use domain::{
    conflicts::{
        course::{Phase, Step, step},
        rules::{CF_02, CF_03, CF_07, CF_08},
    },
    ids::CaseId,
};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::{
    change::Change,
    close, decide, open, pages, seats,
    store::{self, Case, NewEntry},
    tell::{self, Message},
    terms::{self, Terms},
};
use frame::{
    action::Opened,
    ctx::Cx,
    error::AppError,
    input::{Text, input},
    request::Req,
};
use people::notifications;

/// The case reaches a level: whoever may decide it there, or on the next where somebody may, is
/// told. Rules CF-02, CF-03.
pub(super) fn enter(
    cx: &mut Cx<'_, '_>,
    case: &mut Case,
    terms: &Terms,
    level: u32,
) -> Result<(), AppError> {
    let (reached, decider) = seats::seat(cx, case, terms, level)?;
    case.phase = match case.phase {
        Phase::Appealed { .. } => Phase::Appealed { level: reached, since_at: cx.now },
        Phase::Deciding { .. }
        | Phase::Decided { .. }
        | Phase::Final { .. }
        | Phase::Closed { .. } => Phase::Deciding { level: reached, since_at: cx.now },
    };
    case.decider = decider;
    refresh(cx, case, terms)?;
    if reached > level {
        let words = format!(
            "Nobody of {} is free of a stake; the case goes on to {}.",
            terms.level_name(level),
            terms.level_name(reached)
        );
        entry(cx, case, (CF_03, &words, &words))?;
    }
    let words = format!("Decides: {}.", terms.level_name(reached));
    entry(cx, case, (CF_02, &words, &words))?;
    tell_decider(cx, case, terms)
}

fn tell_decider(cx: &mut Cx<'_, '_>, case: &Case, terms: &Terms) -> Result<(), AppError> {
    let body = format!(
        "{} asks: {} You decide it on level {} ({}). When the time is over it climbs by itself.",
        case.reference(),
        case.asked,
        case.level,
        terms.level_name(case.level)
    );
    let message = Message {
        kind: "to_decide",
        title: "a conflict case is yours to decide",
        body: &body,
        action: "Decide",
        until: case.level_due_at,
        ..Message::default()
    };
    if case.decider.is_some() {
        return tell::decider(cx, case, &message);
    }
    let body = format!(
        "{}: everybody on level {} has a stake in it. Let somebody without a stake sit there.",
        case.reference(),
        case.level
    );
    let roles = terms.conflicts().level(case.level).map(|step| step.roles.clone());
    let people = seats::people_of(cx, &roles.unwrap_or_default())?;
    let message = Message { body: &body, title: "nobody may decide a conflict case", ..message };
    tell::vendor(cx, case, &people, &message)
}

/// Writes an entry: rule, words for the vendor, words for partners.
pub(super) fn entry(
    cx: &mut Cx<'_, '_>,
    case: &Case,
    (rule, words, partner_words): (domain::rule_id::RuleId, &str, &str),
) -> Result<(), AppError> {
    store::add_entry(cx, &case.case_id, &NewEntry { rule, words, partner_words })
}

/// Computes the clock anew and writes the case. Rules CF-02, CF-08.
pub(super) fn refresh(cx: &mut Cx<'_, '_>, case: &mut Case, terms: &Terms) -> Result<(), AppError> {
    match terms::clock_of(cx, case, terms)? {
        Some(clock) => {
            case.level_due_at = Some(clock.level_due_at);
            case.due_at = clock.case_due_at;
            let waits = cx.as_system(|cx| store::requests::list(cx, &case.case_id))?;
            let next = waits
                .iter()
                .filter(|one| one.answered_at.is_none() && one.stops_until > cx.now)
                .map(|one| one.stops_until)
                .min();
            let level = Some(clock.level_due_at).filter(|_| case.breached_at.is_none());
            case.attention_at = [level, next].into_iter().flatten().min();
        }
        None => {
            case.level_due_at = None;
            case.decider = None;
            case.attention_at = match case.phase {
                Phase::Decided { appeal_until, .. } => Some(appeal_until),
                Phase::Deciding { .. }
                | Phase::Appealed { .. }
                | Phase::Final { .. }
                | Phase::Closed { .. } => None,
            };
        }
    }
    store::save(cx, case)
}

/// Does what the clocks of the vendor's cases owe, each at its own instant.
pub(super) fn settle_due(cx: &mut Cx<'_, '_>) -> Result<u32, AppError> {
    let now = cx.now;
    let mut done = 0;
    for case_id in store::cases::due(cx, now)? {
        let mut left = 20;
        loop {
            let mut case = store::find(cx, &case_id)?;
            let Some(at) = case.attention_at.filter(|at| *at <= now && left > 0) else {
                break;
            };
            left -= 1;
            cx.now = at.max(case.opened_at);
            let moved = act(cx, &mut case);
            cx.now = now;
            moved?;
            done += 1;
        }
    }
    Ok(done)
}

fn act(cx: &mut Cx<'_, '_>, case: &mut Case) -> Result<(), AppError> {
    let terms = terms::of(cx, case)?;
    if matches!(case.phase, Phase::Decided { .. }) {
        return close::stands(cx, case, &terms);
    }
    let over = terms::clock_of(cx, case, &terms)?.is_some_and(|clock| cx.now >= clock.level_due_at);
    if !over {
        let words = "The evidence that was asked for did not come in time; the clock runs on.";
        entry(cx, case, (CF_08, words, words))?;
        return refresh(cx, case, &terms);
    }
    if let Some(verdict) = open::rule_now(cx, case)?
        && matches!(case.phase, Phase::Deciding { .. })
    {
        return decide::by_rule(cx, case, &terms, &verdict);
    }
    match step(case.phase, Step::Climb, cx.now, terms.pair()) {
        Ok(phase) => {
            let words = format!("{} ran out of time.", terms.level_name(case.level));
            climb(cx, case, &terms, (phase, &words))
        }
        Err(_) => breach(cx, case, &terms),
    }
}

/// The case lies one level higher.
fn climb(
    cx: &mut Cx<'_, '_>,
    case: &mut Case,
    terms: &Terms,
    (phase, words): (Phase, &str),
) -> Result<(), AppError> {
    entry(cx, case, (CF_02, words, words))?;
    notifications::finish(cx, case.case_id.as_str())?;
    case.phase = phase;
    let level = phase.deciding_level().map_or(case.level, |(level, _)| level);
    enter(cx, case, terms, level)?;
    let body =
        format!("{}: {words} Now decides: {}.", case.reference(), terms.level_name(case.level));
    let message = Message {
        kind: "climbed",
        title: "the conflict case goes one level up",
        body: &body,
        until: case.level_due_at,
        ..Message::default()
    };
    tell::parties(cx, case, &message)
}

/// The top level ran out of time: the breach is on record, and the case waits there.
fn breach(cx: &mut Cx<'_, '_>, case: &mut Case, terms: &Terms) -> Result<(), AppError> {
    case.breached_at = Some(cx.now);
    let words = "The time of the last level is over, and the case is not decided.";
    entry(cx, case, (CF_02, words, words))?;
    refresh(cx, case, terms)?;
    let body = format!("{}: {words} Decide it now.", case.reference());
    let message = Message {
        kind: "overdue",
        title: "a conflict case is overdue",
        body: &body,
        action: "Decide",
        ..Message::default()
    };
    tell::decider(cx, case, &message)
}

input! {
    /// Why a case is passed on.
    pub struct EscalationInput {
        /// 1 to 4,000 characters, for the vendor.
        pub reason: String => Text::lines("Why is it passed on?", 4_000)
            .required("Write why it is passed on"),
    }
}

impl EscalationInput {
    /// Passes a case on: it lies one level higher. Who may decide it, or sits above, may pass it
    /// on. Rule CF-02.
    pub fn run(&self, cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        let mut case = store::find(cx, case_id)?;
        let terms = terms::of(cx, &case)?;
        seats::check(cx, &case, &terms, (case.level, true))?;
        let phase = step(case.phase, Step::Climb, cx.now, terms.pair())?;
        let (before, after) = (json!({ "level": case.level }), json!({ "reason": self.reason }));
        tell::record(cx, case_id, "conflict.escalated", (before, after))?;
        let words = format!("Passed on to the next level: {}", self.reason);
        entry(cx, &case, (CF_02, &words, ""))?;
        let words = format!("{} passed the case on.", terms.level_name(case.level));
        climb(cx, &mut case, &terms, (phase, &words))
    }
}

impl Change for EscalationInput {
    const STATUS: StatusCode = StatusCode::OK;

    fn form(_: &mut Cx<'_, '_>, _: &Case) -> Result<Opened<Self>, AppError> {
        Ok(Opened::part_of(pages::decide::page, &[("reason", "why")]))
    }

    fn said(&self) -> &'static str {
        "The case lies one level higher."
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        self.run(&mut req.cx, case_id)
    }
}

/// The words of the time in which a decision can be appealed.
pub(super) fn appeal_words(terms: &Terms, phase: Phase) -> (String, Option<Timestamp>) {
    let Phase::Decided { appeal_until, .. } = phase else {
        return (format!("The decision stands ({}).", CF_07.as_str()), None);
    };
    let on = terms.calendar.date_of(appeal_until);
    (
        format!("It can be appealed once, on new evidence, until {}.", web::day_text(on)),
        Some(appeal_until),
    )
}
