//! The shapes of the bodies that the API takes.

use schemars::JsonSchema;
use serde::Deserialize;

use super::bodies::MoneyBody;
use crate::deal_registration::{
    form::{AmountInput, Changes},
    store::Product,
};
use frame::error::AppError;

/// A registration to be written, submitted or changed. A field that is left out stays as it is;
/// an empty text empties it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RegistrationInput {
    /// The partner, when the vendor registers on its behalf.
    pub(super) partner_id: Option<String>,
    /// The program, when the partner is in several.
    pub(super) program_id: Option<String>,
    /// True to submit it at once; otherwise it is a draft.
    pub(super) submit: bool,
    /// The company's legal name.
    account_name: Option<String>,
    /// Its internet domain.
    account_domain: Option<String>,
    /// Its country, ISO 3166 alpha-2.
    account_country: Option<String>,
    /// Its postal code.
    account_postal_code: Option<String>,
    /// Its city.
    account_city: Option<String>,
    /// A person at the company.
    contact_name: Option<String>,
    /// What that person does.
    contact_role: Option<String>,
    /// Its e-mail address.
    contact_email: Option<String>,
    /// Its telephone number.
    contact_phone: Option<String>,
    /// How you and the company know each other.
    relationship: Option<String>,
    /// Product lines of the program and how many of each.
    products: Option<Vec<Product>>,
    /// Expected recurring revenue of a year.
    amount: Option<MoneyBody>,
    /// Expected value of the contract, in the same currency.
    contract_value: Option<MoneyBody>,
    /// When you expect the order (YYYY-MM-DD).
    close_on: Option<String>,
    /// What the company needs.
    need: Option<String>,
    /// Competitor or incumbent.
    competitor: Option<String>,
    /// `sourced` or `assigned`.
    origin: Option<String>,
    /// The day on which a tender was published.
    rfp_on: Option<String>,
    /// What the vendor should help with.
    help_wanted: Option<String>,
    /// What shows that you work this deal.
    evidence_note: Option<String>,
    /// The day of the first meeting.
    first_meeting_on: Option<String>,
    /// An open sales stage: identified, qualified, meeting, proposal, negotiation.
    stage: Option<String>,
}

impl RegistrationInput {
    /// The change it asks for.
    pub(super) fn changes(self) -> Result<Changes, AppError> {
        let exact = |given: Option<MoneyBody>, field: &str| {
            given.map(|body| body.money(field).map(AmountInput::Exact)).transpose()
        };
        Ok(Changes {
            amount: exact(self.amount, "amount")?,
            contract_value: exact(self.contract_value, "contract_value")?,
            account_name: self.account_name,
            account_domain: self.account_domain,
            account_country: self.account_country,
            account_postal_code: self.account_postal_code,
            account_city: self.account_city,
            contact_name: self.contact_name,
            contact_role: self.contact_role,
            contact_email: self.contact_email,
            contact_phone: self.contact_phone,
            relationship: self.relationship,
            products: self.products,
            currency: None,
            close_on: self.close_on,
            need: self.need,
            competitor: self.competitor,
            origin: self.origin,
            rfp_on: self.rfp_on,
            help_wanted: self.help_wanted,
            evidence_note: self.evidence_note,
            first_meeting_on: self.first_meeting_on,
            stage: self.stage,
        })
    }
}
