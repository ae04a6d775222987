//! Deal registration through HTTP: a story for each rule, with the days on each side of its
//! boundary.

mod account_choice;
mod answers;
mod availability;
mod clocks;
mod contention;
mod course;
mod decisions;
mod inputs;
mod lockout;
mod reading;
mod receipts;
mod submission;
mod unsaid;
mod weak_signs;

use testkit::steps::deal_registration::{
    approved, deal, decide, decider, first_product, log_call, path, register, show, with,
};
