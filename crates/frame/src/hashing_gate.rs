//! Who may have a password hashed, and when. A hash takes 19 MiB and a part of a second, so two run
//! at a time and few wait. Whoever is known waits in a line of its own, and no caller takes more
//! than its share of a line: guessing fills the guesser's places and nobody else's (ID-01).

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::AppError;

/// How many hashes run at once.
const RUNNING: usize = 2;
/// How many are in a line, those that run included.
const PLACES: usize = 34;
/// How many of these one caller may have.
const SHARE: usize = 8;
/// Seconds after which one who found no place may try again.
const AGAIN_SECONDS: u32 = 2;

/// In which line somebody waits, and under which name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Somebody signed in, in a browser known to be theirs, or with a link that works: they go
    /// first.
    Known(String),
    /// Everybody else, by where they come from.
    Stranger(String),
}

/// Lets at most two password hashes run.
#[derive(Debug)]
pub(crate) struct HashingGate {
    running: Arc<Semaphore>,
    /// Who of the strangers is next: one of them at most stands before somebody known.
    next: Semaphore,
    known: Arc<Places>,
    strangers: Arc<Places>,
}

impl Default for HashingGate {
    fn default() -> Self {
        Self {
            running: Arc::new(Semaphore::new(RUNNING)),
            next: Semaphore::new(1),
            known: Arc::default(),
            strangers: Arc::default(),
        }
    }
}

impl HashingGate {
    /// Runs `work` on a thread of its own when its turn has come; fails with 429 when the line, or
    /// this caller's share of it, is full. The place and the turn are given back when the work is
    /// done, also when nobody waits for it any more: a caller that hangs up frees nothing.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        line: &Line,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let place = match line {
            Line::Known(name) => self.known.take(name),
            Line::Stranger(name) => self.strangers.take(name),
        };
        let place = place.ok_or(AppError::too_many(AGAIN_SECONDS))?;
        let turn = self.turn(line).await?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((turn, place));
            done
        });
        done.await.map_err(AppError::internal)
    }

    async fn turn(&self, line: &Line) -> Result<OwnedSemaphorePermit, AppError> {
        let _next = match line {
            Line::Known(_) => None,
            Line::Stranger(_) => Some(self.next.acquire().await.map_err(AppError::internal)?),
        };
        self.running.clone().acquire_owned().await.map_err(AppError::internal)
    }
}

/// The places of a line, by who has them.
#[derive(Debug, Default)]
struct Places {
    taken: Mutex<BTreeMap<String, usize>>,
}

impl Places {
    fn take(self: &Arc<Self>, name: &str) -> Option<Place> {
        let mut taken = self.taken.lock();
        let own = taken.get(name).copied().unwrap_or(0);
        if own >= SHARE || taken.values().sum::<usize>() >= PLACES {
            return None;
        }
        taken.insert(name.to_owned(), own + 1);
        Some(Place { places: self.clone(), name: name.to_owned() })
    }
}

/// A place in a line; given back when this is dropped.
#[derive(Debug)]
struct Place {
    places: Arc<Places>,
    name: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock();
        let own = taken.get(&self.name).copied().unwrap_or(0);
        if own > 1 {
            taken.insert(self.name.clone(), own - 1);
        } else {
            taken.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use tokio::task::JoinHandle;

    use super::*;

    fn stranger(name: &str) -> Line {
        Line::Stranger(name.to_owned())
    }

    fn known(name: &str) -> Line {
        Line::Known(name.to_owned())
    }

    /// Work that ends when what this gives is dropped.
    fn hold(gate: &Arc<HashingGate>, line: Line) -> (Sender<()>, JoinHandle<Result<(), AppError>>) {
        let (end, ended) = channel::<()>();
        let gate = gate.clone();
        let work = move || {
            let _ = ended.recv();
        };
        (end, tokio::spawn(async move { gate.run(&line, work).await }))
    }

    /// Lets what was spawned come as far as it can.
    async fn settle() {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn id_01_a_caller_that_asks_for_more_than_its_share_is_refused_and_others_are_not() {
        let gate = Arc::new(HashingGate::default());
        let held: Vec<_> = (0..SHARE).map(|_| hold(&gate, stranger("a"))).collect();
        settle().await;
        let refused = gate.run(&stranger("a"), || ()).await;
        assert!(
            matches!(&refused, Err(AppError::TooMany(wait)) if wait.seconds == 2),
            "{refused:?}"
        );
        let other = tokio::spawn({
            let gate = gate.clone();
            async move { gate.run(&stranger("b"), || ()).await }
        });
        settle().await;
        assert!(!other.is_finished(), "it waits for its turn");
        for (end, task) in held {
            drop(end);
            task.await.unwrap().unwrap();
        }
        other.await.unwrap().unwrap();
        gate.run(&stranger("a"), || ()).await.unwrap();
    }

    #[tokio::test]
    async fn id_01_a_line_full_of_strangers_leaves_the_line_of_those_who_are_known() {
        let gate = Arc::new(HashingGate::default());
        let names: Vec<String> = (0..PLACES).map(|number| number.to_string()).collect();
        let mut held: Vec<_> = names.iter().map(|name| hold(&gate, stranger(name))).collect();
        settle().await;
        let refused = gate.run(&stranger("one more"), || ()).await;
        assert!(
            matches!(&refused, Err(AppError::TooMany(wait)) if wait.seconds == 2),
            "{refused:?}"
        );
        let first = tokio::spawn({
            let gate = gate.clone();
            async move { gate.run(&known("ana"), || ()).await }
        });
        settle().await;
        assert!(!first.is_finished());
        // Two run and one of the strangers is next: when these three are done, so is ana.
        let later = held.split_off(3);
        for (end, task) in held {
            drop(end);
            task.await.unwrap().unwrap();
        }
        first.await.unwrap().unwrap();
        assert!(later.iter().all(|(_, task)| !task.is_finished()));
    }

    #[tokio::test]
    async fn id_01_a_caller_that_hangs_up_frees_no_place_before_its_hash_is_done() {
        let gate = Arc::new(HashingGate::default());
        let mut held: Vec<_> = (0..RUNNING).map(|_| hold(&gate, stranger("a"))).collect();
        settle().await;
        for (_, task) in &held {
            task.abort();
        }
        settle().await;
        assert_eq!(gate.running.available_permits(), 0);
        let waiting = hold(&gate, stranger("b"));
        settle().await;
        assert!(!waiting.1.is_finished());
        held.clear();
        drop(waiting.0);
        waiting.1.await.unwrap().unwrap();
    }
}
