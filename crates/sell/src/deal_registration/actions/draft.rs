//! Drafts of a registration before it is submitted.

use domain::{
    deal_registration::{stage::StageKind, status::StatusKind},
    ids::{PartnerId, ProgramId, RegistrationId},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::deal_registration::{
    form::{self, FormRules, Said},
    record::{Happening, happened},
    store::{self, Details, Registration, Source},
    terms,
};
use channel::{
    partners::{self, Enrolment},
    program,
};
use frame::{ctx::Cx, error::AppError};

/// Begins a draft, or changes one (also a returned registration).
#[derive(Debug)]
pub struct SaveDraft {
    /// The draft to change; `None` begins one.
    pub registration_id: Option<RegistrationId>,
    /// The partner, when the vendor writes on its behalf.
    pub partner_id: Option<PartnerId>,
    /// The program, when the partner is in several.
    pub program_id: Option<ProgramId>,
    /// What is filled in.
    pub said: Said,
    /// Through which door it comes.
    pub source: Source,
}

impl SaveDraft {
    /// The draft as it is now. Bad fields are told all at once; missing ones are no fault yet.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<Registration, AppError> {
        let Some(id) = &self.registration_id else {
            let whose = (self.partner_id.as_ref(), self.program_id.as_ref());
            let (mut registration, _) = begin(cx, whose, (&self.said, None), self.source)?;
            registration.number = store::next_number(cx)?;
            store::insert(cx, &registration)?;
            let happening = Happening::new("drafted", "Draft created.")
                .change(Value::Null, json!({ "account_name": registration.details.account_name }));
            happened(cx, &registration, &happening)?;
            return Ok(registration);
        };
        let mut registration = super::load(cx, id)?;
        if !registration.is_being_written() {
            let amend = super::Amend { registration_id: id.clone(), said: self.said.clone() };
            return amend.run(cx);
        }
        let terms = terms::of(cx, &registration)?;
        change(&mut registration, &self.said, &terms, (cx.now, None))?;
        super::save(cx, &mut registration, &terms)?;
        Ok(registration)
    }
}

/// A submission has a file as evidence, or has none; `None` for what is not submitted.
pub(in crate::deal_registration) type WithFile = Option<bool>;

/// Puts what is said into a registration that is still being written, or says of every field what
/// is wrong with it.
pub(in crate::deal_registration) fn change(
    registration: &mut Registration,
    said: &Said,
    terms: &terms::Terms,
    (now, submits): (Timestamp, WithFile),
) -> Result<(), AppError> {
    let rules = FormRules { today: terms.day(now), document: &terms.document };
    let mut errors = form::faults((&registration.details, registration.stage), said, &rules);
    if let Some(has_file) = submits {
        errors.add_all(&form::missing(&said.0, rules.today, has_file));
    }
    errors.check().map_err(AppError::Invalid)?;
    registration.details = said.0.clone();
    registration.stage = said.1.stage;
    registration.currency = form::currency(&said.0).unwrap_or(registration.currency);
    Ok(())
}

/// A new registration with these details, not yet written and without a number, and the
/// enrolment under which it is made.
pub(in crate::deal_registration) fn begin(
    cx: &mut Cx<'_, '_>,
    (partner_id, program_id): (Option<&PartnerId>, Option<&ProgramId>),
    (said, submits): (&Said, WithFile),
    source: Source,
) -> Result<(Registration, Enrolment), AppError> {
    let own = cx.actor.partner_id().cloned();
    let partner_id = match (own, partner_id) {
        (Some(own), None) => own,
        (Some(own), Some(named)) if own == *named => own,
        (Some(_), Some(_)) => return Err(AppError::NotFound),
        (None, Some(named)) => named.clone(),
        (None, None) => {
            return Err(AppError::field("partner_id", "Choose the partner you register for"));
        }
    };
    let enrolment = enrolment(cx, &partner_id, program_id)?;
    let terms = terms::in_force(cx, &enrolment.program_id, (&enrolment.track, &enrolment.tier))?;
    let mut registration = blank(cx, &enrolment, &terms, source);
    change(&mut registration, said, &terms, (cx.now, submits))?;
    Ok((registration, enrolment))
}

/// A draft of which nothing is known but whose it is.
fn blank(
    cx: &Cx<'_, '_>,
    enrolment: &Enrolment,
    terms: &terms::Terms,
    source: Source,
) -> Registration {
    let now = cx.now;
    Registration {
        registration_id: RegistrationId::new(cx.ids(), now),
        number: 0,
        partner_id: enrolment.partner_id.clone(),
        account_id: None,
        status: StatusKind::Draft,
        stage: StageKind::Identified,
        details: Details::default(),
        currency: terms.document.currency,
        submitted_at: None,
        decision_due_at: None,
        protected_until: None,
        lapses_on: None,
        co_sell_at: None,
        in_dispute: false,
        escalation_level: 0,
        changed_at: now,
        version: 1,
        holds_account: false,
        attention_at: None,
        last_activity_on: None,
        program_id: enrolment.program_id.clone(),
        policy_version: terms.number,
        track: enrolment.track.clone(),
        tier: enrolment.tier.clone(),
        source,
        submitted_by: cx.actor.person().map_or_else(String::new, |id| id.as_str().to_owned()),
        created_at: now,
        ranked_at: None,
        returned_at: None,
        withdrawn_at: None,
        resubmissions: 0,
        breached_at: None,
        decided_at: None,
        decided_by: String::new(),
        decision_reason: None,
        approved_at: None,
        approved_on: None,
        renewed_on: None,
        renewals: 0,
        ended_at: None,
        closed_on: None,
        lost_reason: None,
        reminders: String::new(),
        freezes: Vec::new(),
        return_note: String::new(),
        decision_note: String::new(),
        checks: Vec::new(),
    }
}

/// The enrolment under which a partner registers. Rule PG-05.
fn enrolment(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    program_id: Option<&ProgramId>,
) -> Result<Enrolment, AppError> {
    let mut enrolments = partners::enrolments_of(cx, partner_id)?;
    if let Some(program_id) = program_id {
        enrolments.retain(|enrolment| enrolment.program_id == *program_id);
    }
    let many = enrolments.len() > 1;
    let Some(first) = enrolments.into_iter().next() else {
        return Err(AppError::field(
            if program_id.is_some() { "program_id" } else { "partner_id" },
            "The partner is not enrolled in this program",
        ));
    };
    if many {
        let only = program::only_program(cx)?;
        return if first.program_id == only {
            Ok(first)
        } else {
            Err(AppError::field(
                "program_id",
                "The partner is enrolled in several programs; choose one",
            ))
        };
    }
    Ok(first)
}
