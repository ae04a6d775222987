//! What an operator looks at: is it alive, is it ready, what does it measure, what waits, what
//! failed for good. Rules OP-03 and, for what is done about dead letters, AU-01.

mod api;
pub mod disk;
mod gauges;
mod health;
mod housekeeping;
mod pages;
mod queue;
pub mod soundness;

pub use health::{LONGEST_WAIT_MICROS, queue_fault};
pub use housekeeping::HOUSEKEEPING;
use housekeeping::schedule;
pub use queue::dead_letters;

use std::sync::Arc;

use http::Method;

use web::Icon;

use frame::{
    access::{Access, Permission},
    parts::{NavGroup, NavItem, Parts, Sides},
    routes::{Doc, Routes},
    state::App,
};

/// What this slice brings; `schema` is the number of the newest migration.
pub fn parts(schema: u32) -> Parts {
    Parts::of(routes()).jobs(jobs).schedule(schedule).shares(SchemaNumber(schema)).nav(NavItem {
        group: NavGroup::Run,
        icon: Icon::Job,
        label: "Jobs and mail",
        href: "/operations",
        needs: Permission::OperationsManage,
        side: Sides::Vendor,
        place: 70,
    })
}

/// The number of the newest migration that this program knows.
struct SchemaNumber(u32);

/// The routes of this slice.
fn routes() -> Routes {
    let operator = Access::Vendor(Permission::OperationsManage);
    let routes = Routes::of("operate")
        .probe("/healthz", Access::Public, health::alive)
        .probe("/readyz", Access::Public, health::ready)
        .probe("/metrics", Access::Public, health::metrics)
        .api_get(
            "/api/v1/openapi.json",
            Access::Public,
            Doc::new("Read this document"),
            health::openapi,
        )
        .page("/operations", operator, pages::show)
        .form("/operations/retries", operator, pages::retry)
        .page("/operations/discards", operator, pages::confirm)
        .form("/operations/discards", operator, pages::discard);
    api_routes(routes, operator)
}

fn api_routes(routes: Routes, operator: Access) -> Routes {
    routes
        .api_get(
            "/api/v1/jobs",
            operator,
            Doc::new("List jobs: waiting, running or dead").gives::<api::JobList>().query(&[
                ("state", "One of: waiting, running, dead"),
                ("cursor", "The cursor of the previous page"),
                ("limit", "Page size, 1 to 200; 50 by default"),
            ]),
            api::list,
        )
        .api(
            (Method::POST, "/api/v1/jobs/{job_id}/retry"),
            operator,
            Doc::new("Retry a dead letter").gives::<api::Moved>().status(202),
            api::retry,
        )
        .api(
            (Method::DELETE, "/api/v1/jobs/{job_id}"),
            operator,
            Doc::new("Discard a dead letter").status(204),
            api::discard,
        )
        .api(
            (Method::POST, "/api/v1/job-retries"),
            operator,
            Doc::new("Retry several dead letters").takes::<api::Which>().gives::<api::Moved>(),
            api::retry_many,
        )
        .api(
            (Method::POST, "/api/v1/job-discards"),
            operator,
            Doc::new("Discard several dead letters").takes::<api::Which>().gives::<api::Moved>(),
            api::discard_many,
        )
}

/// The jobs of this slice.
fn jobs(app: &Arc<App>, handlers: jobs::Handlers) -> jobs::Handlers {
    housekeeping::handlers(app, handlers)
}
