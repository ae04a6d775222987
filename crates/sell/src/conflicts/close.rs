//! The end of a case: a decision that stands, or an end without one.

use domain::{
    conflicts::{
        course::{Step, step},
        rules::{CF_05, CF_07},
    },
    ids::CaseId,
    text::Note,
};
use serde_json::json;
use web::FieldErrors;

use super::{
    course, decide, evidence, seats,
    store::{
        self, Case,
        decisions::{self, Decision},
    },
    tell::{self, Message},
    terms::{self, Terms},
};
use frame::{ctx::Cx, error::AppError};
use people::{audit, notifications};

/// Closes a case without a decision: the parties settled it, or there is nothing left to decide.
#[derive(Debug)]
pub struct CloseCase {
    /// The case.
    pub case_id: CaseId,
    /// For the vendor: how it was settled and why.
    pub note: String,
    /// For the parties: the outcome; names no other partner.
    pub words: String,
}

impl CloseCase {
    /// Closes the case, ends the dispute of its registrations and tells the parties. The account
    /// and the registrations stay as they are. Whoever may decide it, or sits above, may close
    /// it. Rule CF-03.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let mut case = store::find(cx, &self.case_id)?;
        let parties = store::all_parties(cx, &self.case_id)?;
        let mut errors = FieldErrors::new();
        let note = errors.take("note", Note::parse(&self.note));
        let words = errors.take("words", Note::parse(&self.words));
        if !case.is_open() {
            errors.add("note", "the case is decided or closed already");
        }
        if let Some(words) = &words {
            decide::no_name(&mut errors, "words", words.as_str(), &parties);
        }
        let (Some(note), Some(words), true) = (note, words, errors.is_empty()) else {
            return Err(AppError::Invalid(errors));
        };
        let terms = terms::of(cx, &case)?;
        seats::check(cx, &case, &terms, (case.level, true))?;
        case.phase = step(case.phase, Step::Close, cx.now, terms.pair())?;
        case.resolved_at = case.resolved_at.or(Some(cx.now));
        note.as_str().clone_into(&mut case.closing_note);
        words.as_str().clone_into(&mut case.closing_words);
        end(cx, &mut case)?;
        let words = format!("Closed without a decision: {}", case.closing_words);
        course::entry(cx, &case, (CF_05, &words, &words))?;
        let registrations = store::registrations(cx, &case.case_id)?;
        let hand = crate::conflicts::hands(cx.app)?.claims;
        cx.as_system(|cx| (hand.settled)(cx, &registrations))?;
        let body = case.closing_words.clone();
        let message = Message {
            kind: "closed",
            title: "the conflict case is closed",
            body: &body,
            action: "",
            until: None,
            link: false,
        };
        tell::parties(cx, &case, &message)?;
        evidence::seal(cx, &self.case_id)
    }
}

/// Writes the end of a case, and lets the clocks go on that it held.
fn end(cx: &mut Cx<'_, '_>, case: &mut Case) -> Result<(), AppError> {
    case.closed_by_name = cx.actor.name.clone();
    case.closed_at = Some(cx.now);
    case.attention_at = None;
    case.level_due_at = None;
    case.decider = None;
    release_clocks(cx, case)?;
    store::save(cx, case)?;
    notifications::finish(cx, case.case_id.as_str())?;
    audit::record(
        cx,
        &audit::Entry {
            action: "conflict.closed",
            object_kind: "conflict",
            object_id: case.case_id.as_str(),
            before: json!({ "state": "open" }),
            after: json!({ "state": "closed", "note": case.closing_note,
                "words": case.closing_words }),
        },
    )
}

fn release_clocks(cx: &mut Cx<'_, '_>, case: &mut Case) -> Result<(), AppError> {
    if !case.clocks_held {
        return Ok(());
    }
    case.clocks_held = false;
    let registrations = store::registrations(cx, &case.case_id)?;
    let hand = crate::conflicts::hands(cx.app)?.claims;
    cx.as_system(|cx| (hand.hold)(cx, &registrations, false))
}

/// Nobody appealed in time: the decision stands. Rule CF-07.
pub(super) fn stands(cx: &mut Cx<'_, '_>, case: &mut Case, terms: &Terms) -> Result<(), AppError> {
    case.phase = step(case.phase, Step::Rest, cx.now, terms.pair())?;
    let Some(decision) = decisions::list(cx, &case.case_id)?.pop() else {
        return Err(AppError::internal("a decided case without decision"));
    };
    let words = "Nobody appealed; the decision stands.";
    course::entry(cx, case, (CF_07, words, words))?;
    let body = format!("{}: {words}", case.reference());
    rests(cx, case, &decision)?;
    let message = Message {
        kind: "closed",
        title: "the decision stands",
        body: &body,
        action: "",
        until: None,
        link: false,
    };
    tell::parties(cx, case, &message)
}

/// The decision is final: what an appeal could have changed is carried out now.
pub(super) fn rests(
    cx: &mut Cx<'_, '_>,
    case: &mut Case,
    decision: &Decision,
) -> Result<(), AppError> {
    case.closing_note.clone_from(&decision.reason);
    case.closing_words.clone_from(&decision.words);
    end(cx, case)?;
    let ruling = decide::ruling(cx, case, decision)?;
    let registrations = store::registrations(cx, &case.case_id)?;
    let hand = crate::conflicts::hands(cx.app)?.claims;
    cx.as_system(|cx| {
        (hand.stands)(cx, &ruling)?;
        (hand.settled)(cx, &registrations)
    })?;
    evidence::seal(cx, &case.case_id)
}

/// Holds the clocks of the registrations in a case, or lets them go on.
#[derive(Debug)]
pub struct HoldClocks {
    /// The case.
    pub case_id: CaseId,
    /// True to hold them.
    pub hold: bool,
}

impl HoldClocks {
    /// The days in between do not count for any clock of the registrations. Whoever may decide the
    /// case says so; it ends with the case.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let mut case = store::find(cx, &self.case_id)?;
        if !case.is_open() {
            let words = "The case is decided; its clocks are not held any more.";
            return Err(AppError::refused(CF_05, words));
        }
        if case.clocks_held == self.hold {
            return Ok(());
        }
        let terms = terms::of(cx, &case)?;
        seats::check(cx, &case, &terms, (case.level, true))?;
        if self.hold {
            case.clocks_held = true;
            let registrations = store::registrations(cx, &case.case_id)?;
            let hand = crate::conflicts::hands(cx.app)?.claims;
            cx.as_system(|cx| (hand.hold)(cx, &registrations, true))?;
        } else {
            release_clocks(cx, &mut case)?;
        }
        store::save(cx, &mut case)?;
        let words = if self.hold {
            "The clocks of the registrations stand still while the case is open."
        } else {
            "The clocks of the registrations go on."
        };
        course::entry(cx, &case, (CF_05, words, words))
    }
}
