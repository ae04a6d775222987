//! The decision of a case: what, by which rule, why, and what the other side gets (CF-05, CF-06).

use domain::{
    calendar::days_after,
    conflicts::{
        course::{Phase, Step, step},
        outcome::Outcome,
        remedy::Remedy,
        rule_level::RuleVerdict,
        rules::CF_06,
    },
    ids::CaseId,
    program::dispute::DecisionKind,
    rule_id::RuleId,
    text::TextError,
};
use serde_json::{Value, json};
use web::FieldErrors;

use super::{
    RuledParty, Ruling, close, course, evidence,
    file::CaseFile,
    naming, seats,
    store::{
        self, Case, PartyRow,
        decisions::{self, Decision, RemedyRow},
    },
    tell::{self, Message},
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Structured, Text, input},
};
use people::notifications;

/// Most remedies of one decision.
const MOST_REMEDIES: usize = 6;

input! {
    /// A decision.
    pub struct DecisionInput {
        /// The outcome; the shares of a co-sell add up to 10,000.
        pub outcome: Outcome => Structured::<Outcome>::new("Decision")
            .required("Choose a decision"),
        /// Rule applied, for example `DR-05`.
        pub rule: String => Text::checked("Rule applied", 20, known_rule)
            .required(RULE).hint("For example DR-05, DR-02 or CF-05"),
        /// The reason, for the vendor; it becomes a precedent.
        pub reason: String => Text::lines("Reason", 4_000).required("Enter the reason for the decision")
            .hint("Visible to the vendor; it becomes a precedent"),
        /// The message to the parties; must not name a partner.
        pub words: String => Text::lines("Message to the parties", 4_000)
            .required("Enter the message to the parties").hint("Must not name a partner"),
        /// Remedies, at most 6.
        pub remedies: Vec<Remedy> => Structured::<Remedy>::new("Remedies")
            .several(MOST_REMEDIES),
    }
}

const RULE: &str = "Enter the rule you apply, for example DR-05 or CF-05";

fn known_rule(given: &str) -> Result<String, TextError> {
    let found = RuleId::find(given).map(|rule| rule.as_str().to_owned());
    found.ok_or(TextError::Form { expected: RULE })
}

impl DecisionInput {
    /// Decides the case. Registrations act on it at once, as far as an appeal can still change it.
    /// Rules CF-02, CF-03, CF-05, CF-06, CF-07.
    pub fn run(&self, cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        let mut file = CaseFile::open(cx, case_id)?;
        let rule = RuleId::find(&self.rule).ok_or_else(|| AppError::field("rule", RULE))?;
        let mut errors = FieldErrors::new();
        naming::check(cx, &mut errors, ("words", &self.words), file.partner_names())?;
        errors.check().map_err(AppError::Invalid)?;
        let phase = step(file.case.phase, Step::Decide, cx.now, file.terms.pair())?;
        seats::judge(cx, &file)?.may(&file, false)?;
        self.check(&file.parties)?;
        let verdict = Verdict {
            outcome: self.outcome.clone(),
            rule,
            reason: &self.reason,
            words: &self.words,
            remedies: &self.remedies,
        };
        let level = file.case.level;
        carry_out(cx, &mut file, (phase, level), &verdict)
    }

    fn check(&self, parties: &[PartyRow]) -> Result<(), AppError> {
        self.outcome.check(u32::try_from(parties.len()).unwrap_or(u32::MAX))?;
        let direct: Vec<bool> = parties.iter().map(PartyRow::is_direct).collect();
        for remedy in &self.remedies {
            remedy.check(&self.outcome, &direct)?;
        }
        Ok(())
    }
}

/// What was decided, checked.
struct Verdict<'a> {
    outcome: Outcome,
    rule: RuleId,
    reason: &'a str,
    words: &'a str,
    remedies: &'a [Remedy],
}

/// A rule decides the case, in the name of the system. Rule CF-02.
pub(super) fn by_rule(
    cx: &mut Cx<'_, '_>,
    file: &mut CaseFile,
    found: &RuleVerdict,
) -> Result<(), AppError> {
    let phase = step(file.case.phase, Step::Decide, cx.now, file.terms.pair())?;
    let verdict = Verdict {
        outcome: found.outcome.clone(),
        rule: found.rule,
        reason: found.reason,
        words: found.reason,
        remedies: &[],
    };
    // The rule is level 0, wherever the case lay; people are above it.
    let phase = match phase {
        Phase::Decided { at, appeal_until, .. } => Phase::Decided { level: 0, at, appeal_until },
        other @ (Phase::Deciding { .. }
        | Phase::Appealed { .. }
        | Phase::Final { .. }
        | Phase::Closed { .. }) => other,
    };
    carry_out(cx, file, (phase, 0), &verdict)
}

fn carry_out(
    cx: &mut Cx<'_, '_>,
    file: &mut CaseFile,
    (phase, level): (Phase, u32),
    verdict: &Verdict<'_>,
) -> Result<(), AppError> {
    let sealed = evidence::whole(cx, file)?;
    let decision = Decision {
        seq: i64::try_from(file.decisions.len()).unwrap_or(0) + 1,
        level,
        decided_by: cx.actor.reference(),
        decided_by_name: cx.actor.name.clone(),
        decided_at: cx.now,
        outcome: verdict.outcome.clone(),
        rule: verdict.rule.as_str().to_owned(),
        reason: verdict.reason.to_owned(),
        words: verdict.words.to_owned(),
        evidence_hash: sealed.head().to_string(),
        evidence_items: i64::try_from(sealed.items.len()).unwrap_or(i64::MAX),
        reverses: file.decisions.last().is_some_and(|last| last.outcome != verdict.outcome),
    };
    let case_id = file.case.case_id.clone();
    decisions::insert(cx, &case_id, &decision)?;
    remedy(cx, file, (&decision, verdict.remedies))?;
    file.decisions.push(decision.clone());
    notifications::finish(cx, case_id.as_str())?;
    file.case.phase = phase;
    file.case.resolved_at = file.case.resolved_at.or(Some(cx.now));
    course::refresh(cx, file)?;
    let ruling = ruling(file, &decision);
    let provider = crate::conflicts::providers(cx.app)?.claims;
    cx.as_system(|cx| (provider.decided)(cx, &ruling))?;
    keep_until_final(cx, file, &ruling)?;
    record(cx, &file.case, (verdict.rule, &decision))?;
    tell_decision(cx, file, &decision)?;
    if matches!(file.case.phase, Phase::Final { .. }) {
        close::make_final(cx, file)?;
    }
    Ok(())
}

/// An account that no registration gets stays held while an appeal can give it to one: its protection
/// does not run out in between. Rule CF-07.
fn keep_until_final(
    cx: &mut Cx<'_, '_>,
    file: &mut CaseFile,
    ruling: &Ruling,
) -> Result<(), AppError> {
    let can_change = matches!(file.case.phase, Phase::Decided { .. });
    if !can_change || ruling.winner().0.is_some() || file.case.clocks_held {
        return Ok(());
    }
    close::hold(cx, file, true)?;
    store::save(cx, &mut file.case)
}

fn remedy(
    cx: &mut Cx<'_, '_>,
    file: &CaseFile,
    (decision, remedies): (&Decision, &[Remedy]),
) -> Result<(), AppError> {
    let today = file.terms.calendar.date_of(cx.now);
    let until = days_after(today, file.terms.conflicts().remedy_days);
    for (seq, remedy) in (1..).zip(remedies) {
        let party = file.parties.iter().find(|party| party.party == remedy.party);
        let row = RemedyRow {
            decision_seq: decision.seq,
            remedy: *remedy,
            partner_id: party.map_or(String::new(), |party| party.partner_id.clone()),
            until_on: Some(until),
        };
        decisions::insert_remedy(cx, &file.case.case_id, seq, &row)?;
    }
    Ok(())
}

/// The decision as those above need it.
pub(super) fn ruling(file: &CaseFile, decision: &Decision) -> Ruling {
    let each =
        |row: &PartyRow| RuledParty { partner_id: row.partner(), registration_id: row.claim() };
    Ruling {
        case_id: file.case.case_id.clone(),
        reference: file.case.reference(),
        account_id: file.case.account.clone(),
        outcome: decision.outcome.clone(),
        words: decision.words.clone(),
        decided_by_name: decision.decided_by_name.clone(),
        parties: file.parties.iter().map(each).collect(),
    }
}

fn record(
    cx: &mut Cx<'_, '_>,
    case: &Case,
    (rule, decision): (RuleId, &Decision),
) -> Result<(), AppError> {
    let words = format!(
        "Decided: {}. {} The evidence had {} items and ended with {}.",
        decision.outcome.label(),
        decision.reason,
        decision.evidence_items,
        decision.evidence_hash
    );
    let partner_words = format!("Decided. {}", decision.words);
    course::entry(cx, case, (rule, &words, &partner_words))?;
    let after = json!({ "outcome": decision.outcome, "rule": decision.rule,
        "reason": decision.reason, "words": decision.words, "level": decision.level,
        "evidence_hash": decision.evidence_hash, "precedent": CF_06.as_str() });
    tell::record(cx, &case.case_id, "conflict.decided", (Value::Null, after))
}

/// True when everything was awarded to this side, which then has nothing to appeal. Rule CF-07.
pub(super) fn won(decision: &Decision, parties: &[PartyRow], side: &str) -> bool {
    let Outcome::Award { party } = decision.outcome else {
        return false;
    };
    parties.iter().any(|row| row.party == party && row.partner_id == side)
}

/// Whether a decision gives the account to no registration: whoever holds it keeps it until the decision
/// is final. Rule CF-07.
pub(super) fn leaves_account(file: &CaseFile, decision: &Decision) -> bool {
    ruling(file, decision).winner().0.is_none()
}

/// What is said of such a decision.
pub(super) const KEPT_UNTIL_FINAL: &str = "Until the decision is final, the account stays as it is: who holds it keeps it, against direct \
     sales too.";

/// What a decision says to one party, without saying anything of another.
pub(super) fn words_for(file: &CaseFile, decision: &Decision, side: &str) -> String {
    let own: Vec<u32> =
        file.parties.iter().filter(|row| row.partner_id == side).map(|row| row.party).collect();
    let gets = own.iter().any(|party| decision.outcome.favours(*party));
    let outcome = match (&decision.outcome, gets) {
        (Outcome::Award { .. }, true) => "The account is awarded to you.".to_owned(),
        (Outcome::Award { .. }, false) => "The account is not awarded to you.".to_owned(),
        (Outcome::CoSell { split }, _) => {
            let share: u64 = split
                .iter()
                .filter(|share| own.contains(&share.party))
                .map(|share| u64::from(share.share_bp))
                .sum();
            let share = domain::conflicts::outcome::percent_text(share);
            format!("The deal is sold together; your share is {share}.")
        }
        (Outcome::RejectBoth, _) => "Nobody's claim holds.".to_owned(),
        (Outcome::Release, _) => "The account is released once the decision is final.".to_owned(),
    };
    let kept = if leaves_account(file, decision) { KEPT_UNTIL_FINAL } else { "" };
    let words = [&outcome, kept, &decision.words].into_iter().filter(|words| !words.is_empty());
    format!("{} (rule {})", words.collect::<Vec<_>>().join(" "), decision.rule)
}

fn tell_decision(
    cx: &mut Cx<'_, '_>,
    file: &CaseFile,
    decision: &Decision,
) -> Result<(), AppError> {
    let (case, appeal, until) = (&file.case, course::appeal_words(file), file.case.appeal_until());
    for side in tell::sides(&file.parties) {
        let id = side.as_ref().map_or("", |id| id.as_str());
        let words = words_for(file, decision, id);
        let body = format!("{}: {words} {appeal}", case.reference());
        let message = Message {
            kind: "decided",
            title: "the conflict case is decided",
            body: &body,
            action: if until.is_some() { "View or appeal" } else { "" },
            until,
            ..Message::default()
        };
        tell::party(cx, case, side.as_ref(), &message)?;
    }
    let kind = if decision.seq > 1 { DecisionKind::Appeal } else { DecisionKind::Conflict };
    let rights = &file.terms.document.decision_rights;
    let right = rights.iter().find(|right| right.decision == kind);
    let informed = right.map(|right| right.informed.clone()).unwrap_or_default();
    let mut people = seats::people_of(cx, &informed)?;
    if let Some(person) = cx.actor.person() {
        people.remove(person.as_str());
    }
    let body = format!(
        "{}: {}. {} (rule {}) {appeal}",
        case.reference(),
        decision.outcome.label(),
        decision.reason,
        decision.rule
    );
    let (kind, title) = ("decided", "the conflict case is decided");
    let message = Message { kind, title, body: &body, ..Message::default() };
    tell::vendor(cx, case, &people, &message)
}
