//! What a check found, and where.

use std::collections::BTreeSet;

use serde::Serialize;

use super::source::{KeyPath, Source};

/// Findings of one kind that a report lists at most; the rest is counted.
const MOST_LISTED: usize = 200;

/// One thing that is wrong with a document, or that the field knows to fail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Line of the text, from 1.
    pub line: u32,
    /// Column of the line in characters, from 1.
    pub column: u32,
    /// The key, such as `tiers[1].name`; lists count from 0; empty for the document as a whole.
    pub key: String,
    /// The kind of finding, such as `unknown-key`; stays the same between releases.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Why it matters; given with warnings.
    pub reason: Option<String>,
    /// Where the warning comes from: the literature of the field or a rule; given with warnings.
    pub source: Option<&'static str>,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, ", {}", self.key)?;
        }
        write!(f, ": {} {}", self.message, self.remedy)?;
        if let (Some(reason), Some(source)) = (&self.reason, self.source) {
            write!(f, " Why: {reason} ({source}).")?;
        }
        Ok(())
    }
}

/// What a check found: errors, for which a document is refused, and warnings, which refuse nothing.
/// Both in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Why the document is refused; empty when it is not.
    pub errors: Vec<Finding>,
    /// What the field knows to fail.
    pub warnings: Vec<Finding>,
    /// Errors and warnings beyond the two hundred that are listed of each.
    pub unlisted: usize,
}

impl Report {
    /// Whether the document can be used; it may still have warnings.
    pub fn is_accepted(&self) -> bool {
        self.errors.is_empty()
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for error in &self.errors {
            writeln!(f, "error: {error}")?;
        }
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        if self.unlisted > 0 {
            writeln!(f, "and {} more", self.unlisted)?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}

/// Collects findings while a document is checked.
pub(super) struct Findings<'a> {
    source: &'a Source<'a>,
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
    unlisted: usize,
    /// Values that were replaced because they could not be read; nothing is said about them twice.
    unread: BTreeSet<KeyPath>,
}

impl<'a> Findings<'a> {
    /// Nothing found yet.
    pub(super) fn new(source: &'a Source<'a>) -> Self {
        let (errors, warnings) = (Vec::new(), Vec::new());
        Self { source, errors, warnings, unlisted: 0, unread: BTreeSet::new() }
    }

    /// Notes a mistake of the notation at a place of the text.
    pub(super) fn notation(&mut self, message: &str, offset: usize) {
        if self.is_full() {
            self.unlisted += 1;
            return;
        }
        let (line, column) = self.source.position_of_offset(offset);
        let words = message.split_whitespace().collect::<Vec<_>>().join(" ");
        self.errors.push(Finding {
            line,
            column,
            key: String::new(),
            code: "notation",
            message: format!("This is not valid TOML: {words}."),
            remedy: "Correct the syntax here; the rest is checked after that.".to_owned(),
            reason: None,
            source: None,
        });
    }

    /// Notes a value that could not be read; it and what depends on it are not judged further.
    pub(super) fn unreadable(
        &mut self,
        path: &KeyPath,
        code: &'static str,
        words: (String, String),
    ) {
        self.place_error(path, code, words);
        self.unread.insert(path.clone());
    }

    /// Notes an error of a value that could be read.
    pub(super) fn error(&mut self, path: &KeyPath, code: &'static str, words: (String, String)) {
        if !self.touches_unread(path) {
            self.place_error(path, code, words);
        }
    }

    /// Notes a warning with its reason.
    pub(super) fn warning(
        &mut self,
        path: &KeyPath,
        code: &'static str,
        words: (String, String),
        (reason, source): (&str, &'static str),
    ) {
        if self.warnings.len() >= MOST_LISTED {
            self.unlisted += 1;
            return;
        }
        let mut finding = self.placed(path, code, words);
        finding.reason = Some(reason.to_owned());
        finding.source = Some(source);
        self.warnings.push(finding);
    }

    /// Whether something at, in or around `path` could not be read.
    pub(super) fn touches_unread(&self, path: &KeyPath) -> bool {
        self.unread.iter().any(|unread| unread.is_within(path) || path.is_within(unread))
    }

    /// Whether any value could not be read.
    pub(super) fn has_unread(&self) -> bool {
        !self.unread.is_empty()
    }

    /// Whether no further error is listed.
    pub(super) fn is_full(&self) -> bool {
        self.errors.len() >= MOST_LISTED
    }

    /// Whether any error was found.
    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The report, in the order of the text.
    pub(super) fn into_report(mut self) -> Report {
        self.errors.sort();
        self.warnings.sort();
        Report { errors: self.errors, warnings: self.warnings, unlisted: self.unlisted }
    }

    fn place_error(&mut self, path: &KeyPath, code: &'static str, words: (String, String)) {
        if self.is_full() {
            self.unlisted += 1;
            return;
        }
        let finding = self.placed(path, code, words);
        self.errors.push(finding);
    }

    fn placed(&self, path: &KeyPath, code: &'static str, words: (String, String)) -> Finding {
        let (line, column) = self.source.position(path);
        let (message, remedy) = words;
        Finding {
            line,
            column,
            key: path.as_str().to_owned(),
            code,
            message,
            remedy,
            reason: None,
            source: None,
        }
    }
}
