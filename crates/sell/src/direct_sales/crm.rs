//! What arrives from the CRM or a file: history passes, an open opportunity on a protected account
//! is held back and opens a conflict case; nothing is dropped (DR-05).

use domain::{
    ids::{AccountId, AttemptId, CaseId, OpportunityId},
    money::{Currency, Money},
    wording::day,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Stage, Through,
    attempts::{self, Held},
    record::{note, write},
    store::{self, NewOpportunity, Opportunity},
};
use crate::{
    conflicts::{self, CaseKind, NewCase, Party},
    deal_registration::{
        disputes,
        lockout::{Engagement, Lockout, direct_engagement},
    },
};
use channel::accounts;
use frame::{ctx::Cx, error::AppError};

/// An opportunity as the CRM keeps it.
#[derive(Debug, Clone)]
pub struct FromCrm {
    /// The account, found or made before.
    pub account_id: AccountId,
    /// The name.
    pub name: String,
    /// Its id in the CRM; the same id again is the same opportunity. `""` for none.
    pub external_id: String,
    /// Whose it is; `""` when the person is not known here.
    pub owner_user_id: String,
    /// The owner's name as the CRM has it.
    pub owner_name: String,
    /// The product line's code; `""` when unknown.
    pub product: String,
    /// Where it stands.
    pub stage: Stage,
    /// The amount.
    pub amount: Money,
    /// When it was opened.
    pub opened_on: Date,
    /// Whether the CRM said so; what is only assumed replaces no day that is known.
    pub opened_is_given: bool,
    /// When the order is expected.
    pub close_on: Option<Date>,
    /// When it was won or lost.
    pub closed_on: Option<Date>,
    /// A file or the CRM itself.
    pub through: Through,
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// It is new.
    New(OpportunityId),
    /// It was known and has changed.
    Changed(OpportunityId),
    /// It was known and is another account's now.
    Moved(OpportunityId),
    /// It was known as it is.
    Unchanged(OpportunityId),
    /// A partner protects the account: it is held back, and a conflict case is open.
    Held {
        /// The attempt that keeps it.
        attempt_id: AttemptId,
        /// The case.
        case_id: CaseId,
    },
}

/// Records an opportunity of the CRM. Rules DR-05, DR-07, DR-13.
pub fn record_from_crm(cx: &mut Cx<'_, '_>, given: &FromCrm) -> Result<Recorded, AppError> {
    let recorded = recorded(cx, given)?;
    // What was held back of it before is overtaken: recording it now would undo what came since.
    if !matches!(recorded, Recorded::Held { .. })
        && let Some(waiting) = attempts::waiting(cx, &given.external_id)?
    {
        attempts::settle(cx, &waiting.attempt_id, "recorded")?;
    }
    Ok(recorded)
}

/// The account of the opportunity with this id in the CRM.
pub fn account_in_crm(
    cx: &mut Cx<'_, '_>,
    external_id: &str,
) -> Result<Option<AccountId>, AppError> {
    Ok(store::by_external_id(cx, external_id)?.map(|known| known.account_id))
}

fn recorded(cx: &mut Cx<'_, '_>, given: &FromCrm) -> Result<Recorded, AppError> {
    let mut new = given.opportunity();
    if let Some(known) = store::by_external_id(cx, &given.external_id)? {
        if !given.opened_is_given {
            new.opened_on = new.closed_on.map_or(known.opened_on, |on| on.min(known.opened_on));
        }
        return change(cx, &known, new);
    }
    if given.stage != Stage::Open {
        return Ok(Recorded::New(write(cx, &new)?));
    }
    match permitted(cx, &mut new)? {
        None => Ok(Recorded::New(write(cx, &new)?)),
        Some(lockout) => hold(cx, &new, &lockout),
    }
}

impl FromCrm {
    fn opportunity(&self) -> NewOpportunity {
        NewOpportunity {
            account_id: self.account_id.clone(),
            name: self.name.clone(),
            owner_user_id: self.owner_user_id.clone(),
            owner_name: self.owner_name.clone(),
            product: self.product.clone(),
            stage: self.stage,
            amount: self.amount,
            opened_on: self.opened_on,
            close_on: self.close_on,
            closed_on: self.closed_on,
            external_id: self.external_id.clone(),
            permitted_by: String::new(),
            through: self.through,
        }
    }
}

/// Asks the lockout; `None` when it permits, with the reason put into `new`.
fn permitted(cx: &mut Cx<'_, '_>, new: &mut NewOpportunity) -> Result<Option<Lockout>, AppError> {
    let what = format!("the opportunity “{}”", new.name);
    match direct_engagement(cx, &new.account_id, &what)? {
        Engagement::Refused(lockout) => Ok(Some(lockout)),
        Engagement::Permitted { words, registration_id, .. } => {
            new.permitted_by = registration_id.map_or(String::new(), |_| words);
            Ok(None)
        }
    }
}

fn change(
    cx: &mut Cx<'_, '_>,
    known: &Opportunity,
    mut new: NewOpportunity,
) -> Result<Recorded, AppError> {
    new.permitted_by.clone_from(&known.permitted_by);
    let id = known.opportunity_id.clone();
    let moved = known.account_id != new.account_id;
    let same = !moved
        && known.opened_on == new.opened_on
        && known.name == new.name
        && known.owner_user_id == new.owner_user_id
        && known.owner_name == new.owner_name
        && known.product == new.product
        && known.stage == new.stage
        && known.amount == new.amount
        && known.close_on == new.close_on
        && known.closed_on == new.closed_on;
    if same {
        return Ok(Recorded::Unchanged(id));
    }
    // Opening a closed one again, or working another account, is engaging anew.
    let engages = new.stage == Stage::Open && (known.stage != Stage::Open || moved);
    if engages && let Some(lockout) = permitted(cx, &mut new)? {
        return hold(cx, &new, &lockout);
    }
    replace(cx, known, &new)?;
    Ok(if moved { Recorded::Moved(id) } else { Recorded::Changed(id) })
}

/// Puts what the CRM says now in place of what is known.
pub(super) fn replace(
    cx: &mut Cx<'_, '_>,
    known: &Opportunity,
    new: &NewOpportunity,
) -> Result<OpportunityId, AppError> {
    let id = known.opportunity_id.clone();
    store::update(cx, known, new)?;
    let data = json!({
        "before": {
            "stage": known.stage.word(), "amount_minor": known.amount.minor,
            "account_id": known.account_id.as_str(), "opened_on": known.opened_on.to_string(),
        },
        "account_id": new.account_id.as_str(),
        "opened_on": new.opened_on.to_string(),
        "stage": new.stage.word(),
        "amount_minor": new.amount.minor,
        "through": new.through.word(),
    });
    note(cx, "direct_opportunity.changed", id.as_str(), data)?;
    if new.stage == Stage::Won {
        accounts::bought(cx, &new.account_id, &[new.product.as_str()])?;
    }
    Ok(id)
}

/// What is held back, as JSON.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    name: String,
    owner_user_id: String,
    owner_name: String,
    product: String,
    amount_minor: i64,
    currency: Currency,
    opened_on: Date,
    close_on: Option<Date>,
    external_id: String,
    from_crm: bool,
}

fn payload(new: &NewOpportunity) -> Result<String, AppError> {
    let payload = Payload {
        name: new.name.clone(),
        owner_user_id: new.owner_user_id.clone(),
        owner_name: new.owner_name.clone(),
        product: new.product.clone(),
        amount_minor: new.amount.minor,
        currency: new.amount.currency,
        opened_on: new.opened_on,
        close_on: new.close_on,
        external_id: new.external_id.clone(),
        from_crm: new.through == Through::Crm,
    };
    serde_json::to_string(&payload).map_err(AppError::internal)
}

/// What an attempt holds back, ready to be recorded.
pub(super) fn held(account_id: &AccountId, payload: &str) -> Result<NewOpportunity, AppError> {
    let payload: Payload = serde_json::from_str(payload).map_err(AppError::internal)?;
    Ok(NewOpportunity {
        account_id: account_id.clone(),
        name: payload.name,
        owner_user_id: payload.owner_user_id,
        owner_name: payload.owner_name,
        product: payload.product,
        stage: Stage::Open,
        amount: Money::new(payload.amount_minor, payload.currency),
        opened_on: payload.opened_on,
        close_on: payload.close_on,
        closed_on: None,
        external_id: payload.external_id,
        permitted_by: String::new(),
        through: if payload.from_crm { Through::Crm } else { Through::Import },
    })
}

/// Keeps what arrived and opens a conflict case. Rule DR-05.
fn hold(
    cx: &mut Cx<'_, '_>,
    new: &NewOpportunity,
    lockout: &Lockout,
) -> Result<Recorded, AppError> {
    let payload = payload(new)?;
    if let Some(known) = attempts::waiting(cx, &new.external_id)? {
        attempts::replace_held(cx, &known, &payload)?;
        if let Ok(case_id) = CaseId::parse(&known.case_id) {
            return Ok(Recorded::Held { attempt_id: known.attempt_id, case_id });
        }
    }
    let what = format!("the opportunity “{}”", new.name);
    let held = Held { payload: &payload, external_id: &new.external_id };
    let by = (what.as_str(), new.through);
    let attempt_id = attempts::insert(cx, &new.account_id, lockout, by, Some(held))?;
    let source = match new.through {
        Through::Crm => "the CRM",
        Through::Import | Through::Page | Through::Api => "an import",
    };
    let owner = if new.owner_name.is_empty() { "direct sales" } else { &new.owner_name };
    let asked = format!(
        "The opportunity “{}” of {owner} arrived from {source}, but the account is protected \
         until {}. It is held back until this case is decided. May direct sales work the \
         account?",
        new.name,
        day(lockout.protected_until)
    );
    let asked_of_partners = format!(
        "Direct sales has an opportunity on this account in its CRM, although your registration \
         protects it until {}. It was held back. Describe what you know, and say whether you want \
         to co-sell.",
        day(lockout.protected_until)
    );
    let parties = [
        Party {
            partner_id: Some(&lockout.partner_id),
            registration_id: Some(&lockout.registration_id),
        },
        Party { partner_id: None, registration_id: None },
    ];
    let case = NewCase {
        kind: CaseKind::PartnerDirect,
        account_id: &new.account_id,
        asked: &asked,
        asked_of_partners: &asked_of_partners,
        parties: &parties,
    };
    let case_id = conflicts::open(cx, &case)?;
    disputes::set_in_dispute(cx, &lockout.registration_id, true)?;
    attempts::set_case(cx, &attempt_id, case_id.as_str())?;
    Ok(Recorded::Held { attempt_id, case_id })
}
