//! Fields that hold a secret. Such a field has no other name than one of these, so that whoever
//! repeats what a form sent knows what to leave out.

use super::{CSRF_FIELD, IDEMPOTENCY_FIELD};
use crate::form_data::Form;

/// A secret that a form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// The password somebody signs in with, or chooses.
    Password,
    /// The password somebody has, where another one is chosen.
    OldPassword,
    /// A code from an authenticator app, or a recovery code.
    OneTimeCode,
}

impl Secret {
    const ALL: [Self; 3] = [Self::Password, Self::OldPassword, Self::OneTimeCode];

    /// The name of its field.
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::OldPassword => "old_password",
            Self::OneTimeCode => "one_time_code",
        }
    }

    /// The name under which pages sent it that were opened before an upgrade.
    fn former_name(self) -> Option<&'static str> {
        match self {
            Self::Password => None,
            Self::OldPassword => Some("old"),
            Self::OneTimeCode => Some("code"),
        }
    }

    /// Whether a field of this name of this form holds a secret.
    pub fn is_in(form: &Form, name: &str) -> bool {
        Self::ALL.iter().any(|secret| match secret.former_name() {
            // Other forms have codes, of certificates for example. The form of this one has no
            // other field that anybody types into.
            Some("code") if name == "code" => form
                .names()
                .all(|name| matches!(name, "code" | "next" | CSRF_FIELD | IDEMPOTENCY_FIELD)),
            Some(former) if name == former => true,
            Some(_) | None => name == secret.name(),
        })
    }

    /// What was typed, as it was; empty when nothing was.
    pub fn of(self, form: &Form) -> &str {
        let former = self.former_name().and_then(|name| form.raw(name));
        form.raw(self.name()).or(former).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_01_a_secret_is_found_under_its_name_and_its_former_one() {
        for (secret, former) in
            [(Secret::OldPassword, "old"), (Secret::OneTimeCode, "code"), (Secret::Password, "")]
        {
            for name in [secret.name(), former].into_iter().filter(|name| !name.is_empty()) {
                let form = Form::from_pairs([(CSRF_FIELD, "x"), (name, " 1 ")]);
                assert_eq!(secret.of(&form), " 1 ", "{name}");
                assert!(Secret::is_in(&form, name), "{name}");
            }
        }
        let certificate = Form::from_pairs([("code", "sales"), ("holder", "Ben")]);
        assert!(!Secret::is_in(&certificate, "code") && !Secret::is_in(&certificate, "holder"));
    }
}
