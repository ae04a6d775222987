//! What waits to be written, and who may begin: one batch of a lane at a time, and a batch that
//! concerns everything alone.

use std::collections::VecDeque;
use std::time::Instant;

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::lane::{LANES, Lane};
use crate::queue::Rejected;

/// The place of [`Lane::ALL`] among the lists.
const ALL: usize = 64;
const PLACES: usize = ALL + 1;

fn place(lane: Lane) -> usize {
    lane.number().map_or(ALL, usize::from)
}

struct State<T> {
    /// What waits in each lane, with the order of its arrival.
    waiting: [VecDeque<(u64, T)>; PLACES],
    /// The lanes of which a batch runs.
    busy: [bool; PLACES],
    /// How many closures the last batch of each lane had: so many callers may come back shortly.
    expected: [usize; PLACES],
    arrivals: u64,
    count: usize,
    closed: bool,
}

/// First come, first served within a lane. What concerns everything waits for the batches that
/// run, and whatever arrived after it waits for it.
pub(crate) struct Turns<T> {
    state: Mutex<State<T>>,
    /// Wakes one who has nothing to do.
    idle: Condvar,
    /// Wakes the one whose turn may take in one more item.
    joining: [Condvar; PLACES],
    limit: usize,
}

impl<T> Turns<T> {
    pub(crate) fn new(limit: usize) -> Turns<T> {
        Turns {
            state: Mutex::new(State {
                waiting: std::array::from_fn(|_| VecDeque::new()),
                busy: [false; PLACES],
                expected: [1; PLACES],
                arrivals: 0,
                count: 0,
                closed: false,
            }),
            idle: Condvar::new(),
            joining: std::array::from_fn(|_| Condvar::new()),
            limit: limit.max(1),
        }
    }

    pub(crate) fn push(&self, lane: Lane, item: T) -> Result<(), Rejected<T>> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(Rejected::Closed(item));
        }
        if state.count >= self.limit {
            return Err(Rejected::Full(item));
        }
        state.put(place(lane), item);
        if lane == Lane::ALL {
            // Nobody waits for more of a lane once this waits.
            self.joining.iter().for_each(wake);
        } else {
            self.joiner(lane).into_iter().chain(self.joiner(Lane::ALL)).for_each(wake);
        }
        drop(state);
        self.idle.notify_one();
        Ok(())
    }

    /// Begins a turn: the next item that may run, and its lane, which then is busy until
    /// [`Turns::end`]. It waits for one until `deadline` if there is one, and gives `None` when it
    /// has passed, or once the queue is closed and empty.
    pub(crate) fn begin(&self, deadline: Option<Instant>) -> Option<(Lane, T)> {
        let mut state = self.state.lock();
        loop {
            if let Some(place) = state.next() {
                state.set_busy(place, true);
                let lane = u8::try_from(place).ok().filter(|number| *number < LANES);
                return state.take(place).map(|item| (Lane::numbered(lane), item));
            }
            if state.is_finished() || wait(&self.idle, &mut state, deadline) {
                return None;
            }
        }
    }

    /// One more item for the turn of `lane`, if the next one `fits`; it waits for one until
    /// `deadline` if there is one. A turn that concerns everything takes items of every lane.
    pub(crate) fn join(
        &self,
        lane: Lane,
        deadline: Option<Instant>,
        fits: impl Fn(&T) -> bool,
    ) -> Option<T> {
        let mut state = self.state.lock();
        loop {
            let next = if lane == Lane::ALL { state.first() } else { state.next_of(place(lane)) };
            if let Some(place) = next {
                return if state.front(place).is_some_and(&fits) {
                    state.take(place)
                } else {
                    None
                };
            }
            // Once something that concerns everything waits, nobody is waited for.
            let ending = state.closed || state.arrived(ALL).is_some();
            let condition = self.joiner(lane).filter(|_| !ending && deadline.is_some())?;
            if wait(condition, &mut state, deadline) {
                return None;
            }
        }
    }

    /// How many closures the last batch of the lane had.
    pub(crate) fn expected(&self, lane: Lane) -> usize {
        self.state.lock().expected.get(place(lane)).copied().unwrap_or(1)
    }

    /// Ends a turn, which ran so many closures.
    pub(crate) fn end(&self, lane: Lane, ran: usize) {
        let mut state = self.state.lock();
        state.set_busy(place(lane), false);
        if let Some(expected) = state.expected.get_mut(place(lane)) {
            *expected = ran;
        }
        drop(state);
        // Whoever ends a turn of a lane takes up the next itself; after one of everything several
        // may begin.
        if lane == Lane::ALL {
            self.idle.notify_all();
        } else {
            self.idle.notify_one();
        }
    }

    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
        self.idle.notify_all();
        self.joining.iter().for_each(wake);
    }

    /// Whether nothing is left and nothing will come.
    pub(crate) fn is_finished(&self) -> bool {
        self.state.lock().is_finished()
    }

    pub(crate) fn len(&self) -> usize {
        self.state.lock().count
    }

    fn joiner(&self, lane: Lane) -> Option<&Condvar> {
        self.joining.get(place(lane))
    }
}

/// Wakes the one who waits, if somebody does.
fn wake(condition: &Condvar) {
    condition.notify_one();
}

/// Waits for a change; true if the time is up.
fn wait<T>(
    changed: &Condvar,
    state: &mut MutexGuard<'_, State<T>>,
    deadline: Option<Instant>,
) -> bool {
    match deadline {
        Some(deadline) => changed.wait_until(state, deadline).timed_out(),
        None => {
            changed.wait(state);
            false
        }
    }
}

impl<T> State<T> {
    fn put(&mut self, place: usize, item: T) {
        let order = self.arrivals;
        self.arrivals += 1;
        if let Some(list) = self.waiting.get_mut(place) {
            list.push_back((order, item));
            self.count += 1;
        }
    }

    fn take(&mut self, place: usize) -> Option<T> {
        let (_, item) = self.waiting.get_mut(place)?.pop_front()?;
        self.count -= 1;
        Some(item)
    }

    fn front(&self, place: usize) -> Option<&T> {
        self.waiting.get(place)?.front().map(|(_, item)| item)
    }

    /// When the first item of a list arrived.
    fn arrived(&self, place: usize) -> Option<u64> {
        self.waiting.get(place)?.front().map(|(order, _)| *order)
    }

    fn is_busy(&self, place: usize) -> bool {
        self.busy.get(place).copied().unwrap_or(false)
    }

    fn set_busy(&mut self, place: usize, busy: bool) {
        if let Some(entry) = self.busy.get_mut(place) {
            *entry = busy;
        }
    }

    fn is_finished(&self) -> bool {
        self.closed && self.count == 0
    }

    /// The list whose first item arrived before all others.
    fn first(&self) -> Option<usize> {
        (0..PLACES).filter(|place| self.arrived(*place).is_some()).min_by_key(|p| self.arrived(*p))
    }

    /// The list whose first item may begin now: of those whose lane is free and that do not wait
    /// behind something that concerns everything, the one that waits longest.
    fn next(&self) -> Option<usize> {
        if self.is_busy(ALL) {
            return None;
        }
        let lane = (0..ALL)
            .filter(|place| !self.is_busy(*place) && self.next_of(*place).is_some())
            .min_by_key(|place| self.arrived(*place));
        let idle = !self.busy.contains(&true);
        lane.or_else(|| (idle && self.arrived(ALL).is_some()).then_some(ALL))
    }

    /// The lane itself, if its first item need not wait for something that concerns everything.
    fn next_of(&self, place: usize) -> Option<usize> {
        let order = self.arrived(place)?;
        self.arrived(ALL).is_none_or(|barrier| order < barrier).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes() -> [Lane; 3] {
        ["a", "b", "c"].map(Lane::of)
    }

    fn turns(items: &[(Lane, u32)]) -> Turns<u32> {
        let turns = Turns::new(16);
        for (lane, item) in items {
            assert!(turns.push(*lane, *item).is_ok());
        }
        turns
    }

    /// A time that has passed, so that nothing is waited for.
    #[expect(clippy::disallowed_methods, reason = "a deadline has to lie somewhere")]
    fn now() -> Option<Instant> {
        Some(Instant::now())
    }

    #[test]
    fn lanes_begin_side_by_side_and_one_lane_waits_for_itself() {
        let [a, b, _] = lanes();
        let turns = turns(&[(a, 1), (a, 2), (b, 3)]);
        assert_eq!(turns.begin(now()), Some((a, 1)));
        assert_eq!(turns.begin(now()), Some((b, 3)));
        assert_eq!(turns.begin(now()), None);
        turns.end(a, 1);
        assert_eq!(turns.begin(now()), Some((a, 2)));
    }

    #[test]
    fn what_concerns_everything_runs_alone_and_in_the_order_of_arrival() {
        let [a, b, _] = lanes();
        let turns = turns(&[(a, 1), (Lane::ALL, 2), (b, 3)]);
        assert_eq!(turns.begin(now()), Some((a, 1)));
        assert_eq!(turns.begin(now()), None);
        turns.end(a, 1);
        assert_eq!(turns.begin(now()), Some((Lane::ALL, 2)));
        assert_eq!(turns.begin(now()), None);
        turns.end(Lane::ALL, 1);
        assert_eq!(turns.begin(now()), Some((b, 3)));
    }

    #[test]
    fn a_turn_takes_more_of_its_lane_and_one_of_everything_takes_all() {
        let [a, b, _] = lanes();
        let one = turns(&[(a, 1), (b, 2), (a, 3), (Lane::ALL, 4), (a, 5)]);
        assert_eq!(one.begin(now()), Some((a, 1)));
        assert_eq!(one.join(a, None, |_| true), Some(3));
        assert_eq!(one.join(a, None, |_| true), None);
        let all = turns(&[(Lane::ALL, 1), (b, 2), (Lane::ALL, 3), (a, 4)]);
        assert_eq!(all.begin(now()), Some((Lane::ALL, 1)));
        for item in [2, 3, 4] {
            assert_eq!(all.join(Lane::ALL, None, |_| true), Some(item));
        }
        assert_eq!(all.len(), 0);
    }

    #[test]
    fn an_item_that_does_not_fit_stays() {
        let [a, ..] = lanes();
        let turns = turns(&[(a, 1), (a, 2)]);
        assert_eq!(turns.begin(now()), Some((a, 1)));
        assert_eq!(turns.join(a, None, |item| *item == 3), None);
        assert_eq!(turns.join(a, None, |item| *item == 2), Some(2));
    }

    #[test]
    fn a_full_queue_gives_the_item_back_whatever_its_lane() {
        let [a, b, c] = lanes();
        let turns = Turns::new(2);
        assert!(turns.push(a, 1).is_ok());
        assert!(turns.push(b, 2).is_ok());
        assert!(matches!(turns.push(c, 3), Err(Rejected::Full(3))));
        turns.close();
        assert!(matches!(turns.push(c, 3), Err(Rejected::Closed(3))));
        assert!(!turns.is_finished());
        assert_eq!(turns.begin(None), Some((a, 1)));
        assert_eq!(turns.begin(None), Some((b, 2)));
        assert_eq!(turns.begin(None), None);
    }
}
