//! Submitting a registration, for the first time or again: every automatic check, the receipt,
//! and the answer at once where the policy allows it.

use domain::{
    accounts::MatchVerdict,
    deal_registration::{
        check::Check,
        decision_clock,
        explanation::Decided,
        receipt::Hash,
        resubmission::{self, After, Resubmission, ResubmissionFacts},
        rules::DR_02,
        status::{StatusKind, Step},
        submission_checks,
        verdict::{self, Submitter, Verdict},
    },
    ids::{AccountId, PartnerId, ProgramId, RegistrationId},
};
use serde_json::json;

use super::{approve, draft, not_final};
use crate::deal_registration::{
    attempts, budget, clocks,
    facts::{self, Subject},
    form::{self, Said},
    receipts::{self, SignedReceipt},
    record::{Happening, happened},
    refusals, standing,
    store::{self, Held, Registration, Source},
    tell::{self, Message, day},
    terms::{self, Terms},
    told::{self, Taken},
};
use channel::{
    accounts::{self, NewAccount, Resolution},
    partners::{self, Enrolment},
};
use frame::{ctx::Cx, error::AppError};
use people::{audit, notifications};

/// What a submission leads to.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// The registration, submitted, under review or approved.
    pub registration: Registration,
    /// Its receipt.
    pub receipt: SignedReceipt,
    /// True when the policy approved it at once.
    pub approved: bool,
}

/// Submits a draft, or a returned or withdrawn registration again (DR-16).
#[derive(Debug)]
pub struct Submit {
    /// The registration.
    pub registration_id: RegistrationId,
}

/// Writes a registration and submits it at once.
#[derive(Debug)]
pub struct SubmitNew {
    /// The partner, when the vendor submits on its behalf.
    pub partner_id: Option<PartnerId>,
    /// The program, when the partner is in several.
    pub program_id: Option<ProgramId>,
    /// What is filled in.
    pub said: Said,
    /// Through which door it comes.
    pub source: Source,
}

impl Submit {
    /// Submits, or refuses with the rule and what would change it.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<Submitted, AppError> {
        let registration = super::load(cx, &self.registration_id)?;
        let (program_id, partner_id) =
            (registration.program_id.clone(), registration.partner_id.clone());
        let enrolment = partners::enrolment(cx, &program_id, &partner_id)?.ok_or_else(|| {
            AppError::field("program_id", "The partner is no longer enrolled in this program")
        })?;
        let has_file = registration.details.evidence_note.is_empty()
            && !store::files(cx, &registration.registration_id)?.is_empty();
        let again = registration.submitted_at.is_some();
        submit(cx, registration, &enrolment, Way { is_new: false, again, has_file })
    }
}

impl SubmitNew {
    /// Writes and submits, or refuses with the rule and leaves nothing.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<Submitted, AppError> {
        let whose = (self.partner_id.as_ref(), self.program_id.as_ref());
        let (registration, enrolment) =
            draft::begin(cx, whose, (&self.said, Some(false)), self.source)?;
        let way = Way { is_new: true, again: false, has_file: false };
        submit(cx, registration, &enrolment, way)
    }
}

/// What is said of a submission that policy would approve while a decision about the account is not
/// final.
const BY_PERSON: &str = "All checks passed; a person decides.";

/// How the submission came about.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// It is not written yet.
    is_new: bool,
    /// It was submitted before.
    again: bool,
    /// A file was added as evidence.
    has_file: bool,
}

fn submit(
    cx: &mut Cx<'_, '_>,
    mut r: Registration,
    enrolment: &Enrolment,
    way: Way,
) -> Result<Submitted, AppError> {
    audit::go_on(cx)?;
    let before = r.status;
    let terms = terms::in_force(cx, &r.program_id, (&enrolment.track, &enrolment.tier))?;
    let budget = budget::open(cx, terms.policy.availability)?;
    let missing = form::missing(&r.details, terms.day(cx.now), way.has_file);
    missing.check().map_err(AppError::Invalid)?;
    let fingerprint = receipts::fingerprint(&r.details)?;
    let (subject, resubmission) = identify(cx, &mut r, &terms, (fingerprint, way.again))?;
    standing::step(&mut r, Step::Submit { at: cx.now })?;
    r.track.clone_from(&enrolment.track);
    r.tier.clone_from(&enrolment.tier);
    r.policy_version = terms.number;
    r.submitted_at = Some(cx.now);
    if r.submitted_by.is_empty() {
        r.submitted_by = cx.actor.person().map_or_else(String::new, |id| id.as_str().to_owned());
    }
    let (checks, verdict) = judge(cx, &r, (enrolment, &terms), &subject)?;
    let at_once = verdict.value == Verdict::ApproveAtOnce;
    let approved = at_once && not_final(cx, &r)?.is_none();
    let words_of_verdict = if at_once == approved { &verdict.words } else { BY_PERSON };
    let taken = Taken { checks, approved, again: way.again };
    told::keep(cx, &mut r, (&subject, &terms), (&taken, budget.as_ref()))?;
    if !way.is_new {
        notifications::finish(cx, r.registration_id.as_str())?;
    }
    if subject.identity == MatchVerdict::New {
        r.account_id = Some(new_account(cx, &r)?);
    }
    let clock = decision_clock::compute((cx.now, None), cx.now, &terms.policy, &terms.calendar);
    r.unmark("decision:");
    r.escalation_level = 0;
    r.decision_due_at = Some(clock.due_at);
    let words = if approved {
        Some(cx.as_system(|cx| approve::approve(cx, &mut r, &terms))?)
    } else {
        None
    };
    if let Err(error) = write(cx, &mut r, &terms, way.is_new) {
        // Somebody else was approved in the same moment: that is an answer about the account too.
        attempts::leave(cx, &r, &terms, (DR_02.as_str(), &taken.checks));
        return Err(error);
    }
    let receipt = receipts::issue(cx, &r, fingerprint)?;
    tell_submission(cx, &r, &terms, (before, resubmission.as_ref(), words_of_verdict))?;
    match words {
        Some(words) => cx.as_system(|cx| approve::tell(cx, &r, &words, words_of_verdict))?,
        None => ask_decider(cx, &r, &terms, subject.account.as_ref())?,
    }
    Ok(Submitted { registration: r, receipt, approved })
}

/// Runs every automatic check and draws the conclusion; or refuses, which is counted and recorded
/// for the vendor although nothing else stays of it. Rules DR-13, DR-14, DR-18.
fn judge(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    (enrolment, terms): (&Enrolment, &Terms),
    subject: &Subject,
) -> Result<(Vec<Check>, Decided<Verdict>), AppError> {
    let facts = facts::submission(cx, r, enrolment, terms, subject)?;
    let today = terms.day(cx.now);
    let checks = submission_checks::run_on(&facts, today, &terms.policy, &terms.calendar);
    let submitter =
        if cx.actor.partner_id().is_some() { Submitter::Partner } else { Submitter::Vendor };
    let verdict = verdict::decide(&checks, &terms.policy, submitter);
    if verdict.value == Verdict::Refuse {
        attempts::leave(cx, r, terms, (verdict.rule.as_str(), &checks));
        return Err(refusals::refused(&checks, submitter));
    }
    Ok((checks, verdict))
}

/// Finds the account that is meant, brings its holder up to date, and says which submission time
/// counts. Rules AC-03, DR-16.
fn identify(
    cx: &mut Cx<'_, '_>,
    r: &mut Registration,
    terms: &Terms,
    (fingerprint, again): (Hash, bool),
) -> Result<(Subject, Option<Decided<Resubmission>>), AppError> {
    let earlier = if again { receipts::latest(cx, &r.registration_id)? } else { None };
    let same_words =
        earlier.is_some_and(|earlier| earlier.payload.account_fingerprint == fingerprint);
    let known_before = r.account_id.take();
    let subject = match &known_before {
        Some(account_id) if same_words => {
            Subject { identity: MatchVerdict::Same, account: Some(accounts::get(cx, account_id)?) }
        }
        Some(_) | None => resolve(cx, r, terms)?,
    };
    r.account_id = subject.account.as_ref().map(|account| account.account_id.clone());
    if let Some(account_id) = r.account_id.clone() {
        clocks::settle_account(cx, &account_id)?;
    }
    if !again {
        r.ranked_at = Some(cx.now);
        return Ok((subject, None));
    }
    let after = match r.status {
        StatusKind::Withdrawn => After::Withdrawal { at: r.withdrawn_at.unwrap_or(cx.now) },
        StatusKind::Returned => After::Return { at: r.returned_at.unwrap_or(cx.now) },
        StatusKind::Draft
        | StatusKind::Submitted
        | StatusKind::UnderReview
        | StatusKind::Approved
        | StatusKind::Renewed
        | StatusKind::Rejected
        | StatusKind::Won
        | StatusKind::Lost
        | StatusKind::Expired
        | StatusKind::Released => return Ok((subject, None)),
    };
    let facts = ResubmissionFacts {
        resubmissions_so_far: r.resubmissions,
        counts_from: r.ranked_at.unwrap_or(cx.now),
        after,
        same_account: same_words || (known_before.is_some() && known_before == r.account_id),
    };
    let decided = resubmission::resubmit(&facts, cx.now, &terms.policy, &terms.calendar)?;
    r.resubmissions = decided.value.number;
    r.ranked_at = Some(decided.value.counts_from);
    Ok((subject, Some(decided)))
}

fn resolve(cx: &mut Cx<'_, '_>, r: &Registration, terms: &Terms) -> Result<Subject, AppError> {
    Ok(match accounts::resolve(cx, &facts::asked(r), &terms.policy.matching)? {
        Resolution::Sure(candidate) => Subject {
            identity: MatchVerdict::Same,
            account: Some(accounts::get(cx, &candidate.account_id)?),
        },
        Resolution::Possible(_) => Subject { identity: MatchVerdict::Possible, account: None },
        Resolution::New => Subject { identity: MatchVerdict::New, account: None },
    })
}

/// Makes the account that a registration names.
pub(super) fn new_account(cx: &mut Cx<'_, '_>, r: &Registration) -> Result<AccountId, AppError> {
    let d = &r.details;
    let new = NewAccount {
        name: d.account_name.clone(),
        domains: vec![facts::asked(r).domain],
        country: d.account_country.clone(),
        postal_code: d.account_postal_code.clone(),
        city: d.account_city.clone(),
        ..NewAccount::default()
    };
    accounts::create(cx, &new)
}

fn write(
    cx: &mut Cx<'_, '_>,
    r: &mut Registration,
    terms: &Terms,
    is_new: bool,
) -> Result<(), AppError> {
    if !is_new {
        return super::save(cx, r, terms);
    }
    r.number = store::next_number(cx)?;
    r.attention_at = clocks::next_attention(r, terms);
    match store::insert(cx, r)? {
        Held::Written => Ok(()),
        Held::Taken => Err(super::taken()),
    }
}

fn tell_submission(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
    (before, resubmission, why): (StatusKind, Option<&Decided<Resubmission>>, &str),
) -> Result<(), AppError> {
    let on = day(terms.day(cx.now));
    let (kind, words) = match resubmission {
        Some(decided) => ("resubmitted", decided.words.clone()),
        None => (
            "submitted",
            format!("Submitted on {on} under version {} of the program.", terms.number),
        ),
    };
    let change = Happening::new(kind, &words).because(why).change(
        json!({ "status": before.word() }),
        json!({
            "status": r.status.word(),
            "account_name": r.details.account_name,
            "account_id": r.account_id.as_ref().map(AccountId::as_str),
            "policy_version": terms.number,
        }),
    );
    let change = match resubmission {
        Some(decided) => change.by(decided.rule),
        None => change,
    };
    happened(cx, r, &change)
}

/// Asks the person who is to decide, with the time by which the vendor promised an answer.
fn ask_decider(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
    account: Option<&accounts::AccountView>,
) -> Result<(), AppError> {
    let Some(user_id) = tell::decider_of(cx, r, terms, account)? else {
        return Ok(());
    };
    let due_at = r.decision_due_at.unwrap_or(cx.now);
    let partner = partners::name_of(cx, &r.partner_id)?;
    let name = &r.details.account_name;
    let amount =
        r.details.amount.map_or_else(String::new, |amount| format!(" ({})", amount.words()));
    let message = Message {
        kind: "submitted",
        title: &format!("{partner} registered {name}"),
        body: &format!(
            "{}{amount} is due for a decision by {}. If you miss this, it escalates.",
            r.reference(),
            day(terms.day(due_at))
        ),
        action: "Decide",
        until: Some(due_at),
        link: None,
    };
    tell::vendor_person(cx, r, &user_id, &message)
}
