//! Who uses the product and what it tells them: people and their sessions, the inbox and mails, the
//! audit trail, the feed of events.

pub mod audit;
pub mod events;
pub mod identity;
pub mod notifications;
