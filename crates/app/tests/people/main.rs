//! Stories of people, their sides and keys, mails, events and the audit trail, told through HTTP.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on ends at once"
)]

mod audit;
mod events;
mod identity;
mod mails;
mod one_person;
