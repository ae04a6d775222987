//! The rules of registrations and conflict cases, written a second time from their specification
//! and from nothing else: plain states, plain steps, plain dates. Simulations and state machines
//! hold the product against it, so no rule of the product is called here.

pub mod book;
pub mod cases;
pub mod clocks;
pub mod days;
pub mod ladder;
pub mod outside;
pub mod registration;
pub mod rulings;
pub mod submission;
pub mod terms;

/// The rule that refuses, such as `DR-03`.
pub type Rule = &'static str;
