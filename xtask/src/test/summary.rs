//! Counts what test runners report.

/// Whose words are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `cargo test`, documentation tests included.
    Cargo,
    /// cargo-nextest.
    Nextest,
}

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Tests that passed.
    pub(super) passed: u64,
    /// Tests that failed, did not end in time, or could not be run.
    pub(super) failed: u64,
}

impl Counts {
    /// Takes in one line of a runner's output, standard or error.
    ///
    /// `cargo test` says `test result: ok. 5 passed; 0 failed; …`, nextest says
    /// `Summary [ 1.2s] 5 tests run: 4 passed, 1 failed, 0 skipped` and shows the former for each
    /// failed test as well, so the form must be known.
    pub(super) fn take(&mut self, form: Form, line: &str) {
        let line = without_colour(line);
        let facts = match form {
            Form::Cargo => line
                .strip_prefix("test result:")
                .and_then(|rest| rest.split_once(". ").map(|(_, facts)| facts)),
            Form::Nextest => line
                .trim_start()
                .strip_prefix("Summary [")
                .and_then(|rest| rest.split_once(" run: ").map(|(_, facts)| facts)),
        };
        let Some(facts) = facts else { return };
        let flat = facts.replace(['(', ')', ';'], ",");
        for fact in flat.split(',').map(str::trim) {
            let Some((number, what)) = fact.split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" | "timed out" | "exec failed" | "aborted" => self.failed += number,
                _ => {}
            }
        }
    }

    /// A runner that ended badly without naming a failed test, by a compile error perhaps,
    /// counts as one failure.
    pub(super) fn finish(mut self, succeeded: bool) -> Counts {
        if !succeeded && self.failed == 0 {
            self.failed = 1;
        }
        self
    }

    /// Both sums.
    pub(super) fn plus(self, other: Counts) -> Counts {
        Counts { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

fn without_colour(line: &str) -> String {
    let mut out = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            let _ = chars.find(char::is_ascii_alphabetic);
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Counts, Form};

    fn count(form: Form, lines: &[&str]) -> (u64, u64) {
        let mut counts = Counts::default();
        for line in lines {
            counts.take(form, line);
        }
        (counts.passed, counts.failed)
    }

    #[test]
    fn results_of_cargo_test_are_added_up() {
        let lines = [
            "running 3 tests",
            "test a ... ok",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s",
            "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 9 filtered out",
        ];
        assert_eq!(count(Form::Cargo, &lines), (7, 2));
    }

    #[test]
    fn the_summary_of_nextest_is_read() {
        let plain = "     Summary [   0.123s] 5 tests run: 5 passed (1 slow), 2 skipped";
        assert_eq!(count(Form::Nextest, &[plain]), (5, 0));
        let coloured = "\u{1b}[31;1m     Summary\u{1b}[0m [   1.0s] \u{1b}[1m4\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m passed, \u{1b}[1m1\u{1b}[0m failed, 1 timed out, 0 skipped";
        assert_eq!(count(Form::Nextest, &[coloured]), (2, 2));
        let cancelled = "     Summary [   1.0s] 3/9 tests run: 2 passed, 1 failed, 0 skipped";
        assert_eq!(count(Form::Nextest, &[cancelled]), (2, 1));
    }

    #[test]
    fn what_nextest_shows_of_a_failed_test_is_not_counted_again() {
        let shown = [
            "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 7 filtered out",
            "     Summary [   1.0s] 3 tests run: 2 passed, 1 failed, 0 skipped",
        ];
        assert_eq!(count(Form::Nextest, &shown), (2, 1));
    }

    #[test]
    fn a_runner_that_breaks_off_counts_as_a_failure() {
        assert_eq!(Counts::default().finish(false).failed, 1);
        assert_eq!(Counts::default().finish(true).failed, 0);
    }
}
