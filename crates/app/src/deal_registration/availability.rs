//! "Is it free?" (DR-18): the answer says free, protected until a day, house account or needs
//! review, and never by whom. Every answer has the same shape.

use domain::{
    accounts::{Domain, MatchVerdict},
    deal_registration::{
        availability::{self, Availability, AvailabilityFacts},
        rules::DR_18,
    },
    ids::{AccountId, PartnerId},
};
use jiff::{SignedDuration, Timestamp};

use super::{
    clocks, facts, form, standing, store,
    terms::{self, Terms},
};
use crate::{
    access::VendorRole,
    accounts::{self, Asked, Resolution},
    core::{clock::from_micros, ctx::Cx, error::AppError},
    identity,
    notifications::{self, Notice},
    partners, program,
};

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The answer.
    pub availability: Availability,
    /// The answer as a sentence.
    pub words: String,
    /// How many questions the partner has left within the hour; `None` for the vendor, which has
    /// no limit.
    pub left: Option<u32>,
}

const WINDOW: SignedDuration = SignedDuration::from_hours(1);
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Answers for a domain or a name, and counts the question. Rule DR-18.
pub fn ask(cx: &mut Cx<'_, '_>, question: &str) -> Result<Answer, AppError> {
    let question = form::line("q", question, 300)?;
    let partner_id = cx.actor.partner_id().cloned();
    let terms = terms_for(cx, partner_id.as_ref())?;
    let asked = asked_of(&question);
    let Some(partner_id) = partner_id else {
        let (availability, _) = answer(cx, &asked, &terms)?;
        return Ok(Answer { availability, words: availability.words(), left: None });
    };
    let recent = recent(cx, &partner_id)?;
    let limits = &terms.policy.availability;
    let asked_at: Vec<Timestamp> = recent.iter().map(|question| question.at).collect();
    let left = availability::limit(&asked_at, cx.now, limits).map_err(|limited| {
        let seconds = limited.retry_at.duration_since(cx.now).as_secs() + 1;
        AppError::TooMany(u32::try_from(seconds).unwrap_or(3_600))
    })?;
    let (availability, missed) = answer(cx, &asked, &terms)?;
    let mut misses_at: Vec<Timestamp> =
        recent.iter().filter(|question| question.missed).map(|question| question.at).collect();
    if missed {
        misses_at.push(cx.now);
    }
    let alarms = missed
        && availability::raises_alarm(&misses_at, cx.now, limits)
        && !recent.iter().any(|question| question.alarmed);
    count(cx, &partner_id, (missed, alarms))?;
    if alarms {
        alarm(cx, &partner_id, misses_at.len())?;
    }
    Ok(Answer { availability, words: availability.words(), left: Some(left) })
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
    let question = form::line("q", question, 300)?;
    let terms = terms_for(cx, None)?;
    Ok(match accounts::resolve(cx, &asked_of(&question), &terms.policy.matching)? {
        Resolution::Sure(candidate) => Some(candidate.account_id),
        Resolution::Possible(_) | Resolution::New => None,
    })
}

/// A domain when it reads as one, else a name.
fn asked_of(question: &str) -> Asked {
    match Domain::parse(question) {
        Ok(domain) => {
            let domain = domain.without_www();
            Asked { domain: domain.ascii().to_owned(), ..Asked::default() }
        }
        Err(_) => Asked { name: question.to_owned(), ..Asked::default() },
    }
}

/// The answer, and whether nobody knows the company.
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
        Resolution::New => (MatchVerdict::New, None),
    };
    let house_account = facts::is_house(terms, account.as_ref(), &asked.domain);
    let missed = identity == MatchVerdict::New && !house_account;
    let identity = if house_account { MatchVerdict::Same } else { identity };
    let mut known =
        AvailabilityFacts { identity, house_account, protected_until: None, needs_look: false };
    if let Some(account) = &account {
        clocks::settle_account(cx, &account.account_id)?;
        for holder in store::holders(cx, &account.account_id)? {
            let own = terms::of(cx, &holder)?;
            let until = standing::protected_until(&holder, &own, cx.now);
            known.protected_until = known.protected_until.max(until);
        }
        known.needs_look = account.status == "customer"
            || !facts::open_direct(cx, &account.account_id, terms)?.is_empty()
            || store::has_undecided(cx, &account.account_id)?;
    }
    Ok((availability::answer(&known, terms.day(cx.now)), missed))
}

/// A question of the last hour.
struct Question {
    at: Timestamp,
    missed: bool,
    alarmed: bool,
}

fn recent(cx: &mut Cx<'_, '_>, partner_id: &PartnerId) -> Result<Vec<Question>, AppError> {
    let vendor_id = cx.vendor();
    let since = cx.now.saturating_sub(WINDOW).unwrap_or(Timestamp::MIN);
    Ok(cx.tx.query(
        "SELECT asked_at, missed, alarmed FROM availability_questions WHERE vendor_id = $1 \
         AND partner_id = $2 AND asked_at > $3 ORDER BY asked_at",
        db::params![vendor_id.as_str(), partner_id.as_str(), since.as_microsecond()],
        |row| {
            Ok(Question {
                at: from_micros(row.int(0)?),
                missed: row.flag(1)?,
                alarmed: row.flag(2)?,
            })
        },
    )?)
}

fn count(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    (missed, alarmed): (bool, bool),
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let question_id = cx.ids().text("qst", cx.now);
    let asked_by = cx.actor.reference();
    cx.tx.execute(
        "INSERT INTO availability_questions (vendor_id, partner_id, question_id, asked_at, \
         asked_by, missed, alarmed) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        db::params![
            vendor_id.as_str(),
            partner_id.as_str(),
            &question_id,
            cx.now.as_microsecond(),
            &asked_by,
            missed,
            alarmed
        ],
    )?;
    Ok(())
}

/// Tells the partner manager of a partner that asks for many companies nobody knows.
fn alarm(cx: &mut Cx<'_, '_>, partner_id: &PartnerId, misses: usize) -> Result<(), AppError> {
    let people = if let Some(manager) = partners::manager_of(cx, partner_id)? {
        vec![manager]
    } else {
        let people = identity::users_with_role(cx, VendorRole::Operations)?;
        people.into_iter().map(|person| person.user_id).collect()
    };
    let name = partners::name_of(cx, partner_id)?;
    let title = format!("{name} asks for many unknown companies");
    let body = format!(
        "Within an hour {misses} questions “is it free?” were about companies that nobody knows. \
         Someone may be trying lists ({DR_18})."
    );
    let href = format!("/partners/{partner_id}");
    for user_id in people {
        let notice = Notice {
            user_id: user_id.as_str(),
            partner_id: "",
            kind: "deal_registration.availability_alarm",
            title: &title,
            body: &body,
            href: &href,
            action: "Talk to the partner",
            until: None,
            subject_id: partner_id.as_str(),
            links: &[],
        };
        notifications::notify(cx, &notice)?;
    }
    Ok(())
}

/// Forgets questions that no limit counts any more.
pub fn forget_old(tx: &mut db::Tx<'_>, now: Timestamp) -> Result<u64, AppError> {
    let before = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    Ok(tx.execute(
        "DELETE FROM availability_questions WHERE asked_at < $1",
        db::params![before.as_microsecond()],
    )?)
}
