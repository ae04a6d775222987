//! Direct sales: recorded where it may, refused with the ways on where it may not, held back when
//! it comes from the CRM.

mod crm;
mod lockout;
mod pages;

use testkit::steps::direct_sales::{account_id, opportunity, rep};
