//! The countries in which invented companies stand: their places, legal forms, and how a company
//! is called there.

use super::{central, east, north, west};

/// A country with what its companies are called after.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Land {
    /// ISO 3166 alpha-2.
    pub code: &'static str,
    /// The territory of the program in which it lies.
    pub territory: &'static str,
    /// How many accounts of a thousand lie there.
    pub share: u32,
    /// The end of its internet domains.
    pub top_level: &'static str,
    /// Places: city, region, beginning of its postal codes.
    pub places: &'static [(&'static str, &'static str, &'static str)],
    /// How a postal code goes on after its beginning: `9` a digit, `A` a letter.
    pub postal: &'static str,
    /// Names and words that companies begin with.
    pub heads: &'static [&'static str],
    /// What companies do, with the industry.
    pub trades: &'static [(&'static str, &'static str)],
    /// Legal forms, the usual first.
    pub forms: &'static [&'static str],
    /// True where the trade stands before the name: “Transports Girard”.
    pub trade_first: bool,
    /// Given names of people.
    pub given: &'static [&'static str],
    /// Family names of people.
    pub family: &'static [&'static str],
}

/// Every country of the demo.
pub(crate) const ALL: [&Land; 15] = [
    &central::GERMANY,
    &central::AUSTRIA,
    &central::SWITZERLAND,
    &west::UNITED_KINGDOM,
    &west::IRELAND,
    &west::FRANCE,
    &west::UNITED_STATES,
    &west::CANADA,
    &north::SWEDEN,
    &north::NORWAY,
    &north::DENMARK,
    &north::FINLAND,
    &north::NETHERLANDS,
    &north::BELGIUM,
    &east::JAPAN,
];

/// The country of a code; Germany when there is none.
pub(crate) fn of(code: &str) -> &'static Land {
    ALL.iter().copied().find(|land| land.code == code).unwrap_or(&central::GERMANY)
}
