//! Direct sales: opportunities and activities of the vendor's own sellers. Nothing is recorded on
//! an account that a partner protects, unless the partner consents or has let its lockout lapse
//! (DR-05, DR-06, DR-07); an attempt that is refused is kept, and what arrives from the CRM opens
//! a conflict case instead of being dropped.

mod api;
mod attempts;
mod cases;
mod close;
mod crm;
mod kept;
mod merges;
mod pages;
mod record;
mod store;
mod waiting;
mod ways_on;

use http::Method;

pub use attempts::Refused;
pub use cases::CASES;
pub use close::CloseOpportunity;
pub use crm::{FromCrm, Recorded, record_from_crm};
pub use kept::KEPT;
pub use merges::MERGES;
pub use record::{Outcome, RecordActivity, RecordOpportunity};
pub use waiting::{RefusedRow, refused_waiting};
pub use ways_on::{AskForConsent, DropHeld, ProposeCoSell, RecordHeld};

use web::Icon;

use crate::{
    access::{Access, Permission},
    core::parts::{NavGroup, NavItem, Parts, Sides},
    core::routes::{Doc, Routes},
};

/// Where a direct opportunity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Being worked.
    Open,
    /// Ordered.
    Won,
    /// Given up or lost to somebody else.
    Lost,
}

impl Stage {
    /// The word in tables and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// The label people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Won => "Won",
            Self::Lost => "Lost",
        }
    }

    /// The stage of a word; `None` for an unknown one.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Open, Self::Won, Self::Lost].into_iter().find(|stage| stage.word() == word)
    }
}

/// The way by which something came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// A person on a page.
    Page,
    /// A program through the API.
    Api,
    /// A file that was imported.
    Import,
    /// The CRM.
    Crm,
}

impl Through {
    /// The word in tables and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Import => "import",
            Self::Crm => "crm",
        }
    }
}

/// What this slice brings.
pub fn parts() -> Parts {
    Parts::of(routes()).nav(NavItem {
        group: NavGroup::Sell,
        icon: Icon::Bolt,
        label: "Direct sales",
        href: "/direct-opportunities",
        needs: Permission::DirectRead,
        side: Sides::Vendor,
        place: 50,
    })
}

/// The routes of this slice.
fn routes() -> Routes {
    api_routes(page_routes(Routes::of("direct_sales")))
}

fn page_routes(routes: Routes) -> Routes {
    let read = Access::Vendor(Permission::DirectRead);
    let record = Access::Vendor(Permission::DirectRecord);
    routes
        .page("/direct-opportunities", read, pages::list::show)
        .page("/direct-opportunities.csv", read, pages::list::export)
        .page("/direct-opportunities/new", record, pages::form::blank)
        .form("/direct-opportunities", record, pages::form::create)
        .page("/direct-opportunities/{opportunity_id}", read, pages::detail::show)
        .form("/direct-opportunities/{opportunity_id}/closing", record, pages::detail::close)
        .page("/direct-activities/new", record, pages::activity::blank)
        .form("/direct-activities", record, pages::activity::create)
        .page("/direct-attempts", read, pages::attempts::list)
        .page("/direct-attempts/{attempt_id}", read, pages::attempts::show)
        .form("/direct-attempts/{attempt_id}/consent", record, pages::attempts::ask_consent)
        .form("/direct-attempts/{attempt_id}/co-sell", record, pages::attempts::propose)
        .form("/direct-attempts/{attempt_id}/recording", record, pages::attempts::record_held)
        .form("/direct-attempts/{attempt_id}/dropping", record, pages::attempts::drop_held)
}

fn api_routes(routes: Routes) -> Routes {
    let read = Access::Vendor(Permission::DirectRead);
    let record = Access::Vendor(Permission::DirectRecord);
    let routes = routes
        .api_get(
            "/api/v1/direct-opportunities",
            read,
            Doc::new("Direct opportunities, the latest opened first")
                .gives::<api::OpportunityPage>()
                .query(&[
                    ("stage", "open, won or lost"),
                    ("account", "Only those of this account"),
                    ("owner", "Only those of this person"),
                    ("cursor", "The cursor of the page before"),
                    ("limit", "How many at most: 1 to 200, 50 by default"),
                ]),
            api::list,
        )
        .api(
            (Method::POST, "/api/v1/direct-opportunities"),
            record,
            Doc::new("Record a direct opportunity; 409 with the ways on while a partner protects the account")
                .takes::<api::OpportunityInput>()
                .gives::<api::OpportunityBody>()
                .status(201),
            api::create,
        )
        .api_get(
            "/api/v1/direct-opportunities/{opportunity_id}",
            read,
            Doc::new("One direct opportunity with its activities").gives::<api::OpportunityBody>(),
            api::show,
        )
        .api(
            (Method::POST, "/api/v1/direct-opportunities/{opportunity_id}/activities"),
            record,
            Doc::new("Record a direct activity; 409 with the ways on while a partner protects the account")
                .takes::<api::ActivityInput>()
                .gives::<api::OpportunityBody>()
                .status(201),
            api::add_activity,
        )
        .api(
            (Method::POST, "/api/v1/direct-opportunities/{opportunity_id}/closing"),
            record,
            Doc::new("Close it as won or lost; a won one makes the account a customer")
                .takes::<api::ClosingInput>()
                .gives::<api::OpportunityBody>(),
            api::close,
        );
    attempt_api(routes, read, record)
}

fn attempt_api(routes: Routes, read: Access, record: Access) -> Routes {
    routes
        .api_get(
            "/api/v1/direct-attempts",
            read,
            Doc::new("Attempts that the lockout refused, newest first")
                .gives::<api::attempts::AttemptPage>()
                .query(&[
                    ("account", "Only those on this account"),
                    ("held", "true: only those from the CRM or an import that still wait"),
                    ("cursor", "The cursor of the page before"),
                    ("limit", "How many at most: 1 to 200, 50 by default"),
                ]),
            api::attempts::list,
        )
        .api_get(
            "/api/v1/direct-attempts/{attempt_id}",
            read,
            Doc::new("One refused attempt with the ways on").gives::<api::attempts::AttemptBody>(),
            api::attempts::show,
        )
        .api(
            (Method::POST, "/api/v1/direct-attempts/{attempt_id}/consent-request"),
            record,
            Doc::new("Ask the partner to consent").takes::<api::attempts::WordsInput>().status(202),
            api::attempts::ask_consent,
        )
        .api(
            (Method::POST, "/api/v1/direct-attempts/{attempt_id}/co-sell-proposal"),
            record,
            Doc::new("Propose to sell together; the partner manager is told")
                .takes::<api::attempts::WordsInput>()
                .status(202),
            api::attempts::propose,
        )
        .api(
            (Method::POST, "/api/v1/direct-attempts/{attempt_id}/recording"),
            record,
            Doc::new("Record what was held back, once the lockout permits it")
                .gives::<api::OpportunityBody>()
                .status(201),
            api::attempts::record_held,
        )
        .api(
            (Method::POST, "/api/v1/direct-attempts/{attempt_id}/dropping"),
            record,
            Doc::new("Give up what was held back").status(204),
            api::attempts::drop_held,
        )
}
