//! Deal registration through its pages, as people on both sides use them.

mod decide;
mod form;
mod keep;
mod links;
mod lists;
mod seen;

use testkit::steps::deal_registration_pages::{GLOBEX, approved, is_clean, register, with};
