//! Which version of a program a fact is judged by.

use jiff::Timestamp;

/// One announced version of a program. It never changes; a correction is a further version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version<D> {
    /// Its number within the program, from 1.
    pub number: u32,
    /// The first instant at which it holds.
    pub effective_at: Timestamp,
    /// The document, or what the caller keeps in its place.
    pub document: D,
}

/// The version that judges a fact that happened at `at`: of those that held already, the one that
/// began last, and of several that begin together the one numbered highest. `None` before the
/// first. The order of `versions` does not matter. Rule PG-01.
pub fn version_in_force<D>(versions: &[Version<D>], at: Timestamp) -> Option<&Version<D>> {
    versions
        .iter()
        .filter(|version| version.effective_at <= at)
        .max_by_key(|version| (version.effective_at, version.number))
}

/// The version that takes over next after `at`; `None` when none is announced. Rule PG-01.
pub fn next_version<D>(versions: &[Version<D>], at: Timestamp) -> Option<&Version<D>> {
    let next_at = versions
        .iter()
        .map(|version| version.effective_at)
        .filter(|effective_at| *effective_at > at)
        .min()?;
    version_in_force(versions, next_at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn version(number: u32, seconds: i64) -> Version<()> {
        Version { number, effective_at: at(seconds), document: () }
    }

    #[test]
    fn pg_01_a_version_holds_from_its_first_instant_and_not_before() {
        let versions = [version(1, 100), version(2, 200)];
        let in_force = |seconds| version_in_force(&versions, at(seconds)).map(|one| one.number);
        assert_eq!(in_force(99), None);
        assert_eq!(in_force(100), Some(1));
        assert_eq!(in_force(199), Some(1));
        assert_eq!(in_force(200), Some(2));
        let instant = Timestamp::from_nanosecond(199_999_999_999).unwrap();
        assert_eq!(version_in_force(&versions, instant).map(|one| one.number), Some(1));
    }

    #[test]
    fn pg_01_a_version_dated_in_the_future_waits() {
        let versions = [version(1, 100), version(2, 300), version(3, 200), version(4, 300)];
        assert_eq!(next_version(&versions, at(100)).map(|one| one.number), Some(3));
        assert_eq!(next_version(&versions, at(250)).map(|one| one.number), Some(4));
        assert_eq!(next_version(&versions, at(300)), None);
    }

    proptest! {
        #[test]
        fn pg_01_the_order_of_arrival_changes_nothing(
            mut begins in proptest::collection::vec(0_i64..50, 0..12),
            asked in 0_i64..60,
        ) {
            let numbered = |begins: &[i64]| -> Vec<Version<()>> {
                (1..).zip(begins).map(|(number, seconds)| version(number, *seconds)).collect()
            };
            let forward = numbered(&begins);
            let mut backward = forward.clone();
            backward.reverse();
            let one = version_in_force(&forward, at(asked));
            prop_assert_eq!(one, version_in_force(&backward, at(asked)));
            begins.retain(|begin| *begin <= asked);
            prop_assert_eq!(one.is_none(), begins.is_empty());
        }
    }
}
