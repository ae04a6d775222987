//! The registration form: what a partner types, read into values, every fault at once.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accounts::{AccountName, Country, Domain, Email, PostalCode};
use crate::money::{Currency, Money};
use crate::text::{self, Note, PersonName, Phone, ShortText, TextError};

#[cfg(test)]
mod tests;

/// Largest quantity of a product that a form takes.
const MOST_QUANTITY: u32 = 10_000_000;

/// What was typed, by field; empty texts count as not given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "each is explained at DealForm")]
pub struct FormInput {
    pub account_name: String,
    pub domain: String,
    pub country: String,
    pub postal_code: String,
    pub contact_email: String,
    pub contact_name: String,
    pub contact_role: String,
    pub contact_phone: String,
    pub product_lines: Vec<String>,
    pub quantity: String,
    pub amount: String,
    pub contract_value: String,
    pub currency: String,
    pub close_on: String,
    pub origin: String,
    pub relationship: String,
    pub need: String,
    pub competitor: String,
    pub rfp_on: String,
    pub help_wanted: String,
    pub evidence: String,
    pub first_met_on: String,
}

/// Where the deal came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The partner found it.
    Sourced,
    /// The vendor handed it over.
    Assigned,
}

/// The deal as far as it is told; a draft may lack anything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DealForm {
    /// The legal or trade name of the company.
    pub account_name: Option<AccountName>,
    /// Its internet domain.
    pub domain: Option<Domain>,
    /// Its country.
    pub country: Option<Country>,
    /// Its postal code.
    pub postal_code: Option<PostalCode>,
    /// The buyer's address.
    pub contact_email: Option<Email>,
    /// The buyer's name.
    pub contact_name: Option<PersonName>,
    /// The buyer's role.
    pub contact_role: Option<ShortText>,
    /// The buyer's telephone.
    pub contact_phone: Option<Phone>,
    /// Codes of the product lines.
    pub product_lines: BTreeSet<String>,
    /// How many of them.
    pub quantity: Option<u32>,
    /// Expected recurring revenue of a year.
    pub amount: Option<Money>,
    /// Expected value of the whole contract.
    pub contract_value: Option<Money>,
    /// When the order is expected.
    pub close_on: Option<Date>,
    /// Where the deal came from.
    pub origin: Option<Origin>,
    /// What there was with the buyer so far.
    pub relationship: Option<Note>,
    /// What the buyer needs.
    pub need: Option<Note>,
    /// Competitor or incumbent.
    pub competitor: Option<ShortText>,
    /// The day of a request for proposal, where there is one.
    pub rfp_on: Option<Date>,
    /// What the partner wants help with.
    pub help_wanted: Option<Note>,
    /// What shows that the partner knows the buyer.
    pub evidence: Option<Note>,
    /// The day of the first meeting.
    pub first_met_on: Option<Date>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field, as it is called in forms and in the API.
    pub field: String,
    /// What is wrong and what would be right.
    pub words: String,
}

/// What a form is read against.
#[derive(Debug, Clone, Copy)]
pub struct FormRules<'a> {
    /// Today in the program's zone.
    pub today: Date,
    /// Codes of the product lines that the program sells.
    pub product_lines: &'a BTreeSet<String>,
    /// The currency of an amount without one.
    pub currency: Currency,
}

/// Reads what was typed; errs with every bad field at once, in the order of the form.
pub fn parse(input: &FormInput, rules: &FormRules<'_>) -> Result<DealForm, Vec<FieldError>> {
    let mut reader = Reader { rules, errors: Vec::new() };
    let currency = reader.currency(&input.currency);
    let form = DealForm {
        domain: reader.read("domain", &input.domain, text(Domain::parse)),
        account_name: reader.read("account_name", &input.account_name, text(AccountName::parse)),
        country: reader.read("country", &input.country, |typed| {
            Country::parse(typed).map_err(|error| error.to_string())
        }),
        postal_code: reader.read("postal_code", &input.postal_code, text(PostalCode::parse)),
        contact_email: reader.read("contact_email", &input.contact_email, text(Email::parse)),
        contact_name: reader.read("contact_name", &input.contact_name, text(PersonName::parse)),
        contact_role: reader.read("contact_role", &input.contact_role, text(ShortText::parse)),
        contact_phone: reader.read("contact_phone", &input.contact_phone, text(Phone::parse)),
        product_lines: reader.product_lines(&input.product_lines),
        quantity: reader.read("quantity", &input.quantity, quantity),
        amount: reader.money("amount", &input.amount, currency),
        contract_value: reader.money("contract_value", &input.contract_value, currency),
        close_on: reader.not_before_today("close_on", &input.close_on),
        origin: reader.read("origin", &input.origin, origin),
        relationship: reader.read("relationship", &input.relationship, text(Note::parse)),
        need: reader.read("need", &input.need, text(Note::parse)),
        competitor: reader.read("competitor", &input.competitor, text(ShortText::parse)),
        rfp_on: reader.read("rfp_on", &input.rfp_on, date),
        help_wanted: reader.read("help_wanted", &input.help_wanted, text(Note::parse)),
        evidence: reader.read("evidence", &input.evidence, text(Note::parse)),
        first_met_on: reader.not_after_today("first_met_on", &input.first_met_on),
    };
    if reader.errors.is_empty() { Ok(form) } else { Err(reader.errors) }
}

/// The fields of the short form that a submission still lacks, in its order; at most seven.
pub fn missing(form: &DealForm) -> Vec<FieldError> {
    let fields = [
        ("domain", form.domain.is_none(), "Enter the company domain."),
        ("account_name", form.account_name.is_none(), "Enter the company name."),
        ("contact_email", form.contact_email.is_none(), "Enter the buyer's e-mail address."),
        ("product_lines", form.product_lines.is_empty(), "Choose at least one product."),
        ("amount", form.amount.is_none(), "Enter the expected value."),
        ("close_on", form.close_on.is_none(), "Enter the expected close date."),
        ("evidence", form.evidence.is_none(), "Describe how you know the buyer."),
    ];
    let open = fields.into_iter().filter(|(_, is_missing, _)| *is_missing);
    open.map(|(field, _, words)| field_error(field, words)).collect()
}

fn field_error(field: &str, words: impl Into<String>) -> FieldError {
    FieldError { field: field.to_owned(), words: words.into() }
}

/// Turns the faults of a text type into sentences.
fn text<T>(parse: fn(&str) -> Result<T, TextError>) -> impl Fn(&str) -> Result<T, String> {
    move |typed| {
        parse(typed).map_err(|error| match error {
            TextError::Form { .. } => error.to_string(),
            TextError::Empty | TextError::TooLong { .. } | TextError::Unshowable { .. } => {
                format!("This {error}.")
            }
        })
    }
}

fn quantity(typed: &str) -> Result<u32, String> {
    let read = typed.parse::<u32>().ok().filter(|number| (1..=MOST_QUANTITY).contains(number));
    read.ok_or_else(|| format!("Enter a whole number from 1 to {MOST_QUANTITY}."))
}

fn origin(typed: &str) -> Result<Origin, String> {
    match typed {
        "sourced" => Ok(Origin::Sourced),
        "assigned" => Ok(Origin::Assigned),
        _ => Err("Choose sourced or assigned.".to_owned()),
    }
}

fn date(typed: &str) -> Result<Date, String> {
    text::day(typed).map_err(|error| error.to_string())
}

/// Reads field by field and keeps what was wrong.
struct Reader<'a> {
    rules: &'a FormRules<'a>,
    errors: Vec<FieldError>,
}

impl Reader<'_> {
    fn read<T>(
        &mut self,
        field: &str,
        typed: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        parse(typed).map_err(|words| self.errors.push(field_error(field, words))).ok()
    }

    fn currency(&mut self, typed: &str) -> Currency {
        let parse = |typed: &str| Currency::parse(typed).map_err(|error| format!("{error}."));
        self.read("currency", typed, parse).unwrap_or(self.rules.currency)
    }

    fn money(&mut self, field: &str, typed: &str, currency: Currency) -> Option<Money> {
        self.read(field, typed, |typed| match Money::parse_decimal(typed, currency) {
            Ok(money) if money.minor > 0 => Ok(money),
            Ok(_) => Err("The value must be above zero.".to_owned()),
            Err(error) => Err(format!("{error}.")),
        })
    }

    fn product_lines(&mut self, typed: &[String]) -> BTreeSet<String> {
        let codes = typed.iter().map(|code| code.trim()).filter(|code| !code.is_empty());
        let (known, unknown): (BTreeSet<&str>, BTreeSet<&str>) =
            codes.partition(|code| self.rules.product_lines.contains(*code));
        if let Some(code) = unknown.first() {
            let code: String = code.chars().take(60).collect();
            let words = format!("The program has no product {code}.");
            self.errors.push(field_error("product_lines", words));
        }
        known.into_iter().map(str::to_owned).collect()
    }

    fn not_before_today(&mut self, field: &str, typed: &str) -> Option<Date> {
        let today = self.rules.today;
        self.read(field, typed, |typed| match date(typed)? {
            on if on < today => Err(format!("{on} is in the past; enter {today} or a later date.")),
            on => Ok(on),
        })
    }

    fn not_after_today(&mut self, field: &str, typed: &str) -> Option<Date> {
        let today = self.rules.today;
        self.read(field, typed, |typed| match date(typed)? {
            on if on > today => {
                Err(format!("{on} is in the future; enter {today} or an earlier date."))
            }
            on => Ok(on),
        })
    }
}
