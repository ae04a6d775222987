//! The one appeal (CF-07).

use domain::{
    conflicts::{
        course::{Step, step},
        rules::CF_07,
    },
    ids::CaseId,
    text::Note,
};
use serde_json::json;

use super::{
    Upload, course, decide,
    statements::{self, acting_side},
    store::{self, decisions},
    tell::{self, Message},
    terms,
};
use frame::{ctx::Cx, error::AppError};
use people::{audit, notifications};

/// Appeals a decision.
#[derive(Debug)]
pub struct AppealCase {
    /// The case.
    pub case_id: CaseId,
    /// The evidence that is new.
    pub words: String,
    /// Files that show it.
    pub files: Vec<Upload>,
}

impl AppealCase {
    /// The case lies one level above the one that decided. A party appeals once, in time, and with
    /// something that was not in the case before. Rule CF-07.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let mut case = store::find(cx, &self.case_id)?;
        let side = acting_side(cx, &self.case_id)?;
        let words = Note::parse(&self.words)
            .map_err(|error| AppError::field("words", error.to_string()))?;
        let terms = terms::of(cx, &case)?;
        let phase = step(case.phase, Step::Appeal, cx.now, terms.pair())?;
        self.check_lost(cx, &side)?;
        self.check_new(cx, &side, words.as_str())?;
        let appeal = decisions::Appeal {
            partner_id: side.clone(),
            words: words.as_str().to_owned(),
            by_name: cx.actor.name.clone(),
            appealed_at: cx.now,
        };
        decisions::insert_appeal(cx, &self.case_id, &appeal)?;
        statements::keep_files(cx, &self.case_id, &side, &self.files)?;
        audit::record(
            cx,
            &audit::Entry {
                action: "conflict.appealed",
                object_kind: "conflict",
                object_id: self.case_id.as_str(),
                before: json!({ "level": case.level }),
                after: json!({ "words": words.as_str() }),
            },
        )?;
        let told = "The decision was appealed on new evidence.";
        course::entry(cx, &case, (CF_07, told, told))?;
        notifications::finish(cx, self.case_id.as_str())?;
        case.phase = phase;
        let level = phase.deciding_level().map_or(case.level, |(level, _)| level);
        cx.as_system(|cx| {
            let mut case = store::find(cx, &self.case_id)?;
            case.phase = phase;
            let registrations = store::registrations(cx, &self.case_id)?;
            let hand = crate::conflicts::hands(cx.app)?.claims;
            (hand.disputed)(cx, &registrations)?;
            course::enter(cx, &mut case, &terms, level)?;
            let body = format!(
                "{}: {told} Now decides: {}.",
                case.reference(),
                terms.level_name(case.level)
            );
            let message = Message {
                kind: "appealed",
                title: "the decision was appealed",
                body: &body,
                action: "",
                until: case.level_due_at,
                link: false,
            };
            tell::parties(cx, &case, &message)
        })
    }

    /// Who was awarded the account has nothing to appeal.
    fn check_lost(&self, cx: &mut Cx<'_, '_>, side: &str) -> Result<(), AppError> {
        let parties = store::all_parties(cx, &self.case_id)?;
        let last = decisions::list(cx, &self.case_id)?.pop();
        if last.is_some_and(|decision| decide::won(&decision, &parties, side)) {
            let words = "The decision is for you; the side that lost can appeal.";
            return Err(AppError::refused(CF_07, words));
        }
        Ok(())
    }

    /// What was said or shown before is no new evidence.
    fn check_new(&self, cx: &mut Cx<'_, '_>, side: &str, words: &str) -> Result<(), AppError> {
        let known_words = cx.as_system(|cx| {
            let statements = store::statements::list(cx, &self.case_id)?;
            let requests = store::requests::list(cx, &self.case_id)?;
            let notes = store::notes(cx, &self.case_id)?;
            let said = statements.into_iter().filter(|one| one.partner_id == side);
            let answered = requests.into_iter().filter(|one| one.partner_id == side);
            let noted = notes.into_iter().filter(|one| one.partner_id == side);
            Ok(said
                .map(|one| one.words)
                .chain(answered.map(|one| one.answer))
                .chain(noted.map(|one| one.words))
                .collect::<Vec<String>>())
        })?;
        let plain =
            |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let said_before = known_words.iter().any(|known| plain(known) == plain(words));
        let known = store::statements::files(cx, &self.case_id)?;
        let shown_before = !self.files.is_empty()
            && self.files.iter().all(|file| known.iter().any(|one| one.sha256 == file.sha256()));
        if said_before || shown_before {
            return Err(AppError::refused(
                CF_07,
                "An appeal needs new evidence, and this was in the case before. Say or show what \
                 the decider did not have.",
            ));
        }
        Ok(())
    }
}
