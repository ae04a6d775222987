//! Human beings and the users behind which they stand.

use std::collections::BTreeMap;

use testkit::Caller;

use super::act::{Address, Door};

/// Human beings who work for the vendor; those behind them work for a partner each.
pub(super) const OF_VENDOR: u32 = 3;

/// Partners, each with one human being.
pub(super) const PARTNERS: u32 = 2;

/// Every set of roles that people of the vendor get.
pub(super) const ROLES: [&str; 4] = [
    "channel_chief operations partner_manager direct_rep",
    "operations direct_rep",
    "operations partner_manager",
    "channel_chief",
];

/// Every set of territories.
pub(super) const CODES: [&str; 4] = ["", "dach", "france", "dach france"];

/// A user: one address of a human being, on one side.
#[derive(Debug, Clone)]
pub(super) struct Face {
    /// The human being behind it.
    pub(super) human: u32,
    /// The user's id; two faces can share it, on two sides.
    pub(super) user_id: String,
    /// The partner on whose side it stands; `None` for the vendor's.
    pub(super) partner: Option<u32>,
    /// Whether it stands there now.
    pub(super) stands: bool,
    /// Its callers.
    pub(super) doors: BTreeMap<Door, Caller>,
}

/// The partner that a human being works for; `None` for the vendor.
pub(super) fn employer(human: u32) -> Option<u32> {
    human.checked_sub(OF_VENDOR)
}

/// An address of a human being; `number` makes it a fresh one.
pub(super) fn address(human: u32, kind: Address, number: u32) -> String {
    let host = match employer(human) {
        None => "acme.example".to_owned(),
        Some(partner) => format!("partner{partner}.example"),
    };
    match kind {
        Address::Own => format!("human{human}@{host}"),
        Address::Tagged => format!("human{human}+{number}@{host}"),
        Address::Private => format!("private{human}x{number}@gmail.com"),
    }
}
