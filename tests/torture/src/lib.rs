//! Harnesses that try to break the product. Each has a name, the goals of reliability that it
//! shows, three scales, and a negative control: a planted fault that it must find.
#![expect(
    clippy::disallowed_methods,
    reason = "it measures elapsed time and waits for servers outside of this process"
)]

mod access;
mod audit;
mod backups;
mod bits;
pub mod check;
mod clock;
mod contest;
mod deadlines;
mod disk_full;
mod encodings;
mod exports;
mod faults;
mod inside;
mod kill;
mod lockout;
pub mod machines;
mod memory;
mod postgres;
mod power;
mod repeats;
mod report;
mod requests;
mod restarts;
mod setting;
mod shim;
pub mod simulation;
pub mod spec;
pub mod stage;
mod stakes;
mod stand;
mod strangers;
mod uploads;

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
    postgres::FAILOVER,
    backups::BACKUPS,
    restarts::RESTARTS,
    Harness {
        name: "repeats",
        goals: "R6",
        about: "writes that are repeated while the server is killed have one effect each",
        run: repeats::run,
    },
    Harness {
        name: "contest",
        goals: "R7",
        about: "one of many callers gets an account, on both databases",
        run: contest::run,
    },
    Harness {
        name: "deadlines",
        goals: "R16",
        about: "deadlines over changes of clocks equal those of an oracle that only counts",
        run: deadlines::run,
    },
    Harness {
        name: "audit",
        goals: "security",
        about: "every change planted in an audit trail or in a row that decisions rest on is found",
        run: audit::run,
    },
    Harness {
        name: "bits",
        goals: "R13",
        about: "a bit of the stored content that changes is noticed, in whichever row",
        run: bits::run,
    },
    Harness {
        name: "clock",
        goals: "R16",
        about: "a clock that is set back makes nothing older than what stands there",
        run: clock::run,
    },
    Harness {
        name: "strangers",
        goals: "R7",
        about: "companies that look alike or share a host are not taken for one without a person",
        run: strangers::run,
    },
    Harness {
        name: "encodings",
        goals: "security",
        about: "files in foreign encodings are read right by choice, or refused at their line",
        run: encodings::run,
    },
    Harness {
        name: "exports",
        goals: "security",
        about: "no cell of an export is worked out by a spreadsheet",
        run: exports::run,
    },
    Harness {
        name: "requests",
        goals: "security",
        about: "requests that are almost right get answers that the document describes",
        run: requests::run,
    },
    Harness {
        name: "uploads",
        goals: "security",
        about: "hostile files are refused with words, and leave nothing behind",
        run: uploads::run,
    },
    memory::MEMORY,
    lockout::LOCKOUT,
    Harness {
        name: "access",
        goals: "security",
        about: "each route lets in whom the access document names, and keys follow their people",
        run: access::run,
    },
    Harness {
        name: "stakes",
        goals: "security",
        about: "people who collude by keys and second addresses decide nothing alone",
        run: stakes::run,
    },
    Harness {
        name: "simulation",
        goals: "R8",
        about: "two years of a program by chance, held against the rules after every step",
        run: simulation::harness,
    },
    Harness {
        name: "planted",
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
