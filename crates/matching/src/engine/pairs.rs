//! A compact table from hashes to numbers in which one hash may have many numbers.

/// Open addressing; a slot holds the upper half of a hash and a number.
#[derive(Debug, Default)]
pub(super) struct PairTable {
    slots: Vec<u64>,
    live: usize,
    dead: usize,
}

const EMPTY: u64 = 0;
const DEAD: u64 = 1;
/// Parts of the table that are filled one after the other.
const PARTS: usize = 256;

impl PairTable {
    /// Adds a number under a hash; the caller sees to it that it is not there yet.
    pub(super) fn insert(&mut self, hash: u32, value: u32) {
        if (self.live + self.dead + 1) * 5 > self.slots.len() * 3 {
            self.resize(self.live * 3 / 2 + 1);
        }
        let slot = pack(hash, value);
        self.put(slot);
        self.live += 1;
    }

    /// Takes a number away; nothing happens when it is not there.
    pub(super) fn remove(&mut self, hash: u32, value: u32) {
        let wanted = pack(hash, value);
        let mut at = self.home(hash);
        while let Some(slot) = self.slots.get_mut(at) {
            if *slot == wanted {
                *slot = DEAD;
                self.live -= 1;
                self.dead += 1;
                return;
            }
            if *slot == EMPTY {
                return;
            }
            at = self.next(at);
        }
    }

    /// The first slot in which a number under this hash may be: to be read ahead of its use, so that
    /// the waiting times of several hashes pass together.
    pub(super) fn first_slot(&self, hash: u32) -> u64 {
        self.slots.get(self.home(hash)).copied().unwrap_or(EMPTY)
    }

    /// The number in a slot, if it is under this hash.
    pub(super) fn number_in(slot: u64, hash: u32) -> Option<u32> {
        (slot > DEAD && (slot >> 32) as u32 == hash).then(|| (slot as u32).wrapping_sub(2))
    }

    /// The numbers under a hash, in no particular order.
    pub(super) fn get(&self, hash: u32) -> impl Iterator<Item = u32> {
        let mut at = self.home(hash);
        std::iter::from_fn(move || {
            loop {
                let slot = self.slots.get(at).copied().unwrap_or(EMPTY);
                if slot == EMPTY {
                    return None;
                }
                at = self.next(at);
                if slot != DEAD && (slot >> 32) as u32 == hash {
                    return Some((slot as u32).wrapping_sub(2));
                }
            }
        })
    }

    /// Bytes in use.
    pub(super) fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<u64>()
    }

    fn home(&self, hash: u32) -> usize {
        let mixed = u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32) as usize & self.slots.len().wrapping_sub(1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & self.slots.len().wrapping_sub(1)
    }

    fn put(&mut self, slot: u64) {
        let mut at = self.home((slot >> 32) as u32);
        loop {
            let next = self.next(at);
            let Some(place) = self.slots.get_mut(at) else {
                return;
            };
            if *place == EMPTY {
                *place = slot;
                return;
            }
            at = next;
        }
    }

    /// Makes room for this many numbers more.
    pub(super) fn reserve(&mut self, more: usize) {
        let wanted = self.live + more;
        if (wanted + self.dead) * 5 > self.slots.len() * 3 {
            self.resize(wanted);
        }
    }

    /// Adds many numbers with their hashes: place by place, so that the table is walked through once
    /// instead of at random.
    pub(super) fn insert_all(&mut self, pairs: &[(u32, u32)]) {
        self.reserve(pairs.len());
        let shift = self.slots.len().trailing_zeros().saturating_sub(PARTS.trailing_zeros());
        let part = |hash: u32| (self.home(hash) >> shift).min(PARTS - 1);
        let mut ends = [0_usize; PARTS];
        for (hash, _) in pairs {
            if let Some(end) = ends.get_mut(part(*hash)) {
                *end += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        let mut ordered = vec![EMPTY; pairs.len()];
        for (hash, value) in pairs {
            if let Some(end) = ends.get_mut(part(*hash))
                && let Some(place) = ordered.get_mut(*end)
            {
                *place = pack(*hash, *value);
                *end += 1;
            }
        }
        for slot in ordered {
            self.put(slot);
        }
        self.live += pairs.len();
    }

    fn resize(&mut self, numbers: usize) {
        let size = (numbers * 5 / 3 + 1).next_power_of_two().max(64);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; size]);
        self.dead = 0;
        for slot in old {
            if slot > DEAD {
                self.put(slot);
            }
        }
    }
}

/// Numbers stay below 2^32 - 2, so that a packed slot is never 0 or 1.
fn pack(hash: u32, value: u32) -> u64 {
    (u64::from(hash) << 32) | u64::from(value.wrapping_add(2))
}

/// A hash of bytes that is the same on every run and every machine.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut state: u64 = 0x243F_6A88_85A3_08D3 ^ (bytes.len() as u64);
    let mut rest = bytes;
    while let Some((chunk, behind)) = rest.split_first_chunk::<8>() {
        state = mix(state ^ u64::from_le_bytes(*chunk));
        rest = behind;
    }
    let word = rest.iter().fold(1_u64, |word, byte| (word << 8) | u64::from(*byte));
    mix(state ^ word)
}

/// The upper half, which is mixed best.
pub(super) fn hash32(bytes: &[u8]) -> u32 {
    (hash_bytes(bytes) >> 32) as u32
}

/// One round of mixing.
pub(super) fn mix(word: u64) -> u64 {
    let product = u128::from(word ^ 0x9E37_79B9_7F4A_7C15)
        .wrapping_mul(0xD6E8_FEB8_6659_FD93_A5CB_9243_0F1D_2E2B);
    (product >> 64) as u64 ^ (product as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_numbers_under_one_hash() {
        let mut table = PairTable::default();
        for value in 0..1000 {
            table.insert(value % 7, value);
        }
        assert_eq!(table.get(3).count(), 143);
        for value in 0..1000 {
            table.remove(value % 7, value);
        }
        assert_eq!(table.get(3).count(), 0);
        table.insert(3, 5);
        assert_eq!(table.get(3).collect::<Vec<_>>(), [5]);
        assert_eq!(PairTable::default().get(1).count(), 0);
        let pairs: Vec<(u32, u32)> = (0..1000).map(|value| (value % 11, value)).collect();
        table.insert_all(&pairs);
        assert_eq!((table.get(3).count(), table.get(10).count()), (92, 90));
    }
}
