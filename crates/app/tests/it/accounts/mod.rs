//! Accounts: the same company once.

mod matching;
mod merging;
pub(crate) mod resource;
