//! What is done with partners.

pub(super) mod certificate;
pub(super) mod create;
pub(super) mod edit;
pub(super) mod enrol;
