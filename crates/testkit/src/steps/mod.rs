//! What stories of several slices do on their way: somebody registers a deal, opens a case, signs in.
//! What one slice alone does stands with its stories.

pub mod accounts;
pub mod conflicts;
pub mod deal_registration;
pub mod deal_registration_pages;
pub mod direct_sales;
pub mod identity;
pub mod imports;
