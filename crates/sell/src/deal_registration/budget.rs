//! How much a partner may learn about accounts within an hour (DR-18). Every door at which an
//! answer tells something about an account asks here: the question "is it free?", a submission, a
//! conflict case. What each of them told is counted against one budget.

use domain::{
    deal_registration::{availability, policy::AvailabilityPolicy, rules::DR_18},
    ids::PartnerId,
};
use jiff::{SignedDuration, Timestamp};

use channel::partners;
use frame::{
    access::VendorRole,
    ctx::Cx,
    error::{AppError, Wait},
};
use people::{
    identity,
    notifications::{self, Notice},
};

/// To what an answer was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// The question "is it free?".
    Question,
    /// A submission.
    Submission,
    /// A conflict case that a partner opens.
    Case,
}

impl Door {
    const fn word(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Submission => "submission",
            Self::Case => "case",
        }
    }
}

/// An answer that told a partner something about an account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// To what.
    pub door: Door,
    /// True when the company was unknown, or a rule refused.
    pub missed: bool,
}

/// The budget of the partner that acts, with room for one more answer.
#[derive(Debug)]
pub(super) struct Budget {
    partner_id: PartnerId,
    limits: AvailabilityPolicy,
    recent: Vec<Counted>,
    /// How many answers are left after this one.
    pub left: u32,
}

db::row! {
    /// An answer of the last hour.
    #[derive(Debug)]
    struct Counted {
        at: Timestamp,
        missed: bool,
        alarmed: bool,
    }
}

/// How long answers are kept after they were given.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The budget of the partner that acts; `None` for the vendor, which has no limit. It fails with 429
/// when the hour's answers are used up, before anything is looked at, so that the failure tells
/// nothing either. Rule DR-18.
pub(super) fn open(
    cx: &mut Cx<'_, '_>,
    limits: AvailabilityPolicy,
) -> Result<Option<Budget>, AppError> {
    let Some(partner_id) = cx.actor.partner_id().cloned() else {
        return Ok(None);
    };
    let recent = recent(cx, &partner_id)?;
    let answered_at: Vec<Timestamp> = recent.iter().map(|counted| counted.at).collect();
    let left = availability::limit(&answered_at, cx.now, &limits).map_err(|limited| {
        let seconds = limited.retry_at.duration_since(cx.now).as_secs() + 1;
        AppError::TooMany(Wait {
            seconds: u32::try_from(seconds).unwrap_or(3_600),
            words: format!("{} {}", limited.refusal.words, limited.refusal.remedy),
        })
    })?;
    Ok(Some(Budget { partner_id, limits, recent, left }))
}

impl Budget {
    /// Counts an answer, and raises the alarm after many misses. Rule DR-18.
    pub(super) fn spend(&self, cx: &mut Cx<'_, '_>, told: Told) -> Result<(), AppError> {
        let of = |pick: fn(&Counted) -> bool| {
            self.recent.iter().filter(move |counted| pick(counted)).map(|counted| counted.at)
        };
        let mut misses_at: Vec<Timestamp> = of(|counted| counted.missed).collect();
        let alarmed_at: Vec<Timestamp> = of(|counted| counted.alarmed).collect();
        if told.missed {
            misses_at.push(cx.now);
        }
        let alarms = told.missed
            && availability::raises_alarm((&misses_at, &alarmed_at), cx.now, &self.limits);
        self.count(cx, (told, alarms))?;
        if alarms { self.alarm(cx, misses_at.len()) } else { Ok(()) }
    }

    fn count(&self, cx: &mut Cx<'_, '_>, (told, alarmed): (Told, bool)) -> Result<(), AppError> {
        let vendor_id = cx.vendor();
        let answer_id = cx.ids().text("qst", cx.now);
        let asked_by = cx.actor.reference();
        cx.tx.execute(
            "INSERT INTO availability_questions (vendor_id, partner_id, question_id, asked_at, \
             asked_by, missed, alarmed, door) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            db::params![
                vendor_id.as_str(),
                self.partner_id.as_str(),
                &answer_id,
                cx.now.as_microsecond(),
                &asked_by,
                told.missed,
                alarmed,
                told.door.word()
            ],
        )?;
        Ok(())
    }

    /// Tells the partner manager of a partner that asks for many companies nobody knows, or is
    /// refused again and again; partner operations when the partner has no manager.
    fn alarm(&self, cx: &mut Cx<'_, '_>, misses: usize) -> Result<(), AppError> {
        let partner_id = &self.partner_id;
        let people = if let Some(manager) = partners::manager_of(cx, partner_id)? {
            vec![manager]
        } else {
            let people = identity::users_with_role(cx, VendorRole::Operations)?;
            people.into_iter().map(|person| person.user_id).collect()
        };
        let name = partners::name_of(cx, partner_id)?;
        let title = format!("{name}: unusually many failed availability checks");
        let body = format!(
            "Within an hour, {misses} of its checks and submissions were refused or named unknown \
             companies. Someone may be probing lists of companies ({DR_18})."
        );
        let href = format!("/registrations/refused?partner_id={partner_id}");
        for user_id in people {
            let notice = Notice {
                user_id: user_id.as_str(),
                partner_id: "",
                kind: "deal_registration.availability_alarm",
                title: &title,
                body: &body,
                href: &href,
                action: "View refused submissions",
                until: None,
                subject_id: partner_id.as_str(),
                links: &[],
            };
            notifications::notify(cx, &notice)?;
        }
        Ok(())
    }
}

fn recent(cx: &mut Cx<'_, '_>, partner_id: &PartnerId) -> Result<Vec<Counted>, AppError> {
    let vendor_id = cx.vendor();
    let since = cx.now.saturating_sub(availability::WINDOW).unwrap_or(Timestamp::MIN);
    Ok(cx.tx.query_as(
        "SELECT asked_at, missed, alarmed FROM availability_questions WHERE vendor_id = $1 \
         AND partner_id = $2 AND asked_at > $3 ORDER BY asked_at",
        db::params![vendor_id.as_str(), partner_id.as_str(), since.as_microsecond()],
    )?)
}

/// What is older than this is forgotten.
pub(super) fn kept_since(now: Timestamp) -> Timestamp {
    now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN)
}

/// Forgets answers that no limit counts any more.
pub(super) fn forget_old(cx: &mut Cx<'_, '_>) -> Result<u64, AppError> {
    let (vendor_id, before) = (cx.vendor(), kept_since(cx.now));
    Ok(cx.tx.execute(
        "DELETE FROM availability_questions WHERE vendor_id = $1 AND asked_at < $2",
        db::params![vendor_id.as_str(), before.as_microsecond()],
    )?)
}
