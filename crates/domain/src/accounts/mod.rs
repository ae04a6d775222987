//! End customers and prospects, as values that were checked at the edge.

mod country;
mod domain_name;
mod email;
mod match_verdict;
mod name;
mod postal_code;
mod status;
mod thresholds;

pub use country::{Country, CountryError};
pub use domain_name::Domain;
pub use email::Email;
pub use match_verdict::{MatchVerdict, SHARED_DOMAIN_NAMES, Signs, match_verdict};
pub use name::AccountName;
pub use postal_code::PostalCode;
pub use status::AccountStatus;
pub use thresholds::MatchThresholds;
