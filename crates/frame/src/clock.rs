//! The only place that reads the time.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// The application's clock: the machine's time plus an offset, or a time that stands still until
/// it is moved. Tests and the demo move it; a server in earnest never does.
#[derive(Debug)]
pub struct Clock {
    kind: Kind,
    /// True while a past is written that never was, day by day and not in order within a day.
    tells_history: AtomicBool,
}

#[derive(Debug)]
enum Kind {
    /// The machine's clock, shifted by so many microseconds.
    Machine { offset_micros: AtomicI64, newest_micros: AtomicI64 },
    /// A time in microseconds since the epoch that changes only by `set`.
    Still { at_micros: AtomicI64 },
}

impl Clock {
    /// The machine's clock.
    pub fn machine() -> Self {
        let (offset_micros, newest_micros) = (AtomicI64::new(0), AtomicI64::new(i64::MIN));
        Self::of(Kind::Machine { offset_micros, newest_micros })
    }

    /// A clock that stands at `at` until it is moved.
    pub fn still(at: Timestamp) -> Self {
        Self::of(Kind::Still { at_micros: AtomicI64::new(at.as_microsecond()) })
    }

    /// Whether a past is written that never was, as the demo does before anybody uses it: its entries
    /// need not be in order.
    pub fn tells_history(&self) -> bool {
        self.tells_history.load(Ordering::SeqCst)
    }

    /// Begins to write such a past, or ends it.
    pub fn tell_history(&self, begins: bool) {
        self.tells_history.store(begins, Ordering::SeqCst);
    }

    fn of(kind: Kind) -> Self {
        Self { kind, tells_history: AtomicBool::new(false) }
    }

    /// The time now, to the microsecond. A machine's clock that is set back by no more than five seconds
    /// is waited for: time goes on by a microsecond each time.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
    pub fn now(&self) -> Timestamp {
        match &self.kind {
            Kind::Machine { offset_micros, newest_micros } => {
                let machine = Timestamp::now().as_microsecond();
                let now = machine.saturating_add(offset_micros.load(Ordering::SeqCst));
                from_micros(going_on(newest_micros, now))
            }
            Kind::Still { at_micros } => from_micros(at_micros.load(Ordering::SeqCst)),
        }
    }

    /// Makes the clock show `at` from now on.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
    pub fn set(&self, at: Timestamp) {
        match &self.kind {
            Kind::Machine { offset_micros, newest_micros } => {
                let offset = at.as_microsecond().saturating_sub(Timestamp::now().as_microsecond());
                offset_micros.store(offset, Ordering::SeqCst);
                newest_micros.store(i64::MIN, Ordering::SeqCst);
            }
            Kind::Still { at_micros } => at_micros.store(at.as_microsecond(), Ordering::SeqCst),
        }
    }

    /// Moves the clock forward.
    pub fn forward(&self, by: SignedDuration) {
        self.set(self.now().saturating_add(by).unwrap_or(Timestamp::MAX));
    }
}

/// So far back a clock is waited for, in microseconds.
const WAITED_FOR: i64 = 5_000_000;

/// The time after what was shown last: that of the clock, or a microsecond later than the last where the
/// clock was set back a little. One that was set back further is believed.
fn going_on(newest: &AtomicI64, now: i64) -> i64 {
    let next = |last: i64| {
        let is_waited_for = now <= last && last.saturating_sub(now) <= WAITED_FOR;
        if is_waited_for { last.saturating_add(1) } else { now }
    };
    match newest.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next(last))) {
        Ok(last) | Err(last) => next(last),
    }
}

/// An instant from microseconds since the epoch; one that jiff cannot hold becomes its last.
pub fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_when_the_clock_is_set_back_a_little() {
        let newest = AtomicI64::new(i64::MIN);
        let shown =
            [10_000_000, 10_000_000, 7_000_000, 10_000_001, 10_000_009, 5_000_000, 6_000_000]
                .map(|now| going_on(&newest, now));
        let wanted =
            [10_000_000, 10_000_001, 10_000_002, 10_000_003, 10_000_009, 5_000_000, 6_000_000];
        assert_eq!(shown, wanted);
    }
}
