//! `cargo xtask test`: every check and test, with its set-up.

use crate::build;
use crate::group::Group;
use crate::process;
use crate::report::{Report, summary};
use crate::sizes::Sized;
use crate::soak;
use crate::system::{self, Program};
use crate::tools::{CargoTool, Toolbox, WASM, step};
use crate::unknown_option;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

/// A part of the tests that can be run on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Native tests of everything that needs no browser.
    Unit,
    /// The client and the components, in headless Chromium.
    Web,
    /// Journeys through the built app with the real server, in Chromium and Firefox.
    E2e,
}

/// The options of the command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Everything, the static checks included, when no part is named.
    part: Option<Part>,
    /// What comes after `--`, for the test harnesses.
    harness: Vec<String>,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            part: None,
            harness: Vec::new(),
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let part = match argument.as_str() {
                "unit" => Part::Unit,
                "web" => Part::Web,
                "e2e" => Part::E2e,
                "--" => {
                    options.harness = arguments.cloned().collect();
                    break;
                }
                unknown => return Err(unknown_option(unknown)),
            };
            if options.part.replace(part).is_some() {
                bail!("name one part of the tests, or none for all of them");
            }
        }
        Ok(options)
    }

    fn includes(&self, part: Part) -> bool {
        self.part.is_none_or(|only| only == part)
    }
}

/// Runs what the options ask for, all of it even if something fails, and prints the closing line.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let toolbox = Toolbox::new(workspace);
    set_up(&toolbox, options)?;
    let mut reports = Vec::new();
    if options.part.is_none() {
        reports.push(checks(workspace));
    }
    if options.includes(Part::Unit) {
        reports.push(unit(workspace, options));
    }
    if options.includes(Part::Web) {
        reports.push(web(&toolbox, options));
    }
    if options.includes(Part::E2e) {
        reports.push(e2e(&toolbox, options));
    }
    let (summary, good) = summary(&reports);
    println!("\n{summary}");
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Installs everything first, so that what can't be installed is known before anything is built.
fn set_up(toolbox: &Toolbox, options: &Options) -> Result<()> {
    if options.includes(Part::E2e) {
        set_up_journeys(toolbox)?;
    }
    if options.includes(Part::Web) {
        system::ensure(toolbox.workspace, Program::WEB)?;
        toolbox.cargo_tool(&CargoTool::wasm_bindgen(toolbox.workspace)?)?;
    }
    if options.part != Some(Part::Unit) {
        toolbox.wasm_target()?;
    }
    toolbox.clean_up();
    Ok(())
}

/// Installs what [`e2e_command`] needs.
pub(crate) fn set_up_journeys(toolbox: &Toolbox) -> Result<()> {
    system::ensure(toolbox.workspace, &Program::ALL)?;
    toolbox.axe()?;
    toolbox.json_server()?;
    toolbox.rest_framework(&Program::Python.get()?)?;
    build::set_up(toolbox)?;
    toolbox.cargo_tool(&CargoTool::geckodriver())?;
    Ok(())
}

fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = process::command(workspace, "cargo");
    command.args(arguments);
    command
}

fn checks(workspace: &Workspace) -> Report {
    let mut report = Report::new("static");
    report.check(&mut cargo(workspace, &["fmt", "--all", "--check"]));
    for what in [
        &["--workspace"][..],
        &["--package", "strikethrough", "--no-default-features"],
        &["--package", "strikethrough", "--target", WASM],
    ] {
        let mut clippy = cargo(workspace, &["clippy", "--all-targets"]);
        report.check(clippy.args(what).args(["--", "--deny", "warnings"]));
    }
    report.done()
}

fn unit(workspace: &Workspace, options: &Options) -> Report {
    let mut report = Report::new("unit");
    for package in [
        // The app's pure half, as it must build without any browser crate.
        &["strikethrough", "--no-default-features", "--lib", "--bins"][..],
        &["strikethrough", "--no-default-features", "--doc"],
        &["languages"],
        &["strikethrough-server"],
        &["strikethrough-bench"],
        &["xtask"],
    ] {
        let mut test = cargo(workspace, &["test", "--no-fail-fast", "--package"]);
        report.tests(test.args(package), &options.harness);
    }
    // Optimised, because it plays tens of thousands of schedules.
    let mut simulation = soak::command(
        workspace,
        &["test", "--no-fail-fast", "--test", "simulation"],
        &[],
    );
    report.tests(&mut simulation, &options.harness);
    report.done()
}

fn web(toolbox: &Toolbox, options: &Options) -> Report {
    let mut report = Report::new("web");
    let servers = start_web_servers(toolbox.workspace);
    match servers.and_then(|servers| Ok((servers, web_command(toolbox)?))) {
        Ok((_running, mut test)) => report.tests(&mut test, &options.harness),
        Err(error) => report.problem(format!("{error:#}")),
    }
    report.done()
}

/// Starts the servers that the tests talk to, and leaves their address where the tests find it: the test
/// runner serves the checkout beside its own page, and this file in it.
fn start_web_servers(workspace: &Workspace) -> Result<Group> {
    let folder = workspace.dev().join("web");
    if folder.exists() {
        // The databases of the last run.
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    step("building the servers for the tests (a few minutes the first time)");
    let example = ["--package", "strikethrough-e2e", "--example", "web_servers"];
    process::run(cargo(workspace, &["build"]).args(example))?;
    let mut command = cargo(workspace, &["run", "--quiet"]);
    command
        .args(example)
        .arg("--")
        .arg(&folder)
        .stdout(Stdio::piped());
    let mut servers = Group::spawn("the tests’ servers", &mut command)?;
    let mut origin = String::new();
    let output = servers.output().context("the tests’ servers have no output")?;
    BufReader::new(output).read_line(&mut origin)?;
    if !origin.starts_with("http://") {
        bail!("the tests’ servers ended before they listened; what they said is above");
    }
    std::fs::write(folder.join("origin.txt"), origin.trim())?;
    Ok(servers)
}

fn web_command(toolbox: &Toolbox) -> Result<Command> {
    let workspace = toolbox.workspace;
    let runner = CargoTool::wasm_bindgen(workspace)?
        .program(toolbox, "wasm-bindgen-test-runner")
        .context("wasm-bindgen-test-runner is not installed")?;
    // chromedriver gives every session a profile of its own and removes it afterwards.
    let capabilities = serde_json::json!({ "goog:chromeOptions": {
        "binary": Program::Chromium.get()?,
        "args": CHROMIUM_OPTIONS,
    }});
    std::fs::create_dir_all(workspace.dev())?;
    let file = workspace.dev().join("webdriver.json");
    std::fs::write(&file, capabilities.to_string())?;

    let mut test = cargo(workspace, &["test", "--package", "strikethrough"]);
    test.args(["--target", WASM, "--test", "web"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", Program::Chromedriver.get()?)
        // The runner would prefer Firefox to Chromium.
        .env_remove("GECKODRIVER")
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", file)
        // An isolated page may not ask servers without permission, as the connection check does; and the app's
        // own page is not isolated.
        .env("WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION", "1")
        // Seconds, for starting the driver and for all tests together; the runner's own 5 and 20 are
        // short for a busy machine.
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    Ok(test)
}

/// Without a sandbox, as Chromium has none as root; without its limit of 200 changes of address in ten
/// seconds, which quick tests on one page come close to; and quiet: no requests of its own to anywhere.
const CHROMIUM_OPTIONS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-ipc-flooding-protection",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

fn e2e(toolbox: &Toolbox, options: &Options) -> Report {
    let mut report = Report::new("e2e");
    let built = build_for_journeys(toolbox, |folder, public_url, files| {
        // A build that is too big can still be tried out, so all faults come to light in one run.
        if let Err(error) = build::check(toolbox.workspace, folder, public_url, files) {
            report.problem(format!("{error:#}"));
        }
    });
    let journeys = || {
        let mut command = e2e_command(toolbox, &["test", "--no-fail-fast"])?;
        // Two browsers at a time is what two cores carry.
        command.env("RUST_TEST_THREADS", "2");
        Ok(command)
    };
    match built {
        Ok(()) => report.journeys(journeys, &options.harness),
        Err(error) => report.problem(format!("{error:#}")),
    }
    report.done()
}

/// Where [`build_for_journeys`] puts the two builds: not into `dist/`, which belongs to whoever built it.
const DIST: &str = "target/e2e/dist";
const DIST_BELOW_APP: &str = "target/e2e/dist-app";

/// Builds the app for `/` and for `/app/`, and shows each build to `each`.
pub(crate) fn build_for_journeys(
    toolbox: &Toolbox,
    mut each: impl FnMut(&Path, &str, &[Sized]),
) -> Result<()> {
    for (folder, public_url) in [(DIST, "/"), (DIST_BELOW_APP, "/app/")] {
        let folder = toolbox.workspace.root.join(folder);
        let files = build::app(toolbox, &folder, public_url)?;
        each(&folder, public_url, &files);
    }
    Ok(())
}

/// A cargo command for the package of journeys that knows of both builds and of every program that the
/// journeys start.
pub(crate) fn e2e_command(toolbox: &Toolbox, cargo_command: &[&str]) -> Result<Command> {
    let workspace = toolbox.workspace;
    let geckodriver = CargoTool::geckodriver()
        .find(toolbox)
        .context("geckodriver is not installed")?;
    let mut command = cargo(workspace, cargo_command);
    command
        .args(["--package", "strikethrough-e2e"])
        .env("STRIKETHROUGH_DIST", workspace.root.join(DIST))
        .env("STRIKETHROUGH_DIST_APP", workspace.root.join(DIST_BELOW_APP))
        .env("AXE_JS", toolbox.axe()?)
        .env("CHROMEDRIVER", Program::Chromedriver.get()?)
        .env("CHROMIUM", Program::Chromium.get()?)
        .env("GECKODRIVER", geckodriver)
        .env("FIREFOX", Program::Firefox.get()?)
        .env("JSON_SERVER_JS", toolbox.json_server()?)
        .env("DRF_PYTHON", toolbox.rest_framework(&Program::Python.get()?)?);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options> {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).into()).collect();
        Options::parse(&arguments)
    }

    #[test]
    fn no_part_means_all_parts() {
        let all = parse(&[]).unwrap();
        assert!([Part::Unit, Part::Web, Part::E2e].map(|part| all.includes(part)) == [true; 3]);
        let web = parse(&["web", "--", "list", "--nocapture"]).unwrap();
        assert!(web.includes(Part::Web) && !web.includes(Part::Unit));
        assert_eq!(web.harness, ["list", "--nocapture"]);
    }

    #[test]
    fn wrong_parts_are_refused() {
        assert!(parse(&["units"]).is_err());
        assert!(parse(&["unit", "web"]).is_err());
    }
}
