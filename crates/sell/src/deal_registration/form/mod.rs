//! The form of a registration: what people type, checked all at once. A change leaves what it
//! does not name, so that a registration can be filled step by step.

mod fields;

use domain::{
    deal_registration::stage::StageKind,
    money::{Currency, Money},
    program::Document,
};
use jiff::civil::Date;
use web::{FieldErrors, Form};

use super::store::{Details, Product};
use frame::error::AppError;

/// An amount as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountInput {
    /// Digits with decimals, in the currency of the registration.
    Decimal(String),
    /// Minor units with their currency.
    Exact(Money),
}

/// A change of what the partner said. `None` leaves a field, an empty text empties it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `Details`, which explains them")]
pub struct Changes {
    pub account_name: Option<String>,
    pub account_domain: Option<String>,
    pub account_country: Option<String>,
    pub account_postal_code: Option<String>,
    pub account_city: Option<String>,
    pub contact_name: Option<String>,
    pub contact_role: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<String>,
    pub relationship: Option<String>,
    pub products: Option<Vec<Product>>,
    pub amount: Option<AmountInput>,
    pub contract_value: Option<AmountInput>,
    pub currency: Option<String>,
    pub close_on: Option<String>,
    pub need: Option<String>,
    pub competitor: Option<String>,
    pub origin: Option<String>,
    pub rfp_on: Option<String>,
    pub help_wanted: Option<String>,
    pub evidence_note: Option<String>,
    pub first_meeting_on: Option<String>,
    pub stage: Option<String>,
}

impl Changes {
    /// The fields of a page's form; what the form does not carry is left. Product lines come as
    /// repeated `product` with an optional `quantity_<code>` each.
    pub fn from_form(form: &Form) -> Self {
        let text = |name: &str| form.ticked(name).then(|| form.text(name).to_owned());
        let products = form.ticked("product").then(|| {
            let codes = form.all("product").into_iter().filter(|code| !code.trim().is_empty());
            codes
                .map(|code| {
                    let quantity = form.text(&format!("quantity_{code}")).trim().to_owned();
                    let quantity = if quantity.is_empty() { "1" } else { &quantity };
                    Product { code: code.to_owned(), quantity: quantity.parse().unwrap_or(0) }
                })
                .collect()
        });
        Self {
            account_name: text("account_name"),
            account_domain: text("account_domain"),
            account_country: text("account_country"),
            account_postal_code: text("account_postal_code"),
            account_city: text("account_city"),
            contact_name: text("contact_name"),
            contact_role: text("contact_role"),
            contact_email: text("contact_email"),
            contact_phone: text("contact_phone"),
            relationship: text("relationship"),
            products,
            amount: text("amount").map(AmountInput::Decimal),
            contract_value: text("contract_value").map(AmountInput::Decimal),
            currency: text("currency"),
            close_on: text("close_on"),
            need: text("need"),
            competitor: text("competitor"),
            origin: text("origin"),
            rfp_on: text("rfp_on"),
            help_wanted: text("help_wanted"),
            evidence_note: text("evidence_note"),
            first_meeting_on: text("first_meeting_on"),
            stage: text("stage"),
        }
    }

    /// True when the change names another company than `details` do.
    pub fn names_another_account(&self, details: &Details) -> bool {
        let differs = |given: &Option<String>, kept: &str| {
            given.as_deref().is_some_and(|given| !given.trim().eq_ignore_ascii_case(kept))
        };
        differs(&self.account_name, &details.account_name)
            || (differs(&self.account_domain, &details.account_domain)
                && !details.account_domain.is_empty())
    }
}

/// What a change is checked against.
#[derive(Debug)]
pub struct FormRules<'a> {
    /// Today in the program's zone.
    pub today: Date,
    /// The program's document: product lines and currency.
    pub document: &'a Document,
}

/// What came of a change.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The details with the change.
    pub details: Details,
    /// The currency of its amounts.
    pub currency: Currency,
    /// The sales stage, when the change names one.
    pub stage: Option<StageKind>,
}

/// Applies a change to what is kept, or says of every bad field what is wrong with it.
pub fn apply(
    changes: &Changes,
    kept: (&Details, Currency),
    rules: &FormRules<'_>,
) -> Result<Changed, AppError> {
    let mut errors = FieldErrors::new();
    let mut details = kept.0.clone();
    fields::texts(&mut errors, changes, &mut details);
    let currency = match changes.currency.as_deref().filter(|text| !text.trim().is_empty()) {
        Some(code) => errors.take("currency", Currency::parse(code)).unwrap_or(kept.1),
        None => exact_currency(changes).unwrap_or(kept.1),
    };
    fields::amounts(&mut errors, changes, currency, &mut details);
    fields::dates(&mut errors, changes, rules.today, &mut details);
    if let Some(products) = &changes.products {
        details.products = fields::check_products(&mut errors, products, rules.document);
    }
    let stage = changes.stage.as_deref().filter(|word| !word.is_empty()).and_then(|word| {
        let stage = StageKind::from_word(word).filter(|stage| !stage.is_final());
        if stage.is_none() {
            errors.add("stage", "choose one of the open sales stages");
        }
        stage
    });
    if errors.is_empty() {
        Ok(Changed { details, currency, stage })
    } else {
        Err(AppError::Invalid(errors))
    }
}

fn exact_currency(changes: &Changes) -> Option<Currency> {
    [&changes.amount, &changes.contract_value].into_iter().find_map(|given| match given {
        Some(AmountInput::Exact(money)) => Some(money.currency),
        Some(AmountInput::Decimal(_)) | None => None,
    })
}

/// What a submission must hold beyond a draft: the short form's fields. `has_file` tells whether
/// a file was added as evidence.
pub fn complete(details: &Details, today: Date, has_file: bool) -> Result<(), AppError> {
    let mut errors = FieldErrors::new();
    let missing = [
        ("account_name", details.account_name.is_empty(), "name the company"),
        (
            "contact_email",
            details.contact_email.is_empty(),
            "give the e-mail address of a person there",
        ),
        ("products", details.products.is_empty(), "choose at least one product line"),
        ("amount", details.amount.is_none(), "give the recurring revenue you expect per year"),
        ("close_on", details.close_on.is_none(), "say when you expect the order"),
        (
            "evidence_note",
            details.evidence_note.is_empty() && details.first_meeting_on.is_none() && !has_file,
            "say what shows that you work this deal: a note, the day of a meeting, or a file",
        ),
    ];
    for (name, is_missing, words) in missing {
        if is_missing {
            errors.add(name, words);
        }
    }
    if details.close_on.is_some_and(|on| on < today) {
        errors.add("close_on", format!("is in the past; today is {today}"));
    }
    if errors.is_empty() { Ok(()) } else { Err(AppError::Invalid(errors)) }
}
