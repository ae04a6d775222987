//! The list of a side's service identities, and one of them as the API answers it.

use domain::folding::search_key;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Icon, Markup, Tone, html, status};

use super::{
    page_of,
    store::{self, Service},
};
use crate::identity::{
    api_keys::{scope_words, words},
    memberships::partner_text,
};
use frame::{
    access::Permission,
    ctx::Cx,
    error::AppError,
    list::{At, Column, Filter, List, Listed, Sort},
};

/// A service identity.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ServiceIdentityBody {
    /// The service identity.
    id: String,
    /// Its name.
    name: String,
    /// What it is for.
    purpose: String,
    /// The partner it acts for; null for the vendor.
    partner_id: Option<String>,
    /// Its scopes.
    scopes: Vec<String>,
    /// The scopes in effect now: those its owner currently has too.
    effective_scopes: Vec<String>,
    /// `active`, `expired`, `ended`, or `dormant` until its owner has access again or somebody
    /// takes it over.
    standing: String,
    /// The owner; after a removal, the last owner.
    owner_user_id: String,
    /// Who created it: `user:…`, `key:…` or `system`.
    created_by: String,
    /// When it was created (RFC 3339).
    created_at: String,
    /// When it expires (RFC 3339).
    expires_at: String,
    /// When it ended (RFC 3339); null if it has not.
    ended_at: Option<String>,
}

/// A service identity as the API answers it.
pub(super) fn body(service: &Service, now: Timestamp) -> ServiceIdentityBody {
    ServiceIdentityBody {
        id: service.service_id.to_string(),
        name: service.name.clone(),
        purpose: service.purpose.clone(),
        partner_id: service.partner_id.as_ref().map(ToString::to_string),
        scopes: words(service.scopes),
        effective_scopes: words(service.effective()),
        standing: service.standing(now).to_owned(),
        owner_user_id: service.owner.to_string(),
        created_by: service.created_by.clone(),
        created_at: service.created_at.to_string(),
        expires_at: service.expires_at.to_string(),
        ended_at: service.ended_at.map(|at| at.to_string()),
    }
}

/// The service identities of one's own side.
pub(super) struct ServiceIdentities;

impl Listed for ServiceIdentities {
    type Row = Service;
    type Body = ServiceIdentityBody;
    const AT: At = At {
        page: "/service-identities",
        file: "/service-identities.csv",
        api: "/api/v1/service-identities",
    };

    fn list() -> List<Service> {
        List::<Service>::plain("Service identities", (store::SELECT, "s.vendor_id"))
            .within(|req| {
                let own = partner_text(req.cx.actor.partner_id()).to_owned();
                Ok(("s.partner_id = ?".to_owned(), vec![own.into()]))
            })
            .owner("s.partner_id")
            .id("s.service_id", |service| service.service_id.to_string())
            .leads_to(page_of)
            .filter(
                Filter::search("Search", "s.search_key").about("Part of the name or the purpose"),
            )
            .sort_down(Sort::number("created", "s.created_at", |service| {
                service.created_at.as_microsecond()
            }))
            .sort(Sort::text("name", "s.search_key", |service| {
                search_key([service.name.as_str(), &service.purpose])
            }))
            .sort(Sort::number("expires", "s.expires_at", |service| {
                service.expires_at.as_microsecond()
            }))
            .column_by(
                "name",
                Column::drawn("Service identity", |service, _| {
                    html! { (service.name) br; small { (service.purpose) } }
                }),
            )
            .column(Column::text("Owner", |service| service.owner_name.clone()))
            .column(Column::drawn("Permissions", |service, _| {
                html! { small { (scope_words(service.scopes)) } }
            }))
            .column(Column::drawn("Status", |service, look| mark(service.standing(look.now))))
            .column_by("expires", Column::day_of("Expires", |service| Some(service.expires_at)))
            .csv("id", |service| service.service_id.to_string())
            .csv("name", |service| service.name.clone())
            .csv("purpose", |service| service.purpose.clone())
            .csv("owner", |service| service.owner_name.clone())
            .csv("scopes", |service| words(service.scopes).join(" "))
            .csv("created_at", |service| service.created_at.to_string())
            .csv("expires_at", |service| service.expires_at.to_string())
            .csv("ended_at", |service| {
                service.ended_at.map_or_else(String::new, |at| at.to_string())
            })
            .empty(
                Icon::System,
                "No service identities",
                "A service identity is the account an integration uses, for example “CRM sync”. \
                 An administrator owns it, and another one can take it over.",
            )
            .action(
                "Create a service identity",
                "/service-identities/new",
                Permission::ApiKeysManage,
            )
            .dress(|_, page| {
                let words = "Integrations with their own identity, and who is responsible for \
                             them";
                Ok(page.intro(words))
            })
    }

    fn bodies(
        cx: &mut Cx<'_, '_>,
        rows: Vec<Service>,
    ) -> Result<Vec<ServiceIdentityBody>, AppError> {
        Ok(rows.iter().map(|service| body(service, cx.now)).collect())
    }
}

/// The mark of a standing.
pub(super) fn mark(standing: &str) -> Markup {
    match standing {
        "active" => status(Tone::Good, "Active"),
        "dormant" => status(Tone::Warn, "Dormant"),
        "expired" => status(Tone::Neutral, "Expired"),
        _ => status(Tone::Neutral, "Ended"),
    }
}
