//! Conflicts: two sides claim one account, or one of them disputes a decision. A case climbs a
//! ladder of levels until somebody without a stake decides it, and the decision can be appealed
//! once. Rules CF-01 to CF-09.

pub mod bundle;
pub mod clock;
pub mod course;
pub mod kind;
pub mod measures;
pub mod outcome;
pub mod precedent;
pub mod remedy;
pub mod rule_level;
pub mod rules;
pub mod seats;
#[cfg(test)]
mod worlds;
