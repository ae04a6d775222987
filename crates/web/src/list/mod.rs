//! Lists: tables, filters, pages.

mod filter;
mod table;

pub use filter::{FilterBar, bulk_bar, cursor_pager, pager, saved_views};
pub use table::{Column, Row, Table};
