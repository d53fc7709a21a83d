//! Test counts, read from what the test harnesses print.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed, failed and did not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// Ignored, or left out by a filter on the command line.
    pub(crate) skipped: u64,
}

impl Counts {
    /// The counts in one line of output, if it is a harness's `test result:` line. Cargo's own harness
    /// and wasm-bindgen's print the same form.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (_, result) = line.split_once("test result: ")?;
        let mut counts = Self::default();
        let mut seen = 0;
        // The verdict comes before the first count: "ok. 3 passed; 0 failed; 1 ignored; …".
        let (_, list) = result.split_once(". ")?;
        for entry in list.split(';') {
            let Some((number, kind)) = entry.trim().split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match kind.trim() {
                "passed" => (counts.passed, seen) = (number, seen + 1),
                "failed" => (counts.failed, seen) = (number, seen + 1),
                "ignored" | "filtered out" => counts.skipped += number,
                _ => {}
            }
        }
        (seen == 2).then_some(counts)
    }

    /// All tests that are accounted for, run or not.
    pub(crate) fn total(&self) -> u64 {
        self.passed + self.failed + self.skipped
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Option<Counts> {
        Some(Counts {
            passed,
            failed,
            skipped,
        })
    }

    #[test]
    fn result_lines_of_both_harnesses_are_read() {
        for (line, expected) in [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s",
                counts(12, 0, 4),
            ),
            (
                "test result: FAILED. 2 passed; 5 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
                counts(2, 5, 0),
            ),
            (
                "test result: ok. 7 passed; 0 failed; 2 ignored; 0 filtered out; finished in 3.41s",
                counts(7, 0, 2),
            ),
            ("\u{1b}[0mtest result: ok. 1 passed; 0 failed", counts(1, 0, 0)),
        ] {
            assert_eq!(Counts::parse(line), expected, "{line}");
        }
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in [
            "",
            "running 3 tests",
            "test a_test ... ok",
            "12 passed; 0 failed",
            "test result: ok. all passed",
            "test result: ok. 12 passed; many failed",
        ] {
            assert_eq!(Counts::parse(line), None, "{line}");
        }
    }

    #[test]
    fn counts_add_up_and_print_as_the_closing_line() {
        let mut sum = Counts::default();
        sum += counts(3, 1, 0).unwrap();
        sum += counts(10, 0, 2).unwrap();
        assert_eq!(sum.total(), 16);
        assert_eq!(sum.to_string(), "13 passed, 1 failed, 2 skipped");
    }
}
