//! Harnesses that try to break the product. Each has a name, the goals of reliability that it
//! shows, three scales, and a negative control: a planted fault that it must find.
#![expect(
    clippy::disallowed_methods,
    reason = "it measures elapsed time and waits for servers outside of this process"
)]

mod backups;
mod disk_full;
mod faults;
mod kill;
mod postgres;
mod power;
mod report;
mod restarts;
mod setting;
mod shim;
mod stand;

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
    kill::KILL,
    power::POWER,
    faults::FAULTS,
    disk_full::DISK_FULL,
    postgres::POSTGRES,
    backups::BACKUPS,
    restarts::RESTARTS,
];
