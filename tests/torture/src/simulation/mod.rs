//! Two years of a partner program, made by chance from a seed and held against the specification
//! after every step (R8); and faults planted in what the product writes, reads and is told, which
//! the same check has to find (R9).

pub mod faults;
mod figures;
mod kept;
mod quarrels;
pub mod run;
pub mod shrink;
pub mod story;
pub mod world;

pub use figures::{run as harness, run_faults};
