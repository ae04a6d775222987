//! Room for the bodies of all requests that are under way. Nobody waits for room: a body that
//! finds none is refused, so two that hold a part of it never wait for each other.

use std::sync::Arc;

use parking_lot::Mutex;

/// The most bytes that somebody may send of whom nothing is known; what a body of a known caller
/// may have to count as small.
pub(super) const SMALL_BYTES: usize = 64 * 1024;

/// One part in so many is kept for small bodies of known callers, and as much for strangers.
const SHARE: usize = 8;

/// Whose room a body takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// Nobody is signed in, and no link that works was shown.
    Stranger,
    /// Somebody signed in, a key, or the holder of a link that works.
    Known,
}

/// Bytes by what they are for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Bytes {
    /// Bodies of strangers.
    strangers: usize,
    /// Small bodies of known callers; where this is used up, they take from `large`.
    small: usize,
    /// Larger bodies of known callers.
    large: usize,
}

/// The room that there is.
#[derive(Debug)]
pub(crate) struct Rooms {
    free: Mutex<Bytes>,
}

impl Rooms {
    /// Room for so many bytes.
    pub(super) fn of(bytes: usize) -> Arc<Self> {
        let share = bytes / SHARE;
        let free = Bytes { strangers: share, small: share, large: bytes - 2 * share };
        Arc::new(Self { free: Mutex::new(free) })
    }

    /// Room for one body, which takes none yet.
    pub(super) fn room(self: &Arc<Self>, caller: Caller) -> Room {
        Room { rooms: self.clone(), caller, taken: Bytes::default() }
    }
}

/// The room that one body takes; given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    rooms: Arc<Rooms>,
    caller: Caller,
    taken: Bytes,
}

impl Room {
    /// Takes `bytes` in all, instead of what it takes now; false, and unchanged, when there is no
    /// room for them.
    #[must_use]
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let small = Bytes { small: bytes, ..Bytes::default() };
        let large = Bytes { large: bytes, ..Bytes::default() };
        match self.caller {
            Caller::Stranger => self.swap(Bytes { strangers: bytes, ..Bytes::default() }),
            Caller::Known if bytes <= SMALL_BYTES => self.swap(small) || self.swap(large),
            Caller::Known => self.swap(large),
        }
    }

    fn swap(&mut self, wanted: Bytes) -> bool {
        let mut free = self.rooms.free.lock();
        let left = |free: usize, taken: usize, wanted: usize| (free + taken).checked_sub(wanted);
        let rest = (
            left(free.strangers, self.taken.strangers, wanted.strangers),
            left(free.small, self.taken.small, wanted.small),
            left(free.large, self.taken.large, wanted.large),
        );
        let (Some(strangers), Some(small), Some(large)) = rest else {
            return false;
        };
        *free = Bytes { strangers, small, large };
        self.taken = wanted;
        true
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut free = self.rooms.free.lock();
        free.strangers += self.taken.strangers;
        free.small += self.taken.small;
        free.large += self.taken.large;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: usize = 64 * SMALL_BYTES;

    fn free(rooms: &Rooms) -> Bytes {
        *rooms.free.lock()
    }

    #[test]
    fn room_is_taken_to_the_last_byte_and_given_back() {
        let rooms = Rooms::of(ALL);
        let before = free(&rooms);
        let mut first = rooms.room(Caller::Known);
        assert!(first.take(before.large));
        let mut second = rooms.room(Caller::Known);
        assert!(!second.take(SMALL_BYTES + 1));
        assert!(first.take(before.large - SMALL_BYTES - 1));
        assert!(second.take(SMALL_BYTES + 1));
        drop(first);
        drop(second);
        assert_eq!(free(&rooms), before);
    }

    #[test]
    fn a_body_without_room_keeps_what_it_had() {
        let rooms = Rooms::of(ALL);
        let mut room = rooms.room(Caller::Known);
        assert!(room.take(10));
        let before = free(&rooms);
        assert!(!room.take(ALL));
        assert_eq!(free(&rooms), before);
    }

    #[test]
    fn small_bodies_find_room_when_large_ones_took_all_of_theirs() {
        let rooms = Rooms::of(ALL);
        let mut large = rooms.room(Caller::Known);
        assert!(large.take(free(&rooms).large));
        let mut small: Vec<Room> = (0..8).map(|_| rooms.room(Caller::Known)).collect();
        assert!(small.iter_mut().all(|room| room.take(SMALL_BYTES)));
        assert!(!rooms.room(Caller::Known).take(1));
        // Where large ones leave room, small ones take that too.
        assert!(large.take(SMALL_BYTES + 1));
        assert!(rooms.room(Caller::Known).take(SMALL_BYTES));
    }

    #[test]
    fn strangers_take_their_own_share_and_no_other() {
        let rooms = Rooms::of(ALL);
        let mut strangers: Vec<Room> = (0..8).map(|_| rooms.room(Caller::Stranger)).collect();
        assert!(strangers.iter_mut().all(|room| room.take(SMALL_BYTES)));
        assert!(!rooms.room(Caller::Stranger).take(1));
        assert!(rooms.room(Caller::Known).take(SMALL_BYTES));
        assert!(rooms.room(Caller::Known).take(48 * SMALL_BYTES));
    }

    #[test]
    fn a_body_that_grows_leaves_the_room_of_small_ones() {
        let rooms = Rooms::of(ALL);
        let mut room = rooms.room(Caller::Known);
        assert!(room.take(SMALL_BYTES));
        assert!(room.take(SMALL_BYTES + 1));
        assert_eq!(free(&rooms).small, ALL / 8);
    }
}
