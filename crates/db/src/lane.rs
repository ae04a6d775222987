//! Lanes: writes that have nothing to do with each other need not wait for each other.

/// How many lanes there are. Every key has one of them, and keys that share one take turns.
pub(crate) const LANES: u8 = 64;

/// What a write has to do with: everything, or only what belongs to one key, for example a tenant.
///
/// Writes of one lane run one after the other, on however many nodes; writes of different lanes run
/// side by side on PostgreSQL. A write in [`Lane::ALL`] runs alone. SQLite has one writer, so there
/// all lanes are one.
///
/// A write that stays within its lane sees what all earlier writes of the lane have left, and
/// nothing half done: a rule may be decided by what it reads. What several lanes share it sees as of
/// its beginning. There only the database decides: two that change one row collide, and one of them
/// runs again; unique keys, references and checks hold. A decision by what another lane may be
/// changing needs such a fact, or [`Lane::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lane(Option<u8>);

impl Lane {
    /// Everything: no other write runs at the same time.
    pub const ALL: Lane = Lane(None);

    /// The lane of a key. The same key has the same lane on every node and in every version.
    pub fn of(key: &str) -> Lane {
        // FNV-1a, 64 bits (Fowler, Noll, Vo 1991), folded: short keys spread well and the result
        // is the same everywhere.
        let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let folded = (hash ^ (hash >> 32)) % u64::from(LANES);
        Lane(u8::try_from(folded).ok())
    }

    /// Whether a write of this lane may do what one of `other` may.
    pub fn covers(self, other: Lane) -> bool {
        self == Lane::ALL || self == other
    }

    /// The lane of a number, or all of them.
    pub(crate) fn numbered(number: Option<u8>) -> Lane {
        Lane(number)
    }

    /// Its number below [`LANES`]; `None` for all of them.
    pub(crate) fn number(self) -> Option<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_key_keeps_its_lane() {
        // Nodes of different versions have to agree, so these never change.
        for (key, number) in [("", 1), ("v", 5), ("vnd_01h8x9q2", 44)] {
            assert_eq!(Lane::of(key).number(), Some(number), "{key}");
        }
    }

    #[test]
    fn keys_spread_over_all_lanes() {
        let mut counts: BTreeMap<Lane, usize> = BTreeMap::new();
        for number in 0..6_400 {
            *counts.entry(Lane::of(&format!("vnd_{number:026}"))).or_default() += 1;
        }
        assert_eq!(counts.len(), usize::from(LANES));
        let (least, most) = (counts.values().min().unwrap(), counts.values().max().unwrap());
        assert!(*least > 60 && *most < 150, "{least} to {most}");
    }

    #[test]
    fn everything_covers_each_lane_and_no_lane_another() {
        let (one, two) = (Lane::of("v"), Lane::of(""));
        assert!(Lane::ALL.covers(one) && one.covers(one) && Lane::ALL.covers(Lane::ALL));
        assert!(!one.covers(two) && !one.covers(Lane::ALL));
    }
}
