//! Running an installation: what operators and machines ask, what is forgotten.

mod clock;
mod health;
mod housekeeping;
mod jobs;
mod nodes;
mod server;
