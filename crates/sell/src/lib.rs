//! Selling: deal registrations, conflicts, direct sales.

pub mod conflicts;
pub mod deal_registration;
pub mod direct_sales;
