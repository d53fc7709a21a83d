//! What came of a part of the tests, and of all of them.

use crate::counts::Counts;
use crate::process::{self, run_watched};
use crate::tools::step;
use std::io::Write;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// How many failed journeys may get a second try.
const SECOND_TRIES: usize = 8;

/// The name of the test that a line of output says has failed.
fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

/// What came of one part.
pub(crate) struct Report {
    name: &'static str,
    counts: Counts,
    /// What went wrong other than a test that failed, a sentence each.
    problems: Vec<String>,
    /// What is worth knowing although nothing went wrong.
    notes: Vec<String>,
    /// Where the harnesses' output is shown.
    output: Box<dyn Write>,
    started: Instant,
    took: Duration,
}

impl Report {
    /// Starts the part, and says so.
    pub(crate) fn new(name: &'static str) -> Self {
        step(&format!("{name} tests"));
        Self {
            name,
            counts: Counts::default(),
            problems: Vec::new(),
            notes: Vec::new(),
            output: Box::new(std::io::stdout()),
            started: Instant::now(),
            took: Duration::ZERO,
        }
    }

    /// A problem counts as a failure: a run that did not happen must never look like a good one.
    pub(crate) fn problem(&mut self, what: String) {
        self.problems.push(what);
        self.counts.failed += 1;
    }

    /// Runs a command that either succeeds or fails.
    pub(crate) fn check(&mut self, command: &mut Command) {
        if let Err(error) = process::run(command) {
            self.problem(format!("{error:#}"));
        }
    }

    /// Runs a command that prints `test result:` lines. It must run some test unless the harness was given
    /// options of its own: a filter may well leave no test in one of several packages.
    pub(crate) fn tests(&mut self, command: &mut Command, harness: &[String]) {
        if !harness.is_empty() {
            command.arg("--").args(harness);
        }
        let mut counts = Counts::default();
        let status = run_watched(command, &mut self.output, |line| {
            if let Some(more) = Counts::parse(line) {
                counts += more;
            }
        });
        self.judge(status, counts, command, harness.is_empty());
    }

    /// Takes in what a run of tests came to. `whole` says that it was not narrowed by options of its own.
    fn judge(&mut self, status: anyhow::Result<ExitStatus>, counts: Counts, command: &Command, whole: bool) {
        self.counts += counts;
        let shown = process::shown(command);
        match status {
            Err(error) => self.problem(format!("{error:#}")),
            Ok(status) if !status.success() && counts.failed == 0 => {
                self.problem(format!("`{shown}` failed ({status}), but no single test did"));
            }
            Ok(status) if status.success() && counts.failed > 0 => {
                self.problem(format!("`{shown}` hid that tests failed"));
            }
            Ok(_) if counts.total() == 0 && whole => {
                self.problem(format!("`{shown}` ran no test at all"));
            }
            Ok(_) => {}
        }
    }

    /// Runs journeys, and those that fail once more, one at a time: on a busy machine a browser now and then
    /// takes longer than any deadline. Which ones needed it stands in the summary, so that a journey
    /// that has become unsteady is seen. Many failures are no accident and get no second try.
    pub(crate) fn journeys(&mut self, command: impl Fn() -> anyhow::Result<Command>, harness: &[String]) {
        let mut first = match command() {
            Ok(command) => command,
            Err(error) => return self.problem(format!("{error:#}")),
        };
        if !harness.is_empty() {
            first.arg("--").args(harness);
        }
        let (mut counts, mut failed) = (Counts::default(), Vec::new());
        let status = run_watched(&mut first, &mut self.output, |line| {
            if let Some(more) = Counts::parse(line) {
                counts += more;
            }
            failed.extend(failed_test(line).map(str::to_owned));
        });
        let accident = failed.len() as u64 == counts.failed && (1..=SECOND_TRIES).contains(&failed.len());
        if status.is_err() || !accident {
            return self.judge(status, counts, &first, harness.is_empty());
        }
        step(&format!("trying once more, one at a time: {}", failed.join(", ")));
        let mut second = match command() {
            Ok(command) => command,
            Err(error) => return self.problem(format!("{error:#}")),
        };
        second
            .env("RUST_TEST_THREADS", "1")
            .args(["--", "--exact"])
            .args(&failed);
        let mut again = Counts::default();
        let status = run_watched(&mut second, &mut self.output, |line| {
            if let Some(more) = Counts::parse(line) {
                again += more;
            }
        });
        let passed = again.passed;
        let counts = Counts {
            passed: counts.passed + passed,
            failed: again.failed,
            ..counts
        };
        self.notes.push(format!(
            "{passed} of {} passed only at the second try: {}",
            failed.len(),
            failed.join(", ")
        ));
        self.judge(status, counts, &second, false);
    }

    /// Ends the part.
    pub(crate) fn done(mut self) -> Self {
        self.took = self.started.elapsed();
        self
    }
}

/// The table of all parts and the closing line, and whether all is well.
pub(crate) fn summary(reports: &[Report]) -> (String, bool) {
    let mut text = String::new();
    let mut sum = Counts::default();
    for report in reports {
        let seconds = report.took.as_secs();
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        let name = report.name;
        text.push_str(&format!(
            "{name:8} {:40} {minutes}m{seconds:02}s\n",
            report.counts.to_string()
        ));
        for problem in report.problems.iter().chain(&report.notes) {
            text.push_str(&format!("         {problem}\n"));
        }
        sum += report.counts;
    }
    (format!("{text}\n{sum}"), sum.failed == 0)
}

#[cfg(test)]
mod tests;
