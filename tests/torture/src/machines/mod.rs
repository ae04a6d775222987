//! State machines against models (R15): random sequences of steps on one registration and on one
//! conflict case, taken in the product through its actions and in the model of the specification,
//! compared after each. Each sequence is undone in its transaction, so that the next one begins in
//! the same world.

mod cases;
mod figures;
mod registrations;
mod sequence;

pub use figures::run as harness;
