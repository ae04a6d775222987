//! The only place that reads the time.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// The application's clock: the machine's time plus an offset, or a time that stands still until
/// it is moved. Tests and the demo move it; a server in earnest never does.
#[derive(Debug)]
pub struct Clock {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The machine's clock, shifted by so many microseconds.
    Machine { offset_micros: AtomicI64 },
    /// A time in microseconds since the epoch that changes only by `set`.
    Still { at_micros: AtomicI64 },
}

impl Clock {
    /// The machine's clock.
    pub fn machine() -> Self {
        Self { kind: Kind::Machine { offset_micros: AtomicI64::new(0) } }
    }

    /// A clock that stands at `at` until it is moved.
    pub fn still(at: Timestamp) -> Self {
        Self { kind: Kind::Still { at_micros: AtomicI64::new(at.as_microsecond()) } }
    }

    /// The time now, to the microsecond.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
    pub fn now(&self) -> Timestamp {
        match &self.kind {
            Kind::Machine { offset_micros } => {
                let machine = Timestamp::now().as_microsecond();
                from_micros(machine.saturating_add(offset_micros.load(Ordering::SeqCst)))
            }
            Kind::Still { at_micros } => from_micros(at_micros.load(Ordering::SeqCst)),
        }
    }

    /// Makes the clock show `at` from now on.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
    pub fn set(&self, at: Timestamp) {
        match &self.kind {
            Kind::Machine { offset_micros } => offset_micros.store(
                at.as_microsecond().saturating_sub(Timestamp::now().as_microsecond()),
                Ordering::SeqCst,
            ),
            Kind::Still { at_micros } => at_micros.store(at.as_microsecond(), Ordering::SeqCst),
        }
    }

    /// Moves the clock forward.
    pub fn forward(&self, by: SignedDuration) {
        self.set(self.now().saturating_add(by).unwrap_or(Timestamp::MAX));
    }
}

/// An instant from microseconds since the epoch; one that jiff cannot hold becomes its last.
pub fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}
