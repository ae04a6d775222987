//! Cases in the database; every read is limited by `Visibility`.

pub(super) mod bundles;
pub(super) mod cases;
pub(super) mod decisions;
pub(super) mod entries;
pub(super) mod parties;
pub(super) mod requests;
pub(super) mod statements;

pub(super) use cases::{Case, CaseState, find, save};
pub(super) use entries::{NewEntry, add_entry, attempts, entries, notes};
pub(super) use parties::{PartyRow, all_parties};
