//! What pages and the API read of one registration.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    deal_registration::{
        activity::Activity,
        amendment::{self, AmendedField},
        decision_clock::{self, DecisionClock},
        follow_up::FollowUp,
        policy::RegistrationPolicy,
        renewal::{self, RenewalFacts},
        status::{self, StatusKind, StepKind},
    },
    ids::{AccountId, ConsentId, FileId, RegistrationId},
    refusal::Refusal,
};
use jiff::{civil::Date, tz::TimeZone};

use super::{
    deciders, facts,
    receipts::{self, SignedReceipt},
    standing,
    store::{
        self, ActivityView, ConsentView, EntryView, FileView, ListRow, Registration, RoleView,
    },
    terms::{self, Terms},
};
use channel::{
    accounts::{self, AccountView, CandidateView, Resolution},
    partners,
};
use frame::{access::Permission, ctx::Cx, error::AppError};

/// A registration with everything that belongs to it.
#[derive(Debug)]
pub struct Detail {
    /// The registration.
    pub registration: Registration,
    /// The partner's name.
    pub partner_name: String,
    /// The account, for the vendor.
    pub account: Option<AccountView>,
    /// What happened, in order.
    pub entries: Vec<EntryView>,
    /// The documented activities, in the order in which they were logged.
    pub activities: Vec<ActivityView>,
    /// The consents, oldest first.
    pub consents: Vec<ConsentView>,
    /// Other partners on the deal, each with its name.
    pub roles: Vec<(RoleView, String)>,
    /// The files.
    pub files: Vec<FileView>,
    /// The receipt of the latest submission.
    pub receipt: Option<SignedReceipt>,
    /// The follow-up clock, once approved.
    pub follow_up: Option<FollowUp>,
    /// The vendor's clock, once submitted.
    pub decision_clock: Option<DecisionClock>,
    /// The first and last day on which it can be renewed, while it protects.
    pub renewal_window: Option<(Date, Date)>,
    /// Today in the program's zone.
    pub today: Date,
    /// The program's zone.
    pub zone: TimeZone,
    /// The terms by which it is judged.
    pub policy: Arc<Terms>,
    /// What the actor can do with it now, or why not.
    pub allowed: Allowed,
}

/// Whether something can be done now; the reason when it cannot.
pub type MayDo = Result<(), String>;

/// What can be done with a registration now, each with the reason when it cannot.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each is named after its action")]
pub struct Allowed {
    pub edit: MayDo,
    pub submit: MayDo,
    pub withdraw: MayDo,
    pub log_activity: MayDo,
    pub renew: MayDo,
    pub amend: MayDo,
    pub close: MayDo,
    pub take_up: MayDo,
    pub decide: MayDo,
    pub release: MayDo,
    pub give_consent: MayDo,
}

/// The registration, without what belongs to it; 404 when the actor may not know of it.
pub fn find(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Registration, AppError> {
    let visible = cx.actor.visibility();
    store::find(cx.tx, &visible, id)?.ok_or(AppError::NotFound)
}

/// The registration with everything that belongs to it.
pub fn detail(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Detail, AppError> {
    let registration = find(cx, id)?;
    let policy = terms::of(cx, &registration)?;
    let activities = store::activities(cx, id)?;
    let clock_activities = standing::activities(&activities);
    let follow_up = standing::follow_up(&registration, &clock_activities, &policy, cx.now);
    let for_vendor = cx.actor.partner_id().is_none();
    let account = if for_vendor { facts::account_of(cx, &registration)? } else { None };
    let allowed = allowed(cx, &registration, &policy, (&clock_activities, account.as_ref()))?;
    Ok(Detail {
        partner_name: partners::name_of(cx, &registration.partner_id)?,
        entries: store::entries(cx, id)?,
        consents: store::consents(cx, id)?,
        roles: named_roles(cx, id)?,
        files: store::files(cx, id)?,
        receipt: receipts::latest(cx, id)?,
        decision_clock: decision_clock(&registration, &policy, cx),
        renewal_window: registration
            .protected_until
            .filter(|_| registration.status.is_live() && registration.holds_account)
            .filter(|_| registration.renewals < policy.policy.renewals)
            .map(|until| renewal::window(until, &policy.policy)),
        today: policy.day(cx.now),
        zone: policy.calendar.zone().tz().clone(),
        account,
        activities,
        follow_up,
        allowed,
        policy,
        registration,
    })
}

/// The registration policy by which a registration is judged.
pub fn policy_of(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
) -> Result<RegistrationPolicy, AppError> {
    Ok(terms::of(cx, registration)?.policy.clone())
}

fn decision_clock(
    registration: &Registration,
    terms: &Terms,
    cx: &Cx<'_, '_>,
) -> Option<DecisionClock> {
    let submitted_at = registration.submitted_at?;
    let decided_at = registration.decided_at.filter(|at| *at >= submitted_at);
    let decided_at = decided_at.or(registration.withdrawn_at);
    Some(decision_clock::compute(
        (submitted_at, decided_at),
        cx.now,
        &terms.policy,
        &terms.calendar,
    ))
}

fn named_roles(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
) -> Result<Vec<(RoleView, String)>, AppError> {
    let roles = store::roles(cx, id)?;
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<String> =
        roles.iter().map(|role| role.partner_id.as_str().to_owned()).collect();
    let names = partners::names(cx, &ids)?;
    Ok(roles
        .into_iter()
        .map(|role| {
            let name = names.get(role.partner_id.as_str()).cloned().unwrap_or_default();
            (role, name)
        })
        .collect())
}

fn allowed(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
    (activities, account): (&[Activity], Option<&AccountView>),
) -> Result<Allowed, AppError> {
    let own = cx.actor.partner_id().is_some() && cx.actor.may(Permission::RegistrationsSubmit);
    let decides = cx.actor.partner_id().is_none() && cx.actor.may(Permission::RegistrationsDecide);
    let side = |is_side: bool, may: MayDo| {
        if is_side { may } else { Err("Your role cannot do this.".to_owned()) }
    };
    let open = matches!(r.status, StatusKind::Draft | StatusKind::Returned);
    let decider = if decides { may_decide(cx, r, terms, account)? } else { Ok(()) };
    let decide = step(r, StepKind::Reject).and(decider.clone());
    let release = step(r, StepKind::Release).and(decider);
    Ok(Allowed {
        edit: side(own, if open { Ok(()) } else { Err(out_of_place(r, "open for editing")) }),
        submit: side(own, may_submit(r)),
        withdraw: side(own, step(r, StepKind::Withdraw)),
        log_activity: side(
            own,
            if r.status == StatusKind::Draft || r.status.is_final() {
                Err(out_of_place(r, "open for activities"))
            } else {
                Ok(())
            },
        ),
        renew: side(own, may_renew(cx, r, terms, activities)),
        amend: side(own, words(amendment::check(&[AmendedField::Amount].into(), r.status))),
        close: side(own, step(r, StepKind::Win).and(words(standing::holds(r)))),
        take_up: side(decides, step(r, StepKind::TakeUp)),
        decide: side(decides, decide),
        release: side(decides, release),
        give_consent: side(
            own,
            if r.status.is_live() && r.holds_account {
                Ok(())
            } else {
                Err("It does not protect an account.".to_owned())
            },
        ),
    })
}

fn words<T>(result: Result<T, Refusal>) -> MayDo {
    result.map(|_| ()).map_err(|refusal| format!("{} {}", refusal.words, refusal.remedy))
}

fn out_of_place(r: &Registration, what: &str) -> String {
    format!("A registration that is {} is not {what}.", r.status.title())
}

fn step(r: &Registration, step: StepKind) -> MayDo {
    match status::target(r.status, step) {
        Some(_) => Ok(()),
        None => {
            Err(format!("A registration that is {} cannot be {}.", r.status.title(), step.done()))
        }
    }
}

fn may_submit(r: &Registration) -> MayDo {
    step(r, StepKind::Submit)?;
    if r.status == StatusKind::Withdrawn && r.approved_at.is_some() {
        return Err("It has protected its account before; register the account again.".to_owned());
    }
    Ok(())
}

/// Whether a registration can be renewed now; the reason when it cannot. Rule DR-03.
pub fn renewable(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<MayDo, AppError> {
    let registration = find(cx, id)?;
    let terms = terms::of(cx, &registration)?;
    let activities = standing::activities(&store::activities(cx, id)?);
    Ok(may_renew(cx, &registration, &terms, &activities))
}

fn may_renew(cx: &Cx<'_, '_>, r: &Registration, terms: &Terms, activities: &[Activity]) -> MayDo {
    step(r, StepKind::Renew)?;
    words(standing::holds(r))?;
    let Some(protected_until) = r.protected_until else {
        return Ok(());
    };
    let activity_days: Vec<Date> = activities.iter().map(|a| a.occurred_on).collect();
    let frozen = standing::frozen(r, terms, cx.now);
    let renewal = RenewalFacts {
        protected_until,
        renewals_so_far: r.renewals,
        activity_days: &activity_days,
        frozen: &frozen,
    };
    words(renewal::renew(&renewal, terms.day(cx.now), &terms.policy))
}

fn may_decide(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
    account: Option<&AccountView>,
) -> Result<MayDo, AppError> {
    Ok(words(deciders::foresee(cx, r, terms, account)?))
}

/// The accounts that a registration may be about, best first, for the decision page. Empty when
/// it is certain. Rule AC-03.
pub fn candidates(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
) -> Result<Vec<CandidateView>, AppError> {
    if registration.account_id.is_some() {
        return Ok(Vec::new());
    }
    let terms = terms::of(cx, registration)?;
    let asked = facts::asked(registration);
    Ok(match accounts::resolve(cx, &asked, &terms.policy.matching)? {
        Resolution::Sure(candidate) => vec![candidate],
        Resolution::Possible(candidates) => candidates,
        Resolution::New => Vec::new(),
    })
}

/// Other undecided registrations of the same account, for the vendor.
pub fn rivals(cx: &mut Cx<'_, '_>, registration: &Registration) -> Result<Vec<ListRow>, AppError> {
    store::undecided_rivals(cx, registration)
}

/// What happened to a registration, in order.
pub fn timeline(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Vec<EntryView>, AppError> {
    let registration = find(cx, id)?;
    store::entries(cx, &registration.registration_id)
}

/// A file of a registration with its content.
pub fn file(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    file_id: &FileId,
) -> Result<(FileView, Vec<u8>), AppError> {
    let registration = find(cx, id)?;
    let found = store::file_content(cx, &registration.registration_id, file_id)?;
    found.ok_or(AppError::NotFound)
}

/// The receipt of a registration's latest submission.
pub fn receipt(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<SignedReceipt, AppError> {
    let registration = find(cx, id)?;
    receipts::latest(cx, &registration.registration_id)?.ok_or(AppError::NotFound)
}

/// The consent that the holder of an account was asked for and has not answered; `None` when
/// nothing is awaited. For the vendor. Rule DR-05.
pub fn awaited_consent(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
) -> Result<Option<(RegistrationId, ConsentId)>, AppError> {
    for holder in store::holders(cx, account_id)? {
        let consents = store::consents(cx, &holder.registration_id)?;
        let awaited = consents.into_iter().find(|consent| consent.given().is_none());
        if let Some(consent) = awaited {
            return Ok(Some((holder.registration_id, consent.consent_id)));
        }
    }
    Ok(None)
}
