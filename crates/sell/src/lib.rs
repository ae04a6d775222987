//! Who works on which deal: registrations, the conflict desk, direct sales.

pub mod conflicts;
pub mod deal_registration;
pub mod direct_sales;
