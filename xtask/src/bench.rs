//! `cargo xtask bench`: the app beside three others that do the same, measured in one run (`bench/runner`).

use crate::build;
use crate::process;
use crate::sizes;
use crate::system::{self, Program};
use crate::tools::{Toolbox, step};
use crate::unknown_option;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The apps that ours is measured beside, as `bench/peers/build.mjs` names them.
const PEERS: [&str; 3] = ["vanilla", "solid", "react"];

/// What a quick run leaves out are the long lists that take minutes.
const QUICK: &str = "start,throttled,thousand,large";
const QUICK_RUNS: &str = "3";

/// The options of the command.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    quick: bool,
    /// Which groups, with commas between; all by themselves.
    only: Option<String>,
    runs: Option<String>,
    /// A folder with a build of the app, which is measured instead of a new one.
    dist: Option<PathBuf>,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            if name == "--quick" {
                options.quick = true;
                continue;
            }
            if !["--only", "--runs", "--dist"].contains(&name.as_str()) {
                return Err(unknown_option(name));
            }
            let Some(value) = arguments.next() else {
                bail!("{name} needs a value");
            };
            match name.as_str() {
                "--only" => options.only = Some(value.clone()),
                "--runs" => {
                    let runs: u32 = value.parse().context("--runs needs a number")?;
                    options.runs = Some(runs.to_string());
                }
                _ => options.dist = Some(value.into()),
            }
        }
        Ok(options)
    }

    /// What the program is told, besides where the apps are. Only a whole run is written down.
    fn arguments(&self, bench: &Path) -> Vec<String> {
        let quick = |value: &str| self.quick.then(|| value.to_owned());
        let only = self.only.clone().or_else(|| quick(QUICK));
        let runs = self.runs.clone().or_else(|| quick(QUICK_RUNS));
        let write = (only.is_none() && runs.is_none()).then(|| bench.display().to_string());
        let pairs = [("--only", only), ("--runs", runs), ("--write", write)];
        let given = pairs
            .into_iter()
            .filter_map(|(name, value)| Some([name.to_owned(), value?]));
        given.flatten().collect()
    }
}

/// Builds all four apps and measures them.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    system::ensure(
        workspace,
        &[
            Program::Chromium,
            Program::Chromedriver,
            Program::Node,
            Program::Npm,
        ],
    )?;
    let bench = workspace.root.join("bench");
    let mut apps = vec![("ours", ours(workspace, options)?)];
    apps.extend(peers(workspace, &bench.join("peers"))?);

    step("building the program that measures (two minutes the first time)");
    let package = ["--package", "strikethrough-bench"];
    process::run(process::command(workspace, "cargo").arg("build").args(package))?;
    step("measuring; keep the machine free of other work");
    let mut command = process::command(workspace, "cargo");
    command.args(["run", "--quiet"]).args(package).arg("--");
    for (name, folder) in apps {
        command.arg("--app").arg(format!("{name}={}", folder.display()));
    }
    command
        .args(options.arguments(&bench))
        .env("CHROMIUM", Program::Chromium.get()?)
        .env("CHROMEDRIVER", Program::Chromedriver.get()?);
    process::run(&mut command)
}

/// Our app, built anew unless a build is named.
fn ours(workspace: &Workspace, options: &Options) -> Result<PathBuf> {
    if let Some(dist) = &options.dist {
        // Somebody's build may lack the compressed files, which are what is measured.
        let dist = workspace.root.join(dist);
        sizes::compress(&dist)?;
        return Ok(dist);
    }
    let toolbox = Toolbox::new(workspace);
    build::set_up(&toolbox)?;
    toolbox.clean_up();
    // Not into `dist/`, which belongs to whoever built it.
    let dist = workspace.root.join("target/bench/dist");
    build::app(&toolbox, &dist, "/")?;
    Ok(dist)
}

/// The other apps, each with its folder.
fn peers(workspace: &Workspace, folder: &Path) -> Result<Vec<(&'static str, PathBuf)>> {
    if !is_installed(folder) {
        step("installing what the other apps are made of from npm (half a minute)");
        let mut npm = process::command(workspace, "npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .args(["--loglevel", "error"])
            .current_dir(folder);
        process::run(&mut npm)?;
    }
    step("building the other apps");
    process::run(
        process::command(workspace, "node")
            .arg("build.mjs")
            .current_dir(folder),
    )?;
    let built = |name| {
        let dist = folder.join("dist").join(name);
        sizes::compress(&dist)?;
        Ok((name, dist))
    };
    PEERS.into_iter().map(built).collect()
}

/// Whether what the lock file names is installed: npm writes a copy of it last.
fn is_installed(folder: &Path) -> bool {
    let written = |name: &str| std::fs::metadata(folder.join(name)).and_then(|file| file.modified());
    match (
        written("package-lock.json"),
        written("node_modules/.package-lock.json"),
    ) {
        (Ok(wanted), Ok(installed)) => installed >= wanted,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&arguments)
    }

    fn passed(line: &str) -> String {
        parse(line).unwrap().arguments(Path::new("bench")).join(" ")
    }

    #[test]
    fn a_whole_run_is_written_and_a_part_is_not() {
        assert_eq!(passed(""), "--write bench");
        assert_eq!(passed("--dist dist"), "--write bench");
        assert_eq!(passed("--only start --runs 7"), "--only start --runs 7");
        assert_eq!(passed("--runs 1"), "--runs 1");
    }

    #[test]
    fn a_quick_run_yields_to_what_is_asked_for() {
        assert_eq!(
            passed("--quick"),
            "--only start,throttled,thousand,large --runs 3"
        );
        assert_eq!(passed("--quick --only large"), "--only large --runs 3");
        assert_eq!(passed("--quick --runs 1 --only large"), "--only large --runs 1");
    }

    #[test]
    fn wrong_options_are_refused() {
        for line in ["--fast", "--runs", "--runs many", "--only", "large"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn packages_are_installed_again_after_the_lock_file_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, seconds: u64| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let file = std::fs::File::create(path).unwrap();
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            file.set_modified(time).unwrap();
        };
        write("package-lock.json", 100);
        assert!(!is_installed(folder.path()));
        write("node_modules/.package-lock.json", 200);
        assert!(is_installed(folder.path()));
        write("package-lock.json", 300);
        assert!(!is_installed(folder.path()));
    }
}
