//! Forms, choices, buttons.

use maud::{Markup, Render, html};

use super::{TOKEN, sample};
use crate::button::{Button, button_row};
use crate::form::{
    Checkbox, CheckboxGroup, Choice, Field, PostForm, RadioCards, columns, field_group,
};
use crate::form_data::FieldErrors;
use crate::icon::Icon;
use crate::piece::Dialog;
use crate::tone::{Tone, status};

/// The short registration, as it comes back with two mistakes.
pub(super) fn forms() -> Markup {
    let mut errors = FieldErrors::new();
    errors.add("amount", "12.345 has three decimals; EUR has two");
    errors.add("close_on", "The close date 3 Mar 2026 is in the past");
    let short = PostForm::new("#forms", TOKEN)
        .idempotency("sample")
        .errors(&errors)
        .body(html! {
            (Field::text("domain", "Company domain").value("globex-manufacturing.de").required()
                .hint("Availability is checked as you type.").autocomplete("off"))
            div.live { (status(Tone::Good, "globex-manufacturing.de is available")) }
            (columns(html! {
                (Field::money_with_currency("amount", "Expected contract value", "currency", &["EUR", "USD", "GBP"], "EUR")
                    .value("12.345").errors(&errors).required())
                (Field::date("close_on", "Expected close").value("2026-03-03").errors(&errors).required())
            }))
            (Field::email("contact_email", "Contact's e-mail").autocomplete("email").placeholder("name@company.com").required())
            (Field::textarea("evidence", "How do you know this company?").hint("A first meeting, a referral, earlier work. The decider reads this first.").rows(3))
        })
        .actions(html! { (Button::primary("Submit")) (Button::secondary("Save as draft").submits("then", "draft")) (Button::quiet("Cancel").href("#forms")) });
    let others = PostForm::new("#forms", TOKEN).multipart().body(html! {
            (Field::select("line", "Product line", [Choice::new("", "Choose one"), ("core", "Core platform").into(), ("edge", "Edge gateway").into()]).required())
            (Field::money("budget", "Requested budget", "EUR").value("4,500.00"))
            (Field::number("seats", "Seats").value("120").min("1"))
            (Field::file("file", "Evidence").accepts(".pdf,.png,.eml").hint("PDF, PNG or mail, up to 10 MB."))
            (Field::new_password("New password").required().hint("At least 8 characters. A sentence works best."))
            (Field::one_time_code("Code from your app").required())
            (Field::text("locked", "Partner").value("Northwind Consulting").disabled())
            (Field::text("city", "City").suggestions(vec![String::from("Hamburg"), String::from("Köln")]))
    });
    html! {
        div.guide-two {
            div.card { (short) }
            div.card { (field_group("Other fields", "All share label, hint and error.", others)) }
        }
    }
}

/// Ticks, radio cards.
pub(super) fn choices() -> Markup {
    html! {
        div.guide-two {
            (sample("Cards", html! {
                (RadioCards::new("verdict", "Decision").required().value("approve")
                    .choice(Choice::new("approve", "Approve").detail("Protects the account through 18 Jun 2026."))
                    .choice(Choice::new("return", "Return with a question").detail("The clock stops until the partner answers."))
                    .choice(Choice::new("reject", "Reject").detail("The partner reads the reason.")))
            }))
            (sample("Checkboxes and radio buttons", html! {
                div.fields {
                    (Checkbox::new("rfp", "A request for proposal is out").checked(true).hint("Enter its closing date."))
                    (CheckboxGroup::new("help", "Help wanted").compact().selected(&["demo"])
                        .choice(("demo", "A demonstration")).choice(("sizing", "Sizing and pricing")).choice(("security", "Security questionnaire")))
                    (RadioCards::new("mode", "Source").compact().required().error(Some("Choose a source"))
                        .choice(("sourced", "We found it")).choice(("assigned", "The vendor passed it on")))
                }
            }))
        }
    }
}

/// Buttons of every kind.
pub(super) fn buttons() -> Markup {
    html! {
        (button_row(html! {
            (Button::primary("Register a deal").icon(Icon::Plus).href("#buttons"))
            (Button::secondary("Log an activity").icon(Icon::Phone).href("#buttons"))
            (Button::quiet("Cancel").href("#buttons"))
            (Button::danger("Withdraw").icon(Icon::Undo).href("#buttons").opens_dialog("withdraw"))
            (Button::secondary("Renew").because_not("already renewed once"))
            (Button::secondary("Small").small().href("#buttons"))
            (Button::quiet("Edit").icon(Icon::Edit).icon_only().href("#buttons"))
            (Button::secondary("Copy link").icon(Icon::Link).copies("https://partners.example.com/r/1"))
        }))
        (Dialog::new("withdraw", "Withdraw this registration?").body(html! {
            p { "Globex Manufacturing GmbH becomes available at once. Two activities stay in the record. You can register it again; the new submission time counts." }
            p { (status(Tone::Warn, "Cannot be undone")) }
            (button_row(html! { (Button::danger("Withdraw").icon(Icon::Undo).href("#buttons")) (Button::quiet("Keep it").href("#buttons")) }).render())
        }))
    }
}
