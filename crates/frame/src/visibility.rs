//! Whose rows a query may see. A value of this type is made from an actor only, and every store
//! function that reads rows of partners demands one.

use db::Value;
use domain::ids::{PartnerId, VendorId};

/// The rows one may see: all of a vendor, or those of one partner of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility {
    vendor_id: VendorId,
    partner_id: Option<PartnerId>,
}

impl Visibility {
    /// Only `Actor::visibility` and system jobs make one.
    pub(super) fn new(vendor_id: VendorId, partner_id: Option<PartnerId>) -> Self {
        Self { vendor_id, partner_id }
    }

    /// The vendor whose rows these are.
    pub fn vendor_id(&self) -> &VendorId {
        &self.vendor_id
    }

    /// The partner to whose rows the view is limited; `None` sees those of every partner.
    pub fn partner_id(&self) -> Option<&PartnerId> {
        self.partner_id.as_ref()
    }

    /// The vendor as a parameter.
    pub fn vendor(&self) -> Value<'_> {
        Value::from(self.vendor_id.as_str())
    }

    /// The partner as a parameter for `($n = '' OR partner_id = $n)`: empty text sees all.
    pub fn partner(&self) -> Value<'_> {
        Value::from(self.partner_id.as_ref().map_or("", PartnerId::as_str))
    }
}
