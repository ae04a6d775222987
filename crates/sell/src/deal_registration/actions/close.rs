//! Closing a deal as won or lost.

use domain::{
    deal_registration::{
        rules::DR_21,
        stage::{LostReason, StageKind},
        status::Step,
    },
    ids::RegistrationId,
    money::Money,
};
use jiff::civil::Date;
use serde_json::{Value, json};
use web::{Choice, FieldErrors};

use crate::deal_registration::{
    record::{Happening, happened},
    standing,
    store::Registration,
    tell::{self, Message, day},
    terms::{self, Terms},
};
use channel::accounts;
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Amount, Day, OneOf, Text, choices, input, tagged},
    request::Req,
};
use people::notifications;

input! {
    /// The order came.
    pub struct WonInput {
        /// The day of the order; today when left out.
        pub closed_on: Option<Date> => Day::new("Order date").optional()
            .finished(terms::until_today),
        /// The value of the order, when it differs from what was expected.
        pub amount: Option<Money> => Amount::new("Ordered revenue per year", "currency").positive()
            .optional(),
    }
}

input! {
    /// There will be no order.
    pub struct LostInput {
        /// Why.
        pub reason: LostReason => OneOf::<LostReason>::new("Reason").among(reasons)
            .required("Choose the main reason"),
        /// The day on which it was known; today when left out.
        pub closed_on: Option<Date> => Day::new("Date lost").optional()
            .finished(terms::until_today),
        /// More about it; needed when the reason is another than those named.
        pub note: String => Text::lines("Note", 4_000).hint("What would have won it?"),
    }
}

tagged! {
    /// The end of the sale.
    pub enum OutcomeInput by outcome {
        /// The order came.
        Won(WonInput) = "won",
        /// There will be no order.
        Lost(LostInput) = "lost",
    }
}

fn reasons(_: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let none = std::iter::once(Choice::new("", "Choose the main reason"));
    Ok(none.chain(choices::<LostReason>()).collect())
}

/// The day given, which must lie between approval and today.
fn closing_day(
    cx: &Cx<'_, '_>,
    r: &Registration,
    terms: &Terms,
    given: Option<Date>,
) -> Result<Date, AppError> {
    let today = terms.day(cx.now);
    let on = given.unwrap_or(today);
    let mut errors = FieldErrors::new();
    terms::not_future(&mut errors, ("closed_on", Some(on)), today);
    if let Some(approved_on) = r.approved_on.filter(|approved_on| on < *approved_on) {
        let words = format!("This is before the approval on {}", day(approved_on));
        errors.add("closed_on", words);
    }
    errors.check().map_err(AppError::Invalid)?;
    Ok(on)
}

impl WonInput {
    /// The won registration.
    pub fn run(&self, cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Registration, AppError> {
        let mut r = super::load(cx, id)?;
        let terms = terms::of(cx, &r)?;
        standing::holds(&r)?;
        let before = r.status;
        standing::step(&mut r, Step::Win { at: cx.now })?;
        let on = closing_day(cx, &r, &terms, self.closed_on)?;
        if let Some(amount) = self.amount {
            r.details.amount = Some(amount);
            r.currency = amount.currency;
            r.details.contract_value =
                r.details.contract_value.filter(|value| value.currency == amount.currency);
        }
        r.stage = StageKind::Won;
        let value =
            r.details.amount.map_or_else(String::new, |amount| format!(", {}", amount.words()));
        let words = format!("Won on {}{value}.", day(on));
        let after = json!({ "status": "won", "closed_on": on.to_string() });
        close(cx, &mut r, &terms, on)?;
        if let Some(account_id) = &r.account_id {
            let lines: Vec<&str> =
                r.details.products.iter().map(|product| product.code.as_str()).collect();
            accounts::bought(cx, account_id, &lines)?;
        }
        record(cx, &r, ("won", &words, ""), (json!({ "status": before.word() }), after))?;
        let name = &r.details.account_name;
        let message = Message {
            kind: "won",
            title: &format!("{name} was won"),
            body: &format!("{}: {words}", r.reference()),
            action: "",
            until: None,
            link: None,
        };
        tell::manager(cx, &r, &message)?;
        Ok(r)
    }
}

impl LostInput {
    /// The lost registration; the account is free now.
    pub fn run(&self, cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Registration, AppError> {
        if self.reason == LostReason::Other && self.note.is_empty() {
            return Err(AppError::field("note", "Enter a short reason why it was lost"));
        }
        let mut r = super::load(cx, id)?;
        let terms = terms::of(cx, &r)?;
        let before = r.status;
        standing::step(&mut r, Step::Lose { at: cx.now, reason: self.reason })?;
        let on = closing_day(cx, &r, &terms, self.closed_on)?;
        r.stage = StageKind::Lost;
        r.lost_reason = Some(self.reason);
        let words = format!("Lost on {}: {}.", day(on), self.reason.label().to_lowercase());
        let after = json!({ "status": "lost", "closed_on": on.to_string(),
            "reason": self.reason.word() });
        close(cx, &mut r, &terms, on)?;
        record(cx, &r, ("lost", &words, &self.note), (json!({ "status": before.word() }), after))?;
        Ok(r)
    }
}

fn close(
    cx: &mut Cx<'_, '_>,
    r: &mut Registration,
    terms: &Terms,
    on: Date,
) -> Result<(), AppError> {
    super::end_protection(cx, r);
    r.closed_on = Some(on);
    super::save(cx, r, terms)?;
    notifications::finish(cx, r.registration_id.as_str())
}

fn record(
    cx: &mut Cx<'_, '_>,
    r: &Registration,
    (kind, words, why): (&'static str, &str, &str),
    (before, after): (Value, Value),
) -> Result<(), AppError> {
    let change = Happening::new(kind, words).by(DR_21).because(why).change(before, after);
    happened(cx, r, &change)
}
