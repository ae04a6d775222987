//! Stories of the program, the partners and the accounts, told through HTTP.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a story that cannot go on ends at once"
)]

mod accounts;
mod partners;
mod program;
