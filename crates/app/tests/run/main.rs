//! Stories of imports and the running installation, told through HTTP.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on ends at once"
)]

mod imports;
mod operate;
