//! A name for each request, by which an answer, a log line and a question of a person meet.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::ids::IdSource;

use super::secrets;

/// Names requests: a few random characters of this process, and a count.
#[derive(Debug)]
pub(crate) struct RequestIds {
    process: String,
    last: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(ids: &IdSource) -> Self {
        Self { process: secrets::base62(ids, 6), last: AtomicU64::new(0) }
    }

    /// The name of the next request: what a trusted proxy has called it, else a new one.
    pub(crate) fn next(&self, given: Option<&str>) -> String {
        if let Some(name) = given.filter(|name| well_formed(name)) {
            return name.to_owned();
        }
        let number = self.last.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number}", self.process)
    }
}

/// Up to 64 letters, digits, hyphens and underscores: nothing that could forge a line of the log.
fn well_formed(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.len() <= 64 && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_outside_is_kept_only_when_it_is_plain() {
        let names = RequestIds::new(&IdSource::seeded(1));
        assert_eq!(names.next(Some("abc-1_Z")), "abc-1_Z");
        for odd in ["", "a b", "a\nb", "ä", &"x".repeat(65)] {
            assert_ne!(names.next(Some(odd)), odd);
        }
        assert_eq!(names.next(Some(&"x".repeat(64))), "x".repeat(64));
        assert_ne!(names.next(None), names.next(None));
    }
}
