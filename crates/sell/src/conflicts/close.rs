//! Closing a case: with a final decision, or without one.

use domain::{
    conflicts::{
        course::{Step, step},
        rules::{CF_05, CF_07},
    },
    ids::CaseId,
};
use serde_json::json;
use web::FieldErrors;

use super::{
    course, decide, evidence,
    file::CaseFile,
    naming, seats,
    store::{self},
    tell::{self, Message},
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Flag, Text, input},
};
use people::notifications;

input! {
    /// How a case was settled without a decision.
    pub struct ClosingInput {
        /// For the parties: the outcome; must not name another partner.
        pub words: String => Text::lines("Message to the parties", 4_000)
            .required("Enter the message to the parties").hint("Must not name another partner"),
        /// For the vendor: how and why it was settled.
        pub note: String => Text::lines("How and why it was settled", 4_000)
            .required("Enter how and why it was settled").hint("Visible to the vendor only"),
    }
}

impl ClosingInput {
    /// Closes the case, ends the dispute of its registrations and tells the parties. The account
    /// and the registrations stay as they are. Whoever may decide it, or sits above, may close
    /// it. Rule CF-03.
    pub fn run(&self, cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        let mut file = CaseFile::open(cx, case_id)?;
        let mut errors = FieldErrors::new();
        if !file.case.is_open() {
            errors.add("note", "The case is already decided or closed");
        }
        naming::check(cx, &mut errors, ("words", &self.words), file.partner_names())?;
        errors.check().map_err(AppError::Invalid)?;
        seats::judge(cx, &file)?.may(&file, true)?;
        file.case.phase = step(file.case.phase, Step::Close, cx.now, file.terms.pair())?;
        file.case.resolved_at = file.case.resolved_at.or(Some(cx.now));
        file.case.closing_note.clone_from(&self.note);
        file.case.closing_words.clone_from(&self.words);
        end(cx, &mut file)?;
        let words = format!("Closed without a decision: {}", self.words);
        course::entry(cx, &file.case, (CF_05, &words, &words))?;
        let provider = crate::conflicts::providers(cx.app)?.claims;
        cx.as_system(|cx| (provider.settled)(cx, &file.registrations()))?;
        let (kind, title) = ("closed", "the conflict case is closed");
        let message = Message { kind, title, body: &self.words, ..Message::default() };
        tell::parties(cx, &file, &message)?;
        evidence::seal(cx, &file)
    }
}

/// Writes the end of a case, and lets the clocks go on that it held.
fn end(cx: &mut Cx<'_, '_>, file: &mut CaseFile) -> Result<(), AppError> {
    let case = &mut file.case;
    case.closed_by_name.clone_from(&cx.actor.name);
    case.closed_at = Some(cx.now);
    case.attention_at = None;
    case.level_due_at = None;
    case.decider = None;
    if case.clocks_held {
        hold(cx, file, false)?;
    }
    let case = &mut file.case;
    store::save(cx, case)?;
    notifications::finish(cx, case.case_id.as_str())?;
    let after =
        json!({ "state": "closed", "note": case.closing_note, "words": case.closing_words });
    tell::record(cx, &case.case_id, "conflict.closed", (json!({ "state": "open" }), after))
}

/// Holds the clocks of the registrations, or lets them go on; the case is yet to be saved.
pub(super) fn hold(cx: &mut Cx<'_, '_>, file: &mut CaseFile, hold: bool) -> Result<(), AppError> {
    file.case.clocks_held = hold;
    let provider = crate::conflicts::providers(cx.app)?.claims;
    cx.as_system(|cx| (provider.hold)(cx, &file.registrations(), hold))
}

/// Nobody appealed in time: the decision stands. Rule CF-07.
pub(super) fn appeal_time_over(cx: &mut Cx<'_, '_>, file: &mut CaseFile) -> Result<(), AppError> {
    file.case.phase = step(file.case.phase, Step::Rest, cx.now, file.terms.pair())?;
    let words = "Nobody appealed; the decision is final.";
    course::entry(cx, &file.case, (CF_07, words, words))?;
    make_final(cx, file)?;
    let body = format!("{}: {words}", file.case.reference());
    let (kind, title) = ("closed", "the decision is final");
    tell::parties(cx, file, &Message { kind, title, body: &body, ..Message::default() })
}

/// The last decision is final: what an appeal could have changed is carried out now.
pub(super) fn make_final(cx: &mut Cx<'_, '_>, file: &mut CaseFile) -> Result<(), AppError> {
    let Some(decision) = file.decisions.last().cloned() else {
        return Err(AppError::internal("a decided case without decision"));
    };
    file.case.closing_note.clone_from(&decision.reason);
    file.case.closing_words.clone_from(&decision.words);
    end(cx, file)?;
    let ruling = decide::ruling(file, &decision);
    let provider = crate::conflicts::providers(cx.app)?.claims;
    cx.as_system(|cx| {
        (provider.made_final)(cx, &ruling)?;
        (provider.settled)(cx, &file.registrations())
    })?;
    evidence::seal(cx, file)
}

input! {
    /// Whether clocks are stopped.
    pub struct HoldInput {
        /// True to stop them, false to resume them.
        pub hold: bool => Flag::new("Stop the clocks of the registrations")
            .required("Send true to stop them or false to resume them"),
    }
}

impl HoldInput {
    /// Holds the clocks of the registrations in a case, or lets them go on. The days in between do
    /// not count for any of them. Whoever may decide the case says so; it ends with the case.
    pub fn run(&self, cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        let mut file = CaseFile::open(cx, case_id)?;
        if !file.case.is_open() {
            let words = "The case is decided; its clocks can no longer be stopped.";
            return Err(AppError::refused(CF_05, words));
        }
        seats::judge(cx, &file)?.may(&file, true)?;
        if file.case.clocks_held == self.hold {
            return Ok(());
        }
        hold(cx, &mut file, self.hold)?;
        store::save(cx, &mut file.case)?;
        let words = if self.hold {
            "The clocks of the registrations are stopped while the case is open."
        } else {
            "The clocks of the registrations have resumed."
        };
        course::entry(cx, &file.case, (CF_05, words, words))
    }
}
