//! Making a partner known.

use domain::{
    accounts::{Country, Domain},
    ids::{PartnerId, UserId},
};
use serde_json::json;
use web::FieldErrors;

use super::super::{PartnerStatus, changes, kept, questions};
use crate::{
    audit,
    core::{ctx::Cx, error::AppError},
    identity::{self, Standing},
};

/// A partner to be made known.
#[derive(Debug, Default)]
pub struct NewPartner<'a> {
    /// Its name, in up to 300 characters.
    pub name: &'a str,
    /// Its internet domain; `""` when unknown.
    pub domain: &'a str,
    /// Its country as two letters; `""` when unknown.
    pub country: &'a str,
    /// Its city; `""` when unknown.
    pub city: &'a str,
    /// How it stands.
    pub status: PartnerStatus,
    /// The partner manager.
    pub manager_user_id: Option<&'a UserId>,
    /// Its id in another system; `""` when there is none.
    pub external_id: &'a str,
}

/// What of a partner is checked the same way when it is made and when it is changed.
#[derive(Debug, Clone, Default)]
pub(in crate::partners) struct Particulars {
    pub(in crate::partners) name: String,
    pub(in crate::partners) domain: String,
    pub(in crate::partners) country: String,
    pub(in crate::partners) city: String,
    pub(in crate::partners) external_id: String,
}

impl Particulars {
    /// The particulars in the form in which they are kept; every bad field is named. `own` is
    /// the partner that may bear the name and the external id already.
    pub(in crate::partners) fn checked(
        &self,
        cx: &mut Cx<'_, '_>,
        own: Option<&PartnerId>,
        errors: &mut FieldErrors,
    ) -> Result<Self, AppError> {
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || name.chars().count() > 300 || name.chars().any(char::is_control) {
            errors.add("name", "Enter the company's name, in up to 300 characters");
        } else if questions::find_by_name(cx, &name)?.is_some_and(|found| Some(&found) != own) {
            errors.add("name", "There is a partner of this name already");
        }
        let mut domain = String::new();
        if !self.domain.trim().is_empty() {
            match Domain::parse(self.domain.trim()) {
                Ok(found) => found.ascii().clone_into(&mut domain),
                Err(error) => errors.add("domain", error.to_string()),
            }
        }
        let mut country = String::new();
        if !self.country.trim().is_empty() {
            match Country::parse(&self.country.trim().to_uppercase()) {
                Ok(found) => country = found.to_string(),
                Err(error) => errors.add("country", error.to_string()),
            }
        }
        let city = self.city.trim().to_owned();
        if city.chars().count() > 200 || city.chars().any(char::is_control) {
            errors.add("city", "A city has at most 200 characters");
        }
        let external_id = self.external_id.trim().to_owned();
        if external_id.chars().count() > 200 || external_id.chars().any(char::is_control) {
            errors.add("external_id", "An external id has at most 200 characters");
        } else if questions::find_by_external_id(cx, &external_id)?
            .is_some_and(|found| Some(&found) != own)
        {
            errors.add("external_id", "Another partner has this external id");
        }
        Ok(Self { name, domain, country, city, external_id })
    }
}

/// Notes an error unless the person may act for the vendor and can look after a partner.
pub(in crate::partners) fn check_manager(
    cx: &mut Cx<'_, '_>,
    user_id: Option<&UserId>,
    errors: &mut FieldErrors,
) -> Result<(), AppError> {
    if let Some(user_id) = user_id {
        let found = identity::member(cx, user_id, None)?;
        if !found.is_some_and(|person| person.standing == Standing::Active) {
            errors.add("manager_user_id", "Choose a person of the vendor who can sign in");
        }
    }
    Ok(())
}

/// Makes a partner known; every bad field is named.
pub fn create(cx: &mut Cx<'_, '_>, new: &NewPartner<'_>) -> Result<PartnerId, AppError> {
    let mut errors = FieldErrors::new();
    let given = Particulars {
        name: new.name.to_owned(),
        domain: new.domain.to_owned(),
        country: new.country.to_owned(),
        city: new.city.to_owned(),
        external_id: new.external_id.to_owned(),
    };
    let checked = given.checked(cx, None, &mut errors)?;
    check_manager(cx, new.manager_user_id, &mut errors)?;
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let vendor_id = cx.vendor();
    let partner_id = PartnerId::new(cx.ids(), cx.now);
    cx.tx.execute(
        "INSERT INTO partners (vendor_id, partner_id, name, name_key, domain, country, city, \
         status, manager_user_id, external_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        db::params![
            vendor_id.as_str(),
            partner_id.as_str(),
            &checked.name,
            checked.name.to_lowercase(),
            &checked.domain,
            &checked.country,
            &checked.city,
            new.status.word(),
            new.manager_user_id.map_or("", UserId::as_str),
            &checked.external_id,
            cx.now.as_microsecond()
        ],
    )?;
    audit::made(cx, &kept::PARTNERS, &[partner_id.as_str()])?;
    identity::open_side(cx, &partner_id, &checked.name)?;
    if new.status == PartnerStatus::Left {
        identity::close_side(cx, &partner_id)?;
    }
    let after = json!({
        "name": checked.name, "domain": checked.domain, "country": checked.country, "city": checked.city,
        "external_id": checked.external_id, "status": new.status.word(),
        "manager_user_id": new.manager_user_id,
    });
    changes::tell(cx, &partner_id, "partners.created", (json!(null), after))?;
    Ok(partner_id)
}
