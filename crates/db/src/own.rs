//! Tables that this crate keeps for itself on either database.

/// The table that lists which migrations were applied.
pub(crate) const BOOK: &str = "schema_migrations";

/// The table that holds the sums of rows: one row with the names of the tables, separated by spaces,
/// and their sums in that order.
pub(crate) const SUMS: &str = "db_sums";
