//! Writes what was found.

use std::io::Write;

use serde::Serialize;

use super::input::Row;
use super::{Options, OutputFormat};
use crate::reasons::Reason;
use crate::record::Candidate;
use crate::{POSSIBLE_BASIS_POINTS, SURE_BASIS_POINTS, Signs};

/// A link that was found.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Found<'a> {
    left_line: u64,
    left_id: &'a str,
    left_name: &'a str,
    right_line: u64,
    right_id: &'a str,
    right_name: &'a str,
    probability: f64,
    decision: &'static str,
    reasons: &'a [Reason],
}

impl<'a> Found<'a> {
    pub(super) fn new(left: &'a Row, right: &'a Row, candidate: &'a Candidate) -> Self {
        let Candidate { probability, reasons, signs, .. } = candidate;
        Self {
            left_line: left.line,
            left_id: &left.key,
            left_name: &left.record.name,
            right_line: right.line,
            right_id: &right.key,
            right_name: &right.record.name,
            probability: (*probability * 10_000.0).floor() / 10_000.0,
            decision: decision(*probability, *signs),
            reasons,
        }
    }

    pub(super) fn is_sure(&self) -> bool {
        self.decision == "sure"
    }

    fn words(&self) -> String {
        self.reasons.iter().map(|reason| reason.words.as_str()).collect::<Vec<_>>().join("; ")
    }
}

/// What the default thresholds of the program document make of a probability; signs that contradict
/// each other are never sure (AC-03).
fn decision(probability: f64, signs: Signs) -> &'static str {
    let points = (probability * 10_000.0).floor();
    if points >= f64::from(SURE_BASIS_POINTS) && !signs.contradict() {
        "sure"
    } else if points >= f64::from(POSSIBLE_BASIS_POINTS) {
        "possible"
    } else {
        "new"
    }
}

/// Writes links in the format chosen.
pub(super) struct Sink<'a> {
    out: &'a mut dyn Write,
    format: OutputFormat,
    reasons: bool,
}

impl<'a> Sink<'a> {
    pub(super) fn open(options: &Options, out: &'a mut dyn Write) -> std::io::Result<Self> {
        let mut sink = Self { out, format: options.format, reasons: options.reasons };
        if sink.format == OutputFormat::Csv {
            let mut header = vec![
                "left_line",
                "left_id",
                "left_name",
                "right_line",
                "right_id",
                "right_name",
                "probability",
                "decision",
            ];
            if sink.reasons {
                header.push("reasons");
            }
            sink.csv_line(&header.into_iter().map(str::to_owned).collect::<Vec<_>>())?;
        }
        Ok(sink)
    }

    pub(super) fn write(&mut self, found: &Found<'_>) -> std::io::Result<()> {
        match self.format {
            OutputFormat::Csv => {
                let mut cells = vec![
                    found.left_line.to_string(),
                    found.left_id.to_owned(),
                    found.left_name.to_owned(),
                    found.right_line.to_string(),
                    found.right_id.to_owned(),
                    found.right_name.to_owned(),
                    format!("{:.4}", found.probability),
                    found.decision.to_owned(),
                ];
                if self.reasons {
                    cells.push(found.words());
                }
                self.csv_line(&cells)
            }
            OutputFormat::Ndjson => {
                serde_json::to_writer(&mut self.out, found)?;
                self.out.write_all(b"\n")
            }
            OutputFormat::Text => {
                writeln!(self.out, "{}  =  {}", found.left_name, found.right_name)?;
                writeln!(
                    self.out,
                    "    {} ({:.1} %), line {} and line {}",
                    found.decision,
                    found.probability * 100.0,
                    found.left_line,
                    found.right_line
                )?;
                if self.reasons { writeln!(self.out, "    {}", found.words()) } else { Ok(()) }
            }
        }
    }

    fn csv_line(&mut self, cells: &[String]) -> std::io::Result<()> {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        writer.write_record(cells)?;
        let line = writer.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?;
        self.out.write_all(&line)
    }
}
