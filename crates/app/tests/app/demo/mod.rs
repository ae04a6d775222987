//! The demonstration (DM-01).

pub(crate) mod history;
