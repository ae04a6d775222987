//! The one appeal (CF-07).

use domain::{
    conflicts::{
        course::{Step, step},
        rules::CF_07,
    },
    ids::CaseId,
};
use serde_json::json;

use super::{
    Upload, course, decide,
    file::CaseFile,
    statements::{self, acting_side},
    store::{self, decisions},
    tell::{self, Message},
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Text, input},
};
use people::notifications;

input! {
    /// An appeal.
    pub struct AppealInput {
        /// The new evidence: 1 to 4,000 characters.
        pub words: String => Text::lines("What is new?", 4_000).required("Enter what is new")
            .hint("Evidence the decider did not have"),
    }
}

impl AppealInput {
    /// The case lies one level above the one that decided. A party appeals once, in time, and with
    /// something that was not in the case before. Rule CF-07.
    pub fn run(
        &self,
        cx: &mut Cx<'_, '_>,
        case_id: &CaseId,
        files: &[Upload],
    ) -> Result<(), AppError> {
        let file = CaseFile::open(cx, case_id)?;
        let side = acting_side(cx, &file.parties)?;
        let phase = step(file.case.phase, Step::Appeal, cx.now, file.terms.pair())?;
        if file.decisions.last().is_some_and(|last| decide::won(last, &file.parties, &side)) {
            let words = "The decision is in your favour; only the side that lost can appeal.";
            return Err(AppError::refused(CF_07, words));
        }
        self.check_new(cx, case_id, (&side, files))?;
        let appeal = decisions::Appeal {
            partner_id: side.clone(),
            words: self.words.clone(),
            by_name: cx.actor.name.clone(),
            appealed_at: cx.now,
        };
        decisions::insert_appeal(cx, case_id, &appeal)?;
        statements::keep_files(cx, case_id, &side, files)?;
        let before = json!({ "level": file.case.level });
        let after = json!({ "words": self.words });
        tell::record(cx, case_id, "conflict.appealed", (before, after))?;
        let told = "The decision was appealed on new evidence.";
        course::entry(cx, &file.case, (CF_07, told, told))?;
        notifications::finish(cx, case_id.as_str())?;
        let level = phase.deciding_level().map_or(file.case.level, |(level, _)| level);
        cx.as_system(|cx| {
            let mut file = CaseFile::open(cx, case_id)?;
            file.case.phase = phase;
            let provider = crate::conflicts::providers(cx.app)?.claims;
            (provider.disputed)(cx, &file.registrations())?;
            course::enter(cx, &mut file, level)?;
            let level = file.terms.level_name(file.case.level);
            let body = format!("{}: {told} Now with {level}.", file.case.reference());
            let message = Message {
                kind: "appealed",
                title: "the decision was appealed",
                body: &body,
                until: file.case.level_due_at,
                ..Message::default()
            };
            tell::parties(cx, &file, &message)
        })
    }

    /// What was said or shown before is no new evidence.
    fn check_new(
        &self,
        cx: &mut Cx<'_, '_>,
        case_id: &CaseId,
        (side, files): (&str, &[Upload]),
    ) -> Result<(), AppError> {
        let known_words = cx.as_system(|cx| {
            let statements = store::statements::list(cx, case_id)?;
            let requests = store::requests::list(cx, case_id)?;
            let notes = store::notes(cx, case_id)?;
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
        let said_before = known_words.iter().any(|known| plain(known) == plain(&self.words));
        let known = store::statements::files(cx, case_id)?;
        let shown_before = !files.is_empty()
            && files.iter().all(|file| known.iter().any(|one| one.sha256 == file.sha256()));
        if said_before || shown_before {
            return Err(AppError::refused(
                CF_07,
                "An appeal needs new evidence, and this was already in the case. Describe or \
                 attach what the decider did not have.",
            ));
        }
        Ok(())
    }
}
