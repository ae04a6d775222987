//! Amending a deal, which never changes the holder or a clock (DR-21).

use std::collections::BTreeSet;

use domain::{
    deal_registration::{
        amendment::{self, AmendedField},
        rules::DR_21,
        stage::StageKind,
    },
    ids::RegistrationId,
};
use serde_json::{Map, Value, json};

use super::draft;
use crate::deal_registration::{
    form::{ProgressInput, Said},
    record::{Happening, happened},
    store::{Details, Registration},
    terms,
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{OneOf, input},
};

/// Changes what was said of a deal.
#[derive(Debug)]
pub struct Amend {
    /// The registration.
    pub registration_id: RegistrationId,
    /// What is said of it now.
    pub said: Said,
}

input! {
    /// Another sales stage.
    pub struct StageInput {
        /// An open stage: identified, qualified, meeting, proposal, negotiation.
        pub stage: StageKind => OneOf::<StageKind>::new("Sales stage")
            .required("Choose one of the sales stages"),
    }
}

impl StageInput {
    /// The registration at its new stage; winning and losing have their own inputs.
    pub fn run(&self, cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Registration, AppError> {
        if self.stage.is_final() {
            let words = "Close a deal as won or lost instead; that also ends its protection.";
            return Err(AppError::field("stage", words));
        }
        let details = super::load(cx, id)?.details;
        let said = (details, ProgressInput { stage: self.stage });
        Amend { registration_id: id.clone(), said }.run(cx)
    }
}

impl Amend {
    /// The amended registration. Rule DR-21.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<Registration, AppError> {
        let mut r = super::load(cx, &self.registration_id)?;
        let terms = terms::of(cx, &r)?;
        let (before, stage_before) = (r.details.clone(), r.stage);
        let other = names_another_account(&before, &self.said.0);
        if other {
            amendment::check(&[AmendedField::Account].into(), r.status)?;
        }
        draft::change(&mut r, &self.said, &terms, (cx.now, None))?;
        let mut fields = changed_fields(&before, &r.details);
        if r.stage != stage_before {
            fields.insert(AmendedField::Stage);
        }
        if fields.is_empty() && !other {
            // The same values again: nothing to write, nothing to refuse.
            return Ok(r);
        }
        let decided = amendment::check(&fields, r.status)?;
        super::save(cx, &mut r, &terms)?;
        let (was, is) = difference(&before, &r.details, (stage_before, r.stage));
        let why = why(&was, &is);
        let kind = if fields.len() == 1 && fields.contains(&AmendedField::Stage) {
            "stage_set"
        } else {
            "amended"
        };
        let change = Happening::new(kind, &decided.words)
            .by(DR_21)
            .because(&why)
            .detail(if r.stage == stage_before { "" } else { r.stage.word() })
            .change(Value::Object(was), Value::Object(is));
        happened(cx, &r, &change)?;
        Ok(r)
    }
}

fn names_another_account(before: &Details, after: &Details) -> bool {
    let differs = |is: &str, was: &str| !is.eq_ignore_ascii_case(was);
    differs(&after.account_name, &before.account_name)
        || (differs(&after.account_domain, &before.account_domain)
            && !before.account_domain.is_empty())
}

fn changed_fields(before: &Details, after: &Details) -> BTreeSet<AmendedField> {
    let account = |d: &Details| {
        [
            &d.account_name,
            &d.account_domain,
            &d.account_country,
            &d.account_postal_code,
            &d.account_city,
        ]
        .map(Clone::clone)
    };
    let contact = |d: &Details| {
        [&d.contact_name, &d.contact_role, &d.contact_email, &d.contact_phone].map(Clone::clone)
    };
    let notes = |d: &Details| {
        let texts = [&d.relationship, &d.need, &d.competitor, &d.help_wanted].map(Clone::clone);
        (texts, d.origin, d.rfp_on, d.contract_value)
    };
    let checks = [
        (AmendedField::Account, account(before) != account(after)),
        (AmendedField::Amount, before.amount != after.amount),
        (AmendedField::CloseDate, before.close_on != after.close_on),
        (AmendedField::Products, before.products != after.products),
        (AmendedField::Contact, contact(before) != contact(after)),
        (AmendedField::Details, notes(before) != notes(after)),
        (
            AmendedField::Evidence,
            (&before.evidence_note, before.first_meeting_on)
                != (&after.evidence_note, after.first_meeting_on),
        ),
    ];
    checks.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field).collect()
}

/// What differs, for audit: how it was and how it is.
fn difference(
    before: &Details,
    after: &Details,
    stages: (StageKind, StageKind),
) -> (Map<String, Value>, Map<String, Value>) {
    let facts = |d: &Details, stage: StageKind| {
        json!({
            "account_name": d.account_name,
            "account_domain": d.account_domain,
            "account_country": d.account_country,
            "contact_name": d.contact_name,
            "contact_email": d.contact_email,
            "amount": d.amount.map(|money| money.to_string()),
            "contract_value": d.contract_value.map(|money| money.to_string()),
            "close_on": d.close_on.map(|on| on.to_string()),
            "products": d.products.iter()
                .map(|product| format!("{} × {}", product.quantity, product.code))
                .collect::<Vec<_>>().join(", "),
            "need": d.need,
            "competitor": d.competitor,
            "evidence_note": d.evidence_note,
            "stage": stage.word(),
        })
    };
    let (Value::Object(mut was), Value::Object(mut is)) =
        (facts(before, stages.0), facts(after, stages.1))
    else {
        return (Map::new(), Map::new());
    };
    was.retain(|name, value| is.get(name) != Some(value));
    is.retain(|name, _| was.contains_key(name));
    (was, is)
}

fn why(was: &Map<String, Value>, is: &Map<String, Value>) -> String {
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) if !text.is_empty() => text.clone(),
        Some(_) | None => "nothing".to_owned(),
    };
    let parts: Vec<String> = ["amount", "contract_value", "close_on", "products", "stage"]
        .iter()
        .filter(|name| is.contains_key(**name))
        .map(|name| {
            let label = name.replace('_', " ");
            format!("{label}: {} → {}", text(was.get(*name)), text(is.get(*name)))
        })
        .collect();
    parts.join("; ")
}
