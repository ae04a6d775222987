//! Making a service identity, changing it, and extending its life: by forms and API.

use jiff::Timestamp;
use web::{Choice, FieldErrors, day, day_text, html};

use super::{
    change::{self, NewService, create_service},
    list, load, page_of, rules,
    store::{self, Service},
};
use crate::identity::api_keys::{choices, last_day, lifetimes_until, scopes, words};
use frame::{
    access::Permissions,
    action::{Action, Done, Opened},
    error::AppError,
    input::{Codes, Flag, Instant, Text, input},
    reply::Reply,
    request::Req,
};

input! {
    /// A service identity.
    pub(super) struct ServiceIdentityInput {
        /// Its name, unique on its side.
        name: String => Text::exact_line("Name", 100).expected()
            .hint("Shown wherever it acts, for example: CRM sync"),
        /// What it is for.
        purpose: String => Text::lines("Purpose", 1_000).hint("What it does and where it runs"),
        /// Permissions: words such as `registrations:read`, none beyond your own, none that
        /// decides.
        scopes: Vec<String> => Codes::boxes("Permissions").expected()
            .among(|req| Ok(choices(offered(req))))
            .hint("Choose as few as possible. Decisions are not offered: only people decide."),
    }
}

input! {
    /// How long a service identity works.
    pub(super) struct ExpiryInput {
        /// When it expires, at most two years from now.
        expires_at: Timestamp => Instant::new("Expires after")
            .among(|req| Ok::<Vec<Choice>, AppError>(lifetimes_until(req.cx.now, Timestamp::MAX)))
            .required("Choose when it expires")
            .hint("At most two years from now; you can extend it later"),
    }
}

input! {
    /// How to take over a service identity.
    pub(super) struct OwnershipInput {
        /// True revokes its current keys, whose secrets others may know.
        pub(super) revoke_keys: bool => Flag::new("Revoke its keys now"),
    }
}

/// What the acting person can give a service identity.
fn offered(req: &Req<'_, '_>) -> Permissions {
    req.cx.actor.permissions.both(Permissions::of_services())
}

/// The permissions of these words; unknown ones are named.
fn permissions(words: &[String]) -> Result<Permissions, AppError> {
    let mut errors = FieldErrors::new();
    let permissions = scopes(words, &mut errors);
    errors.check().map_err(AppError::Invalid)?;
    Ok(permissions)
}

impl ServiceIdentityInput {
    fn of(service: &Service) -> Self {
        Self {
            name: service.name.clone(),
            purpose: service.purpose.clone(),
            scopes: words(service.scopes),
        }
    }

    /// The service identity with these values.
    fn over(self, service: &Service) -> Result<Service, AppError> {
        let scopes = permissions(&self.scopes)?;
        Ok(Service { name: self.name, purpose: self.purpose, scopes, ..service.clone() })
    }
}

/// The service identity in the path, when the acting person may change it.
fn own(req: &mut Req<'_, '_>) -> Result<Service, AppError> {
    let service = load(req)?;
    rules::not_ended(&service)?;
    rules::owner_only(&req.cx, &service)?;
    Ok(service)
}

/// A form below the page of a service identity.
fn opened<I>(service: &Service, title: &str, what: &str) -> Opened<I> {
    let here = page_of(service);
    Opened::new(title, format!("{here}/{what}"), "Save")
        .crumb("Service identities", "/service-identities")
        .crumb(service.name.as_str(), here)
}

/// Making a service identity.
pub(super) struct Create;

impl Action for Create {
    type Input = (ServiceIdentityInput, ExpiryInput);

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self::Input>, AppError> {
        let words =
            "You own it and are responsible for what it does until a colleague takes it over.";
        Ok(Opened::new(
            "Create a service identity",
            "/service-identities",
            "Create service identity",
        )
        .crumb("Service identities", "/service-identities")
        .above(html! { p { (words) } })
        .preset("expires_at", last_day(req.cx.now, 365)))
    }

    fn run(req: &mut Req<'_, '_>, (service, expiry): Self::Input) -> Result<Done, AppError> {
        let partner = req.cx.actor.partner_id().cloned();
        let new = NewService {
            name: &service.name,
            purpose: &service.purpose,
            partner_id: partner.as_ref(),
            scopes: permissions(&service.scopes)?,
            expires_at: expiry.expires_at,
            owner: None,
        };
        let id = create_service(&mut req.cx, &new)?;
        let page = format!("/service-identities/{id}");
        Ok(Done::new(&id, page, "Created. Next, create a key for it."))
    }

    fn answer(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        let id = done.id.parse().map_err(AppError::internal)?;
        let service = store::get(&mut req.cx, &id)?;
        let location = format!("/api/v1/service-identities/{id}");
        let body = list::body(&service, req.cx.now);
        Ok(Reply::created(&location, &body)?.etag(service.version))
    }
}

/// Changing a service identity in its form.
pub(super) struct Edit;

impl Action for Edit {
    type Input = ServiceIdentityInput;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self::Input>, AppError> {
        let service = own(req)?;
        let words = "Removed permissions apply from its keys' next request.";
        Ok(opened(&service, "Edit the service identity", "edit")
            .above(html! { p { (words) } })
            .before(ServiceIdentityInput::of(&service), service.version))
    }

    fn run(req: &mut Req<'_, '_>, input: Self::Input) -> Result<Done, AppError> {
        let service = own(req)?;
        let mut now = input.over(&service)?;
        // What the owner may not do at the moment is not offered. It stays while the scopes that were
        // offered do; a change of those is checked, and kept, as a whole.
        if now.scopes == service.scopes.both(offered(req)) {
            now.scopes = service.scopes;
        }
        change::change(&mut req.cx, &service, &now)?;
        Ok(Done::new(&service.service_id, page_of(&service), "Saved."))
    }

    fn answer(req: &mut Req<'_, '_>, _: &Done) -> Result<Reply, AppError> {
        get(req)
    }
}

/// Extending the life of a service identity in its form, or shortening it.
pub(super) struct Extend;

impl Action for Extend {
    type Input = ExpiryInput;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self::Input>, AppError> {
        let service = own(req)?;
        let on = day(service.expires_at.to_zoned(req.zone()?).date());
        Ok(opened(&service, "Change the expiry", "expiry")
            .above(html! {
                p { "It expires on " (on) ". Keys keep their own expiry; create new ones when they expire." }
            })
            .preset("expires_at", last_day(req.cx.now, 365)))
    }

    fn run(
        req: &mut Req<'_, '_>,
        ExpiryInput { expires_at }: ExpiryInput,
    ) -> Result<Done, AppError> {
        let service = own(req)?;
        let now = Service { expires_at, ..service.clone() };
        change::change(&mut req.cx, &service, &now)?;
        let until = day_text(expires_at.to_zoned(req.zone()?).date());
        let words = format!("It expires on {until}.");
        Ok(Done::new(&service.service_id, page_of(&service), words))
    }

    fn answer(req: &mut Req<'_, '_>, _: &Done) -> Result<Reply, AppError> {
        get(req)
    }
}

/// Changing a service identity, or extending it, through the API.
pub(super) struct Patch;

impl Action for Patch {
    type Input = (ServiceIdentityInput, ExpiryInput);

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self::Input>, AppError> {
        let service = load(req)?;
        let expiry = ExpiryInput { expires_at: service.expires_at };
        let before = (ServiceIdentityInput::of(&service), expiry);
        Ok(Opened::new("", "", "").before(before, service.version))
    }

    fn run(req: &mut Req<'_, '_>, (input, expiry): Self::Input) -> Result<Done, AppError> {
        let service = load(req)?;
        let now = Service { expires_at: expiry.expires_at, ..input.over(&service)? };
        change::change(&mut req.cx, &service, &now)?;
        Ok(Done::new(&service.service_id, "", ""))
    }

    fn answer(req: &mut Req<'_, '_>, _: &Done) -> Result<Reply, AppError> {
        get(req)
    }
}

/// Answers one service identity.
pub(super) fn get(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    Ok(Reply::json(&list::body(&service, req.cx.now))?.etag(service.version))
}

/// Ends a service identity through the API.
pub(super) fn end(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    change::end(&mut req.cx, &service)?;
    Ok(Reply::no_content())
}

/// Takes a service identity over through the API.
pub(super) fn take_over(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    let OwnershipInput { revoke_keys } = req.body_as()?;
    change::take_over(&mut req.cx, &service, revoke_keys)?;
    get(req)
}
