//! A bounded queue between callers and database threads.

use std::collections::VecDeque;
use std::time::Instant;

use parking_lot::{Condvar, Mutex};

/// Why an item was not taken in; the item comes back.
pub(crate) enum Rejected<T> {
    Full(T),
    Closed(T),
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

/// First in, first out, with a limit; closing it lets the waiting items be finished.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
    limit: usize,
}

impl<T> Queue<T> {
    pub(crate) fn new(limit: usize) -> Queue<T> {
        Queue {
            state: Mutex::new(State { items: VecDeque::new(), closed: false }),
            arrived: Condvar::new(),
            limit: limit.max(1),
        }
    }

    pub(crate) fn push(&self, item: T) -> Result<(), Rejected<T>> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(Rejected::Closed(item));
        }
        if state.items.len() >= self.limit {
            return Err(Rejected::Full(item));
        }
        state.items.push_back(item);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// The next item, waiting for it; `None` once the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<T> {
        let mut state = self.state.lock();
        loop {
            if let Some(item) = state.items.pop_front() {
                return Some(item);
            }
            if state.closed {
                return None;
            }
            self.arrived.wait(&mut state);
        }
    }

    /// The next item if `fits` accepts it, waiting for one until `deadline` if there is one.
    pub(crate) fn pop_if(&self, deadline: Option<Instant>, fits: impl Fn(&T) -> bool) -> Option<T> {
        let mut state = self.state.lock();
        loop {
            if let Some(front) = state.items.front() {
                return if fits(front) { state.items.pop_front() } else { None };
            }
            if state.closed {
                return None;
            }
            if self.arrived.wait_until(&mut state, deadline?).timed_out() {
                return None;
            }
        }
    }

    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
        self.arrived.notify_all();
    }

    /// Whether nothing is left and nothing will come.
    pub(crate) fn is_finished(&self) -> bool {
        let state = self.state.lock();
        state.closed && state.items.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.state.lock().items.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_gives_the_item_back() {
        let queue = Queue::new(2);
        assert!(queue.push(1).is_ok());
        assert!(queue.push(2).is_ok());
        assert!(matches!(queue.push(3), Err(Rejected::Full(3))));
        assert_eq!(queue.len(), 2);
    }

    #[test]
    fn a_closed_queue_is_finished_before_it_ends() {
        let queue = Queue::new(2);
        assert!(queue.push(1).is_ok());
        queue.close();
        assert!(matches!(queue.push(2), Err(Rejected::Closed(2))));
        assert_eq!(queue.pop(), Some(1));
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn an_item_that_does_not_fit_stays() {
        let queue = Queue::new(2);
        assert!(queue.push(1).is_ok());
        assert_eq!(queue.pop_if(None, |item| *item == 2), None);
        assert_eq!(queue.pop_if(None, |item| *item == 1), Some(1));
        assert_eq!(queue.pop_if(None, |_| true), None);
    }
}
