//! The binary `entente`: reads configuration, wires, runs.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program talks to its terminal"
)]

mod commands;
mod config;
mod node;
mod soundness;
mod zones;

use std::process::ExitCode;

/// Requests are read on one thread and carried out on another: memory is given back elsewhere than
/// it was taken, which this allocator does at less cost, for SQLite as well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    commands::run()
}
