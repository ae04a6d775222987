//! How a case escalates: a level without stakes takes it, its clock runs, and when that is
//! over the next one takes it (CF-02, CF-08).

use domain::{
    conflicts::{
        course::{Phase, Step, step},
        rules::{CF_02, CF_03, CF_07, CF_08},
    },
    ids::CaseId,
};
use serde_json::json;

use super::{
    close, decide,
    file::CaseFile,
    open, seats,
    store::{self, Case, NewEntry},
    tell::{self, Message},
    terms,
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Text, input},
};
use people::notifications;

/// The case reaches a level: whoever may decide it there, or on the next where somebody may, is
/// told. Rules CF-02, CF-03.
pub(super) fn enter(cx: &mut Cx<'_, '_>, file: &mut CaseFile, level: u32) -> Result<(), AppError> {
    let (reached, decider) = seats::seat(cx, file, level)?;
    file.case.phase = match file.case.phase {
        Phase::Appealed { .. } => Phase::Appealed { level: reached, since_at: cx.now },
        Phase::Deciding { .. }
        | Phase::Decided { .. }
        | Phase::Final { .. }
        | Phase::Closed { .. } => Phase::Deciding { level: reached, since_at: cx.now },
    };
    file.case.decider = decider;
    refresh(cx, file)?;
    if reached > level {
        let words = format!(
            "Everyone on level {} has a stake; the case escalates to {}.",
            file.terms.level_name(level),
            file.terms.level_name(reached)
        );
        entry(cx, &file.case, (CF_03, &words, &words))?;
    }
    let words = format!("Decider: {}.", file.terms.level_name(reached));
    entry(cx, &file.case, (CF_02, &words, &words))?;
    tell_decider(cx, file)
}

fn tell_decider(cx: &mut Cx<'_, '_>, file: &CaseFile) -> Result<(), AppError> {
    let (case, level) = (&file.case, file.case.level);
    let body = format!(
        "{}: {} You decide this case on level {level} ({}). If you miss the deadline, it \
         escalates automatically.",
        case.reference(),
        case.asked,
        file.terms.level_name(level)
    );
    let message = Message {
        kind: "to_decide",
        title: "a conflict case needs your decision",
        body: &body,
        action: "Decide",
        until: case.level_due_at,
        ..Message::default()
    };
    if case.decider.is_some() {
        return tell::decider(cx, case, &message);
    }
    let body = format!(
        "{}: everyone on level {level} has a stake in it. Assign someone without a stake.",
        case.reference()
    );
    let roles = file.terms.conflicts().level(level).map(|step| step.roles.clone());
    let people = seats::people_of(cx, &roles.unwrap_or_default())?;
    let message = Message { body: &body, title: "nobody can decide a conflict case", ..message };
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
pub(super) fn refresh(cx: &mut Cx<'_, '_>, file: &mut CaseFile) -> Result<(), AppError> {
    let requests = store::requests::of_all(cx, &file.case.case_id)?;
    let clock = terms::clock(file, &requests, cx.now);
    let case = &mut file.case;
    case.level_due_at = clock.as_ref().map(|clock| clock.level_due_at);
    if let Some(clock) = clock {
        case.due_at = clock.case_due_at;
        let awaited = requests
            .iter()
            .filter(|one| one.answered_at.is_none() && one.stops_until > cx.now)
            .map(|one| one.stops_until)
            .min();
        let level = case.level_due_at.filter(|_| case.breached_at.is_none());
        case.attention_at = [level, awaited].into_iter().flatten().min();
    } else {
        case.decider = None;
        case.attention_at = case.appeal_until();
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
            let mut file = CaseFile::open(cx, &case_id)?;
            let due_at = file.case.attention_at.filter(|at| *at <= now && left > 0);
            let Some(at) = due_at else {
                break;
            };
            left -= 1;
            cx.now = at.max(file.case.opened_at);
            let moved = act(cx, &mut file);
            cx.now = now;
            moved?;
            done += 1;
        }
    }
    Ok(done)
}

fn act(cx: &mut Cx<'_, '_>, file: &mut CaseFile) -> Result<(), AppError> {
    if matches!(file.case.phase, Phase::Decided { .. }) {
        return close::appeal_time_over(cx, file);
    }
    let requests = store::requests::of_all(cx, &file.case.case_id)?;
    let clock = terms::clock(file, &requests, cx.now);
    if clock.is_none_or(|clock| cx.now < clock.level_due_at) {
        let words = "The requested evidence did not arrive in time; the clock resumes.";
        entry(cx, &file.case, (CF_08, words, words))?;
        return refresh(cx, file);
    }
    if let Some(verdict) = open::rule_now(cx, file)?
        && matches!(file.case.phase, Phase::Deciding { .. })
    {
        return decide::by_rule(cx, file, &verdict);
    }
    match step(file.case.phase, Step::Climb, cx.now, file.terms.pair()) {
        Ok(phase) => {
            let words = format!("{} missed the deadline.", file.terms.level_name(file.case.level));
            climb(cx, file, (phase, &words))
        }
        Err(_) => breach(cx, file),
    }
}

/// The case lies one level higher.
fn climb(
    cx: &mut Cx<'_, '_>,
    file: &mut CaseFile,
    (phase, words): (Phase, &str),
) -> Result<(), AppError> {
    entry(cx, &file.case, (CF_02, words, words))?;
    notifications::finish(cx, file.case.case_id.as_str())?;
    file.case.phase = phase;
    let level = phase.deciding_level().map_or(file.case.level, |(level, _)| level);
    enter(cx, file, level)?;
    let level = file.terms.level_name(file.case.level);
    let body = format!("{}: {words} Now with {level}.", file.case.reference());
    let message = Message {
        kind: "climbed",
        title: "a conflict case was escalated",
        body: &body,
        until: file.case.level_due_at,
        ..Message::default()
    };
    tell::parties(cx, file, &message)
}

/// The top level ran out of time: the breach is on record, and the case waits there.
fn breach(cx: &mut Cx<'_, '_>, file: &mut CaseFile) -> Result<(), AppError> {
    file.case.breached_at = Some(cx.now);
    let words = "The deadline of the top level has passed without a decision.";
    entry(cx, &file.case, (CF_02, words, words))?;
    refresh(cx, file)?;
    let body = format!("{}: {words} Decide it now.", file.case.reference());
    let (kind, title) = ("overdue", "a conflict case is overdue");
    let message = Message { kind, title, body: &body, action: "Decide", ..Message::default() };
    tell::decider(cx, &file.case, &message)
}

input! {
    /// Why a case is escalated.
    pub struct EscalationInput {
        /// 1 to 4,000 characters, for the vendor.
        pub reason: String => Text::lines("Reason for escalating", 4_000)
            .required("Enter a reason for escalating"),
    }
}

impl EscalationInput {
    /// Passes a case on: it lies one level higher. Who may decide it, or sits above, may pass it
    /// on. Rule CF-02.
    pub fn run(&self, cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        let mut file = CaseFile::open(cx, case_id)?;
        seats::judge(cx, &file)?.may(&file, true)?;
        let phase = step(file.case.phase, Step::Climb, cx.now, file.terms.pair())?;
        let before = json!({ "level": file.case.level });
        let after = json!({ "reason": self.reason });
        tell::record(cx, case_id, "conflict.escalated", (before, after))?;
        let words = format!("Escalated to the next level: {}", self.reason);
        entry(cx, &file.case, (CF_02, &words, ""))?;
        let level = file.terms.level_name(file.case.level);
        climb(cx, &mut file, (phase, &format!("{level} escalated the case.")))
    }
}

/// The words of the time in which a decision can be appealed.
pub(super) fn appeal_words(file: &CaseFile) -> String {
    let Some(appeal_until) = file.case.appeal_until() else {
        return format!("The decision is final ({}).", CF_07.as_str());
    };
    let on = file.terms.calendar.date_of(appeal_until);
    format!("It can be appealed once, with new evidence, until {}.", web::day_text(on))
}
