//! What waits for whom, and how much there is of it: short lists and counts for home pages. Each
//! count can be read from an index alone, whatever the number of registrations.

use std::fmt::Write as _;

use db::Value;
use domain::{
    deal_registration::status::StatusKind,
    ids::{ConsentId, PartnerId, RegistrationId},
};
use jiff::{Timestamp, civil::Date};

use super::store::ConsentAnswer;
use frame::{ctx::Cx, error::AppError};
use people::identity;

/// Whose registrations are looked at, among those that the actor may see.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// All that it may see.
    Everyones,
    /// Those of these partners.
    OfPartners(&'a [PartnerId]),
}

/// How many there are; each number is a list too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Waiting for the vendor's decision.
    pub undecided: i64,
    /// Of them, those whose promised time is over.
    pub overdue: i64,
    /// Holding their account.
    pub live: i64,
    /// Of them, those that direct sales may engage because nothing was documented.
    pub lapsed: i64,
    /// Of them, those whose protection ends within 30 days.
    pub expiring: i64,
    /// Returned to the partner.
    pub returned: i64,
}

/// A condition with its parameters, begun with the vendor and the partners.
struct Scope {
    text: String,
    values: Vec<Value<'static>>,
}

impl Scope {
    fn of(cx: &Cx<'_, '_>, whose: Whose<'_>) -> Self {
        let visible = cx.actor.visibility();
        let mut scope =
            Self { text: "vendor_id = $1".into(), values: vec![visible.vendor().into_owned()] };
        if let Some(own) = visible.partner_id() {
            scope.partners(std::slice::from_ref(own));
        }
        if let Whose::OfPartners(partners) = whose {
            scope.partners(partners);
        }
        scope
    }

    fn partners(&mut self, partners: &[PartnerId]) {
        let mut marks = Vec::with_capacity(partners.len());
        for partner in partners {
            self.values.push(partner.as_str().to_owned().into());
            marks.push(format!("${}", self.values.len()));
        }
        if marks.is_empty() {
            self.text.push_str(" AND 1 = 0");
        } else {
            let _ = write!(self.text, " AND partner_id IN ({})", marks.join(", "));
        }
    }

    fn count(
        &self,
        cx: &mut Cx<'_, '_>,
        condition: &str,
        bound: Option<Value<'static>>,
    ) -> Result<i64, AppError> {
        let mut values = self.values.clone();
        let mut sql =
            format!("SELECT COUNT(*) FROM deal_registrations WHERE {} AND {condition}", self.text);
        if let Some(bound) = bound {
            values.push(bound);
            let _ = write!(sql, " ${}", values.len());
        }
        Ok(cx.tx.query_one_as::<i64, _>(&sql, &values)?)
    }
}

/// The counts of these registrations on that day of the program's zone.
pub fn figures(cx: &mut Cx<'_, '_>, whose: Whose<'_>, today: Date) -> Result<Figures, AppError> {
    let scope = Scope::of(cx, whose);
    let now = cx.now_micros();
    let soon = today.saturating_add(jiff::Span::new().days(30)).to_string();
    // Each condition is that of an index of a partner and of one of all, which alone is read.
    Ok(Figures {
        undecided: scope.count(cx, "decision_due_at IS NOT NULL", None)?,
        overdue: scope.count(cx, "decision_due_at <=", Some(now.into()))?,
        live: scope.count(cx, "holds_account = 1", None)?,
        lapsed: scope.count(
            cx,
            "holds_account = 1 AND lapses_on <> '' AND lapses_on <=",
            Some(today.to_string().into()),
        )?,
        expiring: scope.count(cx, "holds_account = 1 AND protected_until <=", Some(soon.into()))?,
        returned: scope.count(cx, "status = 'returned'", None)?,
    })
}

/// How much waits soon, by kind: the whole, of which home pages show the first few.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Soon {
    /// Returned with a question.
    pub returned: i64,
    /// Drafts.
    pub drafts: i64,
    /// Holding their account, with a lapse until the first day asked for, or before.
    pub lapsing: i64,
    /// Holding their account, with an end of protection until the second day, or before.
    pub ending: i64,
}

/// The counts of what waits until these days.
pub fn soon(
    cx: &mut Cx<'_, '_>,
    whose: Whose<'_>,
    (lapse, end): (Date, Date),
) -> Result<Soon, AppError> {
    let scope = Scope::of(cx, whose);
    let (lapse, end) = (lapse.to_string(), end.to_string());
    let lapses = "holds_account = 1 AND lapses_on <> '' AND lapses_on <=";
    let ends = "holds_account = 1 AND protected_until <> '' AND protected_until <=";
    Ok(Soon {
        returned: scope.count(cx, "status = 'returned'", None)?,
        drafts: scope.count(cx, "status = 'draft'", None)?,
        lapsing: scope.count(cx, lapses, Some(lapse.into()))?,
        ending: scope.count(cx, ends, Some(end.into()))?,
    })
}

db::row! {
    /// A consent as a list of what waits shows it.
    #[derive(Debug, Clone)]
    pub struct ConsentRow {
        /// The consent.
        pub consent_id: ConsentId,
        /// The registration that protects the account.
        pub registration_id: RegistrationId,
        /// The company.
        pub account_name: String,
        /// The account, as its id.
        pub account_id: String,
        /// Who asked; empty when it was given unasked.
        pub asked_by_name: String,
        /// When.
        pub asked_at: Timestamp,
        /// What for.
        pub purpose: String,
        /// The answer; `None` while it is awaited.
        pub given: Option<bool> => given,
        /// The last day it holds; `None` as long as protection.
        pub until_on: Option<Date> = "",
        /// The last protected day of the account.
        pub protected_until: Option<Date> = "",
    }
}

const CONSENT: &str = "SELECT c.consent_id, c.registration_id, r.account_name, r.account_id, \
    c.asked_by_name, c.asked_at, c.purpose, c.answer, c.until_on, r.protected_until \
    FROM deal_registration_consents c JOIN deal_registrations r \
    ON r.vendor_id = c.vendor_id AND r.registration_id = c.registration_id \
    WHERE c.vendor_id = $1 AND c.withdrawn_at IS NULL";

fn given(answer: String) -> Option<bool> {
    ConsentAnswer::from_word(&answer).map(|answer| answer == ConsentAnswer::Given)
}

/// The requests that the acting partner has not answered, oldest first, at most 20.
pub fn consents_to_answer(cx: &mut Cx<'_, '_>) -> Result<Vec<ConsentRow>, AppError> {
    let Some(partner_id) = cx.actor.partner_id().cloned() else {
        return Ok(Vec::new());
    };
    let vendor_id = cx.vendor();
    let sql = format!(
        "{CONSENT} AND c.answer = '' AND r.partner_id = $2 AND r.holds_account = 1 \
         ORDER BY c.asked_at LIMIT 20"
    );
    let params = db::params![vendor_id.as_str(), partner_id.as_str()];
    Ok(cx.tx.query_as(&sql, params)?)
}

/// What the acting person of the vendor asked for on accounts that are still protected, newest
/// first, at most 20.
pub fn consents_asked(cx: &mut Cx<'_, '_>) -> Result<Vec<ConsentRow>, AppError> {
    let vendor_id = cx.vendor();
    let asked_by = identity::references(cx)?;
    let marks: Vec<String> = (2..2 + asked_by.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "{CONSENT} AND c.asked_by IN ({}) AND r.holds_account = 1 \
         ORDER BY c.asked_at DESC LIMIT 20",
        marks.join(", ")
    );
    let mut values: Vec<Value<'_>> = vec![vendor_id.as_str().into()];
    values.extend(asked_by.iter().map(|reference| reference.as_str().into()));
    Ok(cx.tx.query_as(&sql, &values)?)
}

/// The request for consent on a registration that its partner has not answered; `None` when
/// nothing is awaited.
pub fn consent_awaited(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
) -> Result<Option<ConsentRow>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "{CONSENT} AND c.registration_id = $2 AND c.answer = '' ORDER BY c.asked_at LIMIT 1"
    );
    Ok(cx.tx.query_opt_as(&sql, db::params![vendor_id.as_str(), id.as_str()])?)
}

/// The last instant at which a returned registration, submitted again, keeps its first submission
/// time; `None` when it is not returned. Rule DR-16.
pub fn first_submission_counts_until(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
) -> Result<Option<Timestamp>, AppError> {
    let registration = super::find(cx, id)?;
    let terms = super::terms::of(cx, &registration)?;
    let days = terms.policy.keep_first_submission_business_days;
    let returned = registration.returned_at;
    let returned = returned.filter(|_| registration.status == StatusKind::Returned);
    Ok(returned.map(|at| terms.calendar.add_business_days(at, days)))
}
