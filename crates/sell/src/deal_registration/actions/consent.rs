//! The partner's consent to direct sales engaging on its protected account (DR-05).

use domain::{
    deal_registration::rules::DR_05,
    identity::Likeness,
    ids::{AccountId, ConsentId, RegistrationId},
};
use jiff::civil::Date;
use serde_json::{Value, json};
use web::FieldErrors;

use crate::deal_registration::{
    clocks, deciders,
    record::{Happening, happened},
    store::{self, ConsentAnswer, ConsentView, Registration},
    tell::{self, Message, day},
    terms,
};
use frame::{
    actor::Who,
    ctx::Cx,
    error::AppError,
    input::{Day, Flag, IdOf, Text, input},
};
use people::{
    identity::{self, links::LinkPurpose},
    notifications,
};

input! {
    /// A request for a partner's consent.
    pub struct ConsentRequestInput {
        /// The protected account.
        pub account_id: AccountId => IdOf::<AccountId>::new("Account")
            .required("Enter the account").hidden(),
        /// What direct sales wants to do.
        pub purpose: String => Text::lines("What do you want to do?", 4_000)
            .required("Enter what you want to do")
            .hint("The partner reads this text: say what, with whom, until when"),
    }
}

input! {
    /// A consent given without having been asked.
    pub struct ConsentInput {
        /// What direct sales may do.
        pub purpose: String => Text::lines("What may direct sales do?", 4_000),
        /// The last day it holds (YYYY-MM-DD); as long as protection when left out.
        pub until_on: Option<Date> => Day::new("Until").optional().finished(terms::from_today)
            .hint("Leave empty for as long as the account is protected"),
    }
}

input! {
    /// The answer to a request for consent.
    pub struct ConsentAnswerInput {
        /// Yes or no.
        pub given: bool => Flag::new("Your answer").required("Choose yes or no"),
        /// The last day it holds (YYYY-MM-DD); as long as protection when left out.
        pub until_on: Option<Date> => Day::new("Consent until").optional(),
    }
}

impl ConsentRequestInput {
    /// The consent, awaiting its answer. Rule DR-05.
    pub fn run(self, cx: &mut Cx<'_, '_>) -> Result<ConsentView, AppError> {
        somebody_asks(cx)?;
        clocks::settle_account(cx, &self.account_id)?;
        let Some(r) = store::holders(cx, &self.account_id)?.into_iter().next() else {
            let words = "No partner protects this account, so no consent is needed.";
            return Err(AppError::refused(DR_05, words));
        };
        let mut known = store::consents(cx, &r.registration_id)?.into_iter();
        if let Some(open) = known.find(|consent| consent.given().is_none()) {
            let asked_on = terms::of(cx, &r)?.day(open.asked_at);
            let words = format!(
                "Consent was requested on {} and has not been answered yet.",
                day(asked_on)
            );
            return Err(AppError::refused(DR_05, words));
        }
        let consent = ConsentView {
            consent_id: ConsentId::new(cx.ids(), cx.now),
            registration_id: r.registration_id.clone(),
            asked_by: cx.actor.reference(),
            asked_by_name: cx.actor.name.clone(),
            asked_at: cx.now,
            purpose: self.purpose,
            answer: None,
            answered_by: String::new(),
            answered_by_name: String::new(),
            answered_at: None,
            answered_through: String::new(),
            until_on: None,
            withdrawn_at: None,
        };
        store::add_consent(cx, &consent)?;
        let words = format!("{} asked for consent to engage on the account.", cx.actor.name);
        record(cx, &r, ("consent_asked", &words, &consent.purpose), &consent)?;
        let name = &r.details.account_name;
        let message = Message {
            kind: "consent_asked",
            title: &format!("{name}: direct sales asks for your consent"),
            body: &format!(
                "{}: {words} Purpose: {} Without your consent the lockout holds.",
                r.reference(),
                consent.purpose
            ),
            action: "Answer",
            until: None,
            link: Some((
                LinkPurpose::Consent,
                consent.consent_id.as_str(),
                "Answer without signing in",
            )),
        };
        tell::partner(cx, &r, &message)?;
        Ok(consent)
    }
}

/// The partner takes a consent back: from now on the lockout holds again.
#[derive(Debug)]
pub struct WithdrawConsent {
    /// The consent.
    pub consent_id: ConsentId,
}

/// A consent with its registration, which the actor must be allowed to know.
fn load(cx: &mut Cx<'_, '_>, id: &ConsentId) -> Result<(ConsentView, Registration), AppError> {
    let consent = store::consent(cx, id)?.ok_or(AppError::NotFound)?;
    let registration = super::load(cx, &consent.registration_id)?;
    Ok((consent, registration))
}

/// Who asks is known, so that somebody else can give the consent. Rule DR-05.
fn somebody_asks(cx: &Cx<'_, '_>) -> Result<(), AppError> {
    if cx.actor.person().is_some() || cx.actor.who == Who::System {
        return Ok(());
    }
    Err(AppError::refused(
        DR_05,
        "This key has no owner, so it cannot ask for consent. Sign in, or use a key that belongs \
         to a person.",
    ))
}

/// Consent takes two people: who asks for it on the vendor's side does not give it for the partner,
/// and a person gives it. Rule DR-05.
fn somebody_else_gives(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    asked_by: &str,
) -> Result<(), AppError> {
    let giver = identity::deciding_person(cx, DR_05)?;
    let asker = identity::person_of(cx, asked_by)?;
    let Some((giver, asker)) = giver.zip(asker) else {
        return Ok(());
    };
    match deciders::eyes(cx, r)?.one_person(&giver, &asker) {
        None => Ok(()),
        Some(one) => {
            let who = format!("{}, who asks for the vendor,", one.name);
            let why = match one.likeness {
                Likeness::Same => "You asked for this consent yourself.".to_owned(),
                Likeness::Mailbox
                | Likeness::Device
                | Likeness::Invited
                | Likeness::InvitedBy
                | Likeness::Behind => one.words(&who),
            };
            let words = format!("{why} Consent needs two people. Ask a colleague to answer.");
            Err(AppError::refused(DR_05, words))
        }
    }
}

/// Only a registration that protects can consent, and not beyond the past.
fn check(cx: &mut Cx<'_, '_>, r: &Registration, until_on: Option<Date>) -> Result<(), AppError> {
    if !(r.status.is_live() && r.holds_account) {
        let words = "The registration no longer protects its account, so no consent is needed.";
        return Err(AppError::refused(DR_05, words));
    }
    let today = terms::of(cx, r)?.day(cx.now);
    let mut errors = FieldErrors::new();
    terms::not_past(&mut errors, ("until_on", until_on), today);
    errors.check().map_err(AppError::Invalid)
}

impl ConsentAnswerInput {
    /// The answered consent; `through` is `portal`, `link` or `api`. A refusal can be turned into a
    /// consent later; a consent is withdrawn.
    pub fn run(
        &self,
        cx: &mut Cx<'_, '_>,
        id: &ConsentId,
        through: &str,
    ) -> Result<ConsentView, AppError> {
        let (mut consent, r) = load(cx, id)?;
        check(cx, &r, self.until_on)?;
        if consent.given() == Some(true) {
            let words = "This consent has already been given. You can withdraw it.";
            return Err(AppError::refused(DR_05, words));
        }
        if self.given {
            somebody_else_gives(cx, &r, &consent.asked_by)?;
        }
        consent.answer = Some(ConsentAnswer::of(self.given));
        consent.answered_by = cx.actor.reference();
        consent.answered_by_name.clone_from(&cx.actor.name);
        consent.answered_at = Some(cx.now);
        through.clone_into(&mut consent.answered_through);
        consent.until_on = self.until_on.filter(|_| self.given);
        store::update_consent(cx, &consent)?;
        notifications::finish(cx, r.registration_id.as_str())?;
        tell_answer(cx, &r, &consent)?;
        Ok(consent)
    }
}

fn tell_answer(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    consent: &ConsentView,
) -> Result<(), AppError> {
    let until = consent.until_on.map_or_else(String::new, |on| format!(" until {}", day(on)));
    let (kind, words) = if consent.given() == Some(true) {
        ("consent_given", format!("{} consented to direct engagement{until}.", cx.actor.name))
    } else {
        ("consent_refused", format!("{} did not consent; the lockout holds.", cx.actor.name))
    };
    record(cx, r, (kind, &words, &consent.purpose), consent)?;
    let Some(asker) = identity::person_of(cx, &consent.asked_by)? else { return Ok(()) };
    let name = &r.details.account_name;
    let answer = if consent.given() == Some(true) {
        format!("You may engage{until}.")
    } else {
        "You can propose co-sell, or wait until protection ends.".to_owned()
    };
    let title = format!("{name}: the partner answered");
    let answered = if consent.given() == Some(true) {
        "The partner consented."
    } else {
        "The partner did not consent."
    };
    let body = format!("{answered} {answer}");
    let message = Message { kind, title: &title, body: &body, action: "", until: None, link: None };
    tell::vendor_person_about_account(cx, r, &asker, &message)
}

impl ConsentInput {
    /// The given consent; `through` is `portal` or `api`. Rule DR-05.
    pub fn run(
        self,
        cx: &mut Cx<'_, '_>,
        id: &RegistrationId,
        through: &str,
    ) -> Result<ConsentView, AppError> {
        let r = super::load(cx, id)?;
        check(cx, &r, self.until_on)?;
        somebody_else_gives(cx, &r, "")?;
        let consent = ConsentView {
            consent_id: ConsentId::new(cx.ids(), cx.now),
            registration_id: r.registration_id.clone(),
            asked_by: String::new(),
            asked_by_name: String::new(),
            asked_at: cx.now,
            purpose: self.purpose,
            answer: Some(ConsentAnswer::Given),
            answered_by: cx.actor.reference(),
            answered_by_name: cx.actor.name.clone(),
            answered_at: Some(cx.now),
            answered_through: through.to_owned(),
            until_on: self.until_on,
            withdrawn_at: None,
        };
        store::add_consent(cx, &consent)?;
        let until = consent.until_on.map_or_else(String::new, |on| format!(" until {}", day(on)));
        let words = format!("{} consented to direct engagement{until}.", cx.actor.name);
        record(cx, &r, ("consent_given", &words, &consent.purpose), &consent)?;
        Ok(consent)
    }
}

impl WithdrawConsent {
    /// The withdrawn consent. What direct sales did under it stays done.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<ConsentView, AppError> {
        let (mut consent, r) = load(cx, &self.consent_id)?;
        if consent.given() != Some(true) || consent.withdrawn_at.is_some() {
            let words = "There is no active consent to withdraw.";
            return Err(AppError::refused(DR_05, words));
        }
        consent.withdrawn_at = Some(cx.now);
        store::update_consent(cx, &consent)?;
        let words = format!("{} withdrew the consent; the lockout holds again.", cx.actor.name);
        record(cx, &r, ("consent_withdrawn", &words, ""), &consent)?;
        if let Some(asker) = identity::person_of(cx, &consent.asked_by)? {
            let name = &r.details.account_name;
            let title = format!("{name}: the partner withdrew its consent");
            let body = "Direct sales is locked out of the account again.";
            let kind = "consent_withdrawn";
            let message =
                Message { kind, title: &title, body, action: "", until: None, link: None };
            tell::vendor_person_about_account(cx, &r, &asker, &message)?;
        }
        Ok(consent)
    }
}

fn record(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    (kind, words, why): (&'static str, &str, &str),
    consent: &ConsentView,
) -> Result<(), AppError> {
    let after = json!({
        "consent_id": consent.consent_id.as_str(),
        "given": consent.given(),
        "until_on": consent.until_on.map(|on| on.to_string()),
        "withdrawn_at": consent.withdrawn_at.map(|at| at.to_string()),
    });
    let change = Happening::new(kind, words).by(DR_05).because(why).change(Value::Null, after);
    happened(cx, r, &change)
}
