//! The fields of the form, each with what it accepts.

use domain::{
    accounts::{AccountName, Country, Domain, Email, PostalCode},
    money::{Currency, Money},
    program::Document,
    text::{Note, PersonName, Phone, ShortText, TextError},
};
use jiff::civil::Date;
use web::FieldErrors;

use super::{AmountInput, Changes};
use crate::deal_registration::store::{Details, Origin, Product};

/// The most product lines that one registration names.
const MOST_PRODUCTS: usize = 50;
/// The largest amount in minor units that is believed.
const LARGEST_MINOR: i64 = 100_000_000_000_000;

/// Sets `kept` to what `parse` makes of `given`; a blank text empties it.
fn set<T>(
    errors: &mut FieldErrors,
    (name, given): (&str, &Option<String>),
    kept: &mut String,
    parse: impl FnOnce(&str) -> Result<T, TextError>,
) where
    String: From<T>,
{
    let Some(given) = given else { return };
    if given.trim().is_empty() {
        kept.clear();
    } else if let Some(value) = errors.take(name, parse(given)) {
        *kept = value.into();
    }
}

/// Every field of text.
pub(super) fn texts(errors: &mut FieldErrors, c: &Changes, d: &mut Details) {
    account(errors, c, d);
    contact(errors, c, d);
    notes(errors, c, d);
}

fn account(errors: &mut FieldErrors, c: &Changes, d: &mut Details) {
    let name = ("account_name", &c.account_name);
    set(errors, name, &mut d.account_name, AccountName::parse);
    let domain = ("account_domain", &c.account_domain);
    set(errors, domain, &mut d.account_domain, |text| {
        Domain::parse(text).map(|domain| domain.without_www())
    });
    let postal_code = ("account_postal_code", &c.account_postal_code);
    set(errors, postal_code, &mut d.account_postal_code, PostalCode::parse);
    set(errors, ("account_city", &c.account_city), &mut d.account_city, ShortText::parse);
    let Some(country) = &c.account_country else {
        return;
    };
    if country.trim().is_empty() {
        d.account_country.clear();
    } else if let Some(found) = errors.take("account_country", Country::parse(country)) {
        found.as_str().clone_into(&mut d.account_country);
    }
}

fn contact(errors: &mut FieldErrors, c: &Changes, d: &mut Details) {
    set(errors, ("contact_name", &c.contact_name), &mut d.contact_name, PersonName::parse);
    set(errors, ("contact_role", &c.contact_role), &mut d.contact_role, ShortText::parse);
    set(errors, ("contact_email", &c.contact_email), &mut d.contact_email, Email::parse);
    set(errors, ("contact_phone", &c.contact_phone), &mut d.contact_phone, Phone::parse);
}

fn notes(errors: &mut FieldErrors, c: &Changes, d: &mut Details) {
    set(errors, ("relationship", &c.relationship), &mut d.relationship, Note::parse);
    set(errors, ("need", &c.need), &mut d.need, Note::parse);
    set(errors, ("competitor", &c.competitor), &mut d.competitor, ShortText::parse);
    set(errors, ("help_wanted", &c.help_wanted), &mut d.help_wanted, Note::parse);
    set(errors, ("evidence_note", &c.evidence_note), &mut d.evidence_note, Note::parse);
    let Some(origin) = c.origin.as_deref().filter(|word| !word.is_empty()) else {
        return;
    };
    match Origin::from_word(origin) {
        Some(origin) => d.origin = origin,
        None => errors.add("origin", "choose sourced or assigned"),
    }
}

pub(super) fn amounts(errors: &mut FieldErrors, c: &Changes, currency: Currency, d: &mut Details) {
    let fields = [
        ("amount", &c.amount, &mut d.amount),
        ("contract_value", &c.contract_value, &mut d.contract_value),
    ];
    for (name, given, kept) in fields {
        match given {
            Some(AmountInput::Decimal(text)) if text.trim().is_empty() => *kept = None,
            Some(AmountInput::Decimal(text)) => {
                if let Some(money) = errors.take(name, Money::parse_decimal(text, currency)) {
                    *kept = Some(money);
                }
            }
            Some(AmountInput::Exact(money)) => *kept = Some(*money),
            None => {}
        }
        let Some(money) = kept else { continue };
        if money.currency != currency {
            errors.add(
                name,
                format!(
                    "is in {}, but the deal is in {currency}; enter it in {currency}",
                    money.currency
                ),
            );
        } else if money.minor <= 0 {
            errors.add(name, "must be more than zero");
        } else if money.minor > LARGEST_MINOR {
            errors.add(name, "is too large");
        }
    }
}

pub(super) fn dates(errors: &mut FieldErrors, c: &Changes, today: Date, d: &mut Details) {
    let before = d.close_on;
    date(errors, ("close_on", &c.close_on), &mut d.close_on);
    date(errors, ("rfp_on", &c.rfp_on), &mut d.rfp_on);
    date(errors, ("first_meeting_on", &c.first_meeting_on), &mut d.first_meeting_on);
    if d.close_on != before && d.close_on.is_some_and(|on| on < today) {
        errors.add("close_on", format!("is in the past; today is {today}"));
    }
    if d.first_meeting_on.is_some_and(|on| on > today) {
        errors
            .add("first_meeting_on", "is in the future; enter it once the meeting has taken place");
    }
    let far = today.saturating_add(jiff::Span::new().years(20));
    for (name, on) in [("close_on", d.close_on), ("rfp_on", d.rfp_on)] {
        if on.is_some_and(|on| on > far) {
            errors.add(name, "is more than twenty years ahead");
        }
    }
}

fn date(errors: &mut FieldErrors, (name, given): (&str, &Option<String>), kept: &mut Option<Date>) {
    let Some(given) = given.as_deref().map(str::trim) else {
        return;
    };
    if given.is_empty() {
        *kept = None;
        return;
    }
    if let Some(on) = errors.take(name, domain::text::day(given)) {
        *kept = Some(on);
    }
}

pub(super) fn check_products(
    errors: &mut FieldErrors,
    products: &[Product],
    document: &Document,
) -> Vec<Product> {
    if products.len() > MOST_PRODUCTS {
        errors.add("products", format!("at most {MOST_PRODUCTS} product lines are accepted"));
        return Vec::new();
    }
    let mut kept: Vec<Product> = Vec::with_capacity(products.len());
    for product in products {
        let known = document.product(&product.code).filter(|known| known.registrable);
        if known.is_none() {
            errors.add(
                "products",
                format!(
                    "this program registers no product line “{}”",
                    product.code.chars().take(60).collect::<String>()
                ),
            );
        }
        if product.quantity == 0 || product.quantity > 10_000_000 {
            errors.add("products", "give a quantity from 1 to 10,000,000");
        }
        match kept.iter_mut().find(|other| other.code == product.code) {
            Some(_) => errors.add("products", "names a product line twice"),
            None => kept.push(product.clone()),
        }
    }
    kept
}
