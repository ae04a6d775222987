//! The frame: unknown addresses, wrong methods, who may call what.

mod frame;
