//! Lists: tables, filters, pages.

mod filter;
mod table;

pub use filter::{FilterBar, bulk_bar, pager, saved_views};
pub use table::{Column, Row, Table};
