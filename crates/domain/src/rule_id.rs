//! The names of the rules, as they stand in refusals, tests and the guide.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of one rule of the product, for example `DR-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(&'static str);

/// Capabilities that have rules, with the names of their rules in order.
const KNOWN: &[&[&str]] = &[
    &["AC-01", "AC-02", "AC-03", "AC-04", "AC-05"],
    &["AP-01", "AP-02", "AP-03", "AU-01"],
    &["CF-01", "CF-02", "CF-03", "CF-04", "CF-05", "CF-06", "CF-07", "CF-08", "CF-09"],
    &["DM-01", "DR-01", "DR-02", "DR-03", "DR-04", "DR-05", "DR-06", "DR-07", "DR-08"],
    &["DR-09", "DR-10", "DR-11", "DR-12", "DR-13", "DR-14", "DR-15", "DR-16", "DR-17"],
    &["DR-18", "DR-19", "DR-20", "DR-21", "DR-22"],
    &["ID-01", "ID-02", "ID-03", "ID-04", "IG-01", "IM-01"],
    &["OP-01", "OP-02", "OP-03", "OP-04", "PG-01", "PG-02", "PG-03", "PG-04", "PG-05"],
    &["UX-01", "UX-02"],
];

impl RuleId {
    /// Names a rule; meant for constants.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name as it is written in the specification.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The rule of that name, as it comes back from storage; `None` when no rule is called so.
    pub fn find(name: &str) -> Option<Self> {
        KNOWN
            .iter()
            .flat_map(|group| group.iter())
            .find(|known| **known == name)
            .map(|known| Self(known))
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for RuleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for RuleId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::find(&name).ok_or_else(|| serde::de::Error::custom(format!("unknown rule {name}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dr_01_a_rule_comes_back_from_storage_by_its_name() {
        let stored = serde_json::to_string(&RuleId::new("DR-01")).unwrap();
        assert_eq!(stored, "\"DR-01\"");
        assert_eq!(serde_json::from_str::<RuleId>(&stored).unwrap(), RuleId::new("DR-01"));
        assert_eq!(RuleId::find("DR-23"), None);
    }
}
