//! Withdrawing a registration, and releasing it early.

use domain::{
    deal_registration::{
        rules::{DR_01, DR_16},
        status::Step,
    },
    ids::RegistrationId,
};
use serde_json::json;

use crate::deal_registration::{
    deciders,
    record::{Happening, happened},
    standing,
    store::Registration,
    tell::{self, Message},
    terms,
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Text, input},
};
use people::notifications;

input! {
    /// Taking a registration back.
    pub struct WithdrawalInput {
        /// Why; may be empty.
        pub note: String => Text::lines("Why", 4_000).hint("The vendor reads it"),
    }
}

impl WithdrawalInput {
    /// The withdrawn registration; if it protected its account, that is free now.
    pub fn run(&self, cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Registration, AppError> {
        let note = &self.note;
        let mut r = super::load(cx, id)?;
        let before = r.status;
        standing::step(&mut r, Step::Withdraw { at: cx.now })?;
        let was_live = r.holds_account;
        super::end_protection(cx, &mut r);
        r.withdrawn_at = Some(cx.now);
        let terms = terms::of(cx, &r)?;
        super::save(cx, &mut r, &terms)?;
        notifications::finish(cx, r.registration_id.as_str())?;
        let words = if was_live {
            "Withdrawn by the partner; the account is free."
        } else {
            "Withdrawn by the partner."
        };
        let change = Happening::new("withdrawn", words)
            .by(DR_16)
            .because(note)
            .change(json!({ "status": before.word() }), json!({ "status": "withdrawn" }));
        happened(cx, &r, &change)?;
        if was_live {
            let name = &r.details.account_name;
            let message = Message {
                kind: "withdrawn",
                title: &format!("{name}: the partner withdrew its registration"),
                body: &format!("{}: {words} {note}", r.reference()),
                action: "",
                until: None,
                link: None,
            };
            tell::manager(cx, &r, &message)?;
        }
        Ok(r)
    }
}

input! {
    /// The reason of a release.
    pub struct ReleaseInput {
        /// Why; the partner reads it.
        pub reason: String => Text::lines("Why", 4_000).required("Enter the reason")
            .hint("The partner reads it"),
    }
}

impl ReleaseInput {
    /// The released registration; the account is free now. It is a decision like the approval:
    /// whoever has a stake in the account does not make it. Rule DR-14.
    pub fn run(&self, cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Registration, AppError> {
        let reason = &self.reason;
        let mut r = super::load(cx, id)?;
        let before = r.status;
        let terms = terms::of(cx, &r)?;
        standing::step(&mut r, Step::Release { at: cx.now })?;
        deciders::check(cx, &r, &terms)?;
        super::end_protection(cx, &mut r);
        super::save(cx, &mut r, &terms)?;
        notifications::finish(cx, r.registration_id.as_str())?;
        let words = "The vendor released the account before protection ended.";
        let change = Happening::new("released", words).by(DR_01).because(reason).change(
            json!({ "status": before.word() }),
            json!({ "status": "released", "reason": reason }),
        );
        happened(cx, &r, &change)?;
        let name = &r.details.account_name;
        let message = Message {
            kind: "released",
            title: &format!("{name}: the vendor released the account"),
            body: &format!("{}: {words} Reason: {reason}", r.reference()),
            action: "View registration",
            until: None,
            link: None,
        };
        tell::partner(cx, &r, &message)?;
        Ok(r)
    }
}
