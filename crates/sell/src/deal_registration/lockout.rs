//! Whether direct sales may engage an account: the question that direct sales asks before it
//! records anything (DR-05, DR-06, DR-07).

use std::collections::BTreeSet;

use domain::{
    deal_registration::{
        lockout::{self, AllowedBecause, LockoutDecision, LockoutFacts, WayOn},
        rules::{DR_05, DR_07},
    },
    ids::{AccountId, PartnerId, RegistrationId},
    rule_id::RuleId,
};
use jiff::civil::Date;
use serde_json::json;

use super::{
    clocks, deciders,
    record::{Happening, happened},
    standing,
    store::{self, ConsentView, Held, Registration},
    tell::{self, Message, day},
    terms::{self, Terms},
};
use channel::partners;
use frame::{access::Permission, ctx::Cx, error::AppError};
use people::identity;

/// The answer to direct sales.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engagement {
    /// It may engage.
    Permitted {
        /// Why.
        because: AllowedBecause,
        /// The reason as a sentence.
        words: String,
        /// The registration that protects the account all the same (consent, lapse, co-sell).
        registration_id: Option<RegistrationId>,
    },
    /// It may not.
    Refused(Lockout),
}

/// Why direct sales may not engage, and what it can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lockout {
    /// The rule that refuses.
    pub rule: RuleId,
    /// The reason as a sentence.
    pub words: String,
    /// The last protected day.
    pub protected_until: Date,
    /// What can be done, the quickest first.
    pub ways_on: Vec<WayOn>,
    /// The registration that protects the account.
    pub registration_id: RegistrationId,
    /// The partner that holds it, for the record of the attempt.
    pub partner_id: PartnerId,
    /// The partner's name, only for those who may read registrations.
    pub partner_name: Option<String>,
}

/// Decides for every program's holder of the account, after its clocks were settled, and changes
/// nothing else. Rule DR-05.
pub fn ask(cx: &mut Cx<'_, '_>, account_id: &AccountId) -> Result<Engagement, AppError> {
    Ok(decide(cx, account_id)?.0)
}

/// Asks and, when the answer is yes because of a lapse, lets direct sales in for good: the case
/// goes to co-sell. `what` is told to the partner: “an opportunity”, “a call”. Rules DR-05, DR-07.
///
/// A refusal is not written here: whoever asks logs the attempt and tells the partner manager.
pub fn direct_engagement(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    what: &str,
) -> Result<Engagement, AppError> {
    let (engagement, holder) = decide(cx, account_id)?;
    let Engagement::Permitted { because: AllowedBecause::Lapsed { from_on }, .. } = &engagement
    else {
        return Ok(engagement);
    };
    if let Some((mut registration, terms)) = holder {
        enter(cx, &mut registration, &terms, (*from_on, what))?;
    }
    Ok(engagement)
}

type Holder = (Registration, std::sync::Arc<Terms>);

fn decide(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
) -> Result<(Engagement, Option<Holder>), AppError> {
    if cx.writes {
        clocks::settle_account(cx, account_id)?;
    }
    let mut last: Option<(Engagement, Option<Holder>)> = None;
    for registration in store::holders(cx, account_id)? {
        let terms = terms::of(cx, &registration)?;
        let answer = of_holder(cx, &registration, &terms)?;
        let refused = matches!(answer, Engagement::Refused(_));
        last = Some((answer, Some((registration, terms))));
        if refused {
            break;
        }
    }
    Ok(last.unwrap_or_else(|| {
        let because = AllowedBecause::NotProtected;
        let words = "No partner protects the account.".to_owned();
        (Engagement::Permitted { because, words, registration_id: None }, None)
    }))
}

fn of_holder(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    terms: &Terms,
) -> Result<Engagement, AppError> {
    let activities = store::activities(cx, &registration.registration_id)?;
    let activities = standing::activities(&activities);
    let consents = consents(cx, registration)?;
    let consents = standing::consents(&consents);
    let protection = standing::protection(registration, terms, cx.now);
    let follow_up = standing::follow_up(registration, &activities, terms, cx.now);
    let lockout = LockoutFacts {
        protection: protection.as_ref(),
        consents: &consents,
        follow_up: follow_up.as_ref(),
    };
    match lockout::decide(&lockout, cx.now, &terms.calendar) {
        LockoutDecision::Allowed(because) => {
            let words = because.words(&terms.calendar);
            let registration_id = match because {
                AllowedBecause::NotProtected => None,
                AllowedBecause::Consent { .. }
                | AllowedBecause::Lapsed { .. }
                | AllowedBecause::CoSell { .. } => Some(registration.registration_id.clone()),
            };
            Ok(Engagement::Permitted { because, words, registration_id })
        }
        LockoutDecision::Refused(refused) => {
            let may_know = cx.actor.may(Permission::RegistrationsRead);
            let partner_name = if may_know {
                Some(partners::name_of(cx, &registration.partner_id)?)
            } else {
                None
            };
            Ok(Engagement::Refused(Lockout {
                rule: refused.rule,
                words: refused.words,
                protected_until: refused.protected_until,
                ways_on: refused.ways_on,
                registration_id: registration.registration_id.clone(),
                partner_id: registration.partner_id.clone(),
                partner_name,
            }))
        }
    }
}

/// The consents of a registration by which the one who acts may engage: not those that it gave
/// itself on the partner's side, since consent takes two people. Rule DR-05.
fn consents(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
) -> Result<Vec<ConsentView>, AppError> {
    let mut consents = store::consents(cx, &registration.registration_id)?;
    let Some(acting) = cx.actor.person().cloned() else {
        return Ok(consents);
    };
    let mut own = BTreeSet::new();
    let mut eyes = None;
    for consent in consents.iter().filter(|consent| consent.given() == Some(true)) {
        let Some(giver) = identity::person_of(cx, &consent.answered_by)? else { continue };
        let eyes = match &eyes {
            Some(eyes) => eyes,
            None => eyes.insert(deciders::eyes(cx, registration)?),
        };
        if eyes.one_person(&acting, &giver).is_some() {
            own.insert(consent.consent_id.clone());
        }
    }
    consents.retain(|consent| !own.contains(&consent.consent_id));
    Ok(consents)
}

/// Direct sales engages under a lapse and stays in. Rule DR-07.
fn enter(
    cx: &mut Cx<'_, '_>,
    r: &mut Registration,
    terms: &Terms,
    (from_on, what): (Date, &str),
) -> Result<(), AppError> {
    r.co_sell_at = Some(cx.now);
    r.lapses_on = None;
    r.attention_at = clocks::next_attention(r, terms);
    if store::save(cx, r)? == Held::Taken {
        return Err(AppError::internal("a co-sell took an account that is held"));
    }
    let words = format!(
        "Direct sales engaged ({what}) while the lockout had lapsed, and stays in: co-sell."
    );
    let why = format!(
        "The lockout had lapsed on {}; exclusivity against other partners stays.",
        day(from_on)
    );
    let change = Happening::new("co_sell", &words)
        .by(DR_07)
        .because(&why)
        .change(json!({ "co_sell_at": null }), json!({ "co_sell_at": cx.now.to_string() }));
    happened(cx, r, &change)?;
    let name = &r.details.account_name;
    let message = Message {
        kind: "co_sell",
        title: &format!("{name}: direct sales has engaged, co-sell"),
        body: &format!("{}: {words} {why}", r.reference()),
        action: "View registration",
        until: None,
        link: None,
    };
    tell::partner(cx, r, &message)?;
    tell::manager(cx, r, &message)
}

/// Puts a refused attempt of direct sales into the history of the registration that stood in its
/// way; the vendor reads it. Rule DR-05.
pub fn attempt_refused(
    cx: &mut Cx<'_, '_>,
    registration_id: &RegistrationId,
    what: &str,
) -> Result<(), AppError> {
    let visible = cx.actor.visibility();
    let Some(registration) = store::find(cx.tx, &visible, registration_id)? else {
        return Ok(());
    };
    let words = format!("Direct sales tried to record {what} and was refused.");
    let change = Happening::new("direct_refused", &words).by(DR_05).for_the_vendor();
    happened(cx, &registration, &change)
}
