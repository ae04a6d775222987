//! Stories told through HTTP, on both databases.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on ends at once"
)]

mod access_matrix;
mod accounts;
mod audit;
mod conflicts;
mod deal_registration;
mod deal_registration_pages;
mod demo;
mod direct_sales;
mod events;
mod home;
mod identity;
mod imports;
mod mails;
mod one_person;
mod operate;
mod partners;
mod placement;
mod program;
mod requests;
