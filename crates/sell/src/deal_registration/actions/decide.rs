//! The vendor's answer to a submission.

use domain::{
    accounts::MatchVerdict,
    conflicts::rules::CF_07,
    deal_registration::{
        check::{Check, CheckOutcome, CheckSubject},
        rejection::RejectionReason,
        rules::{AC_03, DR_10, DR_15, DR_16},
        status::{StatusKind, Step},
        submission_checks,
        verdict::Submitter,
    },
    ids::{AccountId, RegistrationId},
};
use serde_json::json;

use super::{
    approve,
    decision::{AccountChoice, Decision, DecisionInput},
    not_final, submit,
};
use crate::deal_registration::{
    clocks, deciders,
    facts::{self, Subject},
    record::{Happening, happened},
    refusals, standing,
    store::{self, Held, Registration},
    tell::{self, Message},
    terms::{self, Terms},
};
use channel::{accounts, partners};
use frame::{ctx::Cx, error::AppError};
use people::{identity::links::LinkPurpose, notifications};

/// Takes a submission up for review.
#[derive(Debug)]
pub struct TakeUp {
    /// The registration.
    pub registration_id: RegistrationId,
}

impl TakeUp {
    /// The registration, under review.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<Registration, AppError> {
        let mut r = super::load(cx, &self.registration_id)?;
        let terms = terms::of(cx, &r)?;
        take_up(cx, &mut r)?;
        super::save(cx, &mut r, &terms)?;
        Ok(r)
    }
}

fn take_up(cx: &mut Cx<'_, '_>, r: &mut Registration) -> Result<(), AppError> {
    standing::step(r, Step::TakeUp { at: cx.now })?;
    let words = format!("{} is reviewing it.", cx.actor.name);
    let change = Happening::new("taken_up", &words)
        .change(json!({ "status": "submitted" }), json!({ "status": "under_review" }));
    happened(cx, r, &change)
}

/// Answers a submission.
#[derive(Debug)]
pub struct Decide {
    /// The registration.
    pub registration_id: RegistrationId,
    /// The answer.
    pub decision: Decision,
}

impl Decide {
    /// The answered registration. Rules DR-02, DR-09, DR-14, DR-15.
    pub fn run(self, cx: &mut Cx<'_, '_>) -> Result<Registration, AppError> {
        let mut r = super::load_just_before(cx, &self.registration_id)?;
        let terms = terms::of(cx, &r)?;
        match self.decision {
            Decision::Approve { account, note } => {
                approve_by_person(cx, &mut r, &terms, (&account, note))?;
            }
            Decision::Reject { reason, note } => {
                deciders::check(cx, &r, &terms)?;
                reject(cx, &mut r, &terms, (reason, note))?;
            }
            Decision::Return { note } => {
                deciders::check(cx, &r, &terms)?;
                give_back(cx, &mut r, &terms, note)?;
            }
        }
        Ok(r)
    }
}

impl DecisionInput {
    /// The answered registration. Rules DR-02, DR-09, DR-14, DR-15.
    pub fn run(self, cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Registration, AppError> {
        Decide { registration_id: id.clone(), decision: self.decision()? }.run(cx)
    }
}

fn approve_by_person(
    cx: &mut Cx<'_, '_>,
    r: &mut Registration,
    terms: &Terms,
    (choice, note): (&AccountChoice, String),
) -> Result<(), AppError> {
    if !r.status.awaits_vendor() {
        // The rules' own words for an answer that comes too late.
        return standing::step(r, Step::Approve { at: cx.now, protected_until: terms.day(cx.now) });
    }
    // Once as it stands, with every company that may be meant, and once with the one chosen.
    deciders::check(cx, r, terms)?;
    let in_doubt = in_doubt(cx, r, terms)?;
    let account_id = choose(cx, r, choice)?;
    for candidate in in_doubt {
        let same = candidate.account_id == account_id;
        let (asked, probability_bp) = (facts::asked(r), candidate.probability_bp);
        accounts::remember_decision(cx, &asked, &candidate.account_id, same, probability_bp)?;
    }
    clocks::settle_account(cx, &account_id)?;
    r.account_id = Some(account_id);
    deciders::check(cx, r, terms)?;
    let checks = check_again(cx, r, terms)?;
    if checks.iter().any(|check| check.outcome == CheckOutcome::Refused) {
        return Err(refusals::refused(&checks, Submitter::Vendor));
    }
    if let Some(case) = not_final(cx, r)? {
        let words = format!(
            "The decision in {case} can still change who holds this account. Decide this \
             registration once it is final."
        );
        return Err(AppError::refused(CF_07, words));
    }
    let words = approve::approve(cx, r, terms)?;
    r.decision_note = note;
    r.attention_at = clocks::next_attention(r, terms);
    if store::save(cx, r)? == Held::Taken {
        return Err(super::taken());
    }
    let why = r.decision_note.clone();
    approve::tell(cx, r, &words, &why)
}

/// The accounts among which the decider chooses, when it is not certain which is meant. What is
/// chosen teaches the recognition of companies. Rule AC-03.
fn in_doubt(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
) -> Result<Vec<accounts::CandidateView>, AppError> {
    if r.account_id.is_some() {
        return Ok(Vec::new());
    }
    match accounts::resolve(cx, &facts::asked(r), &terms.policy.matching)? {
        accounts::Resolution::Possible(candidates) => Ok(candidates),
        accounts::Resolution::Sure(_) | accounts::Resolution::New => Ok(Vec::new()),
    }
}

/// The account that the decider means. Rule AC-03.
fn choose(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    choice: &AccountChoice,
) -> Result<AccountId, AppError> {
    match choice {
        AccountChoice::AsFound => r.account_id.clone().ok_or_else(|| {
            AppError::refused(
                AC_03,
                "The company is not identified yet. Choose one of the candidates, or a new \
                 account.",
            )
        }),
        AccountChoice::Existing(id) => {
            if accounts::exists(cx, id)? {
                Ok(id.clone())
            } else {
                Err(AppError::field("account_id", "Account not found; it may have been merged"))
            }
        }
        AccountChoice::New => match &r.account_id {
            Some(known) => Ok(known.clone()),
            None => submit::new_account(cx, r),
        },
    }
}

/// The checks that the account decides, once more: it may be known only now, and somebody may
/// hold it since. What the partner was at its submission stays judged (PG-01).
fn check_again(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
) -> Result<Vec<Check>, AppError> {
    let enrolment = partners::enrolment(cx, &r.program_id, &r.partner_id)?.ok_or_else(|| {
        AppError::refused(
            DR_10,
            "The partner is no longer in the program. Reject the registration.",
        )
    })?;
    let account = facts::account_of(cx, r)?;
    let subject = Subject { identity: MatchVerdict::Same, account };
    let facts = facts::submission(cx, r, &enrolment, terms, &subject)?;
    let today = terms.day(cx.now);
    let mut checks = submission_checks::run_on(&facts, today, &terms.policy, &terms.calendar);
    checks.retain(|check| match check.subject {
        CheckSubject::Holder
        | CheckSubject::Capacity
        | CheckSubject::Customer
        | CheckSubject::HouseAccount
        | CheckSubject::DirectOpportunity
        | CheckSubject::Territory
        | CheckSubject::KnownTerritory
        | CheckSubject::Segment
        | CheckSubject::DealSize => true,
        CheckSubject::PartnerActive
        | CheckSubject::Agreement
        | CheckSubject::Certification
        | CheckSubject::Identity
        | CheckSubject::Hoarding
        | CheckSubject::SalesCycle
        | CheckSubject::Availability => false,
    });
    checks.sort_by_key(|check| check.subject != CheckSubject::Holder);
    Ok(checks)
}

fn decided(cx: &Cx<'_, '_>, r: &mut Registration, note: String) {
    r.decided_at = Some(cx.now);
    r.decided_by = cx.actor.reference();
    r.decision_note = note;
    r.decision_due_at = None;
}

fn reject(
    cx: &mut Cx<'_, '_>,
    r: &mut Registration,
    terms: &Terms,
    (reason, note): (RejectionReason, String),
) -> Result<(), AppError> {
    let before = r.status;
    standing::step(r, Step::Reject { at: cx.now, reason })?;
    decided(cx, r, note);
    r.decision_reason = Some(reason);
    super::save(cx, r, terms)?;
    notifications::finish(cx, r.registration_id.as_str())?;
    let words = format!("Rejected: {}.", reason.label().to_lowercase());
    let mut why = reason.what_would_change_it().to_owned();
    if !r.decision_note.is_empty() {
        why = format!("{} {why}", r.decision_note);
    }
    let change = Happening::new("rejected", &words).by(DR_15).because(&why).change(
        json!({ "status": before.word() }),
        json!({ "status": "rejected", "reason": reason.word() }),
    );
    happened(cx, r, &change)?;
    let name = r.details.account_name.clone();
    let message = Message {
        kind: "rejected",
        title: &format!("{name} was not approved"),
        body: &format!("{}: {words} {why}", r.reference()),
        action: "See what would change this",
        until: None,
        link: None,
    };
    tell::partner(cx, r, &message)
}

fn give_back(
    cx: &mut Cx<'_, '_>,
    r: &mut Registration,
    terms: &Terms,
    note: String,
) -> Result<(), AppError> {
    if r.status == StatusKind::Submitted {
        take_up(cx, r)?;
    }
    standing::step(r, Step::Return { at: cx.now })?;
    decided(cx, r, String::new());
    r.returned_at = Some(cx.now);
    r.return_note = note;
    super::save(cx, r, terms)?;
    notifications::finish(cx, r.registration_id.as_str())?;
    let days = terms.policy.keep_first_submission_business_days;
    let keep_until = terms.calendar.add_business_days(cx.now, days);
    let words = format!("Returned: {}", r.return_note);
    let why = format!(
        "If resubmitted for the same account by {}, it keeps its first submission time (DR-16).",
        tell::day(terms.day(keep_until))
    );
    let change = Happening::new("returned", &words)
        .by(DR_16)
        .because(&why)
        .change(json!({ "status": "under_review" }), json!({ "status": "returned" }));
    happened(cx, r, &change)?;
    let name = r.details.account_name.clone();
    let subject = r.registration_id.as_str().to_owned();
    let message = Message {
        kind: "returned",
        title: &format!("{name}: one more answer is needed"),
        body: &format!("{}: {} {why}", r.reference(), r.return_note),
        action: "Answer and submit again",
        until: Some(keep_until),
        link: Some((LinkPurpose::Answer, &subject, "Answer without signing in")),
    };
    tell::partner(cx, r, &message)
}
