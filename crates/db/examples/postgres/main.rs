//! Measures what `docs/operate/measurements.md` tells of PostgreSQL, on servers of its own:
//!
//! `cargo run --release -p db --example postgres -- lanes`: how much faster writes of several
//! vendors are beside each other than one after the other, on two nodes and a disk whose sync is
//! slow.
//!
//! `cargo run --release -p db --example postgres -- statements`: what it costs to keep no prepared
//! statements, and what a pooler costs.
//!
//! `SECONDS`, `CALLERS` (for each vendor and node), `WRITERS` and `SYNC_MS` change the usual sizes.
#![expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it measures elapsed time, tells the person who runs it, and breaks off at a fault"
)]

mod deals;
mod lanes;
mod statements;

/// A number from the environment, or the usual one.
fn told(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("lanes") => lanes::measure(),
        Some("statements") => statements::measure(),
        _ => println!("say what to measure: lanes or statements"),
    }
}
