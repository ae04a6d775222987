//! Renewing protection.

use domain::{
    deal_registration::{
        renewal::{self, RenewalFacts},
        rules::DR_03,
        status::Step,
    },
    ids::RegistrationId,
};
use jiff::civil::Date;
use serde_json::json;

use crate::deal_registration::{
    record::{Happening, happened},
    standing,
    store::{self, Registration},
    tell::{self, Message, day},
    terms,
};
use frame::{ctx::Cx, error::AppError};
use people::notifications;

/// Renews a registration in its last days.
#[derive(Debug)]
pub struct Renew {
    /// The registration.
    pub registration_id: RegistrationId,
}

impl Renew {
    /// The renewed registration, protected longer. Rule DR-03.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<Registration, AppError> {
        let mut r = super::load(cx, &self.registration_id)?;
        let terms = terms::of(cx, &r)?;
        standing::holds(&r)?;
        let (before, until_before) = (r.status, r.protected_until);
        let until = until_before.unwrap_or(terms.day(cx.now));
        standing::step(&mut r, Step::Renew { at: cx.now, protected_until: until })?;
        let activities = store::activities(cx, &r.registration_id)?;
        let activity_days: Vec<Date> = activities.iter().map(|a| a.occurred_on).collect();
        let frozen = standing::frozen(&r, &terms, cx.now);
        let today = terms.day(cx.now);
        let renewal = RenewalFacts {
            protected_until: until,
            renewals_so_far: r.renewals,
            activity_days: &activity_days,
            frozen: &frozen,
        };
        let decided = renewal::renew(&renewal, today, &terms.policy)?;
        r.protected_until = Some(decided.value);
        r.renewals += 1;
        r.renewed_on = Some(today);
        super::restart_follow_up(cx, &mut r, &terms)?;
        super::save(cx, &mut r, &terms)?;
        notifications::finish(cx, r.registration_id.as_str())?;
        let change = Happening::new("renewed", &decided.words).by(DR_03).change(
            json!({ "status": before.word(), "protected_until": until.to_string() }),
            json!({ "status": "renewed", "protected_until": decided.value.to_string() }),
        );
        happened(cx, &r, &change)?;
        let name = &r.details.account_name;
        let message = Message {
            kind: "renewed",
            title: &format!("{name} is protected through {}", day(decided.value)),
            body: &format!("{}: {}", r.reference(), decided.words),
            action: "",
            until: None,
            link: None,
        };
        tell::manager(cx, &r, &message)?;
        Ok(r)
    }
}
