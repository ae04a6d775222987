//! Who sent a request, as the slice of people tells the frame.

use domain::ids::VendorId;

use super::actor::Actor;

/// Who sent a request.
#[derive(Debug)]
pub struct Caller {
    /// The actor; anonymous when nobody is signed in.
    pub actor: Actor,
    /// The session's secret; empty without a session.
    pub session_secret: String,
    /// When the last use of the session or key was written, in microseconds; 0 for never.
    pub seen_at: i64,
    /// True for a session or a key.
    pub signed_in: bool,
}

/// A session or key whose last use should be written.
#[derive(Debug, Clone)]
pub struct StaleCaller {
    /// The vendor.
    pub vendor_id: VendorId,
    /// Which one.
    pub which: Proof,
}

/// By what a caller showed who it is.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A session, by its id.
    Session(String),
    /// An API key, by its id.
    Key(String),
}
