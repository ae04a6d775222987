//! Recording an opportunity or an activity of direct sales.

use std::sync::Arc;

use domain::{
    deal_registration::activity::ActivityKind,
    ids::{AccountId, DirectActivityId, OpportunityId},
    money::Money,
    program::Document,
    text::{Note, ShortText},
};
use jiff::civil::Date;
use serde_json::json;
use web::{Choice, Field, FieldErrors};

use super::{
    Stage, Through,
    attempts::{self, Refused},
    store::{self, NewActivity, NewOpportunity},
};
use crate::deal_registration::lockout::{Engagement, direct_engagement};
use channel::{
    accounts::{self, AccountView},
    program,
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Amount, Day, IdOf, OneOf, Text, input},
    request::Req,
};
use people::{audit, events, identity};

input! {
    /// The account on which something is recorded.
    pub(super) struct OnAccount {
        /// The account's id.
        pub(super) account_id: AccountId => IdOf::<AccountId>::new("Account")
            .required("Enter the account"),
    }
}

input! {
    /// A direct opportunity to record.
    pub(super) struct OpportunityInput {
        /// The name.
        pub(super) name: String => Text::exact_line("Name", 200).expected(),
        /// The product line's code.
        pub(super) product: String => Text::picked("Product line").among(products),
        /// The expected amount; 0 in the program's currency by default.
        pub(super) amount: Option<Money> => Amount::new("Expected amount", "currency").optional()
            .finished(own_currency),
        /// When it was opened; today by default.
        pub(super) opened_on: Option<Date> => Day::new("Opened").optional()
            .hint("Leave empty for today"),
        /// When the order is expected.
        pub(super) close_on: Option<Date> => Day::new("Order expected").optional().beside(),
        /// The owner; the acting person by default.
        pub(super) owner_user_id: String => Text::picked("Owner").hidden(),
    }
}

input! {
    /// A direct activity to record.
    pub(super) struct ActivityInput {
        /// What it was.
        pub(super) kind: ActivityKind => OneOf::<ActivityKind>::new("Activity")
            .required("Choose an activity"),
        /// The day; today by default.
        pub(super) occurred_on: Option<Date> => Day::new("Day").optional()
            .hint("Leave empty for today"),
        /// Note.
        pub(super) note: String => Text::lines("Note", 4_000)
            .required("Enter in a sentence what it was about"),
    }
}

fn products(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let document = document(&mut req.cx)?;
    let lines = document.products.iter();
    let lines = lines.map(|line| Choice::new(line.code.clone(), line.name.clone()));
    Ok(std::iter::once(Choice::new("", "Not decided")).chain(lines).collect())
}

fn own_currency(req: &mut Req<'_, '_>, field: Field) -> Result<Field, AppError> {
    Ok(field.usual_currency(document(&mut req.cx)?.currency.as_str()))
}

impl OpportunityInput {
    /// Records it on this account.
    pub(super) fn run(
        self,
        cx: &mut Cx<'_, '_>,
        (account_id, through): (AccountId, Through),
    ) -> Result<Outcome<OpportunityId>, AppError> {
        let amount = match self.amount {
            Some(amount) => amount,
            None => Money::new(0, document(cx)?.currency),
        };
        let record = RecordOpportunity {
            account_id,
            name: self.name,
            product: self.product,
            amount,
            opened_on: self.opened_on,
            close_on: self.close_on,
            owner_user_id: self.owner_user_id,
            through,
        };
        record.run(cx)
    }
}

/// What came of an attempt to record something.
#[derive(Debug)]
pub enum Outcome<T> {
    /// It is recorded.
    Recorded(T),
    /// A partner protects the account: the attempt is kept, and there are ways on. The transaction
    /// must be committed, so this is no error.
    Refused(Box<Refused>),
}

/// Records an opportunity.
#[derive(Debug, Clone)]
pub struct RecordOpportunity {
    /// The account.
    pub account_id: AccountId,
    /// The name.
    pub name: String,
    /// The product line's code; `""` when open.
    pub product: String,
    /// The expected amount.
    pub amount: Money,
    /// When it was opened; `None` for today.
    pub opened_on: Option<Date>,
    /// When the order is expected.
    pub close_on: Option<Date>,
    /// Whose it is; `""` for the acting person.
    pub owner_user_id: String,
    /// How it comes in.
    pub through: Through,
}

/// The program's document in force.
pub(super) fn document(cx: &mut Cx<'_, '_>) -> Result<Arc<Document>, AppError> {
    let program_id = program::only_program(cx)?;
    let now = cx.now;
    Ok(program::in_force(cx, &program_id, now)?.document)
}

/// The day today in the program's zone.
pub(super) fn today(cx: &mut Cx<'_, '_>) -> Result<Date, AppError> {
    let zone = document(cx)?.time_zone();
    Ok(cx.now.to_zoned(zone).date())
}

/// The living account that is meant.
pub(super) fn living(
    cx: &mut Cx<'_, '_>,
    id: &AccountId,
    errors: &mut FieldErrors,
) -> Result<Option<AccountView>, AppError> {
    match accounts::get(cx, id) {
        Ok(account) if account.merged_into.is_empty() => Ok(Some(account)),
        Ok(account) => {
            let words = format!("{} was merged; use {}", account.name, account.merged_into);
            errors.add("account_id", words);
            Ok(None)
        }
        Err(AppError::NotFound) => {
            errors.add("account_id", "account not found");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// A product line of the program, where the program names any.
fn known_product(
    cx: &mut Cx<'_, '_>,
    code: &str,
    errors: &mut FieldErrors,
) -> Result<(), AppError> {
    if code.is_empty() {
        return Ok(());
    }
    let document = document(cx)?;
    if !document.products.is_empty() && document.product(code).is_none() {
        let codes: Vec<&str> = document.products.iter().map(|line| line.code.as_str()).collect();
        errors.add("product", format!("is not a product line; choose from {}", codes.join(", ")));
    }
    Ok(())
}

/// The owner's id and name: the person named, else the acting one.
fn owner(
    cx: &mut Cx<'_, '_>,
    given: &str,
    errors: &mut FieldErrors,
) -> Result<(String, String), AppError> {
    let acting = identity::acting_person(cx).map_or(String::new(), |id| id.as_str().to_owned());
    if given.is_empty() || given == acting {
        let name = if acting.is_empty() { String::new() } else { cx.actor.name.clone() };
        return Ok((acting, name));
    }
    let people = identity::vendor_people(cx)?;
    if let Some(person) = people.into_iter().find(|person| person.user_id.as_str() == given) {
        Ok((given.to_owned(), person.name))
    } else {
        errors.add("owner_user_id", "is not a vendor user");
        Ok((String::new(), String::new()))
    }
}

impl RecordOpportunity {
    fn check(&self, cx: &mut Cx<'_, '_>) -> Result<NewOpportunity, AppError> {
        let mut errors = FieldErrors::new();
        let today = today(cx)?;
        living(cx, &self.account_id, &mut errors)?;
        let name = if self.name.trim().is_empty() {
            errors.add("name", "Enter a name");
            None
        } else {
            errors.take("name", ShortText::parse(&self.name))
        };
        known_product(cx, &self.product, &mut errors)?;
        let (owner_user_id, owner_name) = owner(cx, &self.owner_user_id, &mut errors)?;
        if self.amount.minor < 0 {
            errors.add("amount", "must not be negative");
        }
        let opened_on = self.opened_on.unwrap_or(today);
        if opened_on > today {
            errors.add("opened_on", format!("is in the future; today is {today}"));
        }
        if self.close_on.is_some_and(|on| on < opened_on) {
            errors.add("close_on", "is before the opening date");
        }
        let (Some(name), true) = (name, errors.is_empty()) else {
            return Err(AppError::Invalid(errors));
        };
        Ok(NewOpportunity {
            account_id: self.account_id.clone(),
            name: name.as_str().to_owned(),
            owner_user_id,
            owner_name,
            product: self.product.clone(),
            stage: Stage::Open,
            amount: self.amount,
            opened_on,
            close_on: self.close_on,
            closed_on: None,
            external_id: String::new(),
            permitted_by: String::new(),
            through: self.through,
        })
    }

    /// Records it, or keeps the refused attempt. Rules DR-05, DR-06, DR-07.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<Outcome<OpportunityId>, AppError> {
        let mut new = self.check(cx)?;
        let what = format!("the opportunity “{}”", new.name);
        match direct_engagement(cx, &new.account_id, &what)? {
            Engagement::Refused(lockout) => {
                let refused = attempts::keep(cx, &new.account_id, lockout, (&what, self.through))?;
                Ok(Outcome::Refused(Box::new(refused)))
            }
            Engagement::Permitted { words, registration_id, .. } => {
                new.permitted_by = registration_id.map_or(String::new(), |_| words);
                Ok(Outcome::Recorded(write(cx, &new)?))
            }
        }
    }
}

/// Writes an opportunity that may be recorded, with audit and event.
pub(super) fn write(cx: &mut Cx<'_, '_>, new: &NewOpportunity) -> Result<OpportunityId, AppError> {
    let id = store::insert(cx, new)?;
    let data = json!({
        "account_id": new.account_id.as_str(),
        "name": new.name,
        "stage": new.stage.word(),
        "product": new.product,
        "amount": { "minor": new.amount.minor, "currency": new.amount.currency.as_str() },
        "opened_on": new.opened_on.to_string(),
        "permitted_by": new.permitted_by,
        "through": new.through.word(),
    });
    note(cx, "direct_opportunity.recorded", id.as_str(), data)?;
    if new.stage == Stage::Won {
        accounts::bought(cx, &new.account_id, &[new.product.as_str()])?;
    }
    Ok(id)
}

/// Audit and event of a change of direct sales; partners do not read it.
pub(super) fn note(
    cx: &mut Cx<'_, '_>,
    action: &'static str,
    object_id: &str,
    data: serde_json::Value,
) -> Result<(), AppError> {
    let object_kind = action.split('.').next().unwrap_or(action);
    audit::record(
        cx,
        &audit::Entry {
            action,
            object_kind,
            object_id,
            before: serde_json::Value::Null,
            after: data.clone(),
        },
    )?;
    let event = events::Event { kind: action, object_kind, object_id, partner_id: "", data };
    events::append(cx, &event)
}

/// Records an activity.
#[derive(Debug, Clone)]
pub struct RecordActivity {
    /// The account.
    pub account_id: AccountId,
    /// The opportunity it belongs to; `None` for none in particular.
    pub opportunity_id: Option<OpportunityId>,
    /// What it was.
    pub kind: ActivityKind,
    /// The day; `None` for today.
    pub occurred_on: Option<Date>,
    /// Note.
    pub note: String,
    /// How it comes in.
    pub through: Through,
}

impl RecordActivity {
    /// Records it, or keeps the refused attempt. Rules DR-05, DR-06, DR-07.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<Outcome<DirectActivityId>, AppError> {
        let mut errors = FieldErrors::new();
        let today = today(cx)?;
        living(cx, &self.account_id, &mut errors)?;
        let words = errors.take("note", Note::parse(&self.note));
        let occurred_on = self.occurred_on.unwrap_or(today);
        if occurred_on > today {
            errors.add("occurred_on", format!("is in the future; today is {today}"));
        }
        if let Some(id) = &self.opportunity_id {
            let known = store::find(cx, id)?;
            if known.account_id != self.account_id {
                errors.add("opportunity_id", "belongs to another account");
            }
        }
        let (Some(words), true) = (words, errors.is_empty()) else {
            return Err(AppError::Invalid(errors));
        };
        let what = format!("a direct activity ({})", self.kind.word());
        match direct_engagement(cx, &self.account_id, &what)? {
            Engagement::Refused(lockout) => {
                let by = (what.as_str(), self.through);
                let refused = attempts::keep(cx, &self.account_id, lockout, by)?;
                Ok(Outcome::Refused(Box::new(refused)))
            }
            Engagement::Permitted { words: because, registration_id, .. } => {
                let new = NewActivity {
                    account_id: self.account_id.clone(),
                    opportunity_id: self.opportunity_id.clone(),
                    kind: self.kind,
                    occurred_on,
                    note: words.as_str().to_owned(),
                    permitted_by: registration_id.map_or(String::new(), |_| because),
                };
                let id = store::add_activity(cx, &new)?;
                let data = json!({
                    "account_id": self.account_id.as_str(),
                    "kind": self.kind.word(),
                    "occurred_on": occurred_on.to_string(),
                });
                note(cx, "direct_activity.recorded", id.as_str(), data)?;
                Ok(Outcome::Recorded(id))
            }
        }
    }
}
