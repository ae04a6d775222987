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

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::run()
}
