//! The parts of HTTP that every answer shares: headers, cookies, tokens, negotiation.

mod accept;
mod cookie;
mod csrf;
mod csv;
mod disposition;
mod etag;
mod idempotency;
mod media;
mod security;

pub use accept::{Wants, wants};
pub use cookie::{Cookie, cookie_value, host_cookie_name};
pub use csrf::{constant_time_eq, csrf_matches, csrf_token, origin_allowed};
pub use csv::{csv_cell, csv_cell_read, csv_line};
pub use disposition::{Disposition, content_disposition};
pub use etag::{ETag, IfMatch, none_match};
pub use idempotency::{IdempotencyKey, IdempotencyKeyError};
pub use media::{is_media_type, other_charset};
pub use security::{CONTENT_SECURITY_POLICY, security_headers};
