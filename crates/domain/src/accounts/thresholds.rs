//! From which probability two names are taken for one company.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::percentage::BasisPoints;

/// From which probability two names are taken for one company. Rule AC-03.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MatchThresholds {
    /// At or above it, the same account.
    pub sure_bp: BasisPoints,
    /// At or above it, a person decides; below it, a new account.
    pub possible_bp: BasisPoints,
}

impl Default for MatchThresholds {
    fn default() -> Self {
        Self { sure_bp: BasisPoints::new(9_920), possible_bp: BasisPoints::new(2_500) }
    }
}
