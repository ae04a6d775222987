//! Deal registration: a partner's claim to an account, and everything that follows from it.
//!
//! Each file decides one rule or names one thing. Facts go in with the dates on which they
//! happened, together with the policy that was in force then; a decision comes out with the
//! rule that took it and its reason in words.

pub mod account_state;
pub mod activity;
pub mod amendment;
pub mod availability;
pub mod capacity;
pub mod check;
pub mod decider;
pub mod decision_clock;
pub mod eligibility;
pub mod exclusivity;
pub mod explanation;
pub mod facts;
pub mod fit;
pub mod follow_up;
pub mod freeze;
pub mod identity;
pub mod life;
pub mod lockout;
pub mod policy;
pub mod policy_history;
pub mod protection;
pub mod ranking;
pub mod receipt;
pub mod rejection;
pub mod reminders;
pub mod renewal;
pub mod resubmission;
pub mod roles;
pub mod rules;
pub mod stage;
pub mod state_on;
pub mod status;
pub mod submission_checks;
pub mod timeline;
pub mod verdict;
pub mod warnings;
