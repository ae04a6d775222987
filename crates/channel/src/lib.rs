//! What the vendor offers, to which partners, for which accounts.

pub mod accounts;
pub mod partners;
pub mod program;
