//! What came of a part of the tests, and of all of them.

use crate::counts::Counts;
use crate::process::{self, run_watched};
use crate::tools::step;
use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

/// What came of one part.
pub(crate) struct Report {
    name: &'static str,
    counts: Counts,
    /// What went wrong other than a test that failed, a sentence each.
    problems: Vec<String>,
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
            Ok(_) if counts.total() == 0 && harness.is_empty() => {
                self.problem(format!("`{shown}` ran no test at all"));
            }
            Ok(_) => {}
        }
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
        for problem in &report.problems {
            text.push_str(&format!("         {problem}\n"));
        }
        sum += report.counts;
    }
    (format!("{text}\n{sum}"), sum.failed == 0)
}

#[cfg(test)]
mod tests;
