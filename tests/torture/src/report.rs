//! What came of a run: figures beside what was wanted, and what the negative controls found.

use std::fmt;

#[derive(Clone, Debug)]
struct Figure {
    what: String,
    value: String,
    wanted: String,
    is_met: bool,
}

/// What came of a run, in the order in which it was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    figures: Vec<Figure>,
}

impl Report {
    /// A report without figures, which is not met.
    pub fn new() -> Report {
        Report::default()
    }

    /// Adds a figure, what was wanted of it, and whether that is met.
    pub fn figure(
        &mut self,
        what: impl Into<String>,
        value: impl fmt::Display,
        wanted: impl Into<String>,
        is_met: bool,
    ) {
        let (value, wanted) = (value.to_string(), wanted.into());
        self.figures.push(Figure { what: what.into(), value, wanted, is_met });
    }

    /// Adds a count that must be zero.
    pub fn none(&mut self, what: impl Into<String>, count: u64) {
        self.figure(what, count, "0", count == 0);
    }

    /// Adds a negative control: a planted fault, what was found, and whether that is the fault.
    pub fn control(&mut self, planted: impl fmt::Display, found: impl fmt::Display, is_met: bool) {
        self.figure(format!("control: {planted}"), found, "found", is_met);
    }

    /// Adds something worth knowing that nothing is wanted of.
    pub fn note(&mut self, what: impl Into<String>, value: impl fmt::Display) {
        self.figure(what, value, "", true);
    }

    /// Whether there are figures and each is met.
    pub fn is_met(&self) -> bool {
        !self.figures.is_empty() && self.figures.iter().all(|figure| figure.is_met)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, figure) in self.figures.iter().enumerate() {
            let Figure { what, value, wanted, is_met } = figure;
            let line = if number == 0 { "" } else { "\n" };
            match (is_met, wanted.as_str()) {
                (true, "") => write!(f, "{line}  {what:<56} {value}")?,
                (true, _) => write!(f, "{line}  {what:<56} {value} (wanted: {wanted})")?,
                (false, _) => write!(f, "{line}  {what:<56} {value} (wanted: {wanted}) NOT MET")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn a_report_is_met_when_it_says_something_and_all_of_it_is_met() {
        let mut report = Report::new();
        assert!(!report.is_met());
        report.none("lost", 0);
        report.note("seconds", 3);
        assert!(report.is_met());
        report.none("doubled", 1);
        assert!(!report.is_met());
        assert!(report.to_string().contains("doubled"), "{report}");
        assert!(report.to_string().ends_with("1 (wanted: 0) NOT MET"), "{report}");
    }
}
