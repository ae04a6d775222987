//! Stories of registrations, conflicts and direct sales, told through HTTP.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on ends at once"
)]

mod conflicts;
mod deal_registration;
mod deal_registration_pages;
mod direct_sales;
