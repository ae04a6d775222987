//! From rows to the plain facts that the rules judge.

use std::collections::BTreeSet;

use domain::{
    accounts::{AccountStatus, Country, Domain, MatchVerdict},
    deal_registration::{
        account_state::AccountFacts,
        eligibility::{AgreementStanding, PartnerStanding},
        exclusivity::LiveHolder,
        fit::FitFacts,
        submission_checks::SubmissionFacts,
    },
    ids::AccountId,
};
use jiff::{Timestamp, civil::Date};

use super::{
    standing,
    store::{self, Registration},
    terms::{self, Terms},
};
use channel::{
    accounts::{self, AccountView, Asked},
    partners::{self, Enrolment, PartnerStatus},
};
use frame::{ctx::Cx, error::AppError};

/// Live registrations looked at where a tier has no limit.
const MOST_LIVE: u32 = 1_000;

/// What the partner asked for, as accounts are looked up.
pub(super) fn asked(r: &Registration) -> Asked {
    let d = &r.details;
    let domain = if d.account_domain.is_empty() { &d.contact_email } else { &d.account_domain };
    Asked {
        name: d.account_name.clone(),
        domain: domain.clone(),
        country: d.account_country.clone(),
        postal_code: d.account_postal_code.clone(),
        city: d.account_city.clone(),
        ..Asked::default()
    }
}

/// The account of a registration as far as it is known.
#[derive(Debug)]
pub(super) struct Subject {
    /// How certain it is which account is meant.
    pub identity: MatchVerdict,
    /// The account; `None` while it is new or a person decides which it is.
    pub account: Option<AccountView>,
}

/// Everything the automatic checks look at. Rules DR-02, DR-10 to DR-13, DR-17.
pub(super) fn submission(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    enrolment: &Enrolment,
    terms: &Terms,
    subject: &Subject,
) -> Result<SubmissionFacts, AppError> {
    let counts_from = registration.ranked_at.unwrap_or(cx.now);
    let on = terms.day(counts_from);
    let account = subject.account.as_ref();
    Ok(SubmissionFacts {
        partner_id: registration.partner_id.clone(),
        partner: standing(cx, enrolment, terms, on)?,
        tier: registration.tier.clone(),
        live_last_worked_on: live_last_worked_on(cx, registration, terms)?,
        identity: subject.identity,
        fit: fit(registration, enrolment, terms, account),
        account: account_facts(cx, registration, terms, account, counts_from)?,
        holder: match account {
            Some(account) => live_holder(cx, registration, &account.account_id)?,
            None => None,
        },
        median_cycle_days: median_cycle_days(cx, registration)?,
    })
}

/// How the partner stands on a day. Rule DR-10.
pub(super) fn standing(
    cx: &mut Cx<'_, '_>,
    enrolment: &Enrolment,
    terms: &Terms,
    on: Date,
) -> Result<PartnerStanding, AppError> {
    let agreement = enrolment.agreement_from.map(|from_on| (from_on, enrolment.agreement_until));
    let needs_agreement =
        terms.document.track(&enrolment.track).is_none_or(|track| track.agreement_required);
    let agreement = if needs_agreement {
        AgreementStanding::of(agreement, on)
    } else {
        AgreementStanding::Current
    };
    let certifications = if terms.policy.required_certifications.is_empty() {
        BTreeSet::new()
    } else {
        let held = partners::certificates(cx, &enrolment.partner_id, on)?;
        held.into_iter().map(|certificate| certificate.code).collect()
    };
    let active = enrolment.status == PartnerStatus::Active;
    Ok(PartnerStanding { active, agreement, certifications })
}

fn live_last_worked_on(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    terms: &Terms,
) -> Result<Vec<Date>, AppError> {
    let vendor_id = cx.vendor();
    let capacity = terms.policy.capacity_by_tier.get(&registration.tier);
    let most = capacity.map_or(MOST_LIVE, |limit| limit.saturating_add(1));
    Ok(cx.tx.query_as(
        "SELECT last_activity_on FROM deal_registrations WHERE vendor_id = $1 AND partner_id = $2 \
         AND holds_account = 1 AND program_id = $3 AND registration_id <> $4 \
         ORDER BY last_activity_on LIMIT $5",
        db::params![
            vendor_id.as_str(),
            registration.partner_id.as_str(),
            registration.program_id.as_str(),
            registration.registration_id.as_str(),
            most
        ],
    )?)
}

fn fit(
    registration: &Registration,
    enrolment: &Enrolment,
    terms: &Terms,
    account: Option<&AccountView>,
) -> FitFacts {
    let d = &registration.details;
    let known = |of_account: Option<&str>, given: &str| {
        of_account.filter(|text| !text.is_empty()).unwrap_or(given).to_owned()
    };
    let postal_code = known(account.map(|a| a.postal_code.as_str()), &d.account_postal_code);
    let known_territories =
        account.and_then(|account| territories(terms, &account.country, &postal_code));
    let segment = account.map(|a| a.segment.clone()).filter(|segment| !segment.is_empty());
    let employees = account.and_then(|a| a.employees).and_then(|count| u32::try_from(count).ok());
    let by_size = || {
        let domain = Some(d.account_domain.as_str()).filter(|domain| !domain.is_empty());
        terms.document.segment_of(domain, employees).map(|segment| segment.code.clone())
    };
    FitFacts {
        agreed_territories: enrolment.territories.iter().cloned().collect(),
        stated_territories: territories(terms, &d.account_country, &d.account_postal_code),
        known_territories,
        agreed_segments: enrolment.segments.iter().cloned().collect(),
        account_segment: segment.or_else(by_size),
        amount: d.amount,
        amount_in_program_currency: None,
    }
}

/// The territories in which an address lies; `None` when its country is unknown.
pub(super) fn territories(
    terms: &Terms,
    country: &str,
    postal_code: &str,
) -> Option<BTreeSet<String>> {
    let country = Country::parse(country).ok()?;
    let postal_code = Some(postal_code).filter(|text| !text.is_empty());
    let territory = terms.document.territory_of(country, postal_code);
    Some(territory.map(|territory| territory.code.clone()).into_iter().collect())
}

/// True when the program keeps this company for the vendor. Rule DR-13.
pub(super) fn is_house(terms: &Terms, account: Option<&AccountView>, domain: &str) -> bool {
    let named = |domain: &str| {
        Domain::parse(domain).is_ok_and(|domain| terms.document.house_account_of(&domain).is_some())
    };
    if terms.document.house_accounts.is_empty() {
        return account.is_some_and(|account| account.status == AccountStatus::House);
    }
    account.is_some_and(|account| {
        account.status == AccountStatus::House || account.domains.iter().any(|domain| named(domain))
    }) || named(domain)
}

fn account_facts(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    terms: &Terms,
    account: Option<&AccountView>,
    counts_from: Timestamp,
) -> Result<AccountFacts, AppError> {
    let customer = account.filter(|account| account.status == AccountStatus::Customer);
    let direct = match account {
        Some(account) => open_direct(cx, &account.account_id, terms)?,
        None => Vec::new(),
    };
    Ok(AccountFacts {
        bought_lines: customer.map(|account| account.product_lines.iter().cloned().collect()),
        registered_lines: registration.details.products.iter().map(|p| p.code.clone()).collect(),
        house_account: is_house(terms, account, &registration.details.account_domain),
        direct_opportunities_opened_at: direct.into_iter().map(|open| open.opened_at).collect(),
        counts_from,
    })
}

/// An open direct opportunity, as far as registrations need it.
#[derive(Debug, Clone)]
pub(super) struct OpenDirect {
    /// When it was opened: the instant of its record when that was on the same day.
    pub opened_at: Timestamp,
    /// Whose it is; empty when unknown.
    pub owner_user_id: String,
}

/// The open direct opportunities of an account, at most 200. Rule DR-13.
pub(super) fn open_direct(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    terms: &Terms,
) -> Result<Vec<OpenDirect>, AppError> {
    let vendor_id = cx.vendor();
    let rows = cx.tx.query_as::<(String, i64, String), _>(
        "SELECT opened_on, created_at, owner_user_id FROM direct_sales_v_open \
         WHERE vendor_id = $1 AND account_id = $2 LIMIT 200",
        db::params![vendor_id.as_str(), account_id.as_str()],
    )?;
    let opened = |on: &str, recorded_at: Timestamp| match on.parse::<Date>() {
        Ok(on) if terms.day(recorded_at) != on => terms.calendar.start_of(on),
        Ok(_) | Err(_) => recorded_at,
    };
    Ok(rows
        .into_iter()
        .map(|(on, at, owner_user_id)| OpenDirect {
            opened_at: opened(&on, frame::clock::from_micros(at)),
            owner_user_id,
        })
        .collect())
}

/// Who holds the account in the registration's program, with the name for the vendor. Rule DR-02.
pub(super) fn live_holder(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    account_id: &AccountId,
) -> Result<Option<LiveHolder>, AppError> {
    let Some(holder) = store::holder(cx, &registration.program_id, account_id)? else {
        return Ok(None);
    };
    let terms = terms::of(cx, &holder)?;
    let Some(protected_until) = standing::protected_until(&holder, &terms, cx.now) else {
        return Ok(None);
    };
    if holder.registration_id == registration.registration_id {
        return Ok(None);
    }
    Ok(Some(LiveHolder {
        partner_name: partners::name_of(cx, &holder.partner_id)?,
        registration_id: holder.registration_id,
        partner_id: holder.partner_id,
        protected_until,
    }))
}

fn median_cycle_days(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
) -> Result<Option<u32>, AppError> {
    let vendor_id = cx.vendor();
    let days = cx.tx.query_opt_as::<Option<i64>, _>(
        "SELECT sales_cycle_days FROM deal_registration_figures WHERE vendor_id = $1 \
         AND program_id = $2",
        db::params![vendor_id.as_str(), registration.program_id.as_str()],
    )?;
    Ok(days.flatten().and_then(|days| u32::try_from(days).ok()))
}

/// The account of a registration, when it is known which it is.
pub(super) fn account_of(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
) -> Result<Option<AccountView>, AppError> {
    registration.account_id.as_ref().map(|id| accounts::get(cx, id)).transpose()
}
