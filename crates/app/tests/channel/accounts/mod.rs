//! Accounts: the same company once.

mod matching;
mod merging;
mod resource;
