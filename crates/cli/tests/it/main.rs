//! The binary itself, as operators run it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails at once, and the binary reads the machine's clock"
)]

mod backup;
mod config;
mod conflict;
mod damage;
mod demo;
mod doctor;
mod import;
mod mails;
mod main_job;
mod node;
mod old_keys;
mod people;
mod program;
mod receipt;
mod run;
