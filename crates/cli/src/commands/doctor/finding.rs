//! What one check found.

use std::fmt::{self, Display};

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    /// As it should be.
    Good,
    /// Worth knowing.
    Note,
    /// Works, and should be mended.
    Warning,
    /// Does not work, or is not safe.
    Fault,
}

/// What one check found, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was looked at.
    pub(super) check: &'static str,
    /// How bad it is.
    pub(super) level: Level,
    /// What is the case.
    pub(super) words: String,
    /// What to do; empty when nothing is to be done.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) fix: String,
}

impl Finding {
    fn new(check: &'static str, level: Level, words: impl Display, fix: impl Display) -> Self {
        Self { check, level, words: words.to_string(), fix: fix.to_string() }
    }

    pub(super) fn good(check: &'static str, words: impl Display) -> Self {
        Self::new(check, Level::Good, words, "")
    }

    pub(super) fn note(check: &'static str, words: impl Display, fix: impl Display) -> Self {
        Self::new(check, Level::Note, words, fix)
    }

    pub(super) fn warning(check: &'static str, words: impl Display, fix: impl Display) -> Self {
        Self::new(check, Level::Warning, words, fix)
    }

    pub(super) fn fault(check: &'static str, words: impl Display, fix: impl Display) -> Self {
        Self::new(check, Level::Fault, words, fix)
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.level {
            Level::Good => "good",
            Level::Note => "note",
            Level::Warning => "WARNING",
            Level::Fault => "FAULT",
        };
        write!(f, "{word:<8} {:<12} {}", self.check, self.words)?;
        if !self.fix.is_empty() {
            write!(f, "\n{:21} → {}", "", self.fix)?;
        }
        Ok(())
    }
}
