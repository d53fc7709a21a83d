//! `cargo xtask lighthouse`: the built app, served by the bundled server, judged by Lighthouse on a desktop's line and
//! with its throttling for phones.

use crate::build;
use crate::group::Group;
use crate::process;
use crate::serve::listens_at;
use crate::system::{self, Program};
use crate::tools::{Toolbox, step};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;

/// The last major version that runs on Node 18 and 20, which systems have.
const LIGHTHOUSE: &str = "12.8.2";

/// What is judged.
const CATEGORIES: [&str; 3] = ["performance", "accessibility", "best-practices"];

/// How often each is done: times differ from run to run, and the median is told.
const RUNS: usize = 3;

/// A browser that asks nobody for anything and needs no sandbox.
const CHROMIUM_OPTIONS: &str = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
     --disable-background-networking --disable-component-update --disable-sync";

/// The scores of one run, in the order of [`CATEGORIES`], from 0 to 100.
type Scores = [f64; CATEGORIES.len()];

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    system::ensure(workspace, &[Program::Chromium, Program::Node, Program::Npm])?;
    let toolbox = Toolbox::new(workspace);
    build::set_up(&toolbox)?;
    toolbox.clean_up();
    let lighthouse = toolbox.npm("lighthouse", LIGHTHOUSE)?.join("cli/index.js");
    let folder = workspace.root.join("target/lighthouse");
    // What an earlier run has left.
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let dist = folder.join("dist");
    build::app(&toolbox, &dist, "/")?;
    let (server, address) = serve(workspace, &folder, &dist)?;
    let mut is_good = true;
    let mut table = format!(
        "medians of {RUNS} runs{:>18}{:>16}{:>16}",
        CATEGORIES[0], CATEGORIES[1], CATEGORIES[2]
    );
    for (name, options) in [("desktop", &["--preset=desktop"][..]), ("phone, throttled", &[])] {
        let mut runs = Vec::new();
        for number in 0..RUNS {
            let report = folder.join(format!(
                "{}-{number}.json",
                name.split(',').next().unwrap_or(name)
            ));
            let mut node = process::command(workspace, Program::Node.get()?);
            node.arg(&lighthouse)
                .arg(&address)
                .args(["--quiet", "--output=json"])
                .arg(format!("--output-path={}", report.display()))
                .arg(format!("--only-categories={}", CATEGORIES.join(",")))
                .arg(format!("--chrome-flags={CHROMIUM_OPTIONS}"))
                .args(options)
                .env("CHROME_PATH", Program::Chromium.get()?);
            process::run(&mut node)?;
            runs.push(scores(&std::fs::read_to_string(&report)?)?);
        }
        let [performance, accessibility, practices] = medians(&runs);
        table += &format!("\n{name:<16}{performance:>18.0}{accessibility:>16.0}{practices:>16.0}");
        // Performance is a matter of the machine too; the others are not.
        is_good &= accessibility >= 100.0 && practices >= 100.0;
    }
    drop(server);
    println!("\n{table}\n\nThe reports are in {}", workspace.shown(&folder));
    if !is_good {
        bail!("accessibility and best practices are to have 100; the reports say what is missing");
    }
    Ok(())
}

/// Starts the bundled server with the demo's tasks; ends when it is dropped.
fn serve(workspace: &Workspace, folder: &Path, dist: &Path) -> Result<(Group, String)> {
    step("building the server (two minutes the first time)");
    let package = ["--package", "strikethrough-server", "--profile", "server"];
    process::run(process::command(workspace, "cargo").arg("build").args(package))?;
    let mut cargo = process::command(workspace, "cargo");
    cargo
        .args(["run", "--quiet"])
        .args(package)
        .args(["--", "--listen", "127.0.0.1:0", "--demo", "--database"])
        .arg(folder.join("tasks.db"))
        .arg("--dist")
        .arg(dist)
        .stdout(Stdio::piped())
        .env("RUST_LOG", "error");
    let mut server = Group::spawn("the server", &mut cargo)?;
    let address = listens_at(&mut server)?;
    Ok((server, format!("{address}/")))
}

fn scores(report: &str) -> Result<Scores> {
    let report: Value = serde_json::from_str(report).context("Lighthouse's report is no JSON")?;
    let mut scores = Scores::default();
    for (score, category) in scores.iter_mut().zip(CATEGORIES) {
        let found = report.pointer(&format!("/categories/{category}/score"));
        // Without a score the page could not be judged, and the report says why.
        let found = found.and_then(Value::as_f64).with_context(|| {
            let why = report.pointer("/runtimeError/message").and_then(Value::as_str);
            format!(
                "Lighthouse gave no score for {category}: {}",
                why.unwrap_or("no reason given")
            )
        })?;
        *score = (found * 100.0).round();
    }
    Ok(scores)
}

fn medians(runs: &[Scores]) -> Scores {
    let mut medians = Scores::default();
    for (at, median) in medians.iter_mut().enumerate() {
        let mut column: Vec<f64> = runs.iter().filter_map(|run| run.get(at).copied()).collect();
        column.sort_by(f64::total_cmp);
        *median = column.get(column.len() / 2).copied().unwrap_or_default();
    }
    medians
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_read_and_a_missing_one_is_told() {
        let report = r#"{"categories": {"performance": {"score": 0.85}, "accessibility": {"score": 1},
            "best-practices": {"score": 0.96}}}"#;
        assert_eq!(scores(report).unwrap(), [85.0, 100.0, 96.0]);
        let failed =
            r#"{"runtimeError": {"message": "no page"}, "categories": {"performance": {"score": null}}}"#;
        let error = scores(failed).unwrap_err().to_string();
        assert!(
            error.contains("performance") && error.contains("no page"),
            "{error}"
        );
    }

    #[test]
    fn the_median_of_each_column_is_told() {
        let runs = [[90.0, 100.0, 3.0], [80.0, 100.0, 1.0], [100.0, 99.0, 2.0]];
        assert_eq!(medians(&runs), [90.0, 100.0, 2.0]);
    }
}
