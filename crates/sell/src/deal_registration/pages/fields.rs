//! The fields of a registration: seven that it needs, and the rest under a fold.

use std::collections::BTreeSet;

use domain::program::Document;
use jiff::civil::Date;
use web::{
    CheckboxGroup, Choice, Field, FieldErrors, Form, Markup, columns, field_group, hidden, html,
    live_target, url_encode,
};

use super::words::stage_choices;
use crate::deal_registration::{Details, Registration};

/// Currencies offered beside the program's own.
const CURRENCIES: [&str; 8] = ["EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK"];
/// Where the answer to “is it free?” appears.
const FREE: &str = "free";
/// What a file of evidence may be.
const EVIDENCE_TYPES: &str = ".pdf,.png,.jpg,.jpeg,.txt,.csv,.docx,.xlsx,.eml";

/// What the fields are drawn from.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    /// What was typed.
    pub(super) form: &'a Form,
    /// What is wrong with it.
    pub(super) errors: &'a FieldErrors,
    /// The program's document.
    pub(super) document: &'a Document,
    /// Today in the program's zone.
    pub(super) today: Date,
    /// Where “is it free?” is asked as one types; `None` where the company cannot be changed.
    pub(super) live: Option<String>,
    /// True when a file can be added.
    pub(super) with_file: bool,
}

impl Fields<'_> {
    /// The seven fields that a submission needs.
    pub(super) fn short(&self) -> Markup {
        let (form, errors) = (self.form, self.errors);
        html! {
            @if let Some(live) = &self.live { (self.company(live)) }
            (Field::email("contact_email", "Contact's e-mail").required().filled(form).errors(errors)
                .max_length(254).hint("The person at the company with whom you speak"))
            (self.products())
            (columns(html! {
                (self.amount("amount", "Expected revenue per year"))
                (Field::date("close_on", "Expected order date").required().filled(form).errors(errors)
                    .min(self.today.to_string()).short())
            }))
            (Field::textarea("evidence_note", "What shows that you work this deal").required().filled(form)
                .errors(errors).rows(3).max_length(4_000)
                .hint("A meeting, a mail from the buyer, a trial. A date and a name are enough"))
        }
    }

    fn company(&self, live: &str) -> Markup {
        let (form, errors) = (self.form, self.errors);
        html! {
            (Field::text("account_domain", "Company's domain").filled(form).errors(errors)
                .placeholder("globex.com").autocomplete("off").max_length(300)
                .hint("As in its e-mail addresses. It distinguishes companies with similar names")
                .live(live, FREE))
            (self.free())
            (Field::text("account_name", "Company's legal name").required().filled(form).errors(errors)
                .autocomplete("off").max_length(300))
        }
    }

    /// Where the answer appears; a domain that is there already can be asked for by a link.
    fn free(&self) -> Markup {
        let domain = self.form.text("account_domain");
        if domain.is_empty() || self.live.as_deref() != Some(super::new::LIVE) {
            return live_target(FREE);
        }
        html! {
            div.live id=(FREE) role="status" {
                a href=(format!("/availability?q={}", url_encode(domain))) { "Is " (domain) " free?" }
            }
        }
    }

    fn products(&self) -> Markup {
        let lines = self.document.products.iter().filter(|line| line.registrable);
        html! {
            // An empty one says that the list is complete: what is not ticked is taken away.
            (hidden("product", ""))
            (CheckboxGroup::new("product", "Product lines").required().compact()
                .choices(lines.map(|line| Choice::new(&line.code, &line.name)))
                .filled(self.form).errors(self.errors))
        }
    }

    fn amount(&self, name: &str, label: &str) -> Markup {
        let own = self.document.currency.as_str();
        let chosen = self.form.opt("currency").unwrap_or(own).to_owned();
        let mut currencies = vec![own];
        currencies.extend(CURRENCIES.into_iter().filter(|code| *code != own));
        if !currencies.contains(&chosen.as_str()) {
            currencies.push(&chosen);
        }
        let field = Field::money_with_currency(name, label, "currency", &currencies, &chosen);
        html! { (field.required().filled(self.form).errors(self.errors)) }
    }

    /// Everything else one may say.
    pub(super) fn further(&self) -> Markup {
        let named: BTreeSet<&str> = self.form.names().collect();
        let open = self.errors.iter().any(|(field, _)| is_further(field))
            || named.iter().any(|name| {
                is_further(name)
                    && !self.form.text(name).is_empty()
                    && *name != "origin"
                    && *name != "stage"
            });
        html! {
            details.fold open[open] {
                summary { "More details " span.quiet { "(optional, any time)" } }
                div.fields { (self.contact()) (self.deal()) (self.company_more()) (self.proof()) }
            }
        }
    }

    fn contact(&self) -> Markup {
        let (form, errors) = (self.form, self.errors);
        field_group(
            "Contact",
            html! {},
            html! {
                (columns(html! {
                    (Field::text("contact_name", "Name").filled(form).errors(errors).max_length(200))
                    (Field::text("contact_role", "Role").filled(form).errors(errors).max_length(200))
                }))
                (Field::tel("contact_phone", "Phone").filled(form).errors(errors).max_length(60).short())
                (Field::textarea("relationship", "Relationship so far").filled(form).errors(errors).rows(2).max_length(4_000))
            },
        )
    }

    fn deal(&self) -> Markup {
        let (form, errors) = (self.form, self.errors);
        let own = form.opt("currency").unwrap_or(self.document.currency.as_str()).to_owned();
        field_group(
            "Deal",
            html! {},
            html! {
                (columns(html! {
                    (Field::select("stage", "Sales stage", stage_choices()).filled(form).errors(errors))
                    (Field::select("origin", "Who found it", [
                        Choice::new("sourced", "We found it"),
                        Choice::new("assigned", "The vendor assigned it"),
                    ]).filled(form).errors(errors))
                }))
                (columns(html! {
                    (Field::money("contract_value", "Expected contract value", &own).filled(form).errors(errors))
                    (Field::date("rfp_on", "Day of the tender, if there is one").filled(form).errors(errors).short())
                }))
                (self.quantities())
                (Field::textarea("need", "What the company needs").filled(form).errors(errors).rows(2).max_length(4_000))
                (Field::text("competitor", "Competitor or incumbent").filled(form).errors(errors).max_length(200))
                (Field::textarea("help_wanted", "Help wanted from the vendor").filled(form).errors(errors).rows(2).max_length(4_000))
            },
        )
    }

    fn quantities(&self) -> Markup {
        let lines = self.document.products.iter().filter(|line| line.registrable);
        html! {
            details.fold {
                summary { "Quantities " span.quiet { "(1 each unless given)" } }
                (columns(html! {
                    @for line in lines {
                        (Field::number(format!("quantity_{}", line.code), line.name.clone())
                            .filled(self.form).min("1").max("10000000").step("1").short())
                    }
                }))
            }
        }
    }

    fn company_more(&self) -> Markup {
        if self.live.is_none() {
            return html! {};
        }
        let (form, errors) = (self.form, self.errors);
        field_group(
            "Company address",
            html! {},
            html! {
                (columns(html! {
                    (Field::text("account_country", "Country").filled(form).errors(errors)
                        .hint("Two letters, such as DE").max_length(60).short())
                    (Field::text("account_postal_code", "Postal code").filled(form).errors(errors).max_length(20).short())
                }))
                (Field::text("account_city", "City").filled(form).errors(errors).max_length(200))
            },
        )
    }

    fn proof(&self) -> Markup {
        let (form, errors) = (self.form, self.errors);
        field_group(
            "Proof",
            html! {},
            html! {
                (Field::date("first_meeting_on", "Day of the first meeting").filled(form).errors(errors)
                    .max(self.today.to_string()).short())
                @if self.with_file {
                    (Field::file("evidence_file", "A file").errors(errors).accepts(EVIDENCE_TYPES)
                        .hint("For example the invitation or the minutes, at most 10 MB"))
                }
            },
        )
    }
}

fn is_further(field: &str) -> bool {
    matches!(
        field,
        "contact_name"
            | "contact_role"
            | "contact_phone"
            | "relationship"
            | "stage"
            | "origin"
            | "contract_value"
            | "rfp_on"
            | "need"
            | "competitor"
            | "help_wanted"
            | "account_country"
            | "account_postal_code"
            | "account_city"
            | "first_meeting_on"
            | "evidence_file"
    )
}

/// The errors as a summary lists them: each with the label of its field before it.
pub(super) fn labelled(errors: &FieldErrors) -> FieldErrors {
    let mut named = FieldErrors::new();
    for (field, message) in errors.iter() {
        match label(field) {
            Some(label) => named.add(field, format!("{label}: {message}")),
            None => named.add(field, message),
        }
    }
    named
}

fn label(field: &str) -> Option<&'static str> {
    Some(match field {
        "account_domain" => "Company's domain",
        "account_name" => "Company's legal name",
        "account_country" => "Country",
        "account_postal_code" => "Postal code",
        "account_city" => "City",
        "contact_email" => "Contact's e-mail",
        "contact_name" => "Contact's name",
        "contact_role" => "Contact's role",
        "contact_phone" => "Phone",
        "relationship" => "Relationship so far",
        "product" => "Product lines",
        "amount" => "Expected revenue per year",
        "currency" => "Currency",
        "close_on" => "Expected order date",
        "evidence_note" => "What shows that you work this deal",
        "evidence_file" => "File",
        "stage" => "Sales stage",
        "origin" => "Who found it",
        "contract_value" => "Expected contract value",
        "rfp_on" => "Day of the tender",
        "first_meeting_on" => "Day of the first meeting",
        "need" => "What the company needs",
        "competitor" => "Competitor or incumbent",
        "help_wanted" => "Help wanted",
        _ => return None,
    })
}

/// Of which fields the form has another name.
pub(super) const NAMES: &[(&str, &str)] =
    &[("products", "product"), ("file", "evidence_file"), ("content", "evidence_file")];

/// A form filled with what is kept of a registration.
pub(super) fn filled(registration: &Registration) -> Form {
    let d: &Details = &registration.details;
    let date = |on: Option<Date>| on.map_or_else(String::new, |on| on.to_string());
    let amount = |money: Option<domain::money::Money>| {
        money.map_or_else(String::new, |money| money.decimal())
    };
    let mut pairs: Vec<(String, String)> = [
        ("account_name", d.account_name.clone()),
        ("account_domain", d.account_domain.clone()),
        ("account_country", d.account_country.clone()),
        ("account_postal_code", d.account_postal_code.clone()),
        ("account_city", d.account_city.clone()),
        ("contact_name", d.contact_name.clone()),
        ("contact_role", d.contact_role.clone()),
        ("contact_email", d.contact_email.clone()),
        ("contact_phone", d.contact_phone.clone()),
        ("relationship", d.relationship.clone()),
        ("amount", amount(d.amount)),
        ("contract_value", amount(d.contract_value)),
        ("currency", registration.currency.as_str().to_owned()),
        ("close_on", date(d.close_on)),
        ("need", d.need.clone()),
        ("competitor", d.competitor.clone()),
        ("origin", d.origin.word().to_owned()),
        ("rfp_on", date(d.rfp_on)),
        ("help_wanted", d.help_wanted.clone()),
        ("evidence_note", d.evidence_note.clone()),
        ("first_meeting_on", date(d.first_meeting_on)),
        ("stage", registration.stage.word().to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    for product in &d.products {
        pairs.push(("product".into(), product.code.clone()));
        pairs.push((format!("quantity_{}", product.code), product.quantity.to_string()));
    }
    Form::from_pairs(pairs)
}
