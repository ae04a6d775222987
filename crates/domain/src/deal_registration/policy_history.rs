//! The versions of a policy by the time they were in force.

use jiff::Timestamp;

use super::policy::RegistrationPolicy;

/// One version of the policy, for one track and tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyInForce {
    /// The number of the version of the program document.
    pub version: u32,
    /// From when it is in force, until the next one is.
    pub effective_at: Timestamp,
    /// The rules.
    pub policy: RegistrationPolicy,
}

/// All versions of a policy, the earliest in force first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyHistory {
    versions: Vec<PolicyInForce>,
}

/// A fact names a version that the history lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("version {version} of the program document is unknown")]
pub struct UnknownVersion {
    /// The number that was named.
    pub version: u32,
}

impl PolicyHistory {
    /// A history from versions in any order; of two in force from the same instant the later number rules.
    pub fn new(mut versions: Vec<PolicyInForce>) -> Self {
        versions.sort_by_key(|version| (version.effective_at, version.version));
        Self { versions }
    }

    /// The version in force at an instant; `None` before the first. Rule PG-01.
    pub fn at(&self, at: Timestamp) -> Option<&PolicyInForce> {
        self.versions.iter().rev().find(|version| version.effective_at <= at)
    }

    /// The version of that number, which a fact has recorded. Rule PG-01.
    pub fn version(&self, version: u32) -> Result<&PolicyInForce, UnknownVersion> {
        let found = self.versions.iter().find(|candidate| candidate.version == version);
        found.ok_or(UnknownVersion { version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(version: u32, second: i64) -> PolicyInForce {
        let policy = RegistrationPolicy { validity_days: version, ..Default::default() };
        PolicyInForce { version, effective_at: Timestamp::from_second(second).unwrap(), policy }
    }

    #[test]
    fn pg_01_a_version_is_in_force_from_its_instant_until_the_next() {
        let history = PolicyHistory::new(vec![version(2, 200), version(1, 100)]);
        let at = |second| {
            let at = Timestamp::from_second(second).unwrap();
            history.at(at).map(|version| version.version)
        };
        assert_eq!([at(99), at(100), at(199), at(200)], [None, Some(1), Some(1), Some(2)]);
        assert_eq!(history.version(1).unwrap().policy.validity_days, 1);
        assert_eq!(history.version(3).unwrap_err().version, 3);
    }
}
