//! The rules of conflict cases by name.

use crate::rule_id::RuleId;

/// A case is opened by a person of either side, or by the system.
pub const CF_01: RuleId = RuleId::new("CF-01");
/// Cases climb, each level on its own clock.
pub const CF_02: RuleId = RuleId::new("CF-02");
/// Nobody decides who has a stake.
pub const CF_03: RuleId = RuleId::new("CF-03");
/// The system gathers the evidence; each party adds one statement.
pub const CF_04: RuleId = RuleId::new("CF-04");
/// Outcomes and remedies.
pub const CF_05: RuleId = RuleId::new("CF-05");
/// A decision names its rule and reason and is a precedent.
pub const CF_06: RuleId = RuleId::new("CF-06");
/// One appeal.
pub const CF_07: RuleId = RuleId::new("CF-07");
/// The clock and when it stops.
pub const CF_08: RuleId = RuleId::new("CF-08");
/// What is measured.
pub const CF_09: RuleId = RuleId::new("CF-09");
