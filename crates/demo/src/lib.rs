//! The demonstration (DM-01): a vendor with two years of history, made by simulated people
//! through the product's own actions on a moving clock, always the same. A visitor signs in as
//! anybody by one click and moves the clock forward. Outside of a demo nothing of it exists.

mod clock;
mod days;
mod dice;
mod pages;
mod personas;
mod seed;
mod span;
mod state;
mod temper;
mod words;
mod world;

use std::sync::Arc;

pub use clock::{is_seeded, resume};
pub use personas::{DemoLink, links};
pub use seed::{Options, Seeded, seed};

use frame::{access::Access, ctx::Cx, error::AppError, parts::Parts, routes::Routes, state::App};

/// What this slice brings.
pub fn parts() -> Parts {
    Parts::of(routes()).jobs(jobs)
}

/// The routes of this slice; each answers 404 outside of a demo.
fn routes() -> Routes {
    Routes::of("demo")
        .page("/demo", Access::Public, pages::sign_in::show)
        .form("/demo/sign-in", Access::Public, pages::sign_in::enter)
        .page("/demo/clock", Access::Public, pages::clock::show)
        .form("/demo/clock", Access::Public, pages::clock::forward)
}

/// The job of this slice: where the clock stands is kept every minute.
fn jobs(_app: &Arc<App>, handlers: jobs::Handlers) -> jobs::Handlers {
    handlers.transactional(clock::KEEP_CLOCK, |tx, _job, now_micros| {
        state::keep_clock(tx, now_micros)
            .map_err(|error: AppError| jobs::JobFailure::retry(error.to_string()))
    })
}

/// The banner that moves the demo's clock.
pub fn banner(cx: &Cx<'_, '_>, csrf: &str) -> maud::Markup {
    let zone = clock::zone().unwrap_or(jiff::tz::TimeZone::UTC);
    let steps = [("day", "1 day"), ("week", "1 week"), ("quarter", "1 quarter")];
    web::demo_clock(&web::instant_text(cx.now, &zone), "/demo/clock", csrf, &steps)
}
