//! Stories of the slices together: the access matrix, the first page, the demo, the schema, told through HTTP.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on ends at once"
)]

mod access_matrix;
mod demo;
mod home;
mod placement;
mod search_keys;
mod walk;
