//! `cargo xtask soak`: as many simulated schedules as are asked for (`tests/simulation`), or one of them again.

use crate::process;
use crate::tools::step;
use crate::unknown_option;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::process::Command;

/// Schedules, when their number is not given: what a test run does too.
const SCHEDULES: u64 = 20_000;

/// The options of the command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    schedules: u64,
    /// The first seed; each schedule has the next.
    seed: u64,
    /// The steps to keep, as a failure names them: one schedule is played again, with all that happens.
    keep: Option<String>,
    /// A bug to put in.
    bug: Option<String>,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            schedules: SCHEDULES,
            seed: 0,
            keep: None,
            bug: None,
        };
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            if !["--schedules", "--seed", "--keep", "--bug"].contains(&name.as_str()) {
                return Err(unknown_option(name));
            }
            let Some(value) = arguments.next() else {
                bail!("{name} needs a value");
            };
            let number = || value.parse().with_context(|| format!("{name} needs a number"));
            match name.as_str() {
                "--schedules" => options.schedules = number()?,
                "--seed" => options.seed = number()?,
                "--keep" => options.keep = Some(value.clone()),
                _ => options.bug = Some(value.clone()),
            }
        }
        Ok(options)
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--seed".to_owned(), self.seed.to_string()];
        let schedules = Some(self.schedules.to_string());
        for (name, value) in [
            ("--schedules", &schedules),
            ("--keep", &self.keep),
            ("--bug", &self.bug),
        ] {
            if let Some(value) = value {
                arguments.extend([name.to_owned(), value.clone()]);
            }
        }
        arguments
    }
}

/// Builds the simulator, optimised, and runs it. A schedule that fails is an error.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    step("building the simulator");
    process::run(&mut command(
        workspace,
        &["run", "--quiet", "--example", "soak", "--"],
        &options.arguments(),
    ))
}

/// A cargo command for the simulator: the pure half alone, optimised.
pub(crate) fn command(workspace: &Workspace, subcommand: &[&str], arguments: &[String]) -> Command {
    let mut command = process::command(workspace, "cargo");
    let (name, rest) = subcommand.split_first().unwrap_or((&"run", &[]));
    command
        .arg(name)
        .args([
            "--package",
            "strikethrough",
            "--no-default-features",
            "--profile",
            "server",
        ])
        .args(rest)
        .args(arguments);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options> {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).into()).collect();
        Options::parse(&arguments)
    }

    #[test]
    fn what_is_given_is_passed_on() {
        let options = parse(&["--schedules", "1000000", "--seed", "7"]).unwrap();
        assert_eq!(options.arguments(), ["--seed", "7", "--schedules", "1000000"]);
        let again = parse(&["--seed", "7", "--keep", "0,3", "--bug", "NoFence"]).unwrap();
        let passed = again.arguments().join(" ");
        assert!(passed.ends_with("--keep 0,3 --bug NoFence"), "{passed}");
    }

    #[test]
    fn wrong_options_are_refused() {
        for wrong in [&["--seeds", "1"][..], &["--seed"], &["--schedules", "many"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
