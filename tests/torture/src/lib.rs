//! Harnesses that try to break the product. Each has a name, the goals of reliability that it
//! shows, three scales, and a negative control: a planted fault that it must find.

pub mod check;
pub mod machines;
mod report;
mod setting;
pub mod simulation;
pub mod spec;
pub mod stage;

pub use report::Report;
pub use setting::{Scale, Setting};

/// One harness.
#[derive(Debug)]
pub struct Harness {
    /// What `cargo xtask torture` calls it.
    pub name: &'static str,
    /// The goals it shows, such as `R1`.
    pub goals: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
    /// Runs it.
    pub run: fn(&Setting) -> rig::Outcome<Report>,
}

/// Every harness, in the order in which `all` runs them.
pub const ALL: &[Harness] = &[
    Harness {
        name: "simulation",
        goals: "R8",
        about: "two years of a program by chance, held against the rules after every step",
        run: simulation::harness,
    },
    Harness {
        name: "faults",
        goals: "R9",
        about: "faults planted in the product, each of which the simulation has to find",
        run: simulation::run_faults,
    },
    Harness {
        name: "machines",
        goals: "R15",
        about: "random steps of a registration and of a case, in the product and in a model",
        run: machines::harness,
    },
];
