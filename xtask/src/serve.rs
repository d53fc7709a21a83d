//! `cargo xtask serve`: the development server and Trunk, started and stopped together.

use crate::group::Group;
use crate::http;
use crate::process::{self, POLL};
use crate::tools::{CargoTool, Toolbox, step};
use crate::unknown_option;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, ErrorKind};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};

/// The options of the command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    demo: bool,
    release: bool,
    port: u16,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            demo: false,
            release: false,
            port: 8080,
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--demo" => options.demo = true,
                "--release" => options.release = true,
                "--port" => {
                    let port = arguments.next().and_then(|port| port.parse().ok());
                    options.port = port
                        .filter(|port| *port > 0)
                        .context("--port needs a number from 1 to 65535")?;
                }
                unknown => return Err(unknown_option(unknown)),
            }
        }
        Ok(options)
    }
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let backend = workspace.backend()?;
    let page = format!("127.0.0.1:{}", options.port);
    must_be_free(
        &backend,
        "the task server's address, from [[proxy]] in Trunk.toml",
    )?;
    must_be_free(&page, "the page's address; --port chooses another")?;

    let toolbox = Toolbox::new(workspace);
    set_up(&toolbox, options.release)?;
    toolbox.clean_up();

    step("building the server (two minutes the first time)");
    let profile = if options.release { "server" } else { "dev" };
    let package = ["--package", "strikethrough-server", "--profile", profile];
    let mut cargo = process::command(workspace, "cargo");
    process::run(cargo.arg("build").args(package))?;

    // From here on Ctrl-C no longer ends this program; it ends the loop below, and that everything.
    let interrupts = interrupts()?;
    let server = start_server(workspace, &package, &backend, options.demo)?;
    let trunk = start_trunk(&toolbox, options)?;
    watch([server, trunk], &page, &interrupts)
}

/// Installs what serving needs.
fn set_up(toolbox: &Toolbox, release: bool) -> Result<()> {
    toolbox.wasm_target()?;
    toolbox.cargo_tool(&CargoTool::wasm_bindgen(toolbox.workspace)?)?;
    toolbox.cargo_tool(&CargoTool::trunk())?;
    // Trunk leaves development builds as they are.
    if release { toolbox.wasm_opt() } else { Ok(()) }
}

fn must_be_free(authority: &str, what: &str) -> Result<()> {
    match TcpListener::bind(authority) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("{authority} is in use by another program; it is {what}")
        }
        Err(error) => bail!("cannot listen on {authority}, {what}: {error}"),
    }
}

/// A channel that gets a message at Ctrl-C, at SIGTERM and when the terminal goes away.
fn interrupts() -> Result<Receiver<()>> {
    let (sender, receiver) = mpsc::channel();
    ctrlc::set_handler(move || {
        // Fails only when the receiver is gone, and then everything is being stopped already.
        let _ = sender.send(());
    })?;
    Ok(receiver)
}

/// Starts the built server and returns once it listens.
fn start_server(workspace: &Workspace, package: &[&str], backend: &str, demo: bool) -> Result<Group> {
    std::fs::create_dir_all(workspace.dev())?;
    let database = workspace.dev().join("strikethrough.db");
    step(&format!(
        "starting the server; its tasks are in {}",
        workspace.shown(&database)
    ));
    let mut cargo = process::command(workspace, "cargo");
    cargo
        .args(["run", "--quiet"])
        .args(package)
        .args(["--", "--listen", backend, "--database"])
        .arg(&database)
        .stdout(Stdio::piped());
    if demo {
        cargo.arg("--demo");
    }
    let mut server = Group::spawn("the server", &mut cargo)?;
    listens_at(&mut server)?;
    Ok(server)
}

/// Waits until a server that was started with its output piped listens, and gives back its address. What it says is shown, then
/// and later.
pub(crate) fn listens_at(server: &mut Group) -> Result<String> {
    let output = server.output().context("the server has no output")?;
    let mut lines = BufReader::new(output).lines();
    for line in lines.by_ref() {
        let line = line?;
        println!("{line}");
        if let Some(address) = line.strip_prefix("Listening on ") {
            // The rest is shown as it comes, until the server ends.
            std::thread::spawn(move || {
                lines.map_while(Result::ok).for_each(|line| println!("{line}"));
            });
            return Ok(address.to_owned());
        }
    }
    bail!("the server ended before it listened; what it said is above")
}

fn start_trunk(toolbox: &Toolbox, options: &Options) -> Result<Group> {
    step("building the app (two minutes the first time); from then on at every change");
    // Its own folder, so that `cargo xtask build`'s output stays what it is; and empty, so that an
    // earlier build is not taken for this one when this one fails.
    let dist = toolbox.workspace.dev().join("dist");
    if dist.exists() {
        std::fs::remove_dir_all(&dist)?;
    }
    std::fs::create_dir_all(toolbox.workspace.dev())?;
    let mut trunk = toolbox.trunk(&toolbox.wasm_bindgen()?)?;
    trunk
        .args(["serve", "--skip-version-check", "--disable-address-lookup"])
        .args(["--port", &options.port.to_string()])
        .arg("--dist")
        .arg(dist);
    if options.release {
        trunk.arg("--release");
    }
    Group::spawn("Trunk", &mut trunk)
}

/// Says when the page is there, and waits for Ctrl-C or for one of the programs to end. Returning
/// ends them all.
fn watch(mut programs: [Group; 2], page: &str, interrupts: &Receiver<()>) -> Result<()> {
    let mut said = Said::Nothing;
    loop {
        match interrupts.recv_timeout(POLL) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                println!("\nStopping.");
                return Ok(());
            }
        }
        for program in &mut programs {
            if let Some(status) = program.ended()? {
                bail!("{} has ended ({status}), so everything is stopped", program.name);
            }
        }
        if said == Said::Ready {
            continue;
        }
        // Trunk answers once it has tried to build, whether that worked or not.
        match http::get(page, "/") {
            Ok(answer) if answer.status == 200 => {
                check_proxy(page)?;
                println!("\nThe app is at http://{page}/   (Ctrl-C stops it)\n");
                said = Said::Ready;
            }
            Ok(_) if said == Said::Nothing => {
                println!("\nThe app did not build; correct what is said above, and it is tried again.\n");
                said = Said::Broken;
            }
            _ => {}
        }
    }
}

#[derive(PartialEq, Eq)]
enum Said {
    Nothing,
    Broken,
    Ready,
}

/// A page without its server would look right and do nothing.
fn check_proxy(page: &str) -> Result<()> {
    let list = http::get(page, "/tasks/")?;
    if list.status != 200 || !list.body.trim_start().starts_with('[') {
        bail!("the page is there, but its proxy does not reach the server: {list:?}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options> {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).into()).collect();
        Options::parse(&arguments)
    }

    #[test]
    fn options_come_in_any_order() {
        let expected = Options {
            demo: true,
            release: true,
            port: 9000,
        };
        assert_eq!(
            parse(&["--port", "9000", "--release", "--demo"]).unwrap(),
            expected
        );
        assert_eq!(parse(&[]).unwrap().port, 8080);
    }

    #[test]
    fn wrong_options_are_refused() {
        for arguments in [&["--port"][..], &["--port", "0"], &["--port", "70000"], &["demo"]] {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }

    #[test]
    fn a_port_in_use_is_named() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = taken.local_addr().unwrap().to_string();
        let error = must_be_free(&authority, "the page's address").unwrap_err();
        assert!(error.to_string().contains(&authority), "{error}");
        drop(taken);
        assert!(must_be_free(&authority, "the page's address").is_ok());
    }
}
