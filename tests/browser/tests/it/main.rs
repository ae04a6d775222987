//! Journeys through the product in a real Chromium: people who click, type and read, with and
//! without script, and a look at every main page in each colour and width.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a journey that cannot go on ends at once, and says how long it took"
)]

mod browser;
mod comfort;
mod disputing;
mod fitting;
mod registering;
mod stage;
mod stories;
mod sweep;
mod typing;
mod weight;
