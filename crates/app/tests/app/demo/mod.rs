//! The demonstration (DM-01).

mod history;
