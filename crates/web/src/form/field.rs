//! A field: label, input, hint and error, wired together.

use crate::form_data::{FieldErrors, Form};

use super::{Choice, Secret};

/// What the input is.
#[derive(Clone, Debug)]
pub(super) enum Control {
    /// An `<input>` of this type.
    Input(&'static str),
    Area,
    Select(Vec<Choice>),
    /// An amount of a fixed currency, or of the one that the form holds in the field of that name.
    Money {
        currency: String,
        chosen_in: Option<String>,
    },
    /// An amount with a choice of currency, in a field of its own name.
    MoneyIn {
        name: String,
        currencies: Vec<String>,
        selected: String,
    },
    Password {
        fresh: bool,
    },
    OneTimeCode,
    File,
}

/// Whether it must be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Optional,
    Required,
    /// It cannot be filled.
    Disabled,
}

/// A labelled field. Fields that need not be filled say "optional" unless [`Field::required`].
#[must_use]
#[derive(Clone, Debug)]
pub struct Field {
    pub(super) control: Control,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) hint: Option<String>,
    pub(super) error: Option<String>,
    pub(super) need: Need,
    pub(super) autofocus: bool,
    pub(super) short: bool,
    pub(super) placeholder: Option<String>,
    pub(super) autocomplete: Option<String>,
    pub(super) min: Option<String>,
    pub(super) max: Option<String>,
    pub(super) step: Option<String>,
    pub(super) max_length: Option<usize>,
    pub(super) rows: u16,
    pub(super) accepts: Option<String>,
    pub(super) live: Option<(String, String)>,
    pub(super) suggestions: Vec<String>,
}

impl Field {
    fn new(control: Control, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            control,
            name: name.into(),
            label: label.into(),
            value: String::new(),
            hint: None,
            error: None,
            need: Need::Optional,
            autofocus: false,
            short: false,
            placeholder: None,
            autocomplete: None,
            min: None,
            max: None,
            step: None,
            max_length: None,
            rows: 4,
            accepts: None,
            live: None,
            suggestions: Vec::new(),
        }
    }

    /// A line of text.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("text"), name, label)
    }

    /// An e-mail address.
    pub fn email(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("email"), name, label)
    }

    /// An address on the web.
    pub fn url(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("url"), name, label)
    }

    /// A telephone number.
    pub fn tel(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("tel"), name, label)
    }

    /// Words to look for.
    pub fn search(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("search"), name, label)
    }

    /// A whole number.
    pub fn number(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("number"), name, label).short()
    }

    /// A day, as `2026-04-01`.
    pub fn date(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("date"), name, label).short()
    }

    /// The password someone has. Never filled in from a form that came back.
    pub fn password(secret: Secret, label: impl Into<String>) -> Self {
        Self::new(Control::Password { fresh: false }, secret.name(), label)
    }

    /// A password someone chooses.
    pub fn new_password(label: impl Into<String>) -> Self {
        Self::new(Control::Password { fresh: true }, Secret::Password.name(), label)
    }

    /// A code from an authenticator app.
    pub fn one_time_code(label: impl Into<String>) -> Self {
        Self::new(Control::OneTimeCode, Secret::OneTimeCode.name(), label).short()
    }

    /// Several lines of text.
    pub fn textarea(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Area, name, label)
    }

    /// A file; the form must be multipart.
    pub fn file(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::File, name, label)
    }

    /// An amount in `currency`, typed as a decimal number.
    pub fn money(name: impl Into<String>, label: impl Into<String>, currency: &str) -> Self {
        let control = Control::Money { currency: String::from(currency), chosen_in: None };
        Self::new(control, name, label).short()
    }

    /// An amount in the currency that is chosen at another one, whose field has this name.
    pub fn money_in_chosen(
        name: impl Into<String>,
        label: impl Into<String>,
        currency_name: &str,
    ) -> Self {
        let chosen_in = Some(String::from(currency_name));
        let control = Control::Money { currency: String::new(), chosen_in };
        Self::new(control, name, label).short()
    }

    /// An amount with a choice of currency, which is sent as `currency_name`.
    pub fn money_with_currency(
        name: impl Into<String>,
        label: impl Into<String>,
        currency_name: &str,
        currencies: &[&str],
        selected: &str,
    ) -> Self {
        let control = Control::MoneyIn {
            name: String::from(currency_name),
            currencies: currencies.iter().map(|code| String::from(*code)).collect(),
            selected: String::from(selected),
        };
        Self::new(control, name, label).short()
    }

    /// One of several choices, from a list. Put an empty choice first when none is preset.
    pub fn select(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = Choice>,
    ) -> Self {
        Self::new(Control::Select(choices.into_iter().collect()), name, label)
    }

    /// What stands in it.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// What stands in it: the value of the same name in `form`, if that has one. Passwords are not
    /// repeated.
    pub fn filled(mut self, form: &Form) -> Self {
        if let Control::MoneyIn { name, selected, .. } = &mut self.control
            && let Some(currency) = form.opt(name)
        {
            *selected = String::from(currency);
        }
        if let Control::Money { currency, chosen_in: Some(name) } = &mut self.control
            && let Some(chosen) = form.opt(name)
        {
            *currency = String::from(chosen);
        }
        if let Some(value) = form.raw(&self.name) {
            self.value = String::from(value);
        }
        self
    }

    /// The currency of an amount where the form names none; it is offered first.
    pub fn usual_currency(mut self, usual: &str) -> Self {
        match &mut self.control {
            Control::MoneyIn { currencies, selected, .. } => {
                currencies.retain(|code| code != usual);
                currencies.insert(0, String::from(usual));
                if selected.is_empty() {
                    *selected = String::from(usual);
                }
            }
            Control::Money { currency, .. } if currency.is_empty() => {
                *currency = String::from(usual);
            }
            Control::Money { .. }
            | Control::Input(_)
            | Control::Area
            | Control::Select(_)
            | Control::Password { .. }
            | Control::OneTimeCode
            | Control::File => {}
        }
        self
    }

    /// What to enter, or what it is for; stands between label and input.
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = Some(text.into());
        self
    }

    /// What is wrong with it.
    pub fn error(mut self, message: Option<&str>) -> Self {
        self.error = message.map(String::from);
        self
    }

    /// What is wrong with it: the message of its name, if there is one.
    pub fn errors(mut self, errors: &FieldErrors) -> Self {
        let mut message = errors.get(&self.name);
        if let Control::MoneyIn { name, .. } = &self.control {
            message = message.or_else(|| errors.get(name));
        }
        self.error = message.map(String::from);
        self
    }

    /// It must be filled.
    pub fn required(mut self) -> Self {
        self.need = Need::Required;
        self
    }

    /// It can be read and not changed, and is not sent.
    pub fn disabled(mut self) -> Self {
        self.need = Need::Disabled;
        self
    }

    /// The cursor starts here.
    pub fn autofocus(mut self) -> Self {
        self.autofocus = true;
        self
    }

    /// As wide as its content needs, not as the page.
    pub fn short(mut self) -> Self {
        self.short = true;
        self
    }

    /// An example, shown while it is empty. Never the only place of something that must be known.
    pub fn placeholder(mut self, text: impl Into<String>) -> Self {
        self.placeholder = Some(text.into());
        self
    }

    /// What the browser may fill in, in the words of HTML (`email`, `organization`, `off`).
    pub fn autocomplete(mut self, kind: impl Into<String>) -> Self {
        self.autocomplete = Some(kind.into());
        self
    }

    /// The least number or earliest day.
    pub fn min(mut self, min: impl Into<String>) -> Self {
        self.min = Some(min.into());
        self
    }

    /// The greatest number or latest day.
    pub fn max(mut self, max: impl Into<String>) -> Self {
        self.max = Some(max.into());
        self
    }

    /// The step of a number.
    pub fn step(mut self, step: impl Into<String>) -> Self {
        self.step = Some(step.into());
        self
    }

    /// The most characters the browser lets one type.
    pub fn max_length(mut self, characters: usize) -> Self {
        self.max_length = Some(characters);
        self
    }

    /// The height of a textarea.
    pub fn rows(mut self, rows: u16) -> Self {
        self.rows = rows;
        self
    }

    /// The files it takes: `.csv,.xlsx`.
    pub fn accepts(mut self, types: impl Into<String>) -> Self {
        self.accepts = Some(types.into());
        self
    }

    /// Asks while one types: `GET path?{name}={value}` a moment after the last key, and the fragment
    /// that comes back is put into the [`super::live_target`] of this id. The other fields of the form
    /// are not sent.
    pub fn live(mut self, path: impl Into<String>, target_id: impl Into<String>) -> Self {
        self.live = Some((path.into(), target_id.into()));
        self
    }

    /// Values to pick from while typing; others may be typed too.
    pub fn suggestions(mut self, values: Vec<String>) -> Self {
        self.suggestions = values;
        self
    }
}
