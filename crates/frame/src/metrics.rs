//! Numbers for `/metrics` (OP-03).

use std::time::{Duration, Instant};

use http::StatusCode;
use parking_lot::Mutex;
use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, text::encode},
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

/// The labels of a served request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Served {
    route: &'static str,
    status: u16,
}

/// Where a read was carried out, of those that could be asked of a replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Place {
    /// On the replica.
    Replica,
    /// On the primary: a public page or a link, which need the newest state.
    Newest,
    /// On the primary: the replica is away.
    Away,
    /// On the primary: the replica is further behind than allowed.
    Behind,
    /// On the primary: the replica lacks what the caller wrote, or the caller.
    Lacks,
    /// On the primary: the replica had nothing to show, and might lack it.
    Refused,
    /// On the primary: the replica gave up the read.
    Failed,
}

/// The label of a read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Read {
    place: Place,
}

/// Counters and histograms of one node.
pub struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<Served, Counter>,
    seconds: Histogram,
    reads: Family<Read, Counter>,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("entente");
        let requests = Family::<Served, Counter>::default();
        let buckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];
        let seconds = Histogram::new(buckets);
        registry.register("http_requests", "Requests served", requests.clone());
        registry.register("http_request_seconds", "Response time", seconds.clone());
        let reads = Family::<Read, Counter>::default();
        let help = "Reads by where they ran: replica, or the reason for using the primary";
        registry.register("reads", help, reads.clone());
        Self { registry: Mutex::new(registry), requests, seconds, reads }
    }
}

impl Metrics {
    /// The beginning of a request.
    #[expect(clippy::disallowed_methods, reason = "elapsed time belongs to the metrics")]
    pub fn start(&self) -> Instant {
        Instant::now()
    }

    /// Counts an answered request; how long it took.
    pub fn served(&self, route: &'static str, status: StatusCode, started: Instant) -> Duration {
        self.requests.get_or_create(&Served { route, status: status.as_u16() }).inc();
        let elapsed: Duration = started.elapsed();
        self.seconds.observe(elapsed.as_secs_f64());
        elapsed
    }

    /// Counts a read, where there is a replica.
    pub fn read_from(&self, place: Place) {
        self.reads.get_or_create(&Read { place }).inc();
    }

    /// The text that Prometheus reads.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let written = encode(&mut out, &self.registry.lock());
        if written.is_err() {
            out.clear();
        }
        out
    }
}
