//! What tests are told with: a world with a clock that only the story moves, people of both
//! sides who act through HTTP, and the mails that arrive.
//!
//! ```no_run
//! testkit::on_both(async |world| {
//!     let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
//!     chief.get("/partners").await.ok();
//! });
//! ```
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    reason = "a test that cannot go on fails at once, with words"
)]

pub mod steps;

mod answer;
mod caller;
mod filled;
mod founding;
mod kept;
mod people;
mod post_office;
mod served;
mod stored;
mod story;
mod verdict;
mod verification;
mod world;

pub use answer::Answer;
pub use caller::Caller;
pub use db::Dialect;
pub use filled::{Filled, fill, fill_vendors};
pub use people::Partner;
pub use post_office::{Letter, Manner, PostOffice};
pub use served::Served;
pub use story::{on_both, on_both_by_mail, on_both_with, on_each, on_postgres, on_sqlite};
pub use verdict::Verdict;
pub use world::{Node, World};
