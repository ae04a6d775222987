//! An answer and what tests ask of it.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// The answer to one request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked, for messages.
    pub asked: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: no JSON ({error}): {}", self.asked, self.text()))
    }

    /// A header's value, `""` when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// Where the answer sends one.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// Fails unless the status is this one.
    pub fn is(self, status: u16) -> Self {
        let words: String = self.text().chars().take(1_500).collect();
        assert_eq!(self.status.as_u16(), status, "{}: {words}", self.asked);
        self
    }

    /// Fails unless it went well (2xx or 303).
    pub fn ok(self) -> Self {
        let words: String = self.text().chars().take(1_500).collect();
        assert!(
            self.status.is_success() || self.status == StatusCode::SEE_OTHER,
            "{}: {} {words}",
            self.asked,
            self.status
        );
        self
    }

    /// Fails unless a rule refused, and it was this one (409).
    pub fn refused_by(self, rule: &str) -> Self {
        let answer = self.is(409);
        assert!(answer.text().contains(rule), "{}: not {rule}: {}", answer.asked, answer.text());
        answer
    }

    /// Fails unless the text contains this.
    pub fn says(self, words: &str) -> Self {
        assert!(self.text().contains(words), "{}: no “{words}” in {}", self.asked, self.text());
        self
    }

    /// Fails if the text contains this.
    pub fn does_not_say(self, words: &str) -> Self {
        assert!(!self.text().contains(words), "{}: “{words}” in {}", self.asked, self.text());
        self
    }
}
