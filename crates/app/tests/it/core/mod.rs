//! The frame: unknown addresses, wrong methods, who may call what, how much may be sent.

mod answers;
mod bodies;
mod frame;
mod lanes;
mod repeats;
mod sent;
