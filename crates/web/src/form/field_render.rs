//! How each kind of field is written.

use maud::{Markup, Render, html};

use super::field::{Control, Field, Need};
use super::{Choice, described_by, error_line, field_id};
use crate::icon::Icon;

impl Field {
    fn id(&self) -> String {
        field_id(&self.name)
    }

    fn described(&self) -> Option<String> {
        described_by(&self.id(), self.hint.is_some(), self.error.is_some())
    }

    /// The value of `aria-invalid`, where it is.
    fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    fn is_required(&self) -> bool {
        self.need == Need::Required
    }

    fn is_disabled(&self) -> bool {
        self.need == Need::Disabled
    }

    fn control(&self) -> Markup {
        match &self.control {
            Control::Input(kind) => self.input(kind, None),
            Control::Password { fresh } => {
                let hint = if *fresh { "new-password" } else { "current-password" };
                self.input("password", Some(hint))
            }
            Control::OneTimeCode => self.input("text", Some("one-time-code")),
            Control::Area => self.area(),
            Control::Select(choices) => self.choice_list(choices),
            Control::Money { currency, .. } => html! {
                div.money {
                    (self.input("text", Some("off")))
                    span.money-currency aria-hidden="true" { (currency) }
                }
            },
            Control::MoneyIn { name, currencies, selected } => html! {
                div.money {
                    (self.input("text", Some("off")))
                    (self.currency_select(name, currencies, selected))
                }
            },
            Control::File => html! {
                input.input id=(self.id()) name=(self.name) type="file"
                    accept=[self.accepts.as_deref()] required[self.is_required()] disabled[self.is_disabled()]
                    aria-describedby=[self.described()] aria-invalid=[self.invalid()];
            },
        }
    }

    fn area(&self) -> Markup {
        html! {
            textarea.input id=(self.id()) name=(self.name) rows=(self.rows)
                maxlength=[self.max_length] placeholder=[self.placeholder.as_deref()]
                autocomplete=[self.autocomplete.as_deref()] required[self.is_required()]
                disabled[self.is_disabled()] autofocus[self.autofocus]
                aria-describedby=[self.described()] aria-invalid=[self.invalid()] {
                // HTML drops a first line end, so one is given away.
                "\n" (self.value)
            }
        }
    }

    fn choice_list(&self, choices: &[Choice]) -> Markup {
        html! {
            div.select {
                select.input id=(self.id()) name=(self.name) required[self.is_required()]
                    disabled[self.is_disabled()] autofocus[self.autofocus]
                    aria-describedby=[self.described()] aria-invalid=[self.invalid()] {
                    @for choice in choices {
                        option value=(choice.value) selected[choice.value == self.value]
                            disabled[choice.disabled] { (choice.label) }
                    }
                }
                (Icon::ChevronDown)
            }
        }
    }

    fn currency_select(&self, name: &str, currencies: &[String], selected: &str) -> Markup {
        html! {
            div.select {
                select.input id=(field_id(name)) name=(name) disabled[self.is_disabled()]
                    aria-label={ (self.label) ": currency" } {
                    @for code in currencies {
                        option value=(code) selected[code == selected] { (code) }
                    }
                }
                (Icon::ChevronDown)
            }
        }
    }

    /// An `<input>`. `fill` is what browsers may fill in where the caller said nothing.
    #[expect(
        clippy::cognitive_complexity,
        reason = "one element whose optional attributes each count as a branch"
    )]
    fn input(&self, kind: &str, fill: Option<&str>) -> Markup {
        let list = (!self.suggestions.is_empty()).then(|| format!("{}-list", self.id()));
        let (live, target) = match &self.live {
            Some((path, target)) => (Some(path), Some(target)),
            None => (None, None),
        };
        let value = (kind != "password" && !self.value.is_empty()).then_some(self.value.as_str());
        html! {
            input.input id=(self.id()) name=(self.name) type=(kind) value=[value]
                inputmode=[self.keyboard()]
                placeholder=[self.placeholder.as_deref()]
                autocomplete=[self.autocomplete.as_deref().or(fill)]
                autocapitalize=[self.plain_typing().then_some("none")]
                spellcheck=[self.plain_typing().then_some("false")]
                min=[self.min.as_deref()] max=[self.max.as_deref()] step=[self.step.as_deref()]
                maxlength=[self.max_length] list=[list.as_deref()]
                required[self.is_required()] disabled[self.is_disabled()] autofocus[self.autofocus]
                aria-describedby=[self.described()] aria-invalid=[self.invalid()]
                data-live=[live] data-live-target=[target];
            @if let Some(list) = &list {
                datalist id=(list) { @for value in &self.suggestions { option value=(value) {} } }
            }
        }
    }

    /// Which keyboard a phone shows.
    fn keyboard(&self) -> Option<&'static str> {
        match &self.control {
            Control::Money { .. } | Control::MoneyIn { .. } => Some("decimal"),
            Control::OneTimeCode => Some("numeric"),
            Control::Input(kind) if *kind == "number" => Some("numeric"),
            Control::Input(_)
            | Control::Area
            | Control::Select(_)
            | Control::Password { .. }
            | Control::File => None,
        }
    }

    /// Whether capitals and spelling corrections would be wrong.
    fn plain_typing(&self) -> bool {
        match &self.control {
            Control::Input(kind) => matches!(*kind, "email" | "url"),
            Control::OneTimeCode | Control::Password { .. } => true,
            Control::Area
            | Control::Select(_)
            | Control::Money { .. }
            | Control::MoneyIn { .. }
            | Control::File => false,
        }
    }
}

impl Render for Field {
    fn render(&self) -> Markup {
        let id = self.id();
        html! {
            div.field .field-short[self.short] .field-bad[self.error.is_some()] {
                label for=(id) {
                    (self.label)
                    @if let Control::Money { currency, .. } = &self.control {
                        span.vh { " in " (currency) }
                    }
                    @if self.need == Need::Optional { " " span.optional { "optional" } }
                }
                @if let Some(hint) = &self.hint { p.hint id={ (id) "-hint" } { (hint) } }
                (self.control())
                (error_line(&id, self.error.as_deref()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, FieldErrors, Form, Secret};

    #[test]
    fn what_came_back_is_filled_in_but_no_password() {
        let form = Form::from_pairs([
            ("name", "<Globex>"),
            ("password", "secret"),
            ("tier", "b"),
            ("amount", "1.5"),
            ("cur", "USD"),
        ]);
        let text = Field::text("name", "Name").filled(&form).render().into_string();
        assert!(text.contains("value=\"&lt;Globex&gt;\""), "{text}");
        let password =
            Field::password(Secret::Password, "Password").filled(&form).render().into_string();
        assert!(!password.contains("secret"));
        let choices = [Choice::new("a", "A"), Choice::new("b", "B")];
        let select = Field::select("tier", "Tier", choices).filled(&form).render().into_string();
        assert!(select.contains("<option value=\"b\" selected>"), "{select}");
        let money = Field::money_with_currency("amount", "Amount", "cur", &["EUR", "USD"], "EUR");
        let money = money.filled(&form).render().into_string();
        assert!(money.contains("<option value=\"USD\" selected>"), "{money}");
    }

    #[test]
    fn an_amount_has_the_currency_of_the_form_or_the_usual_one() {
        let choice = || Field::money_with_currency("a", "A", "cur", &["CHF", "EUR"], "");
        let beside = || Field::money_in_chosen("b", "B", "cur");
        let none = Form::default();
        let shown = choice().filled(&none).usual_currency("EUR").render().into_string();
        assert!(shown.contains("<option value=\"EUR\" selected>EUR</option><option"), "{shown}");
        let shown = beside().filled(&none).usual_currency("EUR").render().into_string();
        assert!(shown.contains("in EUR"), "{shown}");
        let chosen = Form::from_pairs([("cur", "CHF")]);
        let shown = choice().filled(&chosen).usual_currency("EUR").render().into_string();
        assert!(shown.contains("<option value=\"CHF\" selected>"), "{shown}");
        let shown = beside().filled(&chosen).usual_currency("EUR").render().into_string();
        assert!(shown.contains("in CHF"), "{shown}");
    }

    #[test]
    fn a_bad_currency_is_shown_at_the_amount() {
        let mut errors = FieldErrors::new();
        errors.add("cur", "Pick a currency of the program");
        let field = Field::money_with_currency("amount", "Amount", "cur", &["EUR"], "EUR");
        assert!(field.errors(&errors).render().into_string().contains("Pick a currency"));
    }
}
