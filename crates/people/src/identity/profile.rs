//! What a person says of itself: name, phone, time zone.

use domain::{
    folding::folded,
    ids::UserId,
    text::{self, TextError},
};
use serde_json::json;
use web::FieldErrors;

use crate::audit;
use frame::{ctx::Cx, error::AppError};

db::row! {
    /// What a person may change about itself.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(super) struct Profile {
        pub(super) name: String,
        pub(super) phone: String,
        pub(super) zone: String,
    }
}

/// What is wrong with a person's name; `None` when it can be kept.
pub(super) fn name_fault(name: &str) -> Option<String> {
    match text::line(name, 200) {
        Ok(_) => None,
        Err(TextError::Empty) => Some("Enter a name".to_owned()),
        Err(error) => Some(format!("A name {error}")),
    }
}

impl Profile {
    /// Everything that is wrong with it, by field.
    pub(super) fn faults(&self) -> FieldErrors {
        let mut errors = FieldErrors::new();
        if let Some(words) = name_fault(&self.name) {
            errors.add("name", words);
        }
        let odd = |c: char| !(c.is_ascii_digit() || "+-() ./x".contains(c));
        if self.phone.len() > 40 || self.phone.chars().any(odd) {
            errors.add("phone", "Enter a phone number such as +49 30 1234567");
        }
        let known = self.zone.is_empty() || domain::calendar::zones::find(&self.zone).is_ok();
        if !known || self.zone.len() > 64 {
            errors.add("zone", "Enter a time zone such as Europe/Berlin");
        }
        errors
    }
}

/// A person's profile; an unknown person is not found.
pub(super) fn of(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<Profile, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.query_opt_as(
        "SELECT name, phone, zone FROM identity_users WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id.as_str()],
    )?;
    found.ok_or(AppError::NotFound)
}

/// Keeps a checked profile.
pub(super) fn set(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    profile: &Profile,
) -> Result<(), AppError> {
    let before = of(cx, user_id)?;
    if before == *profile {
        return Ok(());
    }
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE identity_users SET name = $3, phone = $4, zone = $5, search_key = $6, \
         version = version + 1 WHERE vendor_id = $1 AND user_id = $2",
        db::params![
            vendor_id.as_str(),
            user_id.as_str(),
            &profile.name,
            &profile.phone,
            &profile.zone,
            folded(&profile.name)
        ],
    )?;
    audit::record(
        cx,
        &audit::Entry {
            action: "identity.profile_changed",
            object_kind: "user",
            object_id: user_id.as_str(),
            before: json!({ "name": before.name, "phone": before.phone, "zone": before.zone }),
            after: json!({ "name": profile.name, "phone": profile.phone, "zone": profile.zone }),
        },
    )
}

/// Keeps a checked name.
pub(super) fn set_name(cx: &mut Cx<'_, '_>, user_id: &UserId, name: &str) -> Result<(), AppError> {
    let mut profile = of(cx, user_id)?;
    name.trim().clone_into(&mut profile.name);
    set(cx, user_id, &profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_01_every_bad_field_of_a_profile_is_named() {
        let bad = Profile { name: " ".into(), phone: "call me".into(), zone: "Mars/Base".into() };
        let errors = bad.faults();
        let named: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(named, ["name", "phone", "zone"]);
        let good = Profile {
            name: "Łukasz Żak".into(),
            phone: "+48 (22) 123-45-67".into(),
            zone: "Europe/Warsaw".into(),
        };
        assert!(good.faults().is_empty());
    }
}
