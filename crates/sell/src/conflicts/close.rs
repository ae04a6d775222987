//! The end of a case: a decision that stands, or an end without one.

use domain::{
    conflicts::{
        course::{Step, step},
        rules::{CF_05, CF_07},
    },
    ids::CaseId,
};
use http::StatusCode;
use serde_json::json;
use web::{FieldErrors, html};

use super::{
    change::{Change, on_own_page},
    course, decide, evidence, pages, seats,
    store::{
        self, Case,
        decisions::{self, Decision},
    },
    tell::{self, Message},
    terms::{self, Terms},
};
use frame::{
    action::Opened,
    ctx::Cx,
    error::AppError,
    input::{Flag, Text, input},
    request::Req,
};
use people::notifications;

input! {
    /// How a case was settled without a decision.
    pub struct ClosingInput {
        /// For the parties: the outcome; must not name another partner.
        pub words: String => Text::lines("What the parties are told", 4_000)
            .required("Write what the parties are told").hint("Must not name another partner"),
        /// For the vendor: how it was settled and why.
        pub note: String => Text::lines("How it was settled and why", 4_000)
            .required("Write how it was settled and why").hint("For the vendor only"),
    }
}

impl ClosingInput {
    /// Closes the case, ends the dispute of its registrations and tells the parties. The account
    /// and the registrations stay as they are. Whoever may decide it, or sits above, may close
    /// it. Rule CF-03.
    pub fn run(&self, cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        let mut case = store::find(cx, case_id)?;
        let parties = store::all_parties(cx, case_id)?;
        let mut errors = FieldErrors::new();
        if !case.is_open() {
            errors.add("note", "The case is decided or closed already");
        }
        decide::no_name(&mut errors, "words", &self.words, &parties);
        errors.check().map_err(AppError::Invalid)?;
        let terms = terms::of(cx, &case)?;
        seats::check(cx, &case, &terms, (case.level, true))?;
        case.phase = step(case.phase, Step::Close, cx.now, terms.pair())?;
        case.resolved_at = case.resolved_at.or(Some(cx.now));
        case.closing_note.clone_from(&self.note);
        case.closing_words.clone_from(&self.words);
        end(cx, &mut case)?;
        let words = format!("Closed without a decision: {}", case.closing_words);
        course::entry(cx, &case, (CF_05, &words, &words))?;
        let registrations = store::registrations(cx, case_id)?;
        let hand = crate::conflicts::hands(cx.app)?.claims;
        cx.as_system(|cx| (hand.settled)(cx, &registrations))?;
        let (kind, title) = ("closed", "the conflict case is closed");
        let message = Message { kind, title, body: &self.words, ..Message::default() };
        tell::parties(cx, &case, &message)?;
        evidence::seal(cx, case_id)
    }
}

impl Change for ClosingInput {
    const STATUS: StatusCode = StatusCode::OK;

    fn form(_: &mut Cx<'_, '_>, case: &Case) -> Result<Opened<Self>, AppError> {
        let words = "For what the parties settled themselves, or what has nothing left to decide. \
                     Registrations and opportunities stay as they are.";
        let opened = on_own_page(case, "Close", ("closing", "Close the case"));
        Ok(opened.above(html! { p { (words) } }))
    }

    fn said(&self) -> &'static str {
        "The case is closed."
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        self.run(&mut req.cx, case_id)
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
    let after =
        json!({ "state": "closed", "note": case.closing_note, "words": case.closing_words });
    tell::record(cx, &case.case_id, "conflict.closed", (json!({ "state": "open" }), after))
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
    let message =
        Message { kind: "closed", title: "the decision stands", body: &body, ..Message::default() };
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

input! {
    /// Whether clocks are held.
    pub struct HoldInput {
        /// True to hold them.
        pub hold: bool => Flag::new("Hold the clocks of the registrations")
            .required("Send true to hold them, or false to let them go on"),
    }
}

impl HoldInput {
    /// Holds the clocks of the registrations in a case, or lets them go on. The days in between do
    /// not count for any of them. Whoever may decide the case says so; it ends with the case.
    pub fn run(&self, cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        let mut case = store::find(cx, case_id)?;
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
            let registrations = store::registrations(cx, case_id)?;
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

impl Change for HoldInput {
    const STATUS: StatusCode = StatusCode::OK;

    fn form(_: &mut Cx<'_, '_>, _: &Case) -> Result<Opened<Self>, AppError> {
        Ok(Opened::part_of(pages::decide::page, &[]))
    }

    fn said(&self) -> &'static str {
        if self.hold { "The clocks stand still." } else { "The clocks go on." }
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        self.run(&mut req.cx, case_id)
    }
}
