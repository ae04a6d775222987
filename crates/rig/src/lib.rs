//! What measurements and harnesses stand on: servers that end when we end, an HTTP connection and
//! a load, and what a process has used. It knows the product only as a binary.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "it measures elapsed time, waits for servers to come up, and tells the person who runs it"
)]

pub mod authority;
pub mod cluster;
pub mod install;
pub mod leash;
pub mod load;
pub mod percentiles;
pub mod pgbouncer;
pub mod preload;
pub mod procstat;
pub mod replica;
pub mod responder;
pub mod server;
pub mod slow_sync;
pub mod syncprobe;

/// What is given back: the value, or in words why there is none.
pub type Outcome<T> = Result<T, String>;
