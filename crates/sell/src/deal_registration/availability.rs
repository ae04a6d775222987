//! "Is it free?" (DR-18): the answer says free, protected until a day, house account, needs review
//! or needs the company's name, and never by whom. Every answer has the same shape.

use domain::{
    accounts::{AccountStatus, MatchVerdict},
    deal_registration::{
        availability::{self, Availability, AvailabilityFacts},
        policy::AvailabilityPolicy,
    },
    ids::{AccountId, PartnerId},
    text,
};

use super::{
    budget::{self, Door, Told},
    clocks, facts, standing, store,
    terms::{self, Terms},
};
use channel::{
    accounts::{self, AccountView, Asked, Resolution},
    partners, program,
};
use frame::{ctx::Cx, error::AppError};

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The answer.
    pub availability: Availability,
    /// The answer as a sentence.
    pub words: String,
    /// How many answers about accounts the partner has left within the hour; `None` for the vendor,
    /// which has no limit.
    pub left: Option<u32>,
}

/// A question, or what is wrong with it.
fn line(question: &str) -> Result<String, AppError> {
    text::line(question, 300).map_err(|error| AppError::field("q", error.to_string()))
}

/// Answers for a domain or a name, and counts the answer. Rule DR-18.
pub fn ask(cx: &mut Cx<'_, '_>, question: &str) -> Result<Answer, AppError> {
    let question = line(question)?;
    let partner_id = cx.actor.partner_id().cloned();
    let terms = terms_for(cx, partner_id.as_ref())?;
    let budget = budget::open(cx, terms.policy.availability)?;
    let (availability, missed) = answer(cx, &Asked::from_words(&question), &terms)?;
    if let Some(budget) = &budget {
        budget.spend(cx, Told { door: Door::Question, missed })?;
    }
    let left = budget.map(|budget| budget.left);
    Ok(Answer { availability, words: availability.words(), left })
}

/// How much the partner that acts may learn about accounts within an hour. Rule DR-18.
pub(super) fn limits(cx: &mut Cx<'_, '_>) -> Result<AvailabilityPolicy, AppError> {
    let partner_id = cx.actor.partner_id().cloned();
    Ok(terms_for(cx, partner_id.as_ref())?.policy.availability)
}

/// The terms of the asking partner, or of the first program for the vendor.
fn terms_for(
    cx: &mut Cx<'_, '_>,
    partner_id: Option<&PartnerId>,
) -> Result<std::sync::Arc<Terms>, AppError> {
    let enrolment = match partner_id {
        Some(partner_id) => partners::enrolments_of(cx, partner_id)?.into_iter().next(),
        None => None,
    };
    if let Some(enrolment) = enrolment {
        let of = (enrolment.track.as_str(), enrolment.tier.as_str());
        return terms::in_force(cx, &enrolment.program_id, of);
    }
    let program_id = program::only_program(cx)?;
    terms::in_force(cx, &program_id, ("", ""))
}

/// The account that a question surely means; `None` when it is none or a person must look. For
/// the vendor only: a partner does not learn which accounts there are (AC-05).
pub fn account_meant(cx: &mut Cx<'_, '_>, question: &str) -> Result<Option<AccountId>, AppError> {
    if cx.actor.partner_id().is_some() {
        return Err(AppError::NotFound);
    }
    let question = line(question)?;
    let terms = terms_for(cx, None)?;
    Ok(match accounts::resolve(cx, &Asked::from_words(&question), &terms.policy.matching)? {
        Resolution::Sure(candidate) => Some(candidate.account_id),
        Resolution::Possible(_) | Resolution::New => None,
    })
}

/// The answer, and whether it counts as a miss: nobody knows the company, or half a name was tried.
fn answer(
    cx: &mut Cx<'_, '_>,
    asked: &Asked,
    terms: &Terms,
) -> Result<(Availability, bool), AppError> {
    let found = accounts::resolve(cx, asked, &terms.policy.matching)?;
    let (identity, account) = match found {
        Resolution::Sure(candidate) => {
            (MatchVerdict::Same, Some(accounts::get(cx, &candidate.account_id)?))
        }
        Resolution::Possible(_) => (MatchVerdict::Possible, None),
        Resolution::New if is_called_like_one(cx, asked, terms)? => (MatchVerdict::Possible, None),
        Resolution::New => (MatchVerdict::New, None),
    };
    let mut availability = of(cx, (identity, account.as_ref()), asked, terms)?;
    if availability == Availability::Free && is_waiting(cx, asked)? {
        availability = Availability::NeedsReview;
    }
    let missed = identity == MatchVerdict::New
        && (availability == Availability::Free || !asked.name.is_empty());
    Ok((availability, missed))
}

/// Whether a submission that waits for a person to say which account it means is called like this, or
/// has its domain. Rule DR-18.
fn is_waiting(cx: &mut Cx<'_, '_>, asked: &Asked) -> Result<bool, AppError> {
    let alike = |waiting: store::InDoubt| {
        let waiting = Asked {
            name: waiting.account_name,
            domain: waiting.account_domain,
            ..Asked::default()
        };
        accounts::is_named_alike(&waiting, asked)
    };
    Ok(store::in_doubt(cx)?.into_iter().any(alike))
}

/// Whether some account is called like a domain that is no account's: "free" would be a guess. Rule
/// DR-18.
fn is_called_like_one(cx: &mut Cx<'_, '_>, asked: &Asked, terms: &Terms) -> Result<bool, AppError> {
    if !asked.name.is_empty() || !accounts::tells_a_company(cx, asked)? {
        return Ok(false);
    }
    let called = Asked { name: format!("www.{}", asked.domain), ..Asked::default() };
    let found = accounts::resolve(cx, &called, &terms.policy.matching)?;
    Ok(!matches!(found, Resolution::New))
}

/// The answer for a company that was looked up, whoever asks and through whichever door. Rule DR-18.
pub(super) fn of(
    cx: &mut Cx<'_, '_>,
    (identity, account): (MatchVerdict, Option<&AccountView>),
    asked: &Asked,
    terms: &Terms,
) -> Result<Availability, AppError> {
    let house_account = facts::is_house(terms, account, &asked.domain);
    let mut known = AvailabilityFacts {
        identity: if house_account { MatchVerdict::Same } else { identity },
        house_account,
        protected_until: None,
        needs_look: false,
        names_nobody: identity == MatchVerdict::New && !accounts::tells_a_company(cx, asked)?,
    };
    if let Some(account) = account {
        clocks::settle_account(cx, &account.account_id)?;
        for holder in store::holders(cx, &account.account_id)? {
            let own = terms::of(cx, &holder)?;
            let until = standing::protected_until(&holder, &own, cx.now);
            known.protected_until = known.protected_until.max(until);
        }
        known.needs_look = account.status == AccountStatus::Customer
            || !facts::open_direct(cx, &account.account_id, terms)?.is_empty()
            || store::has_undecided(cx, &account.account_id)?;
    }
    Ok(availability::answer(&known, terms.day(cx.now)))
}
