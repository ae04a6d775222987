//! The product as simulations see it: a small world that is founded through its own actions, and
//! everything that people can do there, each by the action that a page or the API would call.

pub mod act;
pub mod cast;
pub mod dice;
pub mod document;
pub mod found;
pub mod perform;
pub mod perform_case;
pub mod perform_outside;
pub mod words;
