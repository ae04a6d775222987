//! The rules of a partner program: pure functions of facts, dates and policy.
//!
//! Nothing in this crate reads a clock, a file, the network or a source of chance.
//! A caller hands in what happened, when, and the rules that were in force, and
//! receives a decision that names its rule and says its reasons in words. There is
//! one folder per capability, with one file per rule or noun.

pub mod accounts;
pub mod calendar;
pub mod conflicts;
pub mod crm_id;
pub mod deal_registration;
pub mod folding;
pub mod identity;
pub mod ids;
pub mod money;
pub mod percentage;
pub mod program;
pub mod refusal;
pub mod rule_id;
pub mod text;
pub mod word;
pub mod wording;
pub mod written;
