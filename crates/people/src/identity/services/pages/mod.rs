//! The pages of service identities.

pub(super) mod confirm;
pub(super) mod detail;
pub(super) mod keys;

use web::Page;

use super::{page_of, store::Service};

/// A narrow page below that of a service identity.
fn below(service: &Service, title: &str) -> Page {
    Page::new(title)
        .crumb("Service identities", "/service-identities")
        .crumb(service.name.as_str(), page_of(service))
        .narrow()
}
