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
mod list;
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
pub use crm::{FromCrm, Recorded, account_in_crm, record_from_crm};
pub use kept::KEPT;
pub use merges::MERGES;
pub use record::{Outcome, RecordActivity, RecordOpportunity};
pub use waiting::{RefusedRow, refused_waiting};
pub use ways_on::{AskForConsent, DropHeld, ProposeCoSell, RecordHeld};

use web::Icon;

use frame::{
    access::{Access, Permission},
    parts::{NavGroup, NavItem, Parts, Sides},
    routes::{Doc, Routes},
};

domain::words! {
    /// The stage of a direct opportunity.
    pub enum Stage {
        /// Being worked.
        #[default]
        Open = "open", "Open",
        /// Ordered.
        Won = "won", "Won",
        /// Given up or lost to somebody else.
        Lost = "lost", "Lost",
    }
}

domain::words! {
    /// The way by which something came in.
    pub enum Through {
        /// A person on a page.
        #[default]
        Page = "page", "Page",
        /// A program through the API.
        Api = "api", "API",
        /// A file that was imported.
        Import = "import", "Import",
        /// The CRM.
        Crm = "crm", "CRM",
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
        .list::<list::Opportunities>(
            read,
            read,
            "List direct opportunities, most recently opened first",
        )
        .page("/direct-opportunities/new", record, pages::form::blank)
        .form("/direct-opportunities", record, pages::form::create)
        .page("/direct-opportunities/{opportunity_id}", read, pages::detail::show)
        .form("/direct-opportunities/{opportunity_id}/closing", record, pages::detail::close)
        .page("/direct-activities/new", record, pages::activity::blank)
        .form("/direct-activities", record, pages::activity::create)
        .list::<list::Attempts>(read, read, "List attempts refused by the lockout, newest first")
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
        .api(
            (Method::POST, "/api/v1/direct-opportunities"),
            record,
            Doc::new("Record a direct opportunity; returns 409 with options while a partner protects the account")
                .takes_input::<(record::OpportunityInput, record::OnAccount)>()
                .gives::<api::OpportunityDetail>()
                .status(201),
            api::create,
        )
        .api_get(
            "/api/v1/direct-opportunities/{opportunity_id}",
            read,
            Doc::new("Read a direct opportunity with its activities").gives::<api::OpportunityDetail>(),
            api::show,
        )
        .api(
            (Method::POST, "/api/v1/direct-opportunities/{opportunity_id}/activities"),
            record,
            Doc::new("Record a direct activity; returns 409 with options while a partner protects the account")
                .takes_input::<record::ActivityInput>()
                .gives::<api::OpportunityDetail>()
                .status(201),
            api::add_activity,
        )
        .api(
            (Method::POST, "/api/v1/direct-opportunities/{opportunity_id}/closing"),
            record,
            Doc::new("Close an opportunity as won or lost; winning makes the account a customer")
                .takes_input::<close::ClosingInput>()
                .gives::<api::OpportunityDetail>(),
            api::close,
        );
    attempt_api(routes, read, record)
}

fn attempt_api(routes: Routes, read: Access, record: Access) -> Routes {
    routes
        .api_get(
            "/api/v1/direct-attempts/{attempt_id}",
            read,
            Doc::new("Read a refused attempt with the options")
                .gives::<api::attempts::AttemptDetail>(),
            api::attempts::show,
        )
        .api(
            (Method::POST, "/api/v1/direct-attempts/{attempt_id}/consent-request"),
            record,
            Doc::new("Ask the partner for consent")
                .takes_input::<api::attempts::WordsInput>()
                .status(202),
            api::attempts::ask_consent,
        )
        .api(
            (Method::POST, "/api/v1/direct-attempts/{attempt_id}/co-sell-proposal"),
            record,
            Doc::new("Propose co-sell; the partner manager is notified")
                .takes_input::<api::attempts::WordsInput>()
                .status(202),
            api::attempts::propose,
        )
        .api(
            (Method::POST, "/api/v1/direct-attempts/{attempt_id}/recording"),
            record,
            Doc::new("Record a held-back opportunity once the lockout permits it")
                .gives::<api::OpportunityDetail>()
                .status(201),
            api::attempts::record_held,
        )
        .api(
            (Method::POST, "/api/v1/direct-attempts/{attempt_id}/dropping"),
            record,
            Doc::new("Discard a held-back opportunity").status(204),
            api::attempts::drop_held,
        )
}
