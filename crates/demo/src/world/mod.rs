//! The world of the demo: what exists before the first registration.

pub(super) mod cast;
pub(super) mod companies;
pub(super) mod found;
pub(super) mod names;
pub(super) mod program;
