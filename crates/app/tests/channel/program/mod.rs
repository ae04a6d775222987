//! The program document: checked, compared, approved by a second person, announced with notice.

mod lifecycle;
mod reading;
