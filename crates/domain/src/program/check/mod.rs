//! Whether a document can be used: what is wrong with it, and what the field knows to fail.

mod bands;
mod findings;
mod lint;
mod names;
mod numbers;
mod references;
mod shape;
mod source;
mod structure;
mod suggestion;
#[cfg(test)]
mod tests;

pub use findings::{Finding, Report};

use findings::Findings;
use shape::Shape;
use source::{KeyPath, Source};

use super::document::Document;

/// Bytes that a document may have: a hundred times the default one.
pub const LARGEST_BYTES: usize = 1_000_000;

/// Everything that is wrong with a document, and everything that the field knows to fail, with
/// line, column and key. Rule PG-03.
///
/// Mistakes of the notation are told first and alone, since what follows them is guesswork. After
/// that all errors are told at once; a value that could not be read is not judged twice.
pub fn check(source: &str) -> Report {
    read(source).1
}

/// Reads a document; `None` when the report has an error.
pub(super) fn read(text: &str) -> (Option<Document>, Report) {
    if text.len() > LARGEST_BYTES {
        return (None, too_large("The document has more than 1,000,000 bytes."));
    }
    // Forms send both characters at the end of a line; the rules are the same.
    let text = text.replace("\r\n", "\n");
    let source = Source::read(&text);
    let mut findings = Findings::new(&source);
    for (message, offset) in &source.mistakes {
        findings.notation(message, *offset);
    }
    if findings.has_errors() {
        return (None, findings.into_report());
    }
    if source.is_overfull {
        return (None, too_large("The document has too many or too deeply nested values."));
    }
    let fitted =
        structure::fitted(&KeyPath::top(), Shape::document(), &source.value, &mut findings);
    let document = match serde_json::from_value::<Document>(fitted) {
        Ok(document) => document,
        Err(error) => {
            if !findings.has_errors() {
                let words = (format!("{error}."), "Correct the value.".to_owned());
                findings.unreadable(&KeyPath::top(), "unreadable", words);
            }
            return (None, findings.into_report());
        }
    };
    if !findings.is_full() {
        names::check(&document, &mut findings);
        references::check(&document, &mut findings);
        bands::check(&document, &mut findings);
        numbers::check(&document, &mut findings);
    }
    // A placeholder would draw warnings of its own.
    if !findings.has_unread() {
        lint::check(&document, &mut findings);
    }
    let document = (!findings.has_errors()).then_some(document);
    (document, findings.into_report())
}

fn too_large(message: &str) -> Report {
    let finding = Finding {
        line: 1,
        column: 1,
        key: String::new(),
        code: "too-large",
        message: message.to_owned(),
        remedy: "Keep long lists, such as accounts and deals, outside the document.".to_owned(),
        reason: None,
        source: None,
    };
    Report { errors: vec![finding], ..Report::default() }
}
