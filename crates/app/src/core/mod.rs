//! The frame of the application: what a request is, who acts, how it is answered. No slice's
//! words live here.

pub mod actor;
mod admission;
pub mod answer;
mod body;
pub mod caller;
pub mod clock;
pub(crate) mod columns;
pub mod config;
pub mod ctx;
pub mod dispatch;
pub mod error;
pub mod evidence;
pub mod fault;
mod hashing_gate;
pub mod idempotency;
pub mod lanes;
mod lingering;
pub mod metrics;
pub mod openapi;
pub mod origin;
pub mod paging;
pub mod parts;
mod patient;
pub mod reply;
pub mod request;
mod request_id;
mod room;
pub mod routes;
pub mod secrets;
pub mod serve;
pub mod shell;
pub mod signature;
pub mod state;
pub mod visibility;
mod writing;
