//! How much a worker has taken on: in all, and of each lane.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use db::Lane;
use parking_lot::Mutex;

/// What is going on in one lane.
#[derive(Debug, Default)]
struct Busy {
    /// Jobs that run or are being taken.
    jobs: usize,
    /// Whether the queue is being asked for jobs of the lane.
    asking: bool,
    /// The vendors that this concerns.
    vendors: BTreeSet<String>,
}

/// The room of a worker. No lane takes all of it where lanes mean something: jobs whose lane is
/// held up by a long write would keep those of other vendors waiting.
#[derive(Debug, Clone)]
pub(crate) struct Slots {
    most: usize,
    of_one: usize,
    busy: Arc<Mutex<BTreeMap<Lane, Busy>>>,
}

impl Slots {
    /// Room for so many jobs, of which at most so many of one lane.
    pub(crate) fn new(most: usize, of_one: usize) -> Slots {
        Slots { most, of_one, busy: Arc::default() }
    }

    /// For how many more jobs there is room.
    pub(crate) fn free(&self) -> usize {
        let taken = self.busy.lock().values().map(|busy| busy.jobs).sum();
        self.most.saturating_sub(taken)
    }

    /// For how many more jobs of this lane there is room; none while the queue is being asked.
    pub(crate) fn free_in(&self, lane: Lane) -> usize {
        let of_one = match self.busy.lock().get(&lane) {
            Some(busy) if busy.asking => 0,
            Some(busy) => self.of_one.saturating_sub(busy.jobs),
            None => self.of_one,
        };
        of_one.min(self.free())
    }

    /// The vendors of whose jobs nothing more can be taken now.
    pub(crate) fn left_out(&self) -> Vec<String> {
        let busy = self.busy.lock();
        let full = busy.values().filter(|busy| busy.asking || busy.jobs >= self.of_one);
        full.flat_map(|busy| busy.vendors.iter().cloned()).collect()
    }

    /// Takes a place for a job in this lane, until it is dropped.
    pub(crate) fn take(&self, lane: Lane) -> Slot {
        self.busy.lock().entry(lane).or_default().jobs += 1;
        Slot { lane, slots: self.clone(), asks: false }
    }

    /// Notes that the queue is being asked for jobs of these vendors, until it is dropped.
    pub(crate) fn ask(&self, lane: Lane, vendors: impl Iterator<Item = String>) -> Slot {
        let mut all = self.busy.lock();
        let busy = all.entry(lane).or_default();
        busy.asking = true;
        busy.vendors.extend(vendors);
        drop(all);
        Slot { lane, slots: self.clone(), asks: true }
    }
}

/// A place that is taken.
#[derive(Debug)]
pub(crate) struct Slot {
    lane: Lane,
    slots: Slots,
    asks: bool,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut all = self.slots.busy.lock();
        if let Some(busy) = all.get_mut(&self.lane) {
            if self.asks {
                busy.asking = false;
            } else {
                busy.jobs = busy.jobs.saturating_sub(1);
            }
            if busy.jobs == 0 && !busy.asking {
                all.remove(&self.lane);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_that_is_full_leaves_room_for_others() {
        let slots = Slots::new(4, 2);
        let (one, two) = (Lane::of("one"), Lane::of("two"));
        let asking = slots.ask(one, ["one".to_owned()].into_iter());
        assert_eq!((slots.free_in(one), slots.free_in(two)), (0, 2));
        assert_eq!(slots.left_out(), ["one"]);
        let taken = [slots.take(one), slots.take(one)];
        drop(asking);
        assert_eq!((slots.free(), slots.free_in(one), slots.free_in(two)), (2, 0, 2));
        assert_eq!(slots.left_out(), ["one"]);
        drop(taken);
        assert_eq!((slots.free(), slots.free_in(one)), (4, 2));
        assert_eq!(slots.left_out(), Vec::<String>::new());
    }
}
