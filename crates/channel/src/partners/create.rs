//! Adding a partner.

use db::Record;
use domain::{
    accounts::{Country, Domain},
    folding::{folded, search_key},
    ids::{PartnerId, UserId},
};
use serde_json::{Value, json};
use web::{Choice, FieldErrors};

use super::{Partner, PartnerStatus, body, changes, kept, questions};
use frame::{
    action::{Action, Done, Opened},
    ctx::Cx,
    error::AppError,
    input::{Host, IdOf, Nation, OneOf, Text, input},
    reply::Reply,
    request::Req,
};
use people::{
    audit,
    identity::{self, Standing},
};

input! {
    /// A partner.
    pub struct PartnerInput {
        /// The company's name.
        pub name: String => Text::line("Company", 300).required("Enter the company's name"),
        /// Its internet domain.
        pub domain: Option<Domain> => Host::new("Domain").optional()
            .hint("For example north.example"),
        /// Its country as two letters.
        pub country: Option<Country> => Nation::new("Country").optional(),
        /// Its city.
        pub city: String => Text::line("City", 200).beside(),
        /// Its id in another system.
        pub external_id: String => Text::exact_line("External id", 200).hint("The id in your CRM"),
        /// Its status; `onboarding` by default.
        pub status: PartnerStatus => OneOf::or("Status", PartnerStatus::Onboarding)
            .group("Status and partner manager"),
        /// The partner manager; null if none is assigned.
        pub manager_user_id: Option<UserId> => IdOf::<UserId>::new("Partner manager").optional()
            .among(people),
    }
}

fn people(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let people = identity::vendor_people(&mut req.cx)?.into_iter();
    let people = people.map(|person| Choice::new(person.user_id.as_str(), person.name));
    Ok(std::iter::once(Choice::new("", "Not assigned")).chain(people).collect())
}

impl PartnerInput {
    /// An active partner of which the name is known only.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            domain: None,
            country: None,
            city: String::new(),
            external_id: String::new(),
            status: PartnerStatus::Active,
            manager_user_id: None,
        }
    }

    /// Notes what collides with other partners, and a manager who cannot be one. `own` is the
    /// partner that may bear the name and the external id already.
    pub(super) fn check(
        &self,
        cx: &mut Cx<'_, '_>,
        own: Option<&Partner>,
        errors: &mut FieldErrors,
    ) -> Result<(), AppError> {
        let own_id = own.map(|own| &own.partner_id);
        let taken = |found: Option<PartnerId>| found.is_some_and(|found| Some(&found) != own_id);
        if taken(questions::find_by_name(cx, &self.name)?) {
            errors.add("name", "A partner with this name already exists");
        }
        if taken(questions::find_by_external_id(cx, &self.external_id)?) {
            errors.add("external_id", "Another partner already has this external id");
        }
        let before = own.and_then(|own| own.manager_user_id.as_ref());
        match &self.manager_user_id {
            Some(user_id) if Some(user_id) != before => {
                let found = identity::member(cx, user_id, None)?;
                if found.is_none_or(|person| person.standing != Standing::Active) {
                    errors.add("manager_user_id", "Choose a vendor user who can sign in");
                }
            }
            Some(_) | None => {}
        }
        Ok(())
    }

    /// The partner with these values.
    pub(super) fn over(&self, partner: Partner) -> Partner {
        let domain = self.domain.as_ref().map_or_else(String::new, |one| one.ascii().to_owned());
        Partner {
            name: self.name.clone(),
            name_key: folded(&self.name),
            search_key: search_key([self.name.as_str(), &domain]),
            domain,
            country: self.country.map_or_else(String::new, |one| one.code().to_owned()),
            city: self.city.clone(),
            external_id: self.external_id.clone(),
            status: self.status,
            manager_user_id: self.manager_user_id.clone(),
            ..partner
        }
    }
}

/// Adds a partner; every bad field is named.
pub fn create(cx: &mut Cx<'_, '_>, new: &PartnerInput) -> Result<PartnerId, AppError> {
    let mut errors = FieldErrors::new();
    new.check(cx, None, &mut errors)?;
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let partner_id = PartnerId::new(cx.ids(), cx.now);
    let partner = new.over(Partner::of(partner_id.clone(), cx.now));
    let vendor_id = cx.vendor();
    partner.insert(cx.tx, &[("vendor_id", vendor_id.as_str().into())])?;
    audit::made(cx, &kept::PARTNERS, &[partner_id.as_str()])?;
    identity::open_side(cx, &partner_id, &partner.name)?;
    if partner.status == PartnerStatus::Left {
        identity::close_side(cx, &partner_id)?;
    }
    let after = json!({
        "name": partner.name, "domain": partner.domain, "country": partner.country,
        "city": partner.city, "external_id": partner.external_id,
        "status": partner.status.word(), "manager_user_id": partner.manager_user_id,
    });
    changes::tell(cx, &partner_id, "partners.created", (json!(null), after))?;
    Ok(partner_id)
}

/// The company's particulars, as the audit trail keeps them.
pub(super) fn particulars(partner: &Partner) -> Value {
    json!({
        "name": partner.name, "domain": partner.domain, "country": partner.country,
        "city": partner.city, "external_id": partner.external_id,
    })
}

/// Adding a partner by form or API.
pub(super) struct Add;

impl Action for Add {
    type Input = PartnerInput;

    fn open(_: &mut Req<'_, '_>) -> Result<Opened<PartnerInput>, AppError> {
        Ok(Opened::new("Add a partner", "/partners", "Add partner")
            .crumb("Partners", "/partners")
            .preset("status", PartnerStatus::Onboarding.word()))
    }

    fn run(req: &mut Req<'_, '_>, input: PartnerInput) -> Result<Done, AppError> {
        let id = create(&mut req.cx, &input)?;
        let message = "Partner added. Enrol it in the program, then invite its people.";
        Ok(Done::new(&id, format!("/partners/{id}"), message))
    }

    fn answer(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        let (body, version) = body::read(req, &done.id)?;
        Ok(Reply::created(&format!("/api/v1/partners/{}", done.id), &body)?.etag(version))
    }
}
