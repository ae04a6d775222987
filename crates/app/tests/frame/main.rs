//! Stories of requests, answers, lists and inputs of every route alike, told through HTTP.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on ends at once"
)]

mod requests;
