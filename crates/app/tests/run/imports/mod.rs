//! Imports: nothing half done, every fault with its line, and what was done about the rest.

mod companies;
mod crm_export;
mod field;
mod field_accounts;

mod files;
mod many;
mod own;
mod people;
mod search;

use testkit::steps::imports::{checked, findings, imported, importer};
