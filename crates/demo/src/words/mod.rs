//! The words of which the demo's world is made. All companies and people are invented.

mod central;
mod east;
pub(super) mod lands;
mod north;
pub(super) mod notes;
pub(super) mod quarrels;
#[rustfmt::skip]
pub(super) mod partners;
#[rustfmt::skip]
mod west;
