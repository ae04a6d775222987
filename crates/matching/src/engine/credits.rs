//! What each word found is worth: a table small enough for the nearest cache.

/// Open addressing over the few words of one look-up.
#[derive(Debug, Default)]
pub(super) struct Credits {
    /// A word and its worth; the worth is above zero where a place is taken.
    places: Vec<(u32, f32)>,
}

impl Credits {
    /// Begins anew, with room for so many words.
    pub(super) fn begin(&mut self, words: usize) {
        self.places.clear();
        self.places.resize((words * 4).next_power_of_two().max(64), (0, 0.0));
    }

    /// Notes a word; each word comes once and there are no more than were announced.
    pub(super) fn insert(&mut self, term: u32, worth: f32) {
        let mut at = self.home(term);
        while let Some(place) = self.places.get_mut(at) {
            if place.1 == 0.0 {
                *place = (term, worth);
                return;
            }
            at = self.next(at);
        }
    }

    /// Worth of a word; zero for words not noted.
    pub(super) fn of(&self, term: u32) -> f32 {
        let mut at = self.home(term);
        while let Some((held, worth)) = self.places.get(at) {
            if *held == term || *worth == 0.0 {
                return *worth;
            }
            at = self.next(at);
        }
        0.0
    }

    fn home(&self, term: u32) -> usize {
        (term.wrapping_mul(0x9E37_79B1) >> 16) as usize & self.places.len().wrapping_sub(1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & self.places.len().wrapping_sub(1)
    }
}
